/// `$util` of mapping templates: the six functions that the developer guide lists ("Mapping template and
/// access logging variable reference").

internal import JSON
package import VTL

/// The functions. One that does not take its arguments leaves the reference without a value.
package struct UtilObject: TemplateObject {
    private let textBytesMax: Int
    private let depthMax: Int

    /// A function takes no text longer than `outputBytesMax`. `parseJson` takes none deeper than
    /// `jsonDepthMax`.
    package init(_ limits: TemplateLimits) {
        textBytesMax = limits.outputBytesMax
        depthMax = limits.jsonDepthMax
    }

    package func property(_ name: String) -> TemplateValue? { nil }

    package func call(_ name: String, _ arguments: [TemplateValue]) throws(MethodFailure) -> TemplateValue? {
        guard arguments.count == 1, let text = arguments[0].text(bytesMax: textBytesMax) else { return nil }
        switch name {
        case "escapeJavaScript": return .string(escaped(text))
        case "urlEncode": return .string(PercentText.encode(text))
        case "urlDecode": return .string(PercentText.decode(text))
        case "base64Encode": return .string(Base64.encoded(Array(text.utf8)))
        case "base64Decode":
            guard let bytes = Base64.decoded(text) else { throw MethodFailure("the text is no base64") }
            return .string(String(decoding: bytes, as: UTF8.self))
        case "parseJson":
            do throws(JSONError) {
                return TemplateValue(
                    try JSONDocument(parsing: Array(text.utf8), depthMax: depthMax).root.json)
            } catch {
                throw MethodFailure("the text is no JSON: \(error)")
            }
        default: return nil
        }
    }

    /// As `StringEscapeUtils.escapeJavaScript` of Apache Commons Lang 2 does: quotation marks of both kinds,
    /// the slash, control characters, and all beyond ASCII as UTF-16.
    private func escaped(_ text: String) -> String {
        var output = ""
        for unit in text.utf16 {
            switch unit {
            case 0x08: output += "\\b"
            case 0x09: output += "\\t"
            case 0x0A: output += "\\n"
            case 0x0C: output += "\\f"
            case 0x0D: output += "\\r"
            case UInt16(UInt8(ascii: "'")), UInt16(UInt8(ascii: "\"")), UInt16(UInt8(ascii: "\\")),
                UInt16(UInt8(ascii: "/")):
                output += "\\" + String(decoding: [unit], as: UTF16.self)
            case 0x20..<0x7F: output += String(decoding: [unit], as: UTF16.self)
            case 0x7F: output += "\u{7F}"
            default:
                let digits = String(unit, radix: 16, uppercase: true)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return output
    }
}

/// Form encoding, as Java's `URLEncoder` and `URLDecoder` do it.
enum PercentText {
    static func encode(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            if byte == UInt8(ascii: " ") {
                output += "+"
            } else if byte.isLetter || byte.isDigit || ".-*_".utf8.contains(byte) {
                output.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                output += byte < 16 ? "%0" : "%"
                output += String(byte, radix: 16, uppercase: true)
            }
        }
        return output
    }

    /// A percent sign without two digits behind it stays.
    static func decode(_ text: String) -> String {
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "+") {
                output.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                output.append(value)
                rest = rest.dropFirst(2)
            } else {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
