/// Field lines in, `HTTPFields` out: the header section behind a request line, or the trailer section behind
/// a chunked body. Each may arrive in any number of pieces. Refuses obs-fold, white space before the colon,
/// and a name that is no token. Refuses a section of too many bytes or lines with 431. Follows RFC 9112
/// section 5.

/// A section under way: the places of its lines, and the number of scanned bytes.
struct HTTP1FieldSection: Sendable {
    private let start: Int
    private var scanner: HTTP1LineScanner
    private var lines: [HTTPFields.Line] = []

    /// A section that begins at `start` in the bytes for `parse`.
    init(at start: Int) {
        self.start = start
        scanner = HTTP1LineScanner(at: start)
    }

    /// The section, or nil before its empty line has arrived. Each call gets all bytes of the earlier calls
    /// again.
    mutating func parse(
        _ bytes: Span<UInt8>, limits: HTTPLimits
    ) throws(HTTPParseError) -> (fields: HTTPFields, end: Int)? {
        let limit = start + limits.fieldSectionBytesMax
        while let line = try scanner.nextLine(in: bytes, limit: limit, tooLong: tooManyBytes(limits)) {
            if line.isEmpty {
                let section = HTTPFields(
                    bytes: copy(of: bytes.extracting(start..<line.lowerBound)), lines: lines)
                return (section, scanner.lineStart)
            }
            guard lines.count < limits.fieldsMax else { throw tooManyLines(limits) }
            if lines.isEmpty { lines.reserveCapacity(typicalLineCount) }
            lines.append(try fieldLine(in: bytes, line))
        }
        return nil
    }

    /// The lines that were whole in the last call. `bytes` are those of that call.
    func part(of bytes: Span<UInt8>) -> HTTPFields {
        HTTPFields(bytes: copy(of: bytes.extracting(min(start, bytes.count)...)), lines: lines)
    }

    /// The line at `range`. Its offsets count from the start of the section, as `HTTPFields` needs them.
    private func fieldLine(
        in bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(HTTPParseError) -> HTTPFields.Line {
        let line = bytes.extracting(range)
        let nameEnd = ByteSet.token.prefixCount(of: line)
        guard nameEnd < line.count, line[nameEnd] == .colon, nameEnd > 0 else {
            throw badName(in: line, end: nameEnd)
        }
        var valueStart = nameEnd + 1
        var valueEnd = line.count
        while valueStart < valueEnd, line[valueStart].isWhitespace { valueStart += 1 }
        while valueEnd > valueStart, line[valueEnd - 1].isWhitespace { valueEnd -= 1 }
        let offset = range.lowerBound - start
        return HTTPFields.Line(
            name: offset..<(offset + nameEnd), value: (offset + valueStart)..<(offset + valueEnd))
    }
}

private func badName(in line: Span<UInt8>, end: Int) -> HTTPParseError {
    guard end < line.count else { return .badRequest("A field line has no colon.") }
    if line[end].isWhitespace {
        return end == 0
            ? .badRequest("A field line begins with white space.")
            : .badRequest("White space stands in or behind a field name.")
    }
    return end == 0 && line[end] == .colon
        ? .badRequest("A field line has no name.")
        : .badRequest("A field name has a character that no token may have.")
}

/// The lines for which the first line reserves room: the AWS SDKs send 8 to 14, so the index is allocated
/// once.
private let typicalLineCount = 16

private func tooManyBytes(_ limits: HTTPLimits) -> HTTPParseError {
    HTTPParseError(
        status: 431, reason: "The field section is longer than \(limits.fieldSectionBytesMax) bytes.")
}

private func tooManyLines(_ limits: HTTPLimits) -> HTTPParseError {
    HTTPParseError(status: 431, reason: "There are more than \(limits.fieldsMax) fields.")
}

private func copy(of bytes: Span<UInt8>) -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    copy.append(bytes)
    return copy
}
