import Ledger
import Reports

/// Which parts of an equation belong to which side.
enum EquationSides {
    static func split(_ equation: Equation) -> (left: [Report.Equation.Term], right: [Report.Equation.Term]) {
        let parts = equation.parts
        for cut in 0...parts.count {
            let left = parts[..<cut].reduce(Int64(0)) { $0 &+ $1.value }
            let right = parts[cut...].reduce(Int64(0)) { $0 &+ $1.value }
            guard right == equation.right, cut < parts.count, cut == 0 || left == equation.left else {
                continue
            }
            let first =
                cut == 0
                ? [Report.Equation.Term(equation.name, Int(equation.left))]
                : parts[..<cut].map { Report.Equation.Term($0.name, Int($0.value)) }
            return (first, parts[cut...].map { Report.Equation.Term($0.name, Int($0.value)) })
        }
        return (
            [Report.Equation.Term(equation.name, Int(equation.left))],
            [Report.Equation.Term("counted", Int(equation.right))]
        )
    }
}
