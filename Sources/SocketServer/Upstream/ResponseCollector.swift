/// The lines and the body of an answer in, an `OutgoingResponse` out. It drops heads of 1xx answers, and
/// trailers. Refuses a head or a body that is too long, and a malformed status line.

internal import HTTPWire

/// The received part of an answer.
struct ResponseCollector {
    private let headBytesMax: Int
    private let bodyBytesMax: Int
    /// The room to begin with for the fields of an answer, which most answers do not fill.
    private static let usualFieldBytes = 512
    private static let usualFieldCount = 12
    /// The room to begin with for the body of an answer. Fixed, because the room grows with the bytes.
    private static let promisedBytesMax = 16 * 1024
    /// The status code; 0 before its line.
    private(set) var status = 0
    private(set) var version = HTTPVersion.http11
    private(set) var isHeadWhole = false
    /// The number of bytes of the head with its status line.
    private var headCount = 0
    private var fieldBytes: [UInt8] = []
    private var lines: [HTTPFields.Line] = []
    var body: [UInt8] = []

    init(headBytesMax: Int, bodyBytesMax: Int) {
        self.headBytesMax = headBytesMax
        self.bodyBytesMax = bodyBytesMax
    }

    /// The answer at the end of the transfer; nil if its head has no end.
    var response: OutgoingResponse? {
        guard isHeadWhole, status >= 200 else { return nil }
        return OutgoingResponse(status: status, fields: fields, body: body)
    }

    /// The fields of the head.
    var fields: HTTPFields { HTTPFields(bytes: fieldBytes, lines: lines) }

    /// Takes a line of a head with its end.
    mutating func takeLine(_ line: Span<UInt8>) throws(OutgoingFailure) {
        if isHeadWhole {
            guard status < 200 else { return }
            isHeadWhole = false
            status = 0
            headCount = 0
            fieldBytes.removeAll()
            lines.removeAll()
        }
        headCount += line.count
        guard headCount <= headBytesMax else { throw .headTooLarge(bytesMax: headBytesMax) }
        if status == 0 {
            guard let status = Self.status(in: line) else { throw Self.noStatusLine(line) }
            self.status = status
            version = line.begins(with: "HTTP/1.0") ? .http10 : .http11
            fieldBytes.reserveCapacity(Self.usualFieldBytes)
            lines.reserveCapacity(Self.usualFieldCount)
        } else if line.count > 0, line[0] == .carriageReturn || line[0] == .lineFeed {
            isHeadWhole = true
        } else {
            try takeField(line)
        }
    }

    /// Refuses a line whose end has not come, if it cannot be a line of this head.
    func check(unfinishedLine line: Span<UInt8>) throws(OutgoingFailure) {
        guard headCount + line.count <= headBytesMax else { throw .headTooLarge(bytesMax: headBytesMax) }
        let begin = line.extracting(first: min(line.count, Self.protocolName.utf8.count))
        if status == 0 || isHeadWhole, !begin.equals(String(Self.protocolName.prefix(begin.count))) {
            throw Self.noStatusLine(line)
        }
    }

    private static let protocolName = "HTTP/"

    private static func noStatusLine(_ line: Span<UInt8>) -> OutgoingFailure {
        .malformed("\"\(String(bytes: line.extracting(first: min(line.count, 64))))\" is no status line")
    }

    /// Takes a field line, and ends it with CRLF.
    private mutating func takeField(_ line: Span<UInt8>) throws(OutgoingFailure) {
        var end = line.count
        while end > 0, line[end - 1].isWhiteSpaceOrLineEnd { end -= 1 }
        let start = fieldBytes.count
        if line.count > 0, line[0] == .space || line[0] == .tab {
            // A folded value: its line break counts as spaces (RFC 9112 section 5.2).
            guard let last = lines.indices.last else {
                throw .malformed("its head begins with a folded line")
            }
            fieldBytes.removeLast(2)
            fieldBytes.append(line.extracting(first: end))
            lines[last].valueEnd = UInt32(fieldBytes.count)
        } else {
            guard let colon = line.firstIndex(of: .colon) else {
                throw .malformed("a line of its head has no colon")
            }
            // A line without a name is no field, and every client ignores it.
            guard colon > 0 else { return }
            end = max(end, colon + 1)
            var valueStart = colon + 1
            while valueStart < end, line[valueStart].isWhiteSpaceOrLineEnd { valueStart += 1 }
            fieldBytes.append(line.extracting(first: end))
            lines.append(
                HTTPFields.Line(name: start..<(start + colon), value: (start + valueStart)..<(start + end)))
        }
        fieldBytes.append(.carriageReturn)
        fieldBytes.append(.lineFeed)
    }

    /// Takes the promised length of the body.
    mutating func expectBody(of length: Int) throws(OutgoingFailure) {
        guard length <= bodyBytesMax else { throw .bodyTooLarge(bytesMax: bodyBytesMax) }
        // The server may never send what it promises.
        body.reserveCapacity(min(length, Self.promisedBytesMax))
    }

    /// Takes bytes of the body.
    mutating func takeBody(_ bytes: Span<UInt8>) throws(OutgoingFailure) {
        guard bytes.count <= bodyBytesMax - body.count else { throw .bodyTooLarge(bytesMax: bodyBytesMax) }
        body.append(bytes)
    }

    /// The status code of `HTTP/1.1 200 OK`; nil for a malformed line.
    private static func status(in line: Span<UInt8>) -> Int? {
        guard line.begins(with: "HTTP/"), let space = line.firstIndex(of: .space) else { return nil }
        var (status, place) = (0, space + 1)
        while place < line.count, line[place].isDigit {
            guard place < space + 4 else { return nil }
            status = status * 10 + Int(line[place] - UInt8(ascii: "0"))
            place += 1
        }
        return place == space + 4 ? status : nil
    }
}

extension Span<UInt8> {
    fileprivate func firstIndex(of byte: UInt8) -> Int? {
        for i in indices where self[i] == byte { return i }
        return nil
    }
}

extension UInt8 {
    fileprivate static let space = UInt8(ascii: " ")
    fileprivate static let tab = UInt8(ascii: "\t")
    fileprivate static let colon = UInt8(ascii: ":")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate var isWhiteSpaceOrLineEnd: Bool {
        self == .space || self == .tab || self == .carriageReturn || self == .lineFeed
    }
}
