/// The meaning of a request's fields for the wire: the length of its body, the life of the connection, and
/// the wish for a `100 Continue`. Refuses a request that two readers could understand differently, because
/// such a request can smuggle another one inside. Follows RFC 9110 sections 7.2, 8.6, 10.1.1 and RFC 9112
/// sections 3.2, 6, 9.3 and 11.2.

/// The framing of one request.
struct HTTP1Framing: Sendable, Equatable {
    enum Body: Sendable, Equatable {
        case length(Int)
        case chunked
    }

    private(set) var body = Body.length(0)
    private(set) var isKeptAlive: Bool
    private(set) var expectsContinue = false
    /// Whether the client asks to go on in HTTP/2 (RFC 7540 section 3.2).
    private(set) var asksForHTTP2 = false
    /// Whether an Upgrade field has `websocket`. The rest of a handshake is not checked.
    private(set) var namesWebSocket = false

    init(of fields: HTTPFields, version: HTTPVersion, limits: HTTPLimits) throws(HTTPParseError) {
        var connection = ConnectionOptions()
        var codings = TransferCodings()
        var contentLength: Int?
        var hostCount = 0
        var isUpgradeToHTTP2 = false
        var settingsCount = 0
        let bytes = fields.bytes.span
        for line in fields.lines {
            switch line.nameEnd - line.nameStart {
            case 4 where line.isNamed("host", in: bytes):
                hostCount += 1
                guard Authority.isValid(bytes.extracting(line.value)) else {
                    throw .badRequest("The Host field is not a host and port.")
                }
            case 6 where line.isNamed("expect", in: bytes):
                // A client of HTTP/1.0 does not know of interim responses (RFC 9110 section 10.1.1).
                guard version != .http10 else { continue }
                expectsContinue = try isContinueExpected(bytes.extracting(line.value)) || expectsContinue
            case 7 where line.isNamed("upgrade", in: bytes):
                isUpgradeToHTTP2 = isUpgradeToHTTP2 || names("h2c", bytes.extracting(line.value))
                namesWebSocket = namesWebSocket || names("websocket", bytes.extracting(line.value))
            case 10 where line.isNamed("connection", in: bytes):
                connection.add(bytes.extracting(line.value))
            case 14 where line.isNamed("content-length", in: bytes):
                guard contentLength == nil else {
                    throw .badRequest("Content-Length is there more than once.")
                }
                contentLength = try bodyLength(of: bytes.extracting(line.value))
            case 14 where line.isNamed("http2-settings", in: bytes):
                settingsCount += 1
            case 17 where line.isNamed("transfer-encoding", in: bytes):
                try codings.add(bytes.extracting(line.value))
            default:
                break
            }
        }
        guard hostCount == 1 || (hostCount == 0 && version == .http10) else {
            throw .badRequest("The Host field is there \(hostCount) times instead of once.")
        }
        isKeptAlive = !connection.close && (version != .http10 || connection.keepAlive)
        // An intermediary drops only the fields that Connection names.
        asksForHTTP2 =
            isUpgradeToHTTP2 && settingsCount == 1 && connection.isUpgradeToHTTP2 && version == .http11
        body = try Self.body(codings, contentLength, version: version)
        if case .length(let length) = body, length > limits.bodyBytesMax { throw bodyTooLarge(limits) }
    }

    private static func body(
        _ codings: TransferCodings, _ contentLength: Int?, version: HTTPVersion
    ) throws(HTTPParseError) -> Body {
        guard codings.count > 0 else { return .length(contentLength ?? 0) }
        guard contentLength == nil else {
            throw .badRequest("Content-Length and Transfer-Encoding exclude each other.")
        }
        guard version != .http10 else { throw .badRequest("HTTP/1.0 has no Transfer-Encoding.") }
        // The length of such a body is unknown, and this error goes before that of an unknown coding (RFC
        // 9112 section 6.3).
        guard codings.isChunkedLast, codings.chunkedCount == 1 else {
            throw .badRequest("Transfer-Encoding does not end in one chunked coding.")
        }
        guard codings.count == 1 else {
            throw HTTPParseError(status: 501, reason: "No transfer coding but chunked is known here.")
        }
        return .chunked
    }
}

func bodyTooLarge(_ limits: HTTPLimits) -> HTTPParseError {
    HTTPParseError(status: 413, reason: "The body is longer than \(limits.bodyBytesMax) bytes.")
}

/// The transfer codings of all lines, as one list.
struct TransferCodings {
    private(set) var count = 0
    private(set) var chunkedCount = 0
    private(set) var isChunkedLast = false

    mutating func add(_ value: Span<UInt8>) throws(HTTPParseError) {
        var list = FieldList()
        while let range = list.next(in: value) {
            let coding = value.extracting(range)
            // Empty elements and parameters are refused too: no client sends them, and readers disagree about
            // them.
            guard isToken(coding) else {
                throw .badRequest("Transfer-Encoding has an element that is no coding.")
            }
            count += 1
            isChunkedLast = coding.equalsIgnoringCase("chunked")
            if isChunkedLast { chunkedCount += 1 }
        }
    }
}

/// The known options of all Connection lines.
struct ConnectionOptions {
    private(set) var close = false
    private(set) var keepAlive = false
    private var upgrade = false
    private var settings = false

    var isUpgradeToHTTP2: Bool { upgrade && settings }

    mutating func add(_ value: Span<UInt8>) {
        var list = FieldList()
        while let range = list.next(in: value) {
            let option = value.extracting(range)
            if option.equalsIgnoringCase("close") { close = true }
            if option.equalsIgnoringCase("keep-alive") { keepAlive = true }
            if option.equalsIgnoringCase("upgrade") { upgrade = true }
            if option.equalsIgnoringCase("http2-settings") { settings = true }
        }
    }
}

/// Walks the elements of a comma-separated list, empty ones included (RFC 9110 section 5.6.1).
struct FieldList {
    private var start = 0

    mutating func next(in value: Span<UInt8>) -> Range<Int>? {
        guard start <= value.count else { return nil }
        var end = start
        while end < value.count, value[end] != UInt8(ascii: ",") { end += 1 }
        var first = start
        var last = end
        while first < last, value[first].isWhitespace { first += 1 }
        while last > first, value[last - 1].isWhitespace { last -= 1 }
        start = end + 1
        return first..<last
    }
}

private func isToken(_ bytes: Span<UInt8>) -> Bool {
    for i in bytes.indices where !ByteSet.token.contains(bytes[i]) { return false }
    return bytes.count > 0
}

func isContinueExpected(_ value: Span<UInt8>) throws(HTTPParseError) -> Bool {
    var list = FieldList()
    var expects = false
    while let range = list.next(in: value) {
        let expectation = value.extracting(range)
        guard expectation.count > 0 else { continue }
        guard expectation.equalsIgnoringCase("100-continue") else {
            throw HTTPParseError(status: 417, reason: "No expectation but 100-continue is known here.")
        }
        expects = true
    }
    return expects
}

/// Whether a list of protocols has this one, such as `h2c`, HTTP/2 over plain TCP.
private func names(_ name: String, _ value: Span<UInt8>) -> Bool {
    var list = FieldList()
    while let range = list.next(in: value) {
        if value.extracting(range).equalsIgnoringCase(name) { return true }
    }
    return false
}

/// The number in a Content-Length, which must be digits alone. A list is refused even if its values are
/// equal, as RFC 9110 section 8.6 allows.
func bodyLength(of value: Span<UInt8>) throws(HTTPParseError) -> Int {
    guard value.count > 0 else { throw .badRequest("Content-Length is empty.") }
    var length = 0
    for i in value.indices {
        guard value[i].isDigit else { throw .badRequest("Content-Length is not a number.") }
        let (product, isProductTooLarge) = length.multipliedReportingOverflow(by: 10)
        let (sum, isSumTooLarge) = product.addingReportingOverflow(Int(value[i] - UInt8(ascii: "0")))
        guard !isProductTooLarge, !isSumTooLarge else {
            throw .badRequest("Content-Length is too large a number.")
        }
        length = sum
    }
    return length
}

extension HTTPFields.Line {
    fileprivate var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }

    fileprivate func isNamed(_ name: String, in bytes: Span<UInt8>) -> Bool {
        bytes.extracting(Int(nameStart)..<Int(nameEnd)).equalsIgnoringCase(name)
    }
}
