/// JSON values in, bytes out: compact, with members in their order. Escapes only the characters that RFC 8259
/// section 7 demands. Refuses nothing. A number that JSON cannot hold is a mistake of the caller.

/// Appends to the caller's buffer, so that a response is built in one piece.
package enum JSONWriter {
    /// Recursive, because a value is as deep as its document, and `JSONDocument` bounds that.
    package static func append(_ value: JSON, to output: inout [UInt8]) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let bool): output.append(contentsOf: bool ? "true".utf8 : "false".utf8)
        case .integer(let integer): appendInteger(integer, to: &output)
        case .number(let number): appendNumber(number, to: &output)
        case .string(let string): appendString(string, to: &output)
        case .array(let elements): appendArray(elements, to: &output)
        case .object(let object): append(object, to: &output)
        }
    }

    package static func append(_ object: JSONObject, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for (position, member) in object.members.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            appendString(member.name, to: &output)
            output.append(UInt8(ascii: ":"))
            append(member.value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    package static func appendArray(_ elements: [JSON], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        for (position, element) in elements.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            append(element, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    package static func appendInteger(_ integer: Int, to output: inout [UInt8]) {
        output.append(contentsOf: String(integer).utf8)
    }

    /// Appends the shortest digits that are read back as the same number, always with a decimal point or an
    /// exponent.
    package static func appendNumber(_ number: Double, to output: inout [UInt8]) {
        precondition(number.isFinite, "JSON has no infinity and no NaN.")
        output.append(contentsOf: number.description.utf8)
    }

    /// Appends the string in quotation marks. Characters between two escapes, nearly always the whole string,
    /// are copied at once.
    package static func appendString(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        // A span, because a loop over the String's UTF-8 view checks the form of the String at each byte.
        let bytes = string.utf8.span
        if needsEscapes(bytes) {
            appendEscaping(bytes, to: &output)
        } else {
            output.append(contentsOf: string.utf8)
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Appends bytes as a string in quotation marks. Bytes that are no UTF-8 become U+FFFD, as in a `String`.
    package static func appendString(repairing bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        if appendASCII(bytes, to: &output) { return }
        appendString(String(decoding: bytes, as: UTF8.self), to: &output)
    }

    /// Appends bytes as a string in quotation marks if all are ASCII. Returns whether they are.
    package static func appendASCII(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) -> Bool {
        let span = bytes.span
        var escapeCount = 0
        for i in span.indices {
            if span[i] >= 0x80 { return false }
            if needsEscape(span[i]) { escapeCount += 1 }
        }
        output.append(UInt8(ascii: "\""))
        if escapeCount > 0 {
            appendEscaping(span, to: &output)
        } else {
            output.append(contentsOf: bytes)
        }
        output.append(UInt8(ascii: "\""))
        return true
    }

    /// Appends a value of a document without making a `JSON`. The bytes are those of `node.json`, but
    /// duplicate names are all kept.
    package static func append(_ node: JSONNode, to output: inout [UInt8]) {
        append(node, at: node.index, to: &output)
    }

    /// Appends the node of `document` with the number `index`. It makes a `JSONNode` of few values, because
    /// each retains the document. Recursive, because the depth of a document is bounded by its `depthMax`.
    package static func append(_ document: JSONNode, at index: Int, to output: inout [UInt8]) {
        if let bytes = document.plainString(at: index) { return output.append(contentsOf: bytes) }
        switch document.tape.tokens[index].kind {
        case .null, .bool: output.append(contentsOf: document.node(at: index).rawText)
        case .integer, .number: append(document.node(at: index).json, to: &output)
        case .string: appendString(document.node(at: index), to: &output)
        case .array: appendContents(of: index, in: document, "[", "]", isObject: false, to: &output)
        case .object: appendContents(of: index, in: document, "{", "}", isObject: true, to: &output)
        }
    }

    private static func appendContents(
        of index: Int, in document: JSONNode, _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
        isObject: Bool, to output: inout [UInt8]
    ) {
        output.append(UInt8(ascii: opening))
        let end = document.tape.index(after: index)
        var position = index + 1
        while position < end {
            if position > index + 1 { output.append(UInt8(ascii: ",")) }
            if isObject {
                append(document, at: position, to: &output)
                output.append(UInt8(ascii: ":"))
                position += 1
            }
            append(document, at: position, to: &output)
            position = document.tape.index(after: position)
        }
        output.append(UInt8(ascii: closing))
    }

    private static func appendString(_ node: JSONNode, to output: inout [UInt8]) {
        guard node.hasEscapes else { return output.append(contentsOf: node.rawText) }
        output.append(UInt8(ascii: "\""))
        appendEscaping(node.decodedBytes.span, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private static func appendEscaping(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        // Room for all at once, because an array checks its room at each byte.
        var count = bytes.count
        for i in bytes.indices where needsEscape(bytes[i]) { count += escapeByteCount(of: bytes[i]) - 1 }
        var place = output.count
        output.append(contentsOf: repeatElement(0, count: count))
        var room = output.mutableSpan
        for i in bytes.indices {
            if needsEscape(bytes[i]) {
                writeEscape(of: bytes[i], to: &room, at: &place)
            } else {
                room[place] = bytes[i]
                place += 1
            }
        }
    }

    private static func needsEscapes(_ bytes: Span<UInt8>) -> Bool {
        for i in bytes.indices where needsEscape(bytes[i]) { return true }
        return false
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Two for a letter behind the backslash, six for `\u001f`.
    private static func escapeByteCount(of byte: UInt8) -> Int { letter(of: byte) == nil ? 6 : 2 }

    /// The letter of a short escape; nil if the byte has none.
    private static func letter(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        case 0..<0x20: nil
        default: byte
        }
    }

    private static func writeEscape(of byte: UInt8, to room: inout MutableSpan<UInt8>, at place: inout Int) {
        room[place] = UInt8(ascii: "\\")
        if let letter = letter(of: byte) {
            room[place + 1] = letter
            place += 2
            return
        }
        room[place + 1] = UInt8(ascii: "u")
        room[place + 2] = UInt8(ascii: "0")
        room[place + 3] = UInt8(ascii: "0")
        room[place + 4] = UInt8(ascii: "0") + byte >> 4
        let low = byte & 0x0F
        room[place + 5] = low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
        place += 6
    }
}
