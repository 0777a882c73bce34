import Ledger
import Reports

/// Which parts of an equation belong to which side.
enum EquationSides {
    /// The names with which a right side begins.
    private static let beginnings: Set<String> = ["accepted", "processed", "ignored", "staged"]

    static func split(_ equation: Equation) -> (
        left: [Report.Equation.Term], right: [Report.Equation.Term]
    ) {
        let parts = equation.parts
        let cuts = parts.indices.filter { cut in
            let left = parts[..<cut].reduce(Int64(0)) { $0 &+ $1.value }
            let right = parts[cut...].reduce(Int64(0)) { $0 &+ $1.value }
            return right == equation.right && (cut == 0 || left == equation.left)
        }
        let named = cuts.first { beginnings.contains(parts[$0].name) }
        guard let cut = named ?? cuts.first(where: { $0 > 0 }) ?? cuts.first else {
            return (
                [Report.Equation.Term(equation.name, Int(equation.left))],
                [Report.Equation.Term("counted", Int(equation.right))]
            )
        }
        let left =
            cut == 0
            ? [Report.Equation.Term(equation.name, Int(equation.left))] : parts[..<cut].map(term)
        return (left, parts[cut...].map(term))
    }

    private static func term(_ part: Equation.Part) -> Report.Equation.Term {
        Report.Equation.Term(part.name, Int(part.value))
    }
}
