/// Requests of the journal as Server-Sent Events: a row of JSON for each, with the values that a table shows.
/// Follows the section on server-sent events of the HTML standard (html.spec.whatwg.org).

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// Writes events.
enum EventText {
    /// The requests after `number` and up to `last`. `dropped` of them are missing: they are told before.
    static func append(
        _ records: [JournalRing.NumberedRecord], last: Int, dropped: Int, to bytes: inout [UInt8]
    ) {
        if dropped > 0 {
            append(event: "dropped", id: last, to: &bytes) { bytes in
                var members = JSONMembers(to: &bytes)
                members.integer("count", dropped, to: &bytes)
                members.end(to: &bytes)
            }
        }
        guard !records.isEmpty else { return }
        append(event: "requests", id: last, to: &bytes) { bytes in
            bytes.append(UInt8(ascii: "["))
            for (place, numbered) in records.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(numbered, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
    }

    /// A comment, which clients ignore.
    static let comment = Array(":\n\n".utf8)

    /// The time after which a client connects again, in milliseconds.
    static let opening = Array("retry: 1000\n\n".utf8)

    private static func append(
        event: String, id: Int, to bytes: inout [UInt8], _ data: (inout [UInt8]) -> Void
    ) {
        bytes.append(contentsOf: "event: \(event)\nid: \(id)\ndata: ".utf8)
        // JSON escapes line feeds, so that the data is one line.
        data(&bytes)
        bytes.append(contentsOf: "\n\n".utf8)
    }

    /// A row. Members without a value are left out.
    private static func append(_ numbered: JournalRing.NumberedRecord, to bytes: inout [UInt8]) {
        let record = numbered.record
        let (request, invocation) = (record.request, record.invocation)
        var row = JSONMembers(to: &bytes)
        func text(_ name: String, _ value: String?, _ bytes: inout [UInt8]) {
            if let value { row.string(name, value, to: &bytes) }
        }
        row.integer("number", numbered.number, to: &bytes)
        text("time", Timestamp.text(record.time), &bytes)
        text("requestId", record.shownID, &bytes)
        text("plane", record.plane.rawValue, &bytes)
        text("account", record.scope.account, &bytes)
        text("method", request.method.rawValue, &bytes)
        text("target", shortened(redactedTarget(request.target.text)), &bytes)
        text("operation", record.operation?.name, &bytes)
        if let status = record.status { row.integer("status", status, to: &bytes) }
        row.number("durationMs", JSON.millisecondCount(record.duration), to: &bytes)
        let attempt = sdkAttempt(in: request.fields)
        if attempt != 1 { row.integer("attempt", attempt, to: &bytes) }
        text("fault", record.fault, &bytes)
        text("api", invocation?.api, &bytes)
        text("stage", invocation?.stage, &bytes)
        text("route", invocation?.route, &bytes)
        text("connectionId", invocation?.connectionID, &bytes)
        text("cause", invocation?.cause, &bytes)
        row.end(to: &bytes)
    }

    /// The beginning of a long target, with an ellipsis. The whole one is in the journal's entry.
    private static func shortened(_ target: String) -> String {
        target.utf8.count <= targetBytesMax ? target : String(target.prefix(targetBytesMax)) + "…"
    }

    /// Bytes of a target in an event. Fixed, because the journal has all of it.
    private static let targetBytesMax = 1_000
}
