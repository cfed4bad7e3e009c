/// The journal's answers as JSON. A missing value is null, so that every entry of a plane has the same
/// members.

internal import APIGatewayV2
internal import JSON

extension JournalEntry {
    var json: JSON {
        var names: [String] = []
        for field in headers where !names.contains(field.name) { names.append(field.name) }
        let fields = names.map { JSONObject.Member(name: $0, value: .text(header($0))) }
        var object: JSONObject = [
            "number": .integer(number), "time": .string(Timestamp.text(time)),
            "requestId": .string(requestID),
            "method": .string(method), "target": .string(target), "httpVersion": .string(httpVersion),
            "headers": .object(JSONObject(fields)), "body": .string(String(decoding: body, as: UTF8.self)),
            "bodyBytes": .integer(bodyByteCount), "operation": .text(operation),
            "account": .string(account), "region": .string(region), "accessKeyId": .text(accessKeyID),
            "attempt": .integer(attempt), "invocationId": .text(invocationID),
            "connection": .integer(Int(clamping: connection)), "status": .whole(status),
            "answerBody": .string(String(decoding: answerBody, as: UTF8.self)),
            "answerBodyBytes": .integer(answerBodyByteCount), "durationMs": .milliseconds(duration),
            "fault": .text(fault), "plane": .string(plane.rawValue),
        ]
        guard plane == .invoke else { return .object(object) }
        object["api"] = .text(api)
        object["stage"] = .text(stage)
        object["route"] = .text(route)
        object["integration"] = .text(integration)
        object["connectionId"] = .text(connectionID)
        object["cause"] = .text(cause)
        return .object(object)
    }
}

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
