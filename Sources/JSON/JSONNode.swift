/// One value of a `JSONDocument`: its place, its kind and its content. It decodes only the content for which
/// the caller asks. A property of another kind of value is nil or empty.

/// A handle: the document's storage and an index into it. Copies are cheap.
package struct JSONNode: Sendable {
    /// The kind of a value.
    package enum Kind: UInt8, Sendable {
        case null, bool
        /// A number without fraction and exponent that fits `Int`. All other numbers are of the kind
        /// `number`.
        case integer
        case number, string, array, object
    }

    let tape: JSONTape
    /// The index of the value among the values and names of its document. The root has 0.
    package let index: Int

    private var token: JSONToken { tape.tokens[index] }
    private var start: Int { Int(token.start) }
    /// The offset after the last byte. Only for values that are no containers.
    private var end: Int { Int(token.end) }

    package var kind: Kind { token.kind }

    /// The node of the same document with this number.
    package func node(at index: Int) -> JSONNode { JSONNode(tape: tape, index: index) }

    package func isInSameDocument(as other: JSONNode) -> Bool { tape === other.tape }

    /// The offset of the value's first byte in the text.
    package var offset: Int { start }

    package var isNull: Bool { kind == .null }

    package var bool: Bool? {
        kind == .bool ? tape.text[start] == UInt8(ascii: "t") : nil
    }

    package var integer: Int? {
        guard kind == .integer else { return nil }
        let text = tape.text
        return JSONText.integer(text.span, from: start, to: end)
    }

    /// The value of a number, also of an integer.
    package var number: Double? {
        guard kind == .integer || kind == .number else { return nil }
        let text = tape.text
        return JSONText.number(text.span, from: start, to: end)
    }

    /// The value of a string, with its escapes decoded.
    package var string: String? {
        guard kind == .string else { return nil }
        return hasEscapes
            ? String(decoding: decodedBytes, as: UTF8.self) : String(decoding: rawBytes, as: UTF8.self)
    }

    /// The number of bytes of UTF-8 in a string without escapes; nil for every other value.
    package var plainByteCount: Int? { plainByteCount(at: index) }

    /// The same of the node with the number `index`.
    func plainByteCount(at index: Int) -> Int? {
        let token = tape.tokens[index]
        return token.kind == .string && !token.hasEscapes ? Int(token.end) - Int(token.start) - 2 : nil
    }

    /// Appends the bytes of a decoded string, without building a `String`. For another value appends nothing.
    package func appendUTF8(to output: inout [UInt8]) {
        guard kind == .string else { return }
        if hasEscapes {
            JSONText.appendDecoded(tape.text, from: start + 1, to: end - 1, to: &output)
        } else {
            output.append(contentsOf: rawBytes)
        }
    }

    /// Whether the value is the string `text`, byte for byte. Composed and decomposed letters differ, unlike
    /// in `String`. It allocates nothing if the text has no escapes.
    package func isString(_ text: String) -> Bool { isString(text, at: index) }

    /// Whether the node with the number `index` is the string `text`. No `JSONNode` is made, because that
    /// would retain the document.
    package func isString(_ text: String, at index: Int) -> Bool {
        let token = tape.tokens[index]
        guard token.kind == .string else { return false }
        guard !token.hasEscapes else { return text.utf8.elementsEqual(node(at: index).decodedBytes) }
        let (first, end) = (Int(token.start) + 1, Int(token.end) - 1)
        // The length comes first, because it tells most names apart.
        guard text.utf8.count == end - first else { return false }
        let (bytes, whole) = (text.utf8.span, tape.text)
        let written = whole.span.extracting(first..<end)
        // Without an end at the first difference the compiler compares sixteen bytes at once.
        var difference: UInt8 = 0
        for i in bytes.indices { difference |= bytes[i] ^ written[i] }
        return difference == 0
    }

    /// Calls `body` with the decoded bytes of the string with the number `index`; nil if it is not a string.
    /// The bytes are copied only if the text has escapes.
    package func withUTF8<Result>(at index: Int, _ body: (Span<UInt8>) -> Result) -> Result? {
        let token = tape.tokens[index]
        guard token.kind == .string else { return nil }
        if token.hasEscapes {
            let bytes = node(at: index).decodedBytes
            return body(bytes.span)
        }
        let text = tape.text
        return body(text.span.extracting(Int(token.start) + 1..<Int(token.end) - 1))
    }

    /// Calls `body` with the decoded bytes of a string; nil for another value.
    package func withUTF8<Result>(_ body: (Span<UInt8>) -> Result) -> Result? { withUTF8(at: index, body) }

    /// Whether both are strings with the same decoded bytes.
    func isSameString(as other: JSONNode) -> Bool {
        guard kind == .string, other.kind == .string else { return false }
        guard hasEscapes || other.hasEscapes else { return rawBytes == other.rawBytes }
        return decodedBytes == other.decodedBytes
    }

    /// A number that is equal for equal strings, made of the length and three bytes.
    var fingerprint: Int {
        let bytes = hasEscapes ? decodedBytes[...] : rawBytes
        guard let first = bytes.first, let last = bytes.last else { return 0 }
        let middle = bytes[bytes.startIndex + bytes.count / 2]
        return bytes.count &+ Int(first) &* 3 &+ Int(middle) &* 5 &+ Int(last) &* 7
    }

    /// The bytes of a decoded string; none for another value.
    var decodedBytes: [UInt8] {
        var bytes: [UInt8] = []
        appendUTF8(to: &bytes)
        return bytes
    }

    var hasEscapes: Bool { token.hasEscapes }

    /// The undecoded bytes of the string with the number `index`; nil if it has escapes or is not a string.
    func plainString(at index: Int) -> ArraySlice<UInt8>? {
        let token = tape.tokens[index]
        guard token.kind == .string, !token.hasEscapes else { return nil }
        return tape.text[Int(token.start)..<Int(token.end)]
    }

    /// The undecoded bytes of a value that is no container.
    var rawText: ArraySlice<UInt8> { tape.text[start..<end] }

    /// The undecoded bytes between the quotation marks of a string.
    private var rawBytes: ArraySlice<UInt8> { tape.text[start + 1..<end - 1] }

    /// The phrase for the value in 'found …': a shortened string or number, or the name of its kind.
    package var excerpt: String {
        switch kind {
        case .null: return "null"
        case .array: return "an array"
        case .object: return "an object"
        case .bool, .integer, .number, .string:
            // Enough bytes for at least one scalar more than the maximum.
            let start = rawText.prefix(4 * (Self.excerptScalarsMax + 1))
            let shown = String(decoding: start, as: UTF8.self).unicodeScalars
            guard shown.count > Self.excerptScalarsMax else { return String(shown) }
            return String(shown.prefix(Self.excerptScalarsMax)) + (kind == .string ? "…\"" : "…")
        }
    }

    /// Enough scalars to recognise a value, and few enough to keep the message on one line. Fixed, because a
    /// message is for reading.
    private static let excerptScalarsMax = 40
}
