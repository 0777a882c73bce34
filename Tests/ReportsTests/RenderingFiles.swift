import Foundation
import Testing

@testable import Reports

/// Writes every sample in every form into a folder: the one that `WAYBILL_RENDER` names, for looking
/// at, else one of its own that goes again.
@Test func `the samples can be written to a folder to be looked at`() throws {
    let named = ProcessInfo.processInfo.environment["WAYBILL_RENDER"]
    let own = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let folder = named.map { URL(fileURLWithPath: $0) } ?? own
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { if named == nil { try? FileManager.default.removeItem(at: own) } }
    for (name, report) in Samples.all {
        try Data(report.html().utf8).write(to: folder.appending(path: "\(name).html"))
        try Data(report.summary().utf8).write(to: folder.appending(path: "\(name).txt"))
        try report.json().write(to: folder.appending(path: "\(name).json"))
        for file in report.csv() where name == "trouble" {
            try Data(file.text.utf8).write(to: folder.appending(path: file.name))
        }
    }
    try Data(Samples.cover.html().utf8).write(to: folder.appending(path: "cover.html"))
    try Data(Samples.cover.text().utf8).write(to: folder.appending(path: "cover.txt"))
}
