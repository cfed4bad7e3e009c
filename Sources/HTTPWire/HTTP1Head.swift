/// The head of a request, from the first byte to the empty line: bytes in, request line and fields out. It
/// may arrive in any number of pieces. Refuses a message that cannot be HTTP at its first byte, and with 414
/// a request line over its limit. Refuses also everything that `HTTP1RequestLine` and `HTTP1FieldSection`
/// refuse. Follows RFC 9112 sections 2.2, 3 and 5.

/// A head under way.
struct HTTP1Head: Sendable {
    enum Progress: Sendable {
        /// `consumed` counts only empty lines before the request line.
        case needMore(consumed: Int)
        /// The parts stand by themselves, because each is moved into the request and not copied.
        case done(HTTPMethod, RequestTarget, HTTPVersion, HTTPFields, end: Int)
    }

    private var emptyLines = 0
    private var scanner = HTTP1LineScanner()
    private var requestLine: HTTP1RequestLine?
    private var section = HTTP1FieldSection(at: 0)

    /// Whether a byte of the request line has arrived.
    var hasBegun: Bool { requestLine != nil || scanner.scanned > 0 }

    /// Reads on. `bytes` holds everything received and not consumed.
    mutating func parse(_ bytes: Span<UInt8>, limits: HTTPLimits) throws(HTTPParseError) -> Progress {
        let start = try skipEmptyLines(bytes, limits: limits)
        let head = bytes.extracting(start..<bytes.count)
        let requestLine: HTTP1RequestLine
        if let known = self.requestLine.take() {
            requestLine = known
        } else {
            try refuseForeignProtocol(head)
            guard
                let line = try scanner.nextLine(
                    in: head, limit: limits.requestLineBytesMax, tooLong: requestLineTooLong(limits))
            else { return .needMore(consumed: start) }
            requestLine = try HTTP1RequestLine(
                parsing: head.extracting(line), isQueryLenient: limits.isQueryLenient)
            section = HTTP1FieldSection(at: scanner.lineStart)
        }
        let section: (fields: HTTPFields, end: Int)?
        do throws(HTTPParseError) {
            section = try self.section.parse(head, limits: limits)
        } catch {
            self.requestLine = requestLine
            throw error
        }
        guard let (fields, end) = section else {
            self.requestLine = requestLine
            return .needMore(consumed: start)
        }
        return .done(requestLine.method, requestLine.target, requestLine.version, fields, end: start + end)
    }

    /// The request with the fields that are whole; nil before its request line is. `bytes` are those of the
    /// last `parse`.
    func part(of bytes: Span<UInt8>, limits: HTTPLimits) -> HTTPRequest? {
        guard let requestLine else { return nil }
        var start = 0
        while start + 1 < bytes.count, bytes[start] == .carriageReturn { start += 2 }
        return HTTPRequest(
            method: requestLine.method, target: requestLine.target, version: requestLine.version,
            fields: section.part(of: bytes.extracting(start...)))
    }

    /// The readable part of a request whose line was refused; nil without a method and the beginning of a
    /// target. `bytes` are those of the last `parse`.
    func refusedPart(of bytes: Span<UInt8>, limits: HTTPLimits) -> HTTPRequest? {
        var start = 0
        while start + 1 < bytes.count, bytes[start] == .carriageReturn { start += 2 }
        let head = bytes.extracting(min(start, bytes.count)...)
        let methodEnd = ByteSet.token.prefixCount(of: head)
        guard methodEnd > 0, methodEnd + 1 < head.count, head[methodEnd] == .space,
            let method = String(utf8: head.extracting(0..<methodEnd))
        else { return nil }
        let behind = head.extracting((methodEnd + 1)..<head.count)
        guard behind[0] == .slash || isAbsolute(behind) else { return nil }
        var targetEnd = 0
        while targetEnd < min(behind.count, limits.requestLineBytesMax), behind[targetEnd] > .space {
            targetEnd += 1
        }
        return HTTPRequest(
            method: HTTPMethod(rawValue: method),
            target: RequestTarget(refused: behind.extracting(0..<targetEnd)),
            fields: fields(behindLineOf: behind, limits: limits))
    }

    /// The whole fields of a head that begins behind the method of its request line.
    private func fields(behindLineOf head: Span<UInt8>, limits: HTTPLimits) -> HTTPFields {
        var end = 0
        while end < head.count, head[end] != .lineFeed { end += 1 }
        var section = HTTP1FieldSection(at: min(end + 1, head.count))
        do throws(HTTPParseError) {
            return try section.parse(head, limits: limits)?.fields ?? section.part(of: head)
        } catch {
            return section.part(of: head)
        }
    }

    /// Some old clients send a CRLF behind the body of a POST (RFC 9112 section 2.2). After the first byte of
    /// a method there is nothing to skip.
    private mutating func skipEmptyLines(
        _ bytes: Span<UInt8>, limits: HTTPLimits
    ) throws(HTTPParseError) -> Int {
        var start = 0
        while start < bytes.count, bytes[start] == .carriageReturn {
            guard start + 1 < bytes.count else { return start }
            guard bytes[start + 1] == .lineFeed else {
                throw .badRequest("A CR stands without a LF behind it.")
            }
            emptyLines += 1
            guard emptyLines <= limits.emptyLinesMax else {
                throw .badRequest(
                    "There are more than \(limits.emptyLinesMax) empty lines before the request.")
            }
            start += 2
        }
        return start
    }
}

/// Judges the first byte at once, because a peer that speaks another protocol may never send the end of a
/// line.
private func refuseForeignProtocol(_ head: Span<UInt8>) throws(HTTPParseError) {
    guard head.count > 0, head[0] != .carriageReturn, !ByteSet.token.contains(head[0]) else { return }
    // 22 is the type of a TLS handshake record (RFC 8446 section 5.1).
    throw head[0] == 22
        ? .badRequest(
            "This port speaks plain HTTP, and the client began with TLS: use http:// for the endpoint.")
        : .badRequest("The request does not begin with a method.")
}

private func isAbsolute(_ target: Span<UInt8>) -> Bool {
    target.count >= 4 && target.extracting(0..<4).equalsIgnoringCase("http")
}

private func requestLineTooLong(_ limits: HTTPLimits) -> HTTPParseError {
    HTTPParseError(
        status: 414, reason: "The request line is longer than \(limits.requestLineBytesMax) bytes.")
}
