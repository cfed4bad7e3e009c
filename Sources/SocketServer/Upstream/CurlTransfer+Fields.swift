/// The fields of a request for libcurl: a text in C for each line, and rules that keep away the fields that
/// libcurl would add.

internal import CCurl
internal import HTTPWire

extension CurlTransfer {
    /// Sets the request's fields.
    func setFields(
        _ request: borrowing OutgoingRequest, of target: borrowing OutgoingTarget
    ) throws(OutgoingFailure) {
        let text = try FieldText(request, of: target)
        let isTaken = unsafe text.bytes.withUnsafeBufferPointer { bytes in
            unsafe text.starts.withUnsafeBufferPointer { starts in
                unsafe ccurl_set_fields(
                    pointer, bytes.baseAddress, bytes.count, starts.baseAddress, starts.count)
            }
        }
        guard isTaken else { throw .libraryMissing("libcurl has no memory") }
    }
}

/// The lines of a request. Lines of the section stay where they are, and get the end of a text in C.
private struct FieldText {
    private(set) var bytes: [UInt8] = []
    /// The places of the texts in `bytes`, in their order.
    private(set) var starts: [UInt32] = []

    /// The rules, behind the end of the text before them.
    private static let rules = Array("\0accept:\0content-type:\0expect:\0".utf8)
    private static let ruled: [(name: FieldNames, place: Int)] = [
        (FieldNames(["accept"]), 1), (FieldNames(["content-type"]), 9), (FieldNames(["expect"]), 23),
    ]
    private static let host = FieldNames(["host"])
    private static let transferEncoding = FieldNames(["transfer-encoding"])
    private static let contentLength = FieldNames(["content-length"])
    private static let special =
        FieldNames(["accept", "content-type", "expect", "host"]) + transferEncoding + contentLength
    /// Room for the length of a body, and the usual room for a host.
    private static let lineBytes = 64

    init(
        _ request: borrowing OutgoingRequest, of target: borrowing OutgoingTarget
    ) throws(OutgoingFailure) {
        let fields = request.fields
        let length = String(request.body.count)
        bytes.reserveCapacity(fields.bytes.count + Self.rules.count + Self.lineBytes)
        bytes.append(fields.bytes.span)
        bytes.append(Self.rules.span)
        starts.reserveCapacity(fields.count + Self.ruled.count + 1)
        // A bit for each rule.
        var (given, isHostMissing): (UInt8, Bool) = (0, request.serverName != nil)
        for index in fields.lines.indices {
            if fields.isNamed(Self.special, at: index) {
                if fields.isNamed(Self.transferEncoding, at: index) { continue }
                let isLength = fields.isNamed(Self.contentLength, at: index)
                if isLength, request.method == .head { continue }
                if isLength, !fields.hasValue(length, at: index) {
                    append("\(fields.name(at: index)): \(length)")
                    continue
                }
                for (i, rule) in Self.ruled.enumerated() where fields.isNamed(rule.name, at: index) {
                    given |= 1 << UInt8(i)
                }
                if fields.isNamed(Self.host, at: index) { isHostMissing = false }
            }
            try append(lineAt: index, of: fields)
        }
        if isHostMissing { append("Host: \(target.authority)") }
        for (i, rule) in Self.ruled.enumerated() where given & 1 << UInt8(i) == 0 {
            starts.append(UInt32(fields.bytes.count + rule.place))
        }
    }

    private mutating func append(_ line: String) {
        starts.append(UInt32(bytes.count))
        bytes.append(line)
        bytes.append(0)
    }

    private mutating func append(lineAt index: Int, of fields: HTTPFields) throws(OutgoingFailure) {
        try fields.checkLine(at: index)
        let line = fields.lines[index]
        // libcurl leaves out a field that ends with its colon, and sends one that ends with a semicolon.
        let isEmpty = line.valueStart == line.valueEnd
        if isEmpty { bytes[Int(line.nameEnd)] = UInt8(ascii: ";") }
        bytes[Int(isEmpty ? line.nameEnd + 1 : line.valueEnd)] = 0
        starts.append(line.nameStart)
    }
}
