/// The first line of a request in, its method, target and version out. Refuses anything but `method SP target SP
/// version` with exactly one space each, a method that is no token, authority-form, asterisk-form without OPTIONS,
/// and with 505 every HTTP version but 1.0 and 1.1. Follows RFC 9112 section 3.

/// A request line taken apart.
struct HTTP1RequestLine: Sendable {
    let method: HTTPMethod
    let target: RequestTarget
    let version: HTTPVersion

    /// Takes the line without its CRLF.
    init(parsing line: Span<UInt8>) throws(HTTPParseError) {
        var methodEnd = 0
        while methodEnd < line.count, ByteSet.token.contains(line[methodEnd]) { methodEnd += 1 }
        guard methodEnd > 0, methodEnd < line.count, line[methodEnd] == .space else {
            throw .badRequest("The request line does not begin with a method and a space.")
        }
        var targetEnd = methodEnd + 1
        while targetEnd < line.count, line[targetEnd] != .space { targetEnd += 1 }
        guard targetEnd > methodEnd + 1, targetEnd < line.count else {
            throw .badRequest("The request line is not a method, a target and a version.")
        }
        version = try Self.version(line.extracting((targetEnd + 1)..<line.count))
        method = try Self.method(line.extracting(0..<methodEnd))
        target = try RequestTarget(parsing: line.extracting((methodEnd + 1)..<targetEnd))
        guard !target.isAsterisk || method == .options else {
            throw .badRequest("The target * is for OPTIONS only.")
        }
    }

    private static func method(_ bytes: Span<UInt8>) throws(HTTPParseError) -> HTTPMethod {
        if bytes.equals("GET") { return .get }
        guard let name = String(utf8: bytes) else { throw .badRequest("The method is not a token.") }
        return HTTPMethod(rawValue: name)
    }

    /// Case counts, and one digit stands on each side of the dot (RFC 9112 section 2.3). `HTTP/2` is a version too,
    /// though not of this wire, and so 505 rather than 400.
    private static func version(_ bytes: Span<UInt8>) throws(HTTPParseError) -> HTTPVersion {
        guard bytes.count > 5, bytes.extracting(0..<5).equals("HTTP/") else {
            throw .badRequest("The request line does not end with an HTTP version.")
        }
        let number = bytes.extracting(5..<bytes.count)
        if number.equals("1.1") { return .http11 }
        if number.equals("1.0") { return .http10 }
        let isNumber =
            number.count == 1 || (number.count == 3 && number[1] == UInt8(ascii: ".") && number[2].isDigit)
        guard isNumber, number[0].isDigit else {
            throw .badRequest("The request line does not end with an HTTP version.")
        }
        throw HTTPParseError(status: 505, reason: "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
    }
}
