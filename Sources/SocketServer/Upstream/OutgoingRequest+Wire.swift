/// A request as bytes of HTTP/1.1, and what its method says of its body and of a second sending. Follows RFC
/// 9110 sections 7.2, 8.6 and 9.2.2, and RFC 9112 section 3.

internal import HTTPWire

extension OutgoingRequest {
    /// Whether several such requests do no more than one (RFC 9110 section 9.2.2).
    var isIdempotent: Bool { Self.idempotent.contains(method) }

    /// Whether the head gives the length of the body, although there may be none (RFC 9110 section 8.6).
    var hasFramedBody: Bool { method != .head && (!body.isEmpty || Self.framing.contains(method)) }

    /// The head and the body. `Host` comes first, and a length that is missing last.
    func wireBytes(to target: borrowing OutgoingTarget) throws(OutgoingFailure) -> [UInt8] {
        guard HTTPFields.isName(method.rawValue) else {
            throw .invalidRequest("\(method.rawValue) is no method")
        }
        let size = target.path.utf8.count + target.authority.utf8.count + fields.bytes.count + body.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + Self.otherBytes)
        bytes.append(method.rawValue)
        bytes.append(" ")
        bytes.append(target.path)
        bytes.append(" HTTP/1.1\r\n")
        try appendHost(of: target, to: &bytes)
        var needsLength = hasFramedBody
        for index in fields.lines.indices {
            if fields.isNamed(Self.special, at: index) {
                guard method != .head, fields.isNamed(Self.contentLength, at: index) else { continue }
                needsLength = false
                bytes.append(contentsOf: fields.nameBytes(at: index))
                bytes.append(": \(body.count)\r\n")
            } else {
                try fields.appendLine(at: index, to: &bytes)
            }
        }
        if needsLength { bytes.append("Content-Length: \(body.count)\r\n") }
        bytes.append("\r\n")
        if hasFramedBody { bytes.append(body.span) }
        return bytes
    }

    private func appendHost(
        of target: borrowing OutgoingTarget, to bytes: inout [UInt8]
    ) throws(OutgoingFailure) {
        guard let given = fields.lines.indices.first(where: { fields.isNamed(Self.host, at: $0) }) else {
            bytes.append("Host: ")
            bytes.append(target.hostField)
            return bytes.append("\r\n")
        }
        try fields.appendLine(at: given, to: &bytes)
    }

    private static let idempotent: [HTTPMethod] = [
        .get, .head, .put, .delete, .options, HTTPMethod(rawValue: "TRACE"),
    ]
    private static let framing: [HTTPMethod] = [.post, .put, .patch]
    private static let host = FieldNames(["host"])
    private static let contentLength = FieldNames(["content-length"])
    /// The fields that are not sent where and as they stand.
    private static let special = FieldNames(["host", "content-length", "transfer-encoding"])
    /// Room for the method, the version, the name of the host and a length.
    private static let otherBytes = 96
}

extension HTTPFields {
    /// Refuses a line whose name is no token, or whose value has a line break or the end of a text of C.
    func checkLine(at index: Int) throws(OutgoingFailure) {
        guard hasToken(at: index), canBeLine(at: index) else {
            throw .invalidRequest("the field \(name(at: index)) has a name or a value that no field has")
        }
    }

    fileprivate func appendLine(at index: Int, to bytes: inout [UInt8]) throws(OutgoingFailure) {
        try checkLine(at: index)
        let line = lines[index]
        let isEmpty = line.valueStart == line.valueEnd
        // One copy, because most lines have this form.
        if !isEmpty, let text = plainText(of: line) {
            return bytes.append(self.bytes.span.extracting(text))
        }
        let end = isEmpty ? line.nameEnd : line.valueEnd
        bytes.append(self.bytes.span.extracting(Int(line.nameStart)..<Int(end)))
        bytes.append(isEmpty ? ":\r\n" : "\r\n")
    }

    private func canBeLine(at index: Int) -> Bool {
        let value = bytes.span.extracting(Int(lines[index].valueStart)..<Int(lines[index].valueEnd))
        // Without an end at the first one the compiler looks at sixteen bytes at once.
        var found: UInt8 = 0
        for i in value.indices {
            let byte = value[i]
            found |= (byte == 0 ? 1 : 0) | (byte == 0x0A ? 1 : 0) | (byte == 0x0D ? 1 : 0)
        }
        return found == 0
    }
}
