/// Attempts put together into the calls that the client made. SDKs name each call and send the name with each
/// attempt of it, so that retries and the pauses between them can be seen.

/// One call of a client: an attempt and what followed it.
public struct JournalCall: Sendable, Hashable {
    /// The outcome of a call.
    public enum Outcome: String, Sendable, Hashable {
        /// The last attempt that arrived was answered with a status below 400.
        case succeeded
        /// It was not.
        case failed
    }

    /// One attempt.
    public struct Attempt: Sendable, Hashable {
        /// The request.
        public let entry: JournalEntry
        /// The client's pause before this attempt, in real time. It begins with the answer to the attempt
        /// before, or when that answer would have come. Zero if the client did not wait for the answer; nil
        /// for the first attempt in the journal.
        public let gap: Duration?
    }

    /// The client's name for the call. A request without one is a call by itself.
    public let invocationID: String?
    /// In the order of arrival, one at least.
    public let attempts: [Attempt]

    init(_ entries: [JournalEntry]) {
        precondition(!entries.isEmpty, "A call has an attempt.")
        invocationID = entries[0].invocationID
        var attempts = [Attempt(entry: entries[0], gap: nil)]
        for (before, entry) in zip(entries, entries.dropFirst()) {
            let gap = entry.arrival - (before.arrival + before.duration)
            attempts.append(Attempt(entry: entry, gap: max(.zero, gap)))
        }
        self.attempts = attempts
    }

    /// The operation's name; nil when the request is none.
    public var operation: String? { attempts[0].entry.operation }
    /// The account that the call was answered for.
    public var account: String { attempts[0].entry.account }
    /// The region that the call was answered for.
    public var region: String { attempts[0].entry.region }

    /// The outcome of the call so far.
    public var outcome: Outcome {
        attempts[attempts.count - 1].entry.status.map { $0 < 400 ? .succeeded : .failed } ?? .failed
    }
}

extension JournalCall {
    private struct Name: Hashable {
        let invocationID: String
        let account: String
        let region: String
    }

    /// The calls of `entries`, in the order of their first attempts.
    static func calls(of entries: [JournalEntry]) -> [JournalCall] {
        var groups: [[JournalEntry]] = []
        var places: [Name: Int] = [:]
        for entry in entries {
            let name = entry.invocationID.map {
                Name(invocationID: $0, account: entry.account, region: entry.region)
            }
            if let name, let place = places[name] {
                groups[place].append(entry)
            } else {
                if let name { places[name] = groups.count }
                groups.append([entry])
            }
        }
        return groups.map(JournalCall.init)
    }
}
