public import Exchange

extension Workspace {
    /// Adds a settled record.
    public func add(_ row: WorkRow) throws {
        let insert = try inserter(into: "work")
        insert.bind(1, row.record)
        insert.bind(2, Int64(row.origin.rawValue))
        insert.bind(3, Int64(row.part))
        insert.bind(4, Int64(try kind(of: row)))
        insert.bind(5, row.type)
        insert.bind(6, row.event)
        insert.bind(7, row.key64)
        insert.bind(8, bytes: row.key)
        insert.bind(9, Int64(bitPattern: row.hash))
        insert.bind(10, row.cents)
        insert.bind(11, Int64(row.outcome.rawValue))
        insert.bind(12, row.code)
        insert.bind(13, row.owner?.rawValue ?? "")
        insert.bind(14, row.offset)
        insert.bind(15, Int64(row.length))
        insert.bind(16, row.spill?.offset ?? -1)
        insert.bind(17, Int64(row.spill?.length ?? 0))
        insert.bind(18, bytes: row.basis)
        insert.bind(19, bytes: row.patient)
        insert.bind(20, Int64(row.legs))
        try insert.insert()
    }

    /// Adds a leg.
    public func add(_ leg: StagedLeg) throws {
        let insert = try inserter(into: "ws_leg")
        insert.bind(1, leg.record)
        insert.bind(2, leg.feed)
        insert.bind(3, leg.destination)
        insert.bind(4, Int64(leg.state.rawValue))
        insert.bind(5, leg.delivery)
        insert.bind(6, Int64(leg.pieces))
        insert.bind(7, leg.cents)
        insert.bind(8, Int64(bitPattern: leg.hash))
        insert.bind(9, leg.code)
        insert.bind(10, Int64(leg.claims))
        try insert.insert()
    }

    /// Adds what goes into quarantine.
    public func add(_ hold: StagedHold) throws {
        let insert = try inserter(into: "ws_held")
        insert.bind(1, hold.record)
        insert.bind(2, hold.feed)
        insert.bind(3, hold.destination)
        insert.bind(4, hold.code)
        insert.bind(5, hold.owner.rawValue)
        insert.bind(6, bytes: hold.patient)
        insert.bind(7, bytes: hold.waitingOn)
        insert.bind(8, bytes: hold.canonical)
        insert.bind(9, bytes: hold.context)
        try insert.insert()
    }

    /// Adds what a record says of its entity, in place of what was noted of it before.
    public func add(_ row: VersionRow) throws {
        let insert = try inserter(into: "ws_version")
        versions.add(row.record)
        insert.bind(1, row.record)
        insert.bind(2, versions.count)
        insert.bind(3, Int64(try kind(of: row.feed)))
        insert.bind(4, row.entity)
        insert.bind(5, bytes: row.key)
        insert.bind(6, Int64(bitPattern: row.digest))
        insert.bind(7, row.values)
        try insert.insert()
    }

    /// Takes out the versions of records that do not stand, and of merges (A40): those say who lives
    /// on as whom, and nothing else about the survivor.
    func settleVersions() throws {
        try indexExceptions()
        try database.execute(
            """
            DELETE FROM ws_version WHERE record IN (SELECT record FROM work WHERE outcome <> 1)
              OR record IN (SELECT record FROM work WHERE event = 'A40')
            """)
    }

    /// Notes which system each feed comes from and each destination belongs to: those whose mirror
    /// the commit writes.
    public func setSystems(feeds: [String: String], destinations: [String: String]) {
        systems = (feeds.filter { !$0.value.isEmpty }, destinations.filter { !$0.value.isEmpty })
    }

    /// Adds a claim.
    public func add(_ claim: StagedClaim) throws {
        let insert = try inserter(into: "ws_claim")
        insert.bind(1, claim.record)
        insert.bind(2, claim.feed)
        insert.bind(3, bytes: claim.pcn)
        insert.bind(4, claim.destination)
        insert.bind(5, claim.isa)
        insert.bind(6, claim.gs)
        insert.bind(7, claim.st)
        insert.bind(8, claim.bht)
        insert.bind(9, claim.cents)
        insert.bind(10, claim.expectsAnswer ? 1 : 0)
        insert.bind(11, claim.delivery)
        insert.bind(12, claim.partner)
        insert.bind(13, claim.traits.payer)
        insert.bind(14, claim.traits.member)
        insert.bind(15, claim.traits.service)
        insert.bind(16, claim.traits.npi)
        insert.bind(17, claim.traits.frequency)
        insert.bind(18, claim.traits.original)
        insert.bind(19, claim.traits.clearinghouse)
        try insert.insert()
        guard !claim.lines.isEmpty else { return }
        let lines = try inserter(into: "ws_claim_line")
        for line in claim.lines {
            lines.bind(1, claim.record)
            lines.bind(2, claim.feed)
            lines.bind(3, claim.destination)
            lines.bind(4, Int64(line.sequence))
            lines.bind(5, line.identifier)
            lines.bind(6, line.cents)
            try lines.insert()
        }
    }

    /// Has a settled record lie elsewhere in the spill file from now on.
    public func settle(_ record: Int64, at place: SpillRange) throws {
        try begin()
        let update = try database.cached(
            "UPDATE work SET spill_offset = ?, spill_length = ? WHERE record = ?")
        update.bind(1, place.offset)
        update.bind(2, Int64(place.length))
        update.bind(3, record)
        try update.run()
    }

    /// Adds a merge of two keys.
    public func add(_ alias: Alias) throws {
        let insert = try inserter(into: "ws_alias")
        insert.bind(1, alias.system)
        insert.bind(2, bytes: alias.loser)
        insert.bind(3, bytes: alias.survivor)
        insert.bind(4, alias.record)
        insert.bind(5, alias.feed)
        try insert.insert()
    }

    /// Notes that the mirror's rows under `key` are wanted by rules.
    public func touch(entity: String, key: [UInt8]) throws {
        let insert = try inserter(into: "ws_touch")
        insert.bind(1, entity)
        insert.bind(2, bytes: key)
        try insert.insert()
    }

    /// Changes the outcome of records that are settled already.
    public func settle(_ records: [Int64], as outcome: Outcome, code: String, owner: Role?) throws {
        guard !records.isEmpty else { return }
        try begin()
        let update = try database.cached(
            "UPDATE work SET outcome = ?, code = ?, owner = ? WHERE record = ?")
        update.bind(1, Int64(outcome.rawValue))
        update.bind(2, code)
        update.bind(3, owner?.rawValue ?? "")
        for record in records {
            update.bind(4, record)
            try update.run()
        }
    }

    /// Notes how many destinations Route gave each record: the witness that legs are held against.
    /// - Parameter sets: the records of each destination.
    public func setLegs(_ sets: some Sequence<RecordSet>) throws {
        // Where runs of the destinations begin and end, the number changes.
        var changes: [Int64: Int] = [:]
        for run in sets.flatMap(\.runs) {
            changes[run.lowerBound, default: 0] += 1
            changes[run.upperBound + 1, default: 0] -= 1
        }
        try begin()
        try database.execute("DELETE FROM ws_goal")
        let insert = try database.cached("INSERT INTO ws_goal VALUES (?, ?, ?)")
        var (start, legs) = (Int64(0), 0)
        for (place, change) in changes.sorted(by: { $0.key < $1.key }) where change != 0 {
            if legs > 0 {
                insert.bind(1, start)
                insert.bind(2, place - 1)
                insert.bind(3, Int64(legs))
                try insert.run()
            }
            (start, legs) = (place, legs + change)
        }
    }

    /// Empties what Assemble made for the unit's feeds, so that it can be assembled anew.
    public func forget(unit: ReleaseUnit) throws {
        try begin()
        for table in WorkspaceSchema.perUnit {
            let delete = try database.cached("DELETE FROM \(table) WHERE feed = ?")
            for feed in unit.feeds {
                delete.bind(1, feed)
                try delete.run()
            }
        }
    }
}
