/// JSON texts made after a resource's table: mostly right, and wrong in every way that a table can be broken.
/// The same seed gives the same texts.

import APIGatewayV2
import TestSupport

/// Makes the text of one document after another.
struct DocumentGenerator {
    private var random: SeededGenerator
    /// How many of a thousand values, names and members are disturbed. Few, so that some documents are right.
    private let disturbed: Int

    init(seed: UInt64, disturbed: Int) {
        random = SeededGenerator(seed: seed)
        self.disturbed = disturbed
    }

    /// An object of some of `fields`, mostly in their order.
    mutating func object(of fields: [Field]) -> String {
        var members: [String] = []
        for field in fields where field.isRequired && !isDisturbed() || random.below(3) > 0 {
            let name = isDisturbed() ? field.capitalizedName : field.name
            members.append("\(space())\"\(name)\"\(space()):\(value(of: field.kind))")
            if isDisturbed(), let last = members.last { members.append(last) }
        }
        if isDisturbed() { members.append(#""unheardOf": [{"a": 1}]"#) }
        if isDisturbed() { members.shuffle(using: &random) }
        return "{\(members.joined(separator: ","))\(space())}"
    }

    private mutating func isDisturbed() -> Bool { random.below(1000) < disturbed }

    private mutating func space() -> String { isDisturbed() ? " \n" : "" }

    private mutating func value(of kind: FieldKind) -> String {
        if isDisturbed() {
            return random.element(of: ["null", "true", "7", "1.5", "\"\"", "[]", "{}", "[null]"])
        }
        switch kind {
        case .string(let length): return string(length)
        case .choice(let names): return choice(names)
        case .boolean: return random.element(of: ["true", "false"])
        case .integer(let range): return integer(range)
        case .number: return random.element(of: ["0", "-2", "1.0", "12.5", "1e2"])
        case .timestamp: return timestamp()
        case .list(let element):
            let elements = (0..<random.below(4)).map { _ in value(of: element) }
            return "[\(space())\(elements.joined(separator: ","))]"
        case .map(let element): return map(of: element)
        case .object(let fields): return object(of: fields)
        }
    }

    /// As long as the bounds allow, at one of them, or one beyond.
    private mutating func string(_ length: ClosedRange<Int>?) -> String {
        let bounds = length.map { $0.lowerBound...min($0.upperBound, 3000) } ?? 0...12
        var count = random.element(of: [bounds.lowerBound, bounds.upperBound, min(bounds.upperBound, 6)])
        if isDisturbed() { count += 1 }
        if isDisturbed() { count = max(count - 1, 0) }
        let characters = isDisturbed() ? ["é", "😀", #"\u0061"#, #"\n"#, #"\ud83d\ude00"#] : ["a", "/", "0"]
        return "\"\((0..<count).map { _ in random.element(of: characters) }.joined())\""
    }

    private mutating func choice(_ names: [String]) -> String {
        let name = random.element(of: names)
        if isDisturbed() { return "\"\(name.lowercased())\"" }
        guard isDisturbed(), let first = name.unicodeScalars.first else { return "\"\(name)\"" }
        // The same name with its first letter written as an escape.
        let digits = String(first.value, radix: 16)
        return "\"\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)\(name.dropFirst())\""
    }

    private mutating func integer(_ range: ClosedRange<Int>?) -> String {
        let bounds = range ?? -5...5
        if isDisturbed() { return random.element(of: ["1e2", "1.0", "-0", "\"1\"", "99999999999999999999"]) }
        let beyond = isDisturbed() ? 1 : 0
        return "\(random.element(of: [bounds.lowerBound - beyond, bounds.upperBound + beyond]))"
    }

    private mutating func timestamp() -> String {
        isDisturbed()
            ? random.element(of: [
                "\"today\"", "1893456000", "\"2030-01-01\"", "\"2030-01-01T00:00:00+00:00\"",
            ])
            : "\"2030-01-01T00:00:00Z\""
    }

    private mutating func map(of element: FieldKind) -> String {
        let names = ["a", "b", "remove:header.x", "Content-Type", isDisturbed() ? "a" : "c"]
        let members = names.prefix(random.below(names.count + 1)).map { name in
            "\"\(name)\":\(isDisturbed() ? "\"\"" : value(of: element))"
        }
        return "{\(members.joined(separator: ","))}"
    }
}
