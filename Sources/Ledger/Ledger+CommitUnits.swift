import Exchange
import GRDB

extension Ledger {
    /// Commits all units of a batch, as staged, in one transaction: a run that is interrupted finds
    /// either nothing of the batch or the whole of it, and so works from the same mirror and the
    /// same keys when it starts anew.
    ///
    /// Units are written in the order given; the control numbers of all of them belong to the
    /// last commit that brings numbers.
    /// - Throws: `LedgerError.conflict` when one of them is committed already.
    public func commitUnits(_ commits: [UnitCommit], workspace: Workspace) throws {
        try workspace.settleVersions()
        try workspace.indexKeys()
        try workspace.flush()
        do {
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH $1 AS ws", arguments: [workspace.path])
                defer { try? db.execute(sql: "DETACH ws") }
                try db.inTransaction(.immediate) {
                    for commit in commits {
                        try UnitWriter(
                            db: db, commit: commit, workspace: workspace
                        ).write()
                    }
                    if workspace.hasAnswers, let batch = commits.first?.batch {
                        try Ledger.writeAnswers(db, batch: batch)
                    }
                    if workspace.hasResults, let batch = commits.first?.batch {
                        try Ledger.writeResults(db, batch: batch)
                    }
                    return .commit
                }
            }
        } catch let error as DatabaseError {
            throw Ledger.withoutValues(error)
        }
    }
}
