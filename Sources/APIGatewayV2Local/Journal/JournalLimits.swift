/// Every bound of the journal, with its default: a server that runs for weeks under test must not grow by
/// what it remembers.

/// How much a journal keeps. When a bound is reached the oldest entries make room.
public struct JournalLimits: Sendable, Hashable {
    /// Entries that are kept; 0 keeps none and makes none.
    public var entriesMax = 10_000
    /// Bytes that are kept of each body, the request's and the answer's. Of a longer one the rest is cut off,
    /// and the entry says how long it was.
    public var bodyBytesMax = 16 * 1024
    /// Bytes of all entries together, as heads and bodies count. The newest entry is always kept.
    public var bytesMax = 64 * 1024 * 1024

    /// The defaults.
    public init() {}

    /// The range of `entriesMax` that the command takes. Reading the journal walks over all of it on a loop's
    /// thread.
    package static let entries = 0...100_000
    /// The range of `bodyBytesMax` that the command takes.
    package static let bodyBytes = 0...(10 * 1024 * 1024)
}
