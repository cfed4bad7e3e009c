/// A request target, parsed once: percent-decoded path segments and query items (RFC 9112 section 3.2, RFC
/// 3986). Refuses with 400 a target that is not origin-form, absolute-form or `*`, and any character that a
/// URI may not have. Refuses with 400 percent-encoding that is not `%` and two hexadecimal digits, or that
/// does not decode to UTF-8. A lenient query keeps both, because clients of deployed APIs send them. Dot
/// segments stay, because the client signed the path with them. A `..` matches no path of the service.

/// The target of a request, in origin-form.
package struct RequestTarget: Sendable {
    /// One `name=value` of the query, decoded.
    package struct QueryItem: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Path and query as sent, still encoded.
    package let text: String
    /// The decoded segments between the slashes: `/v2/apis` has two, `/` one empty segment, `/v2/` two, `*`
    /// none.
    package let pathSegments: [String]
    package let queryItems: [QueryItem]
    /// Host and port of an absolute-form target, which replaces the Host field (RFC 9112 section 3.2.2).
    package let authority: String?
    /// The mistake in a lenient query, as a sentence for the peer; nil for a query that a URI may have.
    package let queryMistake: String?
    /// Whether a segment has a question mark, which was encoded.
    package let hasEncodedQuestionMark: Bool

    package init(
        text: String, pathSegments: [String], queryItems: [QueryItem] = [], authority: String? = nil,
        queryMistake: String? = nil, hasEncodedQuestionMark: Bool? = nil
    ) {
        self.text = text
        self.pathSegments = pathSegments
        self.queryItems = queryItems
        self.authority = authority
        self.queryMistake = queryMistake
        self.hasEncodedQuestionMark =
            hasEncodedQuestionMark ?? pathSegments.contains { $0.utf8.contains(UInt8(ascii: "?")) }
    }

    /// Whether the target is `*`, the server as a whole (RFC 9112 section 3.2.4).
    package var isAsterisk: Bool { pathSegments.isEmpty }

    /// The decoded value of the first query item called `name`.
    package func query(_ name: String) -> String? {
        queryItems.first { $0.name == name }?.value
    }
}

extension RequestTarget {
    /// Parses the target of a request line or of a `:path`. A lenient query may have every printable ASCII
    /// character, and keeps a name or value as it is that does not decode.
    package init(parsing bytes: Span<UInt8>, isQueryLenient: Bool = false) throws(HTTPParseError) {
        if bytes.equals("*") {
            self.init(text: "*", pathSegments: [])
            return
        }
        let pathStart = try startOfPath(in: bytes)
        let authority = try hostAndPort(before: pathStart, in: bytes)
        let path = PathSegments(of: bytes, from: pathStart)
        let pathEnd = path.end
        var queryItems: [QueryItem] = []
        var queryMistake: String?
        if pathEnd < bytes.count {
            guard bytes[pathEnd] == UInt8(ascii: "?") else { throw foreignCharacter }
            let query = bytes.extracting((pathEnd + 1)..<bytes.count)
            do throws(HTTPParseError) {
                guard ByteSet.query.prefixCount(of: query) == query.count else { throw foreignCharacter }
                queryItems = try items(of: query)
            } catch {
                guard isQueryLenient, ByteSet.printable.prefixCount(of: query) == query.count else {
                    throw error
                }
                queryItems = lenientItems(of: query)
                queryMistake = error.reason
            }
        }
        // Every character of a path and of a query is ASCII.
        let text = String(ascii: bytes.extracting(pathStart..<bytes.count))
        if let mistake = path.mistake { throw mistake }
        self.init(
            text: pathEnd == pathStart ? "/" + text : text, pathSegments: path.texts,
            queryItems: queryItems, authority: authority, queryMistake: queryMistake,
            hasEncodedQuestionMark: path.hasEncodedQuestionMark)
    }

    /// A target that was refused, for the log: its text as it came, and segments that are not decoded.
    package init(refused text: String) {
        let path = text.prefix { $0 != "?" }.dropFirst()
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        self.init(text: text, pathSegments: segments.map(String.init))
    }

    init(refused bytes: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.append(bytes)
        self.init(refused: String(decoding: copy, as: UTF8.self))
    }

    /// Parses a target that code or a test gives as text.
    package init(parsing text: String, isQueryLenient: Bool = false) throws(HTTPParseError) {
        let bytes = Array(text.utf8)
        try self.init(parsing: bytes.span, isQueryLenient: isQueryLenient)
    }
}

private let foreignCharacter = HTTPParseError.badRequest(
    "The target has a character that a URI may not have.")

/// The segments for which the first one reserves room: `/v2/apis/{}/integrations/{}` has five.
private let typicalSegmentCount = 6

/// The start of the path: 0 in origin-form, the end of the authority in absolute-form.
private func startOfPath(in bytes: Span<UInt8>) throws(HTTPParseError) -> Int {
    if bytes.count > 0, bytes[0] == .slash { return 0 }
    guard var end = schemeEnd(of: bytes) else {
        throw .badRequest("The target is neither a path nor an http or https URI.")
    }
    while end < bytes.count, bytes[end] != .slash, bytes[end] != UInt8(ascii: "?") { end += 1 }
    return end
}

private func schemeEnd(of bytes: Span<UInt8>) -> Int? {
    for scheme in ["http://", "https://"] {
        let end = scheme.utf8.count
        if bytes.count >= end, bytes.extracting(0..<end).equalsIgnoringCase(scheme) { return end }
    }
    return nil
}

private func hostAndPort(before pathStart: Int, in bytes: Span<UInt8>) throws(HTTPParseError) -> String? {
    guard pathStart > 0, let start = schemeEnd(of: bytes) else { return nil }
    let authority = bytes.extracting(start..<pathStart)
    // A URI of http or https has a host (RFC 9110 section 4.2.1).
    guard authority.count > 0, authority[0] != .colon, Authority.isValid(authority),
        let text = String(utf8: authority)
    else {
        throw .badRequest("The target's host is not one.")
    }
    return text
}

/// The path of a target, in one pass. It is split before decoding, so that an encoded slash stays inside its
/// segment.
private struct PathSegments {
    /// The end of the path: the first byte that a path may not have.
    private(set) var end: Int
    /// The decoded segments. An empty path has one.
    private(set) var texts: [String] = []
    private(set) var hasEncodedQuestionMark = false
    /// The first segment that does not decode.
    private(set) var mistake: HTTPParseError?

    init(of bytes: Span<UInt8>, from pathStart: Int) {
        // Local, because a property would be read and written at each byte.
        var place = pathStart
        end = pathStart
        texts.reserveCapacity(typicalSegmentCount)
        if place < bytes.count, bytes[place] == .slash { place &+= 1 }
        var start = place
        var isEncoded = false
        let plain = ByteSet.segment
        while true {
            while place < bytes.count, plain.contains(bytes[place]) { place &+= 1 }
            guard place < bytes.count else { break }
            if bytes[place] == .slash {
                append(bytes.extracting(start..<place), isEncoded: isEncoded)
                start = place &+ 1
                isEncoded = false
            } else if bytes[place] == UInt8(ascii: "%") {
                isEncoded = true
                if bytes.extracting(place...).isEncodedQuestionMark { hasEncodedQuestionMark = true }
            } else {
                break
            }
            place &+= 1
        }
        append(bytes.extracting(start..<place), isEncoded: isEncoded)
        end = place
    }

    private mutating func append(_ bytes: Span<UInt8>, isEncoded: Bool) {
        do throws(HTTPParseError) {
            texts.append(try text(of: bytes, isEncoded: isEncoded))
        } catch {
            mistake = mistake ?? error
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes begin with `%3F`.
    fileprivate var isEncodedQuestionMark: Bool {
        count > 2 && self[1] == UInt8(ascii: "3") && self[2].lowercased == UInt8(ascii: "f")
    }
}

/// Splits at `&`, then at the first `=`. An item without `=` has an empty value, and an empty item is
/// skipped.
private func items(of query: Span<UInt8>) throws(HTTPParseError) -> [RequestTarget.QueryItem] {
    let isEncoded = hasEncoding(query)
    var items: [RequestTarget.QueryItem] = []
    var start = 0
    var nameEnd: Int?
    for end in 0...query.count {
        if end == query.count || query[end] == UInt8(ascii: "&") {
            if end > start {
                let name = try text(of: query.extracting(start..<(nameEnd ?? end)), isEncoded: isEncoded)
                let value = try text(
                    of: query.extracting((nameEnd.map { $0 + 1 } ?? end)..<end), isEncoded: isEncoded)
                items.append(RequestTarget.QueryItem(name: name, value: value))
            }
            start = end + 1
            nameEnd = nil
        } else if query[end] == UInt8(ascii: "="), nameEnd == nil {
            nameEnd = end
        }
    }
    return items
}

/// The items of a query that `items(of:)` refuses.
private func lenientItems(of query: Span<UInt8>) -> [RequestTarget.QueryItem] {
    String(ascii: query).split(separator: "&").map { item in
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return RequestTarget.QueryItem(
            name: decodedOrSent(parts[0]), value: parts.count > 1 ? decodedOrSent(parts[1]) : "")
    }
}

private func decodedOrSent(_ text: Substring) -> String {
    let bytes = Array(text.utf8)
    do throws(HTTPParseError) {
        return try PercentCoding.decoded(bytes.span)
    } catch {
        return String(text)
    }
}

/// Whether there is a `%` to decode. The loop looks at every byte, because the compiler vectorizes only a
/// loop without an early end.
private func hasEncoding(_ bytes: Span<UInt8>) -> Bool {
    var found: UInt8 = 0
    for i in bytes.indices { found |= bytes[i] == UInt8(ascii: "%") ? 1 : 0 }
    return found != 0
}

private func text(of bytes: Span<UInt8>, isEncoded: Bool) throws(HTTPParseError) -> String {
    isEncoded ? try PercentCoding.decoded(bytes) : String(ascii: bytes)
}
