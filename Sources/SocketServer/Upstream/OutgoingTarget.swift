/// A URL, parsed for a call: the scheme, the authority, host and port, and the rest for the request line.
/// Throws `OutgoingFailure.invalidRequest` for other schemes, for user information, and for bytes that a
/// request line cannot have.

internal import HTTPWire

/// The parts of a URL of `http` or `https`.
struct OutgoingTarget {
    let isEncrypted: Bool
    /// Host and port as written.
    let authority: String
    /// The host as written, with the brackets of an IPv6 address.
    let host: String
    /// The port, from the scheme if the URL has none.
    let port: UInt16
    /// Path and query as written. The path begins with a slash.
    let path: String

    /// The value of a Host field, without the port of the scheme.
    var hostField: String { port == (isEncrypted ? 443 : 80) ? host : authority }

    init(_ url: String) throws(OutgoingFailure) {
        let bytes = url.utf8.span
        let (start, authorityEnd, end) = try Self.places(in: bytes, url)
        isEncrypted = start == "https://".utf8.count
        var hostEnd = authorityEnd
        if let colon = bytes.extracting(start..<authorityEnd).lastIndex(of: UInt8(ascii: ":")),
            bytes[start] != UInt8(ascii: "[") || bytes[start + colon - 1] == UInt8(ascii: "]")
        {
            hostEnd = start + colon
        }
        authority = String(bytes: bytes.extracting(start..<authorityEnd))
        host = hostEnd == authorityEnd ? authority : String(bytes: bytes.extracting(start..<hostEnd))
        guard hostEnd > start,
            let port = Self.port(bytes.extracting(hostEnd..<authorityEnd), isEncrypted: isEncrypted)
        else { throw .invalidRequest("the URL \(url) has no host, or a port that is none") }
        self.port = port
        let rest = String(bytes: bytes.extracting(authorityEnd..<end))
        path = authorityEnd < end && bytes[authorityEnd] == UInt8(ascii: "/") ? rest : "/" + rest
    }

    /// The begin of the authority, its end, and the end of the query.
    private static func places(
        in bytes: Span<UInt8>, _ url: String
    ) throws(OutgoingFailure) -> (start: Int, authorityEnd: Int, end: Int) {
        guard let scheme = ["http://", "https://"].first(where: { bytes.begins(withAnyCaseOf: $0) }) else {
            throw .invalidRequest("the URL \(url) begins with neither http:// nor https://")
        }
        let start = scheme.utf8.count
        var (authorityEnd, end) = (bytes.count, bytes.count)
        for i in start..<bytes.count {
            switch bytes[i] {
            // A space would end the request target, and a line break the line.
            case 0...0x20, 0x7F...:
                throw .invalidRequest(
                    "the URL \(url) has a space, a control character or a letter beyond ASCII")
            case UInt8(ascii: "#") where end == bytes.count: end = i
            case _ where authorityEnd < bytes.count || end < bytes.count: continue
            case UInt8(ascii: "@"):
                throw .invalidRequest("the URL holds user information, which no call sends")
            case UInt8(ascii: "/"), UInt8(ascii: "?"): authorityEnd = i
            default: break
            }
        }
        return (start, min(authorityEnd, end), end)
    }

    /// The port of `:8080`, or that of the scheme; nil for another text and for 0.
    private static func port(_ text: Span<UInt8>, isEncrypted: Bool) -> UInt16? {
        guard text.count > 1 else { return isEncrypted ? 443 : 80 }
        var port = 0
        for i in 1..<text.count {
            guard text[i].isDigit, port <= UInt16.max else { return nil }
            port = port * 10 + Int(text[i] - UInt8(ascii: "0"))
        }
        return port > 0 ? UInt16(exactly: port) : nil
    }
}

extension Span<UInt8> {
    fileprivate func begins(withAnyCaseOf word: String) -> Bool {
        count >= word.utf8.count && extracting(first: word.utf8.count).equalsIgnoringCase(word)
    }

    fileprivate func lastIndex(of byte: UInt8) -> Int? {
        for i in indices.reversed() where self[i] == byte { return i }
        return nil
    }
}
