/// The colours of the pages, light and dark, as data: a test works out their contrast.
struct Palette: Sendable {
    /// The name of the custom property, without the dashes, and its value as `#rrggbb`.
    let colours: [(name: String, value: String)]

    /// The value of one colour; black when there is none of the name.
    func value(_ name: String) -> String {
        colours.first { $0.name == name }?.value ?? "#000000"
    }

    /// The declarations for a style sheet.
    var css: String { colours.map { "--\($0.name):\($0.value);" }.joined() }

    /// What must be told apart: WCAG 2.2, 1.4.3 (text, 4.5) and 1.4.11 (graphics, 3).
    static let pairs: [(front: String, back: String, ratio: Double)] =
        ["ink", "soft", "link", "good", "bad", "open"].flatMap { front in
            ["page", "card", "stripe"].map { (front, $0, 4.5) }
        }
        + ["accepted", "rejected", "duplicate", "held", "filtered", "line"].map { ($0, "card", 3) }
        + ["green", "amber", "red"].map { ("on-\($0)", $0, 7) }
        + ["green", "amber", "red"].map { ($0, "page", 1.2) }

    static let light = Palette(colours: [
        ("page", "#f4f5f3"), ("card", "#ffffff"), ("stripe", "#f0f2ef"), ("rule", "#d3d8d2"),
        ("ink", "#16201c"), ("soft", "#4c5852"), ("link", "#0b5c8a"),
        ("good", "#0f6b41"), ("bad", "#a8141f"), ("open", "#7d4c00"),
        ("accepted", "#2b8a63"), ("rejected", "#c4202c"), ("duplicate", "#6a5fc0"),
        ("held", "#b86f00"), ("filtered", "#76827c"), ("line", "#2f6f9f"),
        ("green", "#0b5f39"), ("on-green", "#ffffff"),
        ("amber", "#ffc233"), ("on-amber", "#221700"),
        ("red", "#9f0f1b"), ("on-red", "#ffffff"),
    ])

    static let dark = Palette(colours: [
        ("page", "#101513"), ("card", "#19201d"), ("stripe", "#202825"), ("rule", "#3a4541"),
        ("ink", "#eef2ef"), ("soft", "#b3beb8"), ("link", "#86c5ee"),
        ("good", "#74d6a4"), ("bad", "#ff9a9a"), ("open", "#f5c060"),
        ("accepted", "#45b387"), ("rejected", "#f26a70"), ("duplicate", "#a49bf0"),
        ("held", "#e0a03a"), ("filtered", "#94a19a"), ("line", "#6db3e2"),
        ("green", "#0c623c"), ("on-green", "#ffffff"),
        ("amber", "#f0b429"), ("on-amber", "#1c1300"),
        ("red", "#a81a25"), ("on-red", "#ffffff"),
    ])
}
