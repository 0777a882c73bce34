internal import Mustache

/// Markup: either text that was escaped, or markup that this module wrote itself.
///
/// Templates insert values of this type unescaped (`{{{x}}}`) and take no plain strings, so the only
/// way from data to a page leads through `init(escaping:)`. Mustache's own escaping works on
/// characters and misses a quotation mark that carries a combining accent.
struct HTML: MustacheCustomRenderable, Sendable, Hashable {
    /// The markup.
    let renderText: String
    /// Whether a section named after it is left out.
    var isNull: Bool { renderText.isEmpty }

    /// Takes over markup that is known to be well-formed.
    init(markup: String) { renderText = markup }

    /// Escapes text, scalar by scalar, for element content and quoted attributes.
    ///
    /// Control characters and those that turn the direction of text become U+FFFD, so that nothing
    /// can look like something else.
    init(escaping text: String) {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": view.append(contentsOf: "&lt;".unicodeScalars)
            case ">": view.append(contentsOf: "&gt;".unicodeScalars)
            case "&": view.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": view.append(contentsOf: "&quot;".unicodeScalars)
            case "'": view.append(contentsOf: "&#39;".unicodeScalars)
            default: view.append(HTML.isVisible(scalar) ? scalar : "\u{FFFD}")
            }
        }
        renderText = String(view)
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: false
        default: true
        }
    }
}

/// The values that one template sees, by name.
struct Scope: MustacheParent, Sendable {
    private enum Value: Sendable {
        case html(HTML)
        case list([Scope])
        case flag(Bool)
    }

    private var values: [String: Value] = [:]

    /// Sets text, which is escaped; empty text counts as nothing.
    mutating func text(_ name: String, _ text: String?) {
        values[name] = .html(HTML(escaping: text ?? ""))
    }

    /// Sets markup.
    mutating func markup(_ name: String, _ html: HTML) { values[name] = .html(html) }

    /// Sets a list, for a section that repeats.
    mutating func list(_ name: String, _ scopes: [Scope]) { values[name] = .list(scopes) }

    /// Sets a condition, for a section that is shown or not.
    mutating func flag(_ name: String, _ holds: Bool) { values[name] = .flag(holds) }

    /// What a template finds under `name`.
    func child(named name: String) -> Any? {
        switch values[name] {
        case .html(let html): html
        case .list(let scopes): scopes
        case .flag(let holds): holds
        case nil: nil
        }
    }
}
