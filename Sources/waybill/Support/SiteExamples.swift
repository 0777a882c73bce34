import Foundation
import Pipeline

/// What a new site gets besides its settings: how it is started every night.
enum SiteExamples {
    /// The files, for a site at `root` and a program at `program`.
    static func files(
        _ kind: SiteTemplate.Kind, root: String, program: String
    ) -> [SiteTemplate.File] {
        let results =
            """
            # Results do not wait for the night.
            */15 * * * *  \(program) run --site \(root) --quiet --feed lab-results

            """
        return [
            file("examples/crontab", crontab(root, program) + (kind.hasResults ? results : "")),
            file("examples/waybill.service", service(root, program)),
            file("examples/waybill.timer", timer),
        ]
    }

    private static func file(_ path: String, _ text: String) -> SiteTemplate.File {
        SiteTemplate.File(path: path, content: Data(text.utf8))
    }

    private static func crontab(_ root: String, _ program: String) -> String {
        """
        # Waybill, by cron. Install with: crontab examples/crontab (as the account that runs it).
        # The night at 02:00. Running again is always safe; a run that meets another ends with 11.
        0 2 * * *     \(program) run --site \(root) --quiet

        """
    }

    private static func service(_ root: String, _ program: String) -> String {
        """
        # Waybill, by systemd. Copy to /etc/systemd/system/ with waybill.timer, make the account
        # (useradd --system waybill), chown the site to it, then: systemctl enable --now waybill.timer
        [Unit]
        Description=Waybill: the night's exchange between PMS and EHR
        After=network-online.target

        [Service]
        Type=oneshot
        User=waybill
        ExecStart=\(program) run --site \(root) --quiet
        # 3 is a finished night with exceptions; the report says which.
        SuccessExitStatus=3
        UMask=0077
        ProtectSystem=strict
        ReadWritePaths=\(root)
        ProtectHome=read-only
        PrivateTmp=yes
        NoNewPrivileges=yes
        PrivateDevices=yes
        ProtectKernelTunables=yes
        ProtectControlGroups=yes
        RestrictSUIDSGID=yes
        MemoryMax=1G

        """
    }

    private static let timer = """
        # The schedule of waybill.service, on the machine's clock.
        [Unit]
        Description=Waybill, every night

        [Timer]
        OnCalendar=*-*-* 02:00:00
        # A machine that was off runs the night when it comes back.
        Persistent=yes

        [Install]
        WantedBy=timers.target

        """
}
