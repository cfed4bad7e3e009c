/// The state in an SQLite file: read once at the start, then only written, in batches. Refuses a file of
/// another program, of a later version, or in use. A batch is one transaction in WAL mode with
/// synchronous=FULL. After `write` it survives a loss of power. https://www.sqlite.org/wal.html,
/// https://www.sqlite.org/pragma.html#pragma_synchronous

package import APIGatewayV2
internal import SQLite

/// The reason why a file cannot keep the state.
package enum StateFileError: Error, Equatable {
    /// A mistake in the file itself, as `found …, expected …`.
    case unfit(String)
    /// A failure of the machine.
    case unavailable(String)
}

/// A file that keeps the state, locked for this process until it closes.
package struct StateFile: ~Copyable {
    /// The contents of the file when it was opened.
    package struct Contents {
        package var state: State = [:]
        /// The count of numbers that were drawn for identifiers.
        package var drawn: UInt64 = 0
    }

    /// "AGV2", in the header of the file: https://www.sqlite.org/fileformat.html#application_id
    private static let applicationID = 0x4147_5632
    /// The version of the tables below. A higher one means tables that this program cannot read.
    private static let version = 1
    private static let drawnQuery = "SELECT value FROM counter WHERE name = 'drawn'"

    private let database: SQLiteDatabase
    // Compiled once, because compiling the text at each write took a tenth of it.
    private let beginning: SQLiteStatement
    private let commit: SQLiteStatement
    private let insertion: SQLiteStatement
    private let removal: SQLiteStatement
    private let counting: SQLiteStatement
    /// Whether the file was never written. Its opener then writes the first state.
    package let isNew: Bool

    /// Opens the file `path`, or makes it.
    package static func open(_ path: String) throws(StateFileError) -> StateFile {
        do throws(SQLiteError) {
            return try StateFile(path)
        } catch {
            throw StateFileError(error)
        }
    }

    private init(_ path: String) throws(SQLiteError) {
        let database = try SQLiteDatabase(path: path)
        // This precedes all reading: it keeps other processes out, and needs no shared memory.
        try database.execute("PRAGMA locking_mode = EXCLUSIVE")
        let application = try database.integer("PRAGMA application_id") ?? 0
        let version = try database.integer("PRAGMA user_version") ?? 0
        let tableCount = try database.integer("SELECT count(*) FROM sqlite_schema") ?? 0
        let isEmpty = application == 0 && version == 0 && tableCount == 0
        if !isEmpty { try Self.check(application: application, version: version) }
        try database.execute(Self.schema)
        // Every write stores the count. Without a count there was no write, even if the first start was cut
        // short.
        let isNew = try database.integer(Self.drawnQuery) == nil
        let beginning = try SQLiteStatement("BEGIN IMMEDIATE", in: database)
        let commit = try SQLiteStatement("COMMIT", in: database)
        let insertion = try SQLiteStatement(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)", in: database)
        let removal = try SQLiteStatement(
            "DELETE FROM record WHERE account = ? AND region = ? AND resource = ? AND parent = ? "
                + "AND identifier = ?", in: database)
        let counting = try SQLiteStatement("INSERT OR REPLACE INTO counter VALUES ('drawn', ?)", in: database)
        // All properties are set together, because Swift cannot release a part of a noncopyable value when a
        // later step throws.
        self.database = database
        self.beginning = beginning
        self.commit = commit
        self.insertion = insertion
        self.removal = removal
        self.counting = counting
        self.isNew = isNew
    }

    private static func check(application: Int, version: Int) throws(SQLiteError) {
        if application != applicationID {
            throw SQLiteError(
                kind: .notADatabase, message: "another program's database")
        }
        if version > Self.version {
            throw SQLiteError(
                kind: .notADatabase, message: "a state file of version \(version)")
        }
    }

    /// The statements that make the tables. They always write, so that this process holds the writer's lock
    /// from here on.
    private static var schema: String {
        """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS record (
            account TEXT NOT NULL, region TEXT NOT NULL, resource TEXT NOT NULL, parent TEXT NOT NULL,
            identifier TEXT NOT NULL, body BLOB NOT NULL, transitions BLOB, deployed BLOB,
            PRIMARY KEY (account, region, resource, parent, identifier));
        CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        COMMIT;
        """
    }

    /// The contents of the file.
    package func contents() throws(StateFileError) -> Contents {
        do throws(SQLiteError) {
            var contents = Contents()
            let query = try SQLiteStatement("SELECT * FROM record", in: database)
            while try query.step() {
                let scope = Scope(account: query.text(at: 0), region: query.text(at: 1))
                let name = query.text(at: 2)
                let identifier = query.text(at: 4)
                guard let resource = ResourceID(rawValue: name).map({ Catalogue.service[$0] }),
                    let stored = Self.stored(in: query, as: resource)
                else {
                    throw SQLiteError(kind: .notADatabase, message: "a damaged \(name) \"\(identifier)\"")
                }
                let collection = CollectionKey(resource: resource.id, parent: query.text(at: 3))
                contents.state[scope, default: Tables()].insert(
                    stored, at: RecordKey(collection: collection, identifier: identifier))
            }
            let drawn = try database.integer(Self.drawnQuery) ?? 0
            contents.drawn = UInt64(bitPattern: Int64(drawn))
            return contents
        } catch {
            throw StateFileError(error)
        }
    }

    private static func stored(in row: borrowing SQLiteStatement, as resource: Resource) -> StoredRecord? {
        guard let record = Record(of: resource, body: row.bytes(at: 5) ?? []) else { return nil }
        var transitions: [Transition] = []
        if let bytes = row.bytes(at: 6) {
            guard let decoded = Transition.decoded(bytes, of: resource) else { return nil }
            transitions = decoded
        }
        var deployed: APIConfiguration?
        if let bytes = row.bytes(at: 7) {
            guard let decoded = APIConfiguration(decoding: bytes) else { return nil }
            deployed = decoded
        }
        return StoredRecord(record: record, transitions: transitions, deployed: deployed)
    }

    /// Writes the changes, all or none. Returns when they are on the disk.
    package func write(_ changes: [StateChange], drawn: UInt64) throws(StateFileError) {
        do throws(SQLiteError) {
            try beginning.run()
            for change in changes {
                switch change {
                case .wrote(let key, let scope, let stored): try write(stored, key, scope)
                case .replaced(let account, let state): try replace(account: account, by: state)
                }
            }
            try counting.bind(Int(Int64(bitPattern: drawn)), at: 1)
            try counting.run()
            try commit.run()
        } catch {
            throw StateFileError(error)
        }
    }

    private func replace(account: String?, by state: State) throws(SQLiteError) {
        if let account {
            let deletion = try SQLiteStatement("DELETE FROM record WHERE account = ?", in: database)
            try deletion.bind(account, at: 1)
            try deletion.run()
        } else {
            try database.execute("DELETE FROM record")
        }
        for (scope, tables) in state {
            try tables.forEachRecord { key, stored throws(SQLiteError) in
                try write(stored, key, scope)
            }
        }
    }

    private func write(_ stored: StoredRecord?, _ key: RecordKey, _ scope: Scope) throws(SQLiteError) {
        guard let stored else {
            try bind(key, scope, to: removal)
            return try removal.run()
        }
        try bind(key, scope, to: insertion)
        try insertion.bind(stored.record.body, at: 6)
        let transitions = stored.transitions
        try insertion.bind(transitions.isEmpty ? nil : Transition.encoded(transitions), at: 7)
        try insertion.bind(stored.deployed?.encoded, at: 8)
        try insertion.run()
    }

    private func bind(
        _ key: RecordKey, _ scope: Scope, to statement: borrowing SQLiteStatement
    ) throws(SQLiteError) {
        try statement.bind(scope.account, at: 1)
        try statement.bind(scope.region, at: 2)
        try statement.bind(key.collection.resource.rawValue, at: 3)
        try statement.bind(key.collection.parent, at: 4)
        try statement.bind(key.identifier, at: 5)
    }
}

extension StateFileError {
    fileprivate init(_ error: SQLiteError) {
        switch error.kind {
        case .busy: self = .unavailable("it is in use by another server or program")
        case .notADatabase:
            self = .unfit("found \(error.message), expected a file that --state of this program made")
        case .other: self = .unavailable(error.message)
        }
    }
}
