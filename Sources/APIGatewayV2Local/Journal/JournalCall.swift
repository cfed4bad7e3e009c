/// Attempts, grouped into the client's calls. SDKs send the name of a call with each attempt, so that retries
/// and their pauses are visible.

/// One call of a client: its first attempt and the retries.
public struct JournalCall: Sendable, Hashable {
    /// The outcome of a call.
    public enum Outcome: String, Sendable, Hashable {
        /// The last attempt was answered with a status below 400.
        case succeeded
        /// The last attempt was answered with an error, or not at all.
        case failed
    }

    /// One attempt.
    public struct Attempt: Sendable, Hashable {
        /// The request.
        public let entry: JournalEntry
        /// The client's pause before this attempt in real time, from the answer to the last attempt, or from
        /// its intended time. Zero if the client did not wait for that answer; nil for the first attempt in
        /// the journal.
        public let gap: Duration?
    }

    /// The client's name for the call. A request without a name is a call by itself.
    public let invocationID: String?
    /// The attempts in the order of arrival, at least one.
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

    /// The operation's name; nil for a request without an operation.
    public var operation: String? { attempts[0].entry.operation }
    /// The account of the call.
    public var account: String { attempts[0].entry.account }
    /// The region of the call.
    public var region: String { attempts[0].entry.region }

    /// The outcome of the call so far.
    public var outcome: Outcome {
        attempts[attempts.count - 1].entry.status.map { $0 < 400 ? .succeeded : .failed } ?? .failed
    }
}

extension JournalCall {
    /// The calls of `entries`, in the order of their first attempts.
    static func calls(of entries: [JournalEntry]) -> [JournalCall] {
        var groups: [[JournalEntry]] = []
        var places: [CallName: Int] = [:]
        for entry in entries {
            let name = CallName(entry.invocationID, account: entry.account, region: entry.region)
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
