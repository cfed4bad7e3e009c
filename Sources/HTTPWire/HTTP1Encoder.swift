/// Responses in, bytes of an HTTP/1.1 connection out. The fields have the order of the service's front end:
/// Date, Content-Type, Content-Length, Connection, then the response's. The status line has HTTP/1.1 for
/// clients of 1.0 too (RFC 9110 section 6.2), so both get the same bytes. Follows RFC 9110 section 8.6 and
/// RFC 9112 section 6.

/// Writes responses. Head and body can be written apart, for deliveries that cut or slow the body.
package enum HTTP1Encoder {
    /// The interim response to `Expect: 100-continue`.
    package static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends the whole response. `isHead` is true for the answer to a HEAD request.
    package static func append(
        _ response: HTTPResponse, to output: inout [UInt8], date: HTTPDate, keepAlive: Bool, isHead: Bool
    ) {
        appendHead(of: response, to: &output, date: date, keepAlive: keepAlive)
        if sendsBody(response, isHead: isHead) { output.append(response.body.span) }
    }

    /// Appends everything up to the empty line and the line itself. It is the same for GET and HEAD.
    package static func appendHead(
        of response: HTTPResponse, to output: inout [UInt8], date: HTTPDate, keepAlive: Bool
    ) {
        precondition((200...599).contains(response.status), "A final response has a status of 200 to 599.")
        output.append("HTTP/1.1 ")
        output.appendDecimal(response.status)
        output.append(.space)
        output.append(reasonPhrase(of: response.status))
        output.append("\r\nDate: ")
        if let date = response.passed?.date {
            output.append(date.span)
        } else {
            output.append(date.bytes.span)
        }
        if mayHaveContent(response.status) {
            if let contentType = response.contentType {
                output.append("\r\nContent-Type: ")
                output.append(contentType)
            }
            output.append("\r\nContent-Length: ")
            output.appendDecimal(response.passed?.contentLength ?? response.body.count)
        }
        output.append(keepAlive ? keepAliveLine : closeLine)
        output.append(response.fields.bytes.span)
        output.append(.carriageReturn)
        output.append(.lineFeed)
    }

    /// Appends the head of a response whose body comes in chunks (RFC 9112 section 7.1). The chunks may also
    /// be left out, for HEAD.
    package static func appendChunkedHead(
        of response: HTTPResponse, to output: inout [UInt8], date: HTTPDate, keepAlive: Bool
    ) {
        precondition(mayHaveContent(response.status), "A response without content has no chunks.")
        output.append("HTTP/1.1 ")
        output.appendDecimal(response.status)
        output.append(.space)
        output.append(reasonPhrase(of: response.status))
        output.append("\r\nDate: ")
        output.append(date.bytes.span)
        if let contentType = response.contentType {
            output.append("\r\nContent-Type: ")
            output.append(contentType)
        }
        output.append("\r\nTransfer-Encoding: chunked")
        output.append(keepAlive ? keepAliveLine : closeLine)
        output.append(response.fields.bytes.span)
        output.append(.carriageReturn)
        output.append(.lineFeed)
    }

    /// Appends a piece of the body as a chunk; nothing for an empty piece, which would be the last chunk.
    package static func appendChunk(_ piece: [UInt8], to output: inout [UInt8]) {
        guard !piece.isEmpty else { return }
        output.append(contentsOf: String(piece.count, radix: 16).utf8)
        output.append("\r\n")
        output.append(piece.span)
        output.append("\r\n")
    }

    /// The last chunk, without trailers.
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// Whether the body follows the head. No body follows for HEAD, 204 and 304.
    package static func sendsBody(_ response: HTTPResponse, isHead: Bool) -> Bool {
        !isHead && mayHaveContent(response.status)
    }

    static func mayHaveContent(_ status: Int) -> Bool {
        status != 204 && status != 304
    }

    private static let keepAliveLine = "\r\nConnection: keep-alive\r\n"
    private static let closeLine = "\r\nConnection: close\r\n"
}
