import ArgumentParser
import Foundation
import Synthetic

/// Writes a synthetic file, for trying things by hand.
struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Writes a synthetic file.")

    /// The kinds there are.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case results, claims, payments, charges, answers, site
    }

    @Argument(help: "results, claims, payments, charges, answers; or site, a folder with a night.")
    var kind: Kind

    @Argument(help: "How many messages, claims, payments, claims, responses.")
    var count: Int

    @Argument(help: "The file.")
    var path: String

    @Option(help: "The same seed gives the same bytes.")
    var seed: UInt64 = 20_261_120

    func run() throws {
        switch kind {
        case .results: try LabResults(messages: count, seed: seed).write(path: path)
        case .claims: try ProfessionalClaims(claims: count, seed: seed).write(path: path)
        case .payments: try Remittances(payments: count, seed: seed).write(path: path)
        case .charges: try ChargeTable(claims: count, seed: seed).write(path: path)
        case .answers: try PortalAnswers(responses: count, seed: seed).write(path: path)
        case .site:
            let site = try NightSite(Table.absolute(path), extent: .chart)
            try LabResults(messages: count, seed: seed).write(
                path: site.root + "/inbox/lab/results.hl7")
        }
    }
}
