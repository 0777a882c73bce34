/// One table of the report, before it is HTML or CSV: both show the same rows.
struct Table: Sendable {
    /// What one cell holds.
    enum Cell: Sendable, Hashable {
        /// Words, names, codes.
        case text(String)
        /// Something to be read letter by letter: a digest, a reference, a field path.
        case code(String)
        /// A whole number.
        case count(Int)
        /// Money in cents.
        case cents(Int)
        /// A point in time, as ISO text.
        case time(String)
        /// A word that says how something stands.
        case state(String, Tone)
        /// Nothing to be said here.
        case none
    }

    /// How a state is to be taken.
    enum Tone: String, Sendable { case good, bad, open, plain }

    /// One column.
    struct Column: Sendable {
        /// The name in CSV, stable.
        let name: String
        /// The heading that people see.
        let title: String
        /// Whether its cells are figures, to be set to the right.
        let isFigure: Bool
        /// Whether a page shows its cells on a line of their own under the row.
        let isBelow: Bool

        /// A column of words.
        static func words(_ name: String, _ title: String) -> Column {
            Column(name: name, title: title, isFigure: false, isBelow: false)
        }

        /// A column of figures.
        static func figures(_ name: String, _ title: String) -> Column {
            Column(name: name, title: title, isFigure: true, isBelow: false)
        }

        /// A column of longer words: a page shows them under the row.
        static func below(_ name: String, _ title: String) -> Column {
            Column(name: name, title: title, isFigure: false, isBelow: true)
        }
    }

    /// The name of its CSV file without the ending, stable: `03-feeds`.
    let name: String
    /// The caption.
    var caption: String
    /// The columns; the first heads its row.
    let columns: [Column]
    /// The rows, each with as many cells as there are columns.
    var rows: [[Cell]]
    /// The last line, which sums up; nil when there is none.
    var total: [Cell]?
    /// What to say when there are no rows.
    let empty: String
}
