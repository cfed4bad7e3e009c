/// The bytes of a JSON text in, tokens out. It is iterative, so that the depth of a text takes no stack.
/// Refuses with `JSONError` everything outside RFC 8259: a byte order mark, comments, trailing commas,
/// leading zeros, raw control characters, malformed UTF-8. Refuses also two kinds of text that the RFC allows
/// and Swift's types cannot hold. They are an escaped surrogate without its other half, and a number outside
/// the range of a `Double`. Accepts duplicate names.

struct JSONReader {
    private var tokens: [JSONToken] = []
    /// The indices in `tokens` of the open arrays and objects, outermost first.
    private var open: [Int] = []
    private var position = 0
    private let depthMax: Int

    static func tokens(of bytes: [UInt8], depthMax: Int) throws(JSONError) -> [JSONToken] {
        var reader = JSONReader(depthMax: depthMax)
        // Documents have fewer tokens than one for every eight bytes. Reserved memory costs nothing until it
        // is written, but growth would copy the tokens.
        reader.tokens.reserveCapacity(bytes.count / 8 + 1)
        try reader.readDocument(bytes.span)
        return reader.tokens
    }

    private init(depthMax: Int) {
        self.depthMax = depthMax
    }

    private mutating func readDocument(_ text: Span<UInt8>) throws(JSONError) {
        repeat {
            let isOpened = try readValue(text)
            if !isOpened { try readAfterValue(text) }
        } while !open.isEmpty
        guard nextByte(text) == nil else { throw unexpected(text, expected: "the end of the text") }
    }

    /// Reads one value. Reads only the opening of an array or object that is not empty. Then returns true,
    /// and a value must follow.
    private mutating func readValue(_ text: Span<UInt8>) throws(JSONError) -> Bool {
        guard let byte = nextByte(text) else { throw unexpected(text, expected: "a value") }
        switch byte {
        case UInt8(ascii: "\""): try readString(text)
        case UInt8(ascii: "{"): return try readOpening(.object, closing: UInt8(ascii: "}"), text)
        case UInt8(ascii: "["): return try readOpening(.array, closing: UInt8(ascii: "]"), text)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): try readNumber(text)
        case UInt8(ascii: "t"): try readWord("true", .bool, text)
        case UInt8(ascii: "f"): try readWord("false", .bool, text)
        case UInt8(ascii: "n"): try readWord("null", .null, text)
        default: throw unexpected(text, expected: "a value")
        }
        return false
    }

    /// Reads the bytes after a value: the ends of containers, and the comma before the next value.
    private mutating func readAfterValue(_ text: Span<UInt8>) throws(JSONError) {
        while let container = open.last {
            let isObject = tokens[container].kind == .object
            let closing = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
            switch nextByte(text) {
            case closing:
                position += 1
                close(container)
            case UInt8(ascii: ","):
                let comma = position
                position += 1
                if nextByte(text) == closing {
                    throw JSONError(
                        offset: comma, found: "a trailing comma", expected: isObject ? "a member" : "a value")
                }
                if isObject { try readName(text) }
                return
            default:
                throw unexpected(text, expected: isObject ? "',' or '}'" : "',' or ']'")
            }
        }
    }

    private mutating func readOpening(
        _ kind: JSONNode.Kind, closing: UInt8, _ text: Span<UInt8>
    ) throws(JSONError) -> Bool {
        guard open.count < depthMax else {
            throw JSONError(
                offset: position, found: "nesting deeper than \(depthMax) levels",
                expected: "at most \(depthMax)")
        }
        let container = tokens.count
        append(kind, from: position, to: position)
        open.append(container)
        position += 1
        if nextByte(text) == closing {
            position += 1
            close(container)
            return false
        }
        if kind == .object { try readName(text) }
        return true
    }

    private mutating func close(_ container: Int) {
        // A text has at most as many tokens as bytes, and its bytes were counted.
        tokens[container].end = UInt32(truncatingIfNeeded: tokens.count)
        open.removeLast()
    }

    private mutating func readName(_ text: Span<UInt8>) throws(JSONError) {
        guard nextByte(text) == UInt8(ascii: "\"") else {
            throw unexpected(text, expected: "a name in double quotation marks")
        }
        try readString(text)
        guard nextByte(text) == UInt8(ascii: ":") else {
            throw unexpected(text, expected: "':' after the name")
        }
        position += 1
    }

    private mutating func readWord(
        _ word: StaticString, _ kind: JSONNode.Kind, _ text: Span<UInt8>
    ) throws(JSONError) {
        let start = position
        for byte in word.description.utf8 {
            guard position < text.count, text[position] == byte else {
                position = start
                throw unexpected(text, expected: "a value")
            }
            position += 1
        }
        append(kind, from: start, to: position)
    }

    private mutating func readString(_ text: Span<UInt8>) throws(JSONError) {
        let start = position
        let (end, hasEscapes) = try JSONText.endOfString(text, at: start)
        position = end
        append(.string, from: start, to: end, hasEscapes: hasEscapes)
    }

    private mutating func readNumber(_ text: Span<UInt8>) throws(JSONError) {
        let start = position
        let (end, kind) = try JSONText.endOfNumber(text, at: start)
        position = end
        append(kind, from: start, to: end)
    }

    private mutating func append(
        _ kind: JSONNode.Kind, from start: Int, to end: Int, hasEscapes: Bool = false
    ) {
        // The size of the text was checked, so that every offset fits.
        tokens.append(
            JSONToken(
                start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end), kind: kind,
                hasEscapes: hasEscapes))
    }

    /// Moves `position` to the next byte that is not white space and returns the byte; nil at the end.
    private mutating func nextByte(_ text: Span<UInt8>) -> UInt8? {
        var i = position
        while i < text.count {
            let byte = text[i]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): i += 1
            default:
                position = i
                return byte
            }
        }
        position = i
        return nil
    }

    private func unexpected(_ text: Span<UInt8>, expected: String) -> JSONError {
        JSONError(offset: position, found: JSONText.description(text, at: position), expected: expected)
    }
}
