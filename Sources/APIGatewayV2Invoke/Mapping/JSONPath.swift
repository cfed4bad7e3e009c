/// The JSON paths of parameter mappings: names, places in arrays, and `*`. Recursive descent and filters are
/// excluded by the developer guide ("Transform API requests and responses for HTTP APIs").

internal import JSON

/// A path without its `$`, taken apart: `a.b[0]['c d']`.
struct JSONPath: Sendable, Equatable {
    private enum Step: Sendable, Equatable {
        case name(String)
        /// Counted from the end if below zero.
        case index(Int)
        case all
    }

    private let steps: [Step]

    /// Nil for a path that is not understood. It finds nothing.
    init?(_ text: String) {
        var steps: [Step] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "[" {
                guard let end = rest.firstIndex(of: "]"), let step = Self.bracketed(rest[..<end].dropFirst())
                else { return nil }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
                if rest.first == "." { rest = rest.dropFirst() }
                continue
            }
            let name = rest.prefix { $0 != "." && $0 != "[" }
            if name.isEmpty { return nil }
            steps.append(name == "*" ? .all : .name(String(name)))
            rest = rest.dropFirst(name.count)
            if rest.first == "." {
                rest = rest.dropFirst()
                if rest.isEmpty { return nil }
            }
        }
        self.steps = steps
    }

    private static func bracketed(_ text: Substring) -> Step? {
        if text == "*" { return .all }
        for quote in ["'", "\""]
        where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return .name(String(text.dropFirst().dropLast()))
        }
        return Int(text).map(Step.index)
    }

    /// The value at the path; with `*` in it the list of all values. Nil where there is none.
    func value(in root: JSON) -> JSON? {
        var values = [root]
        for step in steps { values = values.flatMap { Self.values(step, of: $0) } }
        if steps.contains(.all) { return .array(values) }
        return values.first
    }

    private static func values(_ step: Step, of value: JSON) -> [JSON] {
        switch (step, value) {
        case (.name(let name), .object(let object)): object[name].map { [$0] } ?? []
        case (.index(let index), .array(let list)):
            list.indices.contains(index < 0 ? list.count + index : index)
                ? [list[index < 0 ? list.count + index : index]] : []
        case (.all, .array(let list)): list
        case (.all, .object(let object)): object.members.map(\.value)
        default: []
        }
    }
}
