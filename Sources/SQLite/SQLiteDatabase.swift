/// One SQLite file, its statements and their values: the border between C and Swift. Every failure throws
/// `SQLiteError`. Only one thread at a time may use a database, so its owner holds a lock. Follows
/// https://www.sqlite.org/cintro.html.

import CSQLite

/// An open database.
@safe package struct SQLiteDatabase: ~Copyable {
    fileprivate let handle: OpaquePointer

    /// Opens the database `path`, or makes an empty one.
    package init(path: String) throws(SQLiteError) {
        var opened: OpaquePointer?
        // Without SQLite's own lock, because the caller has one.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let handle = unsafe opened else {
            let message = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(code, message)
        }
        unsafe self.handle = handle
    }

    deinit {
        // Statements that still exist keep the database open until their end.
        unsafe sqlite3_close_v2(handle)
    }

    /// Performs statements that return no rows.
    package func execute(_ statements: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(handle, statements, nil, nil, nil)
        if code != SQLITE_OK { throw unsafe SQLiteError(code, of: handle) }
    }

    /// The whole number in the first column of the first row; nil without a row.
    package func integer(_ query: String) throws(SQLiteError) -> Int? {
        let statement = try SQLiteStatement(query, in: self)
        return try statement.step() ? statement.integer(at: 0) : nil
    }
}

/// A statement that is compiled once and performed many times. Parameters count from 1, columns from 0.
@safe package struct SQLiteStatement: ~Copyable {
    private let handle: OpaquePointer

    package init(_ text: String, in database: borrowing SQLiteDatabase) throws(SQLiteError) {
        var compiled: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            database.handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK, let handle = unsafe compiled else {
            throw unsafe SQLiteError(code, of: database.handle)
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// Goes to the next row. Returns false if there is none.
    package func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw unsafe SQLiteError(code, of: sqlite3_db_handle(handle))
        }
    }

    /// Performs a statement that returns no rows, and resets it for the next time.
    package func run() throws(SQLiteError) {
        defer { unsafe sqlite3_reset(handle) }
        while try step() {}
    }

    package func bind(_ text: String, at index: Int32) throws(SQLiteError) {
        // The count is without the zero at the end of a C string.
        let count = Int32(text.utf8.count)
        let code = unsafe text.withCString { unsafe csqlite_bind_text(handle, index, $0, count) }
        if code != SQLITE_OK { throw unsafe SQLiteError(code, of: sqlite3_db_handle(handle)) }
    }

    /// Binds bytes to a parameter; nil is NULL.
    package func bind(_ bytes: [UInt8]?, at index: Int32) throws(SQLiteError) {
        let code: Int32
        if let bytes {
            code = unsafe bytes.withUnsafeBytes { buffer in
                unsafe csqlite_bind_blob(handle, index, buffer.baseAddress, Int32(buffer.count))
            }
        } else {
            code = unsafe sqlite3_bind_null(handle, index)
        }
        if code != SQLITE_OK { throw unsafe SQLiteError(code, of: sqlite3_db_handle(handle)) }
    }

    package func bind(_ integer: Int, at index: Int32) throws(SQLiteError) {
        let code = unsafe sqlite3_bind_int64(handle, index, Int64(integer))
        if code != SQLITE_OK { throw unsafe SQLiteError(code, of: sqlite3_db_handle(handle)) }
    }

    package func integer(at column: Int32) -> Int {
        unsafe Int(sqlite3_column_int64(handle, column))
    }

    package func text(at column: Int32) -> String {
        String(decoding: bytes(at: column) ?? [], as: UTF8.self)
    }

    /// The bytes in a column; nil for NULL.
    package func bytes(at column: Int32) -> [UInt8]? {
        guard unsafe sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}

extension SQLiteError {
    fileprivate init(_ code: Int32, of handle: OpaquePointer?) {
        unsafe self.init(code, String(cString: sqlite3_errmsg(handle)))
    }

    fileprivate init(_ code: Int32, _ message: String) {
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: kind = .busy
        case SQLITE_NOTADB, SQLITE_CORRUPT: kind = .notADatabase
        default: kind = .other
        }
        self.message = message
    }
}
