/// Replacing and splitting, with Java's rules for empty parts and for groups in the new text.

extension StringMethods {
    static func replacing(
        _ old: String, in text: String, with new: String, bytesMax: Int
    ) throws(MethodFailure) -> String {
        let (units, wanted, put) = (Array(text.utf16), Array(old.utf16), Array(new.utf16))
        var output: [UInt16] = []
        var place = 0
        while place <= units.count {
            let rest = units.count - place
            if rest >= wanted.count, units[place..<place + wanted.count].elementsEqual(wanted) {
                output += put
                place += wanted.count
                if !wanted.isEmpty { continue }
            }
            if place < units.count { output.append(units[place]) }
            place += 1
            if output.count > bytesMax { throw MethodFailure("the text is too long") }
        }
        return String(decoding: output, as: UTF16.self)
    }

    static func substituting(
        _ pattern: String, _ text: String, _ new: String, isFirstOnly: Bool, _ limits: TemplateLimits
    ) throws(MethodFailure) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var place = 0
        let expression = try RegularExpression(pattern, stepsMax: limits.matchStepsMax)
        for groups in try expression.matches(in: bytes, isFirstOnly: isFirstOnly) {
            guard let whole = groups[0] else { continue }
            output += bytes[place..<whole.lowerBound]
            output += try expanded(Array(new.utf8), groups, in: bytes)
            place = whole.upperBound
            if output.count > limits.outputBytesMax { throw MethodFailure("the text is too long") }
        }
        output += bytes[place...]
        return String(decoding: output, as: UTF8.self)
    }

    /// `$1` is a group, and a backslash takes the next character as it is.
    private static func expanded(
        _ new: [UInt8], _ groups: [Range<Int>?], in bytes: [UInt8]
    ) throws(MethodFailure) -> [UInt8] {
        var output: [UInt8] = []
        var rest = new[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst() else {
                    throw MethodFailure("character to be escaped is missing")
                }
                output.append(next)
            case UInt8(ascii: "$"):
                guard let digit = rest.popFirst(), digit.isDigit else {
                    throw MethodFailure("Illegal group reference")
                }
                let group = Int(digit - UInt8(ascii: "0"))
                guard groups.indices.contains(group) else { throw MethodFailure("No group \(group)") }
                if let range = groups[group] { output += bytes[range] }
            default: output.append(byte)
            }
        }
        return output
    }

    /// With a limit of zero, empty parts at the end go.
    static func split(
        _ text: String, by pattern: String, limit: Int, stepsMax: Int
    ) throws(MethodFailure) -> [String] {
        let bytes = Array(text.utf8)
        var parts: [String] = []
        var place = 0
        for groups in try RegularExpression(pattern, stepsMax: stepsMax).matches(in: bytes) {
            guard let whole = groups[0] else { continue }
            if limit > 0, parts.count == limit - 1 { break }
            // An empty match at the beginning parts nothing.
            if whole.isEmpty, whole.lowerBound == 0 || whole.lowerBound == bytes.count { continue }
            parts.append(String(decoding: bytes[place..<whole.lowerBound], as: UTF8.self))
            place = whole.upperBound
        }
        if parts.isEmpty { return [text] }
        parts.append(String(decoding: bytes[place...], as: UTF8.self))
        if limit == 0 { while parts.last?.isEmpty == true { parts.removeLast() } }
        return parts
    }
}
