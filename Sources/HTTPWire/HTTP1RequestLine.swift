/// The first line of a request in; its method, target and version out. Refuses a line other than `method SP
/// target SP version` with exactly one space each. Refuses a method that is no token, authority-form, and
/// asterisk-form without OPTIONS. Refuses every HTTP version but 1.x with 505. Follows RFC 9112 section 3.

/// A parsed request line.
struct HTTP1RequestLine: Sendable {
    let method: HTTPMethod
    let target: RequestTarget
    let version: HTTPVersion

    /// Parses the line, which is given without its CRLF.
    init(parsing line: Span<UInt8>, isQueryLenient: Bool) throws(HTTPParseError) {
        let methodEnd = ByteSet.token.prefixCount(of: line)
        guard methodEnd > 0, methodEnd < line.count, line[methodEnd] == .space else {
            throw .badRequest("The request line does not begin with a method and a space.")
        }
        let behind = line.extracting((methodEnd + 1)..<line.count)
        guard let targetCount = firstSpace(in: behind), targetCount > 0 else {
            throw .badRequest("The request line is not a method, a target and a version.")
        }
        let version = try Self.version(behind.extracting((targetCount + 1)..<behind.count))
        let method = try Self.method(line.extracting(0..<methodEnd))
        let target = try RequestTarget(
            parsing: behind.extracting(0..<targetCount), isQueryLenient: isQueryLenient)
        guard !target.isAsterisk || method == .options else {
            throw .badRequest("The target * is for OPTIONS only.")
        }
        // Set last, because a property that is set before a `throw` is copied.
        (self.method, self.target, self.version) = (method, target, version)
    }

    private static func method(_ bytes: Span<UInt8>) throws(HTTPParseError) -> HTTPMethod {
        if bytes.equals("GET") { return .get }
        guard let name = String(utf8: bytes) else { throw .badRequest("The method is not a token.") }
        return HTTPMethod(rawValue: name)
    }

    /// The version. Case counts, and one digit is on each side of the dot (RFC 9112 section 2.3). `HTTP/2` is
    /// a version that this wire does not speak, so it gets 505 and not 400.
    private static func version(_ bytes: Span<UInt8>) throws(HTTPParseError) -> HTTPVersion {
        guard bytes.count > 5, bytes.extracting(0..<5).equals("HTTP/") else {
            throw .badRequest("The request line does not end with an HTTP version.")
        }
        let number = bytes.extracting(5..<bytes.count)
        if number.equals("1.1") { return .http11 }
        if number.equals("1.0") { return .http10 }
        // A later minor version is treated as the highest known one (RFC 9110 section 2.5).
        if number.count == 3, number.extracting(0..<2).equals("1."), number[2].isDigit { return .http11 }
        let isNumber =
            number.count == 1 || (number.count == 3 && number[1] == UInt8(ascii: ".") && number[2].isDigit)
        guard isNumber, number[0].isDigit else {
            throw .badRequest("The request line does not end with an HTTP version.")
        }
        throw HTTPParseError(status: 505, reason: "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
    }
}

private func firstSpace(in bytes: Span<UInt8>) -> Int? {
    for i in bytes.indices where bytes[i] == .space { return i }
    return nil
}
