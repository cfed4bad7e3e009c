/// The field lines of one HTTP/2 header section, as HPACK gives them out one by one: a request or its
/// trailers. It checks the limits, target, authority and expectation, which libnghttp2 does not, with the
/// words of HTTP/1.1. It reads a refused section to its end, because HPACK needs all of it, and drops it.
/// Follows RFC 9113 sections 8.2 and 8.3.

/// A header section under way.
struct HTTP2Head: Sendable {
    /// The mistake in the request, which still gets an answer.
    private(set) var problem: HTTPParseError?
    /// Whether the section is longer than `HTTPLimits.unfoldedBytesMax`, so that it cannot be read to its
    /// end.
    private(set) var exceedsUnfoldedBytesMax = false
    private(set) var expectsContinue = false
    private let limits: HTTPLimits
    private(set) var isTrailer = false
    private var method: HTTPMethod?
    private var target: RequestTarget?
    private var bytes: [UInt8] = []
    private var lines: [HTTPFields.Line] = []
    /// The size by RFC 9113 section 6.5.2: the bytes of names and values, and 32 for each field.
    private var sectionBytes = 0
    private var cookies: [UInt8] = []

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// Begins a section, and forgets the last. It changes the value in place, because a new value would copy
    /// the limits, some hundred bytes.
    mutating func begin(isTrailer: Bool) {
        self.isTrailer = isTrailer
        problem = nil
        exceedsUnfoldedBytesMax = false
        expectsContinue = false
        method = nil
        target = nil
        sectionBytes = 0
        cookies.removeAll()
        bytes = []
        lines = []
        bytes.reserveCapacity(isTrailer ? 0 : typicalByteCount)
        lines.reserveCapacity(isTrailer ? 0 : typicalLineCount)
    }

    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        sectionBytes += name.count + value.count + 32
        guard sectionBytes <= limits.fieldSectionBytesMax else {
            exceedsUnfoldedBytesMax = sectionBytes > limits.unfoldedBytesMax
            return refuse(431, "The field section is longer than \(limits.fieldSectionBytesMax) bytes.")
        }
        do throws(HTTPParseError) {
            if name[0] == .colon {
                try addPseudoField(name, value)
            } else {
                try addField(name, value)
            }
        } catch {
            // The fields behind a mistake are read too, because the log names the host.
            if problem == nil { problem = error }
        }
    }

    /// Takes out the known part of a request with a problem; nil without its method or its path.
    mutating func takeRefusedPart() -> HTTPRequest? {
        guard let method = method.take(), let target = target.take() else { return nil }
        return HTTPRequest(method: method, target: target, version: .http2, fields: takeFields())
    }

    /// Takes out the request without its body. Only for a section without a problem.
    mutating func takeRequest() -> HTTPRequest {
        guard let method = method.take(), let target = target.take() else {
            preconditionFailure("A request without method or path has a problem.")
        }
        return HTTPRequest(method: method, target: target, version: .http2, fields: takeFields())
    }

    /// Takes out the fields.
    mutating func takeFields() -> HTTPFields {
        // Cookies become one line, as other versions send them (RFC 9113 section 8.2.3).
        if !cookies.isEmpty {
            let cookies = cookies
            append("cookie".utf8.span, cookies.span)
        }
        return HTTPFields(bytes: exchange(&bytes, with: []), lines: exchange(&lines, with: []))
    }

    /// To be called when the section is whole.
    mutating func end() {
        guard problem == nil, !isTrailer else { return }
        if target == nil {
            refuse(400, "A CONNECT request asks for a tunnel, and there is none here.")
        }
    }

    mutating func refuse(_ status: Int, _ reason: String) {
        if problem == nil { problem = HTTPParseError(status: status, reason: reason) }
    }

    private mutating func addPseudoField(
        _ name: Span<UInt8>, _ value: Span<UInt8>
    ) throws(HTTPParseError) {
        switch name.count {
        case 5 where name.equals(":path"):
            guard value.count <= limits.requestLineBytesMax else {
                target = RequestTarget(refused: value.extracting(0..<limits.requestLineBytesMax))
                throw HTTPParseError(
                    status: 414, reason: "The path is longer than \(limits.requestLineBytesMax) bytes.")
            }
            do throws(HTTPParseError) {
                let target = try RequestTarget(parsing: value, isQueryLenient: limits.isQueryLenient)
                guard target.authority == nil else {
                    throw .badRequest("The path is neither a path nor an asterisk.")
                }
                self.target = target
            } catch {
                target = RequestTarget(refused: value)
                throw error
            }
        case 7 where name.equals(":method"):
            method = HTTPMethod(rawValue: try text(value))
        case 7 where name.equals(":scheme"):
            guard value.equalsIgnoringCase("http") || value.equalsIgnoringCase("https") else {
                throw .badRequest("The scheme is neither http nor https.")
            }
        case 10 where name.equals(":authority"):
            guard Authority.isValid(value) else {
                throw .badRequest("The authority is not a host and port.")
            }
            append("host".utf8.span, value)
        default:
            break
        }
    }

    private mutating func addField(
        _ name: Span<UInt8>, _ value: Span<UInt8>
    ) throws(HTTPParseError) {
        switch name.count {
        case 4 where name.equals("host"):
            if isTrailer { throw misplaced("host") }
            let isSaid = try isAuthority(value)
            if isSaid { return }
        case 6 where name.equals("expect"):
            expectsContinue = try isContinueExpected(value) || expectsContinue
        case 6 where name.equals("cookie"):
            if !cookies.isEmpty { cookies += [UInt8(ascii: ";"), .space] }
            return cookies.append(value)
        case 14 where name.equals("content-length"):
            if isTrailer { throw misplaced("content-length") }
            guard try bodyLength(of: value) <= limits.bodyBytesMax else { throw bodyTooLarge(limits) }
        default:
            break
        }
        guard lines.count < limits.fieldsMax else {
            throw HTTPParseError(status: 431, reason: "There are more than \(limits.fieldsMax) fields.")
        }
        append(name, value)
    }

    /// Whether there is an `:authority` with the same value as the Host field. A different value is refused,
    /// because readers could disagree about it (RFC 9113 section 8.3.1).
    private func isAuthority(_ host: Span<UInt8>) throws(HTTPParseError) -> Bool {
        guard Authority.isValid(host) else { throw .badRequest("The Host field is not a host and port.") }
        guard let line = lines.first, line.nameEnd - line.nameStart == 4 else { return false }
        let all = bytes.span
        guard all.extracting(Int(line.nameStart)..<Int(line.nameEnd)).equals("host") else { return false }
        let authority = all.extracting(Int(line.valueStart)..<Int(line.valueEnd))
        guard authority.equalsIgnoringCase(host) else {
            throw .badRequest("The Host field and the authority are not the same.")
        }
        return true
    }

    private mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let nameStart = bytes.count
        bytes.append(name)
        let nameEnd = bytes.count
        bytes.append(.colon)
        bytes.append(.space)
        let valueStart = bytes.count
        bytes.append(value)
        lines.append(HTTPFields.Line(name: nameStart..<nameEnd, value: valueStart..<bytes.count))
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
    }

    private func text(_ value: Span<UInt8>) throws(HTTPParseError) -> String {
        guard let text = String(utf8: value) else { throw .badRequest("The method is not a token.") }
        return text
    }
}

private func misplaced(_ name: String) -> HTTPParseError {
    .badRequest("The trailer section has a field that belongs in the head: \(name).")
}

/// The bytes and lines for which a section reserves room: the AWS SDKs send 8 to 14 fields of together 600 to
/// 900 bytes.
private let typicalByteCount = 1024
private let typicalLineCount = 16
