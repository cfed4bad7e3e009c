/// Every bound of the journal, with its default. A server must not grow, even if it runs for weeks.

/// The bounds of a journal. Beyond one of them the oldest entries make room.
public struct JournalLimits: Sendable, Hashable {
    /// The entries that the journal keeps; 0 turns it off. Fixed here, because `--journal` is the option.
    public var entriesMax = 10_000
    /// The bytes of each body, of requests and answers, that the journal keeps. The entry of a longer body
    /// also has its length. Fixed here, because `--journal-body-bytes` is the option.
    public var bodyBytesMax = 16 * 1024
    /// The bytes of the heads and bodies of all entries together. The newest entry is always kept.
    /// Fixed here, because `journal-bytes-max` is the option.
    public var bytesMax = 64 * 1024 * 1024

    /// The defaults.
    public init() {}

    /// The range of `entriesMax` for the command. Reading walks over the whole journal on a loop's thread.
    package static let entries = 0...100_000
    /// The range of `bodyBytesMax` for the command.
    package static let bodyBytes = 0...(10 * 1024 * 1024)
}
