/// The meaning of an answer's fields for the wire: the end of its body, and the life of the connection.
/// Refuses an answer whose body has no certain end. Follows RFC 9110 section 8.6 and RFC 9112 sections 6.1,
/// 6.3 and 9.3.

/// The framing of one answer, whose status is not 1xx.
package struct HTTP1ResponseFraming: Sendable, Equatable {
    /// The way to find the end of the body.
    package enum Body: Sendable, Equatable {
        case length(Int)
        case chunked
        /// The body ends with the connection.
        case untilClose
    }

    package let body: Body
    /// Whether another request may follow on the connection.
    package let isKeptAlive: Bool

    /// `answersHead` is true for the answer to HEAD, which has no body whatever its fields say.
    package init(
        of fields: HTTPFields, status: Int, version: HTTPVersion, answersHead: Bool
    ) throws(HTTPParseError) {
        var connection = ConnectionOptions()
        var codings = TransferCodings()
        var contentLength: Int?
        for (index, line) in fields.lines.enumerated() {
            let value = fields.bytes.span.extracting(Int(line.valueStart)..<Int(line.valueEnd))
            switch line.nameEnd - line.nameStart {
            case 10 where fields.isNamed(Self.connection, at: index): connection.add(value)
            case 14 where fields.isNamed(Self.contentLength, at: index):
                contentLength = try Self.length(value, after: contentLength)
            case 17 where fields.isNamed(Self.transferEncoding, at: index): try codings.add(value)
            default: break
            }
        }
        var isKeptAlive = !connection.close && (version != .http10 || connection.keepAlive)
        if answersHead || !HTTP1Encoder.mayHaveContent(status) {
            body = .length(0)
        } else if codings.count > 0 {
            guard codings.count == 1, codings.isChunkedLast else {
                throw .badRequest("No transfer coding but chunked is known here.")
            }
            // The sender of both lengths, or of chunks in HTTP/1.0, may mean another end.
            isKeptAlive = isKeptAlive && contentLength == nil && version != .http10
            body = .chunked
        } else if let contentLength {
            body = .length(contentLength)
        } else {
            isKeptAlive = false
            body = .untilClose
        }
        self.isKeptAlive = isKeptAlive
    }

    /// The number of a Content-Length. It may be there again, and may be a list, if all are the same.
    private static func length(_ value: Span<UInt8>, after known: Int?) throws(HTTPParseError) -> Int {
        var list = FieldList()
        var length = known
        while let range = list.next(in: value) {
            let next = try bodyLength(of: value.extracting(range))
            guard length ?? next == next else { throw .badRequest("Content-Length has two values.") }
            length = next
        }
        guard let length else { throw .badRequest("Content-Length is empty.") }
        return length
    }

    private static let connection = FieldNames(["connection"])
    private static let contentLength = FieldNames(["content-length"])
    private static let transferEncoding = FieldNames(["transfer-encoding"])
}
