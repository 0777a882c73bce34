/// Cuts settings down to some feeds and what these need, as text, so that comments stay.
///
/// It knows how the shipped settings are laid out: documents parted by `---`, destinations and
/// routes indented by two. A test makes every template and lints it.
struct TemplateCut {
    private let files: [(path: String, text: String)]
    private var kept: [(path: String, text: String)] = []
    private var destinations: Set<String> = []
    private var dictionaries: Set<String> = []
    private var crosswalks: Set<String> = []
    private var partners: Set<String> = []

    init(_ files: [(path: String, text: String)]) { self.files = files }

    /// The files that remain, in order of path.
    func keep(feeds: Set<String>, rules: Set<String>?) -> [(path: String, text: String)] {
        var cut = self
        cut.keepFeeds(feeds)
        cut.keepRoutes(feeds)
        cut.keepDestinations()
        cut.keepDictionaries()
        for file in files {
            let name = String(file.path.split(separator: "/").last ?? "")
            let isKept =
                file.path == "waybill.yaml"
                || file.path.hasPrefix("rules/") && rules?.contains(name) != false
                || file.path.hasPrefix("crosswalks/") && cut.crosswalks.contains(Self.stem(name))
                || file.path.hasPrefix("partners/") && cut.partners.contains(Self.stem(name))
            if isKept { cut.kept.append(file) }
        }
        return cut.kept.sorted { $0.path < $1.path }
    }

    private static func stem(_ name: String) -> String {
        String(name.prefix { $0 != "." })
    }

    /// The value behind `key:` wherever it stands in `text`, up to a comma, brace, comment or end.
    private static func values(_ key: String, in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
            let line = line.drop { $0 == " " }
            guard !line.hasPrefix("#") else { return [] }
            var found: [String] = []
            var rest = line[...]
            while let range = rest.firstRange(of: "\(key): ") {
                let isWhole =
                    range.lowerBound == line.startIndex
                    || " {[".contains(line[line.index(before: range.lowerBound)])
                let value = rest[range.upperBound...].prefix { !",}] #".contains($0) }
                if isWhole, !value.isEmpty { found.append(String(value)) }
                rest = rest[range.upperBound...]
            }
            return found
        }
    }

    private mutating func note(_ text: String) {
        dictionaries.formUnion(Self.values("dictionary", in: text))
        partners.formUnion(Self.values("partner", in: text))
    }

    private mutating func keepFeeds(_ wanted: Set<String>) {
        for file in files where file.path.hasPrefix("feeds/") {
            let documents = file.text.components(parting: "\n---\n")
            let mine = documents.filter {
                Self.values("feed", in: $0).contains(where: wanted.contains)
            }
            guard !mine.isEmpty else { continue }
            kept.append((file.path, mine.joined(separator: "\n---\n")))
            for document in mine {
                note(document)
                for line in document.split(whereSeparator: \.isNewline)
                where line.hasPrefix("acknowledge:") {
                    destinations.formUnion(Self.values("to", in: String(line)))
                }
            }
        }
    }

    /// Parts a file into what stands before its items and the items, each with its own comments.
    private static func items(_ text: String, _ begins: (Substring) -> Bool) -> [String] {
        var parts: [String] = [""]
        var comments = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("  #") || (line.isEmpty && parts.count > 1) {
                comments += line + "\n"
                continue
            }
            if begins(line) {
                parts.append(comments + line + "\n")
            } else {
                parts[parts.count - 1] += comments + line + "\n"
            }
            comments = ""
        }
        return parts
    }

    private mutating func keepRoutes(_ feeds: Set<String>) {
        guard let file = files.first(where: { $0.path == "routes.yaml" }) else { return }
        let items = Self.items(file.text) { $0.hasPrefix("  - name:") }
        var text = items.first ?? ""
        for item in items.dropFirst() where feeds.contains(where: { item.contains("'\($0)'") }) {
            text += item
            for line in item.split(separator: "\n") where line.hasPrefix("    to: [") {
                let names = line.dropFirst("    to: [".count).prefix { $0 != "]" }
                for name in names.split(whereSeparator: { ", ".contains($0) }) {
                    destinations.insert(String(name))
                }
            }
        }
        kept.append((file.path, text))
    }

    private mutating func keepDestinations() {
        for file in files where file.path.hasPrefix("destinations/") {
            let items = Self.items(file.text) { line in
                line.hasPrefix("  ") && !line.hasPrefix("   ") && line.contains(":")
            }
            let mine = items.dropFirst().filter { item in
                let head = item.split(separator: "\n").first {
                    $0.hasPrefix("  ") && !$0.hasPrefix("  #")
                }
                let name = head.map { $0.dropFirst(2).prefix { $0 != ":" } } ?? ""
                return destinations.contains(String(name))
            }
            guard !mine.isEmpty else { continue }
            kept.append((file.path, (items.first ?? "") + mine.joined()))
            for item in mine { note(item) }
        }
    }

    private mutating func keepDictionaries() {
        for file in files where file.path.hasPrefix("dictionaries/") {
            let names = file.text.split(whereSeparator: \.isNewline)
                .filter { $0.hasPrefix("dictionary: ") }
                .map { String($0.dropFirst("dictionary: ".count).prefix { $0 != " " }) }
            guard names.contains(where: dictionaries.contains) else { continue }
            kept.append(file)
            crosswalks.formUnion(Self.values("crosswalk", in: file.text))
        }
    }
}

extension String {
    /// The parts between occurrences of `mark`.
    fileprivate func components(parting mark: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
