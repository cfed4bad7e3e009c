/// Why SQLite did not do what it was asked.

/// A call that failed.
package struct SQLiteError: Error, Equatable, Sendable {
    /// What kind of failure it was, as far as callers tell them apart.
    package enum Kind: Sendable {
        /// Another process, or another part of this one, has the file.
        case busy
        /// The file is no database, or a damaged one.
        case notADatabase
        /// Everything else: the disk is full, the file cannot be written.
        case other
    }

    package let kind: Kind
    /// In SQLite's words.
    package let message: String

    package init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}
