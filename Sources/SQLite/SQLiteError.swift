/// The reason why SQLite refused or failed.

/// A failed call.
package struct SQLiteError: Error, Equatable, Sendable {
    /// The kinds of failure that callers tell apart.
    package enum Kind: Sendable {
        /// Another process, or another part of this one, holds the file.
        case busy
        /// The file is no database, or a damaged one.
        case notADatabase
        /// Any other failure: the disk is full, or the file cannot be written.
        case other
    }

    package let kind: Kind
    /// The reason in SQLite's words.
    package let message: String

    package init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}
