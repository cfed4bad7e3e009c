/// A call with its attempts as JSON, and the forms of missing values and times in all JSON of the journal.

internal import APIGatewayV2
internal import JSON

extension JournalCall {
    var json: JSON {
        .object([
            "invocationId": .text(invocationID), "operation": .text(operation), "account": .string(account),
            "region": .string(region), "outcome": .string(outcome.rawValue),
            "attempts": .array(attempts.map(\.json)),
        ])
    }
}

extension JournalCall.Attempt {
    fileprivate var json: JSON {
        .object([
            "requestId": .string(entry.requestID), "attempt": .integer(entry.attempt),
            "time": .string(Timestamp.text(entry.time)), "status": .whole(entry.status),
            "fault": .text(entry.fault), "durationMs": .milliseconds(entry.duration),
            "gapMs": gap.map(JSON.milliseconds) ?? .null,
        ])
    }
}

extension JSON {
    static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

    static func whole(_ value: Int?) -> JSON { value.map(JSON.integer) ?? .null }

    /// Milliseconds with three decimals, such as `0.042`.
    static func milliseconds(_ duration: Duration) -> JSON {
        .number(millisecondCount(duration))
    }

    /// The same as a number.
    static func millisecondCount(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
    }
}
