import Bytes

/// Finds out what delimits the cells of a table.
enum Sniffer {
    /// The delimiters that are looked for, likeliest first.
    static let candidates: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    /// What one delimiter makes of the first rows.
    private struct Trial {
        let delimiter: UInt8
        let cells: Int
        let alike: Int
        let rows: Int
        let hits: Int
    }

    /// The delimiter of a text in an ASCII-compatible set, or nil when none stands out.
    /// - Parameters:
    ///   - head: the first bytes; a last row that may be cut is left out unless `isWhole`.
    ///   - names: the columns that a header would name; may be empty.
    static func delimiter(_ head: [UInt8], isWhole: Bool, names: [String]) -> UInt8? {
        var best: Trial?
        for candidate in candidates {
            let trial = trial(head, candidate, isWhole, names)
            guard trial.cells > 1 else { continue }
            guard let leader = best else {
                best = trial
                continue
            }
            let better =
                (trial.hits, share(trial), trial.cells) > (leader.hits, share(leader), leader.cells)
            if better { best = trial }
        }
        return best?.delimiter
    }

    /// Whether the first bytes look like rows of a table: two rows or more with as many cells, or
    /// a single row with a delimiter.
    static func looksLikeTable(_ head: [UInt8], isWhole: Bool) -> Bool {
        let sample = head.prefix(16 << 10)
        guard !sample.contains(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0D, 0x1A].contains($0) })
        else {
            return false
        }
        for candidate in candidates {
            let trial = trial(head, candidate, isWhole, [])
            if trial.cells > 1, trial.rows >= 1, share(trial) >= 80 { return true }
        }
        return false
    }

    private static func share(_ trial: Trial) -> Int { trial.alike * 100 / max(1, trial.rows) }

    private static func trial(
        _ head: [UInt8], _ delimiter: UInt8, _ isWhole: Bool, _ names: [String]
    ) -> Trial {
        var lexer = Lexer(delimiter: delimiter)
        let end = min(head.count, 16 << 10)
        lexer.split(head.span, 0..<end)
        var rows = lexer.rows.count
        // The last row may have been cut.
        if rows > 1, !isWhole || end < head.count { rows -= 1 }
        rows = min(rows, 50)
        var counts: [Int] = []
        for index in 0..<rows {
            let first = Int(lexer.rows[index].firstCell)
            let next =
                index + 1 < lexer.rows.count
                ? Int(lexer.rows[index + 1].firstCell) : lexer.cells.count
            counts.append(next - first)
        }
        guard let width = counts.first else {
            return Trial(delimiter: delimiter, cells: 0, alike: 0, rows: 0, hits: 0)
        }
        var hits = 0
        if !names.isEmpty {
            for cell in lexer.cells.prefix(width) {
                let text = Cells.text(of: cell, in: head.span)
                if names.contains(text) { hits += 1 }
            }
        }
        return Trial(
            delimiter: delimiter, cells: width, alike: counts.filter { $0 == width }.count,
            rows: rows, hits: hits)
    }
}

/// The content of cells.
enum Cells {
    /// The content as bytes, with doubled quotes made single.
    static func content(of cell: Cell, in bytes: Span<UInt8>) -> [UInt8] {
        let range = cell.range.range
        guard !cell.flags.isDisjoint(with: [.escaped, .tail]) else { return bytes.copy(range) }
        var content: [UInt8] = []
        content.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            content.append(bytes[index])
            let isPair =
                bytes[index] == Lexer.quote && index + 1 < range.upperBound
                && bytes[index + 1] == Lexer.quote
            index += isPair ? 2 : 1
        }
        return content
    }

    /// The content as text in UTF-8; empty when it is none.
    static func text(of cell: Cell, in bytes: Span<UInt8>) -> String {
        String(validating: content(of: cell, in: bytes), as: UTF8.self) ?? ""
    }
}
