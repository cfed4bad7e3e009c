/// The texts of values, as `toString()` of their Java classes makes them: `[1, b]`, `{a=1}`, `1.0E10`.

internal import JSON

extension TemplateValue {
    /// Lists and maps within each other that a text shows. Fixed, because the code is recursive and fits the
    /// stack at this depth.
    private static var depthMax: Int { 128 }

    /// Nil if the text is longer than `bytesMax`, or deeper than any text: that of a list that holds itself.
    package func text(bytesMax: Int) -> String? {
        var output = ""
        return append(to: &output, bytesMax: bytesMax, depth: 0) ? output : nil
    }

    fileprivate func append(to output: inout String, bytesMax: Int, depth: Int) -> Bool {
        if depth > Self.depthMax { return false }
        switch self {
        case .null: output += "null"
        case .string(let text): output += text
        case .boolean(let boolean): output += boolean ? "true" : "false"
        case .integer(let integer): output += String(integer)
        case .number(let number): output += JavaNumber.text(of: number)
        case .object: output += "object"
        case .entry(let entry): return entry.append(to: &output, bytesMax: bytesMax, depth: depth + 1)
        case .list(let list) where list.isOfPayload:
            guard let json = json() else { return false }
            var bytes: [UInt8] = []
            JSONWriter.append(json, to: &bytes)
            output += String(decoding: bytes, as: UTF8.self)
        case .list(let list):
            output += "["
            for (place, element) in list.elements.enumerated() {
                if place > 0 { output += ", " }
                guard element.append(to: &output, bytesMax: bytesMax, depth: depth + 1) else { return false }
            }
            output += "]"
        case .map(let map):
            output += "{"
            for (place, entry) in map.entries.enumerated() {
                if place > 0 { output += ", " }
                guard entry.append(to: &output, bytesMax: bytesMax, depth: depth + 1) else { return false }
            }
            output += "}"
        }
        return output.utf8.count <= bytesMax
    }
}

extension MapEntry {
    fileprivate func append(to output: inout String, bytesMax: Int, depth: Int) -> Bool {
        guard key.append(to: &output, bytesMax: bytesMax, depth: depth + 1) else { return false }
        output += "="
        return value.append(to: &output, bytesMax: bytesMax, depth: depth + 1)
    }
}

/// The texts of Java's numbers.
enum JavaNumber {
    /// As `Double.toString(double)` documents: digits with a point from a thousandth to ten millions, and
    /// else an exponent.
    static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
        let sign = number < 0 ? "-" : ""
        let (digits, exponent) = shortestDigits(of: number.magnitude)
        if (0.001..<10_000_000).contains(number.magnitude) {
            return sign + plain(digits, exponent: exponent)
        }
        let fraction = digits.dropFirst().isEmpty ? "0" : String(decoding: digits.dropFirst(), as: UTF8.self)
        return sign + String(decoding: digits.prefix(1), as: UTF8.self) + "." + fraction + "E\(exponent)"
    }

    /// The digits, and the power of ten of the first.
    private static func shortestDigits(of number: Double) -> ([UInt8], Int) {
        let parts = number.description.split(separator: "e")
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let sides = parts[0].split(separator: ".")
        var digits = Array(sides.joined().utf8)
        exponent += (sides.first?.utf8.count ?? 1) - 1
        while digits.count > 1, digits.first == UInt8(ascii: "0") {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, exponent)
    }

    private static func plain(_ digits: [UInt8], exponent: Int) -> String {
        let zero = UInt8(ascii: "0")
        if exponent < 0 {
            return "0."
                + String(decoding: Array(repeating: zero, count: -exponent - 1) + digits, as: UTF8.self)
        }
        let padded = digits + Array(repeating: zero, count: max(0, exponent + 2 - digits.count))
        return String(decoding: padded[...exponent], as: UTF8.self) + "."
            + String(decoding: padded[(exponent + 1)...], as: UTF8.self)
    }
}
