import Foundation

/// A strict reader of the pages' own markup: a stack of elements, quoted attributes.
enum Markup {
    private static let void: Set<String> = [
        "meta", "rect", "line", "circle", "path", "polyline", "br",
    ]

    /// The first element that is not closed in order; nil when all are.
    static func firstFault(in page: String) -> String? {
        var open: [String] = []
        for tag in tags(in: page) {
            let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                if open.popLast() != name { return tag }
            } else if !void.contains(name) && !tag.hasSuffix("/") {
                open.append(name)
            }
        }
        return open.last
    }

    /// The names of all attributes.
    static func attributes(in page: String) -> [String] {
        tags(in: page).flatMap { tag in
            let bare = tag.replacing(/"[^"]*"/, with: "")
            return bare.split(whereSeparator: { $0 == " " || $0 == "/" }).dropFirst().map {
                String($0.prefix { $0 != "=" }).lowercased()
            }
        }
    }

    /// The inside of each tag, the style sheet's text left out.
    private static func tags(in page: String) -> [String] {
        page.replacing(/<style>[\s\S]*?<\/style>/, with: "<style></style>")
            .matches(of: /<([^<>]*)>/).map { String($0.1) }
    }
}
