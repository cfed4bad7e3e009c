/// A record as the JSON of its entry, written straight into bytes: for the admin API and for the journal's
/// file. An entry in Swift, its fields and a JSON value would cost more than a request (`make bench`). A
/// missing value is null, so that every entry of a plane has the same members.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// Writes entries.
enum JournalText {
    /// Appends an array of entries.
    static func append(_ records: [JournalRing.NumberedRecord], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "["))
        for (place, numbered) in records.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            append(numbered, to: &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    /// Appends an entry.
    static func append(_ numbered: JournalRing.NumberedRecord, to text: inout [UInt8]) {
        let record = numbered.record
        let (request, answer) = (record.request, record.answer)
        var members = JSONMembers(to: &text)
        members.integer("number", numbered.number, to: &text)
        members.name("time", to: &text)
        appendTime(record.time, to: &text)
        members.string("requestId", record.shownID, to: &text)
        members.string("method", request.method.rawValue, to: &text)
        members.string("target", redactedTarget(request.target.text), to: &text)
        members.string("httpVersion", request.version.rawValue, to: &text)
        members.name("headers", to: &text)
        append(request.fields, to: &text)
        members.name("body", to: &text)
        JSONWriter.appendString(repairing: request.body[...], to: &text)
        members.integer("bodyBytes", record.bodyCount, to: &text)
        members.string("operation", record.operation?.name, to: &text)
        members.string("account", record.scope.account, to: &text)
        members.string("region", record.scope.region, to: &text)
        members.string("accessKeyId", Credential(of: request)?.accessKeyID, to: &text)
        members.integer("attempt", sdkAttempt(in: request.fields), to: &text)
        members.string("invocationId", sdkInvocationID(in: request.fields), to: &text)
        members.integer("connection", Int(clamping: record.connection.rawValue), to: &text)
        members.integer("status", record.status, to: &text)
        members.name("answerBody", to: &text)
        JSONWriter.appendString(repairing: answer.bytes[...], to: &text)
        members.integer("answerBodyBytes", answer.count, to: &text)
        members.number("durationMs", JSON.millisecondCount(record.duration), to: &text)
        members.string("fault", record.fault, to: &text)
        members.string("plane", record.plane.rawValue, to: &text)
        if let invocation = record.invocation { append(invocation, to: &members, in: &text) }
        members.end(to: &text)
    }

    private static func append(
        _ invocation: JournalInvocation, to members: inout JSONMembers, in text: inout [UInt8]
    ) {
        members.string("api", invocation.api, to: &text)
        members.string("stage", invocation.stage, to: &text)
        members.string("route", invocation.route, to: &text)
        members.string("integration", invocation.integration, to: &text)
        members.string("connectionId", invocation.connectionID, to: &text)
        members.string("cause", invocation.cause, to: &text)
    }

    private static func appendTime(_ time: Duration, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        Timestamp.append(time, to: &text)
        text.append(UInt8(ascii: "\""))
    }

    /// The fields by their names in lower case. Repeated ones are joined by commas.
    private static func append(_ fields: HTTPFields, to text: inout [UInt8]) {
        var members = JSONMembers(to: &text)
        for index in fields.lines.indices {
            let name = fields.nameBytes(at: index)
            if (0..<index).contains(where: { isSame(fields.nameBytes(at: $0), name) }) { continue }
            members.begin(to: &text)
            // A name is a token, which needs no escapes.
            text.append(UInt8(ascii: "\""))
            text.append(contentsOf: name.lazy.map(lowercase))
            text.append(contentsOf: "\":".utf8)
            let others = (index + 1..<fields.lines.count).filter { isSame(fields.nameBytes(at: $0), name) }
            let isPlain =
                others.isEmpty && !isSecret(name)
                && JSONWriter.appendASCII(fields.valueBytes(at: index), to: &text)
            if !isPlain {
                let name = fields.name(at: index).lowercased()
                let values = ([index] + others).map { redactedValue(fields.value(at: $0), ofField: name) }
                JSONWriter.appendString(values.joined(separator: ", "), to: &text)
            }
        }
        members.end(to: &text)
    }

    /// Whether `redactedValue` may change the value of a field with this name. The lengths are those of the
    /// names that it knows.
    private static func isSecret(_ name: ArraySlice<UInt8>) -> Bool {
        switch name.count {
        case 13, 15, 20: true
        default: false
        }
    }

    private static func isSame(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { $0 == $1 || lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}
