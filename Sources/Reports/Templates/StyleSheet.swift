/// The style of reports and cover sheets: one sheet, inline, nothing fetched.
enum StyleSheet {
    /// The whole sheet. `footer` is printed at the foot of each page.
    static func css(footer: String) -> String {
        ":root{color-scheme:light dark;\(Palette.light.css)}"
            + "@media (prefers-color-scheme:dark){:root{\(Palette.dark.css)}}"
            + rules + print(footer: footer)
    }

    /// On screens, from 320 pixels up.
    private static let rules = """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0;background:var(--page);color:var(--ink);
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
        overflow-wrap:anywhere}
        .wrap{max-width:72rem;margin:0 auto;padding:0 1rem}
        .skip{position:absolute;left:-99rem}
        .skip:focus{left:1rem;top:.5rem;background:var(--card);color:var(--link);padding:.5rem 1rem;z-index:1}
        a{color:var(--link)}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px}
        .banner{padding:1.25rem 0 1.5rem}
        .banner.green{background:var(--green);color:var(--on-green)}
        .banner.amber{background:var(--amber);color:var(--on-amber)}
        .banner.red{background:var(--red);color:var(--on-red)}
        .banner p{margin:0}
        .night{font-size:.95rem}
        h1{display:flex;align-items:center;gap:.75rem;flex-wrap:wrap;margin:.5rem 0 0;line-height:1.15;
        font-size:1.5rem;font-weight:600}
        h1 .word{font-size:clamp(2.5rem,9vw,4rem);font-weight:800;letter-spacing:.02em;
        display:flex;align-items:center;gap:.6rem}
        h1 .word svg{width:.8em;height:.8em;flex:none;fill:none;stroke:currentColor;stroke-width:3;
        stroke-linecap:round;stroke-linejoin:round}
        h1 .sentence{flex:1 1 17rem;font-weight:400;font-size:clamp(1.15rem,4vw,1.5rem)}
        .todo{background:var(--card);border-bottom:1px solid var(--rule)}
        .todo .wrap{padding-top:1rem;padding-bottom:1rem}
        .todo h2{margin:0 0 .5rem;font-size:1.1rem}
        .todo ol{margin:0;padding:0;list-style:none}
        .todo li{padding:.4rem 0;display:grid;grid-template-columns:8.5rem 1fr;gap:.1rem 1rem}
        .todo li+li{border-top:1px solid var(--rule)}
        .todo li:first-child{font-weight:600}
        .who{font-weight:700}
        .chip{font:600 .8em/1.4 ui-monospace,"DejaVu Sans Mono",Consolas,monospace;border:1px solid;border-radius:.25rem;
        padding:.05rem .35rem;white-space:nowrap;color:var(--soft)}
        .alarm{border-left:.5rem solid var(--bad);padding:.25rem 0 .25rem 1rem;margin:1rem 0}
        .alarm h2{margin-top:0}
        dl.key{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}
        .keys{margin:1.25rem 0}
        dl.key div{flex:1 1 7.5rem;min-width:max-content;background:var(--card);border:1px solid var(--rule);border-radius:.4rem;padding:.6rem .75rem}
        dl.key dt{font-size:.85rem;color:var(--soft)}
        dl.key dd{margin:0;font-size:1.35rem;font-weight:700;font-variant-numeric:tabular-nums;line-height:1.25;
        white-space:nowrap}
        dl.key .z dd{color:var(--soft);font-weight:400}
        dl.key .tone-bad dd{color:var(--bad)}
        dl.key .tone-open dd{color:var(--open)}
        .pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;
        align-items:start}
        .column{display:grid;gap:1rem;min-width:0}
        figure,.card{background:var(--card);border:1px solid var(--rule);border-radius:.4rem;margin:0;padding:1rem;
        min-width:0}
        figure h3{margin:0 0 .75rem;font-size:1rem}
        figure svg{display:block;width:100%;height:auto;max-width:34rem;margin:0 auto}
        figure details{margin-top:.75rem}
        nav{margin:1.25rem 0 0;font-size:.95rem}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;margin:0;padding:0}
        nav a{display:inline-block;padding:.2rem 0}
        section{margin:2rem 0}
        h2{font-size:1.25rem;line-height:1.3;margin:0 0 .6rem}
        h3{font-size:1rem}
        .card+.card,.card+details,details+.card{margin-top:.75rem}
        .card.flat{padding:.25rem 1rem}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.92rem;line-height:1.4}
        caption{text-align:left;font-weight:600;padding:.35rem 0 .5rem;color:var(--soft)}
        th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--rule);
        overflow-wrap:normal}
        thead th{font-size:.85em;color:var(--soft);border-bottom:2px solid var(--rule);vertical-align:bottom}
        tbody th{font-weight:600;min-width:6.5rem}
        th.n,td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.time{white-space:nowrap}
        td.z{color:var(--soft)}
        td.w{min-width:9rem}
        .code{font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
        th .code,td .code{white-space:nowrap}
        tr.more td .code,.loose .code{white-space:normal}
        td .code.short,th .code.short{white-space:nowrap}
        tr.has-more>*{border-bottom:0;padding-bottom:.1rem}
        tr.more td{padding-top:0;color:var(--soft);font-size:.95em}
        tr.more b{font-weight:600}
        tr.more span.item{display:inline-block;margin-right:1.25rem}
        tfoot th,tfoot td{font-weight:700;border-top:2px solid var(--rule);border-bottom:0}
        .good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:700}
        .open{color:var(--open);font-weight:600}.plain{color:var(--soft)}
        .state{white-space:nowrap}
        .empty{margin:0;color:var(--soft)}
        summary{cursor:pointer;color:var(--link);padding:.3rem 0;min-height:24px}
        details details{margin-left:0}
        footer{border-top:1px solid var(--rule);margin:2rem 0 0;padding:1rem 0 2rem;color:var(--soft);font-size:.9rem}
        .t{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;fill:var(--ink)}
        .t.b{font-weight:700}.t.s{fill:var(--soft)}
        .f-accepted{fill:var(--accepted)}.f-rejected{fill:var(--rejected)}.f-duplicate{fill:var(--duplicate)}
        .f-held{fill:var(--held)}.f-filtered{fill:var(--filtered)}.f-line{fill:var(--line)}.f-track{fill:var(--stripe)}
        .axis{stroke:var(--rule);stroke-width:1}
        .due{stroke:var(--ink);stroke-width:2}
        .trend{fill:none;stroke:var(--line);stroke-width:2;stroke-linejoin:round}
        .missing{fill:none;stroke:var(--rejected);stroke-width:2.5;stroke-linecap:round}
        @media (max-width:36rem){.todo li{grid-template-columns:1fr}th,td{padding:.3rem .4rem}
        figure,.card{padding:.75rem}dl.key dd{font-size:1.15rem}dl.key div{padding:.5rem .6rem}}
        @media (forced-colors:active){.banner{border:4px solid}svg rect,svg circle{forced-color-adjust:none}}

        """

    /// On paper, A4 or Letter: light colours, everything opened, nothing cut.
    private static func print(footer: String) -> String {
        """
        @page{margin:14mm 12mm 16mm;@bottom-left{content:"\(cssSafe(footer))";font:8pt sans-serif;color:#4c5852}
        @bottom-right{content:"page " counter(page) " of " counter(pages);font:8pt sans-serif;color:#4c5852}}
        @media print{
        :root{color-scheme:light;\(Palette.light.css)}
        html,body{background:#fff}
        body{font-size:9.5pt;line-height:1.35}
        .wrap{max-width:none;padding:0}
        .skip,nav,summary{display:none}
        details::details-content{content-visibility:visible;display:block;height:auto;opacity:1}
        .banner{padding:3mm 4mm;border:2pt solid #000;print-color-adjust:exact;-webkit-print-color-adjust:exact}
        .banner.green,.banner.amber,.banner.red{background:#fff;color:#000;border-width:2pt}
        .banner.green{border-color:var(--green);border-left-width:6mm}
        .banner.amber{border-color:var(--amber);border-left-width:6mm}
        .banner.red{border-color:var(--red);border-left-width:6mm}
        h1 .word{font-size:26pt}h1{margin-top:1mm}h1 .sentence{font-size:12.5pt}
        .todo,.todo .wrap{border:0;padding:1mm 0}.todo li{padding:.8mm 0;grid-template-columns:28mm 1fr}
        dl.key{gap:1.5mm;margin:1.5mm 0}.keys{margin:3mm 0}
        dl.key div{padding:1.2mm 2mm;flex-basis:24mm}dl.key dd{font-size:12pt}dl.key dt{font-size:8pt}
        section{margin:5mm 0}h2{font-size:12.5pt;margin-bottom:1.5mm}h3{font-size:10pt}
        h2,h3,caption{break-after:avoid}
        figure,.card{border:.4pt solid #b9c0bb;border-radius:0;padding:2mm 3mm;box-decoration-break:clone;-webkit-box-decoration-break:clone}
        .pictures,.column{display:block}
        figure{margin:0 0 3mm;break-inside:avoid;display:grid;grid-template-columns:80mm 1fr;column-gap:6mm}
        figure h3{grid-column:1/3}figure svg{max-width:80mm;margin:0;break-inside:avoid}figure details{margin:0}
        figure h3{margin-bottom:2mm}
        svg,dl.key,.todo li,tr{break-inside:avoid}
        tr.has-more{break-after:avoid}
        thead{display:table-header-group}tfoot{display:table-row-group}
        .scroll{overflow:visible}
        table{font-size:7.6pt;line-height:1.25}th,td{padding:.7mm 1.1mm;overflow-wrap:anywhere}
        th.n,td.n,thead th,.state{overflow-wrap:normal}td.w{min-width:0}tbody th{min-width:24mm}
        th .code,td .code{white-space:normal}
        td .code.short,th .code.short{white-space:nowrap;overflow-wrap:normal}
        .bars rect,figure rect,figure circle{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        a{color:inherit;text-decoration:none}
        .sign{break-inside:avoid}
        }
        """
    }

    /// The text as it may stand in a quoted CSS string inside a style element.
    private static func cssSafe(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0 == " " || $0 == "-" || $0 == "." || $0 == ":"
                        || ("0"..."9").contains($0) || ("A"..."Z").contains($0)
                        || ("a"..."z").contains($0)
                }))
    }
}
