/// An invocation as `/__admin/invocations` shows it: the route and why not the others, the messages of each
/// step, and the time of each part. It is made when somebody reads it. The lines about routes come from the
/// deployment at the time of the call.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import JSON

/// The report of one invocation.
struct InvocationReport {
    private let entry: JournalEntry
    private let record: JournalRecord
    private let call: JournalInvocation
    /// The path that routes see; nil for a request that reached no stage.
    private let path: RequestPath?

    /// Nil for a request of the control plane.
    init?(_ numbered: JournalRing.NumberedRecord) {
        record = numbered.record
        guard let call = record.invocation else { return nil }
        self.call = call
        let request = record.request
        path = call.path(of: request)
        entry = JournalEntry(numbered.number, record, request)
    }

    /// The line of a list.
    var summary: JSONObject {
        [
            "number": .integer(entry.number), "time": .string(Timestamp.text(entry.time)),
            "requestId": .string(entry.requestID), "account": .string(entry.account),
            "region": .string(entry.region), "api": .text(entry.api), "stage": .text(entry.stage),
            "method": .string(entry.method), "target": .string(entry.target),
            "path": .text(path?.decoded),
            "route": .text(entry.route), "integration": .text(entry.integration),
            "connectionId": .text(entry.connectionID),
            "status": .whole(entry.status), "cause": .text(entry.cause), "fault": .text(entry.fault),
            "durationMs": .milliseconds(entry.duration),
        ]
    }

    /// The summary with all that is known.
    var json: JSON {
        guard let messages = record.callMessages else {
            preconditionFailure("A record with the facts of a call has its messages.")
        }
        var report = summary
        report["request"] = .message(messages.request.fields, entry.body, of: entry.bodyByteCount)
        report["routes"] = routes(messages.request.method)
        report["authorization"] =
            call.authorization.map {
                .object(["type": .string($0.type), "admitted": .bool($0.isAdmitted)])
            } ?? .null
        report["ignoredMappings"] = .array(call.ignoredMappings.map(JSON.string))
        report["steps"] = .array(messages.steps.map(\.json))
        report["answer"] = answer(messages)
        report["timings"] = timings(messages.steps)
        return .object(report)
    }

    /// The route that matched, and a line for each other one, the nearest first.
    private func routes(_ method: HTTPMethod) -> JSON {
        guard let path else { return .null }
        let misses = call.routes?.misses(method, path) ?? []
        return .object([
            "matched": .text(call.route), "others": .array(misses.map { .string($0.text) }),
        ])
    }

    private func answer(_ messages: CallMessages) -> JSON {
        guard record.status != nil else { return .null }
        return .message(
            messages.answerFields, messages.answer.bytes, of: messages.answer.count,
            first: [("status", .whole(record.status))])
    }

    /// The time of each part. The rest is the gateway's own.
    private func timings(_ steps: [InvocationStep]) -> JSON {
        func time(_ part: InvocationStep.Part) -> Duration {
            steps.reduce(.zero) { $1.part == part ? $0 + $1.duration : $0 }
        }
        let (authorizer, integration) = (time(.authorizer), time(.integration))
        let own = record.duration - authorizer - integration - call.mapping - call.delay
        return .object([
            "authorizerMs": .milliseconds(authorizer), "mappingMs": .milliseconds(call.mapping),
            "integrationMs": .milliseconds(integration), "faultMs": .milliseconds(call.delay),
            "gatewayMs": .milliseconds(max(.zero, own)), "totalMs": .milliseconds(record.duration),
        ])
    }
}

extension InvocationStep {
    fileprivate var json: JSON {
        [
            "part": .string(part.rawValue), "target": .string(redactedTarget(target)),
            "startMs": .milliseconds(start), "durationMs": .milliseconds(duration), "sent": sentJSON,
            "received": receivedJSON, "error": .text(error),
        ]
    }

    private var sentJSON: JSON {
        switch sent {
        case nil: .null
        case .event(let body):
            [
                "body": .string(redactedEvent(body.bytes)), "bodyBytes": .integer(body.count),
            ]
        case .request(let method, let url, let fields, let body):
            .message(
                fields, body.bytes, of: body.count,
                first: [("method", .string(method)), ("url", .string(redactedTarget(url)))])
        }
    }

    private var receivedJSON: JSON {
        switch received {
        case nil: .null
        case .payload(let body):
            [
                "body": .string(String(decoding: body.bytes, as: UTF8.self)),
                "bodyBytes": .integer(body.count),
            ]
        case .response(let status, let fields, let body):
            .message(fields, body.bytes, of: body.count, first: [("status", .integer(status))])
        }
    }
}

extension JSON {
    /// A message with its fields and its body, of which `bytes` may be a part.
    fileprivate static func message(
        _ fields: HTTPFields, _ bytes: [UInt8], of count: Int, first members: [(String, JSON)] = []
    ) -> JSON {
        var object = JSONObject(members.map { JSONObject.Member(name: $0.0, value: $0.1) })
        var headers = JSONObject()
        for index in fields.lines.indices {
            let name = fields.name(at: index).lowercased()
            let value = redactedValue(fields.value(at: index), ofField: name)
            if case .string(let earlier) = headers[name] {
                headers[name] = .string("\(earlier), \(value)")
            } else {
                headers[name] = .string(value)
            }
        }
        object["headers"] = .object(headers)
        object["body"] = .string(String(decoding: bytes, as: UTF8.self))
        object["bodyBytes"] = .integer(count)
        return .object(object)
    }
}
