/// A record as a line of the journal's file: the JSON of its entry, written straight into the bytes of many
/// lines. An entry, its fields and a JSON value would cost more than the request (`make bench`). The members
/// are those of `JournalEntry.json`, in its order.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// Writes lines.
enum JournalLine {
    static func append(_ numbered: JournalRing.NumberedRecord, to lines: inout [UInt8]) {
        let record = numbered.record
        let request = record.request
        var members = JSONMembers(to: &lines)
        members.integer("number", numbered.number, to: &lines)
        members.name("time", to: &lines)
        appendTime(record.time, to: &lines)
        members.string("requestId", record.shownID, to: &lines)
        members.string("method", request.method.rawValue, to: &lines)
        members.string("target", redactedTarget(request.target.text), to: &lines)
        members.string("httpVersion", request.version.rawValue, to: &lines)
        members.name("headers", to: &lines)
        append(request.fields, to: &lines)
        members.name("body", to: &lines)
        JSONWriter.appendString(repairing: request.body[...], to: &lines)
        members.integer("bodyBytes", record.bodyCount, to: &lines)
        members.string("operation", record.operation?.name, to: &lines)
        members.string("account", record.scope.account, to: &lines)
        members.string("region", record.scope.region, to: &lines)
        members.string("accessKeyId", Credential(of: request)?.accessKeyID, to: &lines)
        members.integer("attempt", sdkAttempt(in: request.fields), to: &lines)
        members.string("invocationId", sdkInvocationID(in: request.fields), to: &lines)
        members.integer("connection", Int(clamping: record.connection.rawValue), to: &lines)
        members.integer("status", record.status, to: &lines)
        members.name("answerBody", to: &lines)
        JSONWriter.appendString(repairing: record.answer.bytes[...], to: &lines)
        members.integer("answerBodyBytes", record.answer.count, to: &lines)
        members.number("durationMs", JSON.millisecondCount(record.duration), to: &lines)
        members.string("fault", record.fault, to: &lines)
        members.string("plane", record.plane.rawValue, to: &lines)
        if let invocation = record.invocation { append(invocation, to: &members, in: &lines) }
        members.end(to: &lines)
        lines.append(UInt8(ascii: "\n"))
    }

    private static func append(
        _ invocation: JournalInvocation, to members: inout JSONMembers, in lines: inout [UInt8]
    ) {
        members.string("api", invocation.api, to: &lines)
        members.string("stage", invocation.stage, to: &lines)
        members.string("route", invocation.route, to: &lines)
        members.string("integration", invocation.integration, to: &lines)
        members.string("connectionId", invocation.connectionID, to: &lines)
        members.string("cause", invocation.cause, to: &lines)
    }

    private static func appendTime(_ time: Duration, to lines: inout [UInt8]) {
        lines.append(UInt8(ascii: "\""))
        Timestamp.append(time, to: &lines)
        lines.append(UInt8(ascii: "\""))
    }

    /// The fields by their names in lower case. Repeated ones are joined by commas.
    private static func append(_ fields: HTTPFields, to lines: inout [UInt8]) {
        var members = JSONMembers(to: &lines)
        for index in fields.lines.indices {
            let name = fields.nameBytes(at: index)
            if (0..<index).contains(where: { isSame(fields.nameBytes(at: $0), name) }) { continue }
            members.begin(to: &lines)
            // A name is a token, which needs no escapes.
            lines.append(UInt8(ascii: "\""))
            lines.append(contentsOf: name.lazy.map(lowercase))
            lines.append(contentsOf: "\":".utf8)
            let others = (index + 1..<fields.lines.count).filter { isSame(fields.nameBytes(at: $0), name) }
            let isPlain =
                others.isEmpty && !isSecret(name)
                && JSONWriter.appendASCII(fields.valueBytes(at: index), to: &lines)
            if !isPlain {
                let text = fields.name(at: index).lowercased()
                let values = ([index] + others).map { redactedValue(fields.value(at: $0), ofField: text) }
                JSONWriter.appendString(values.joined(separator: ", "), to: &lines)
            }
        }
        members.end(to: &lines)
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
