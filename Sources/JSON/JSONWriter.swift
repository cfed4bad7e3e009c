/// JSON values in, bytes out: compact, members in their order, only what RFC 8259 section 7 demands escaped, so that
/// what was read is written again as it was. Refuses nothing; a number that JSON cannot hold is our own mistake.

/// Appends to a buffer of the caller's, so that a response is built in one piece.
package enum JSONWriter {
    /// Recursive: a value is as deep as the document that it came from, and `JSONDocument` bounds that.
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

    /// The shortest digits that are read back as the same number, always with a decimal point or an exponent.
    package static func appendNumber(_ number: Double, to output: inout [UInt8]) {
        precondition(number.isFinite, "JSON has no infinity and no NaN.")
        output.append(contentsOf: number.description.utf8)
    }

    /// The string in quotation marks. Runs that need no escape are copied at once, which most strings are as a whole.
    package static func appendString(_ string: String, to output: inout [UInt8]) {
        let bytes = string.utf8
        output.append(UInt8(ascii: "\""))
        var rest = bytes[...]
        while let special = rest.firstIndex(where: needsEscape) {
            output.append(contentsOf: rest[..<special])
            appendEscape(of: rest[special], to: &output)
            rest = rest[rest.index(after: special)...]
        }
        output.append(contentsOf: rest)
        output.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0..<0x20:
            output.append(contentsOf: byte < 0x10 ? "u000".utf8 : "u00".utf8)
            output.append(contentsOf: String(byte, radix: 16).utf8)
        default: output.append(byte)
        }
    }
}
