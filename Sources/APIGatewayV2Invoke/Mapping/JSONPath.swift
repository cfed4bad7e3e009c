/// The JSON paths of parameter mappings: names, indexes of arrays, and `*`. Recursive descent and filters are
/// excluded by the developer guide ("Transform API requests and responses for HTTP APIs").

internal import APIGatewayV2
internal import JSON

/// A parsed path without its `$`: `a.b[0]['c d']`.
struct JSONPath: Sendable, Equatable {
    private enum Step: Sendable, Equatable {
        case name(String)
        /// An index, from the end if below zero.
        case index(Int)
        /// From one index up to another, without the last.
        case slice(Int, Int?)
        case all

        var isList: Bool {
            switch self {
            case .name, .index: false
            case .slice, .all: true
            }
        }
    }

    private let steps: [Step]

    /// Nil for an unknown form of path. An integration with one is not called: see `MappingValue.unreadPath`.
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
        let bounds = text.split(separator: ":", omittingEmptySubsequences: false)
        if bounds.count == 2 {
            let start = bounds[0].isEmpty ? 0 : Int(bounds[0])
            if bounds[1].isEmpty { return start.map { .slice($0, nil) } }
            guard let start, let end = Int(bounds[1]) else { return nil }
            return .slice(start, end)
        }
        return Int(text).map(Step.index)
    }

    /// The value at the path; nil if there is none. With `*` or a slice in the path, the list of all values.
    func value(in root: JSON) -> JSON? {
        var values = [root]
        for step in steps { values = values.flatMap { Self.values(step, of: $0) } }
        if steps.contains(where: \.isList) { return .array(values) }
        return values.first
    }

    private static func values(_ step: Step, of value: JSON) -> [JSON] {
        switch (step, value) {
        case (.name(let name), .object(let object)): object[name].map { [$0] } ?? []
        case (.index(let index), .array(let list)):
            list.indices.contains(place(index, in: list)) ? [list[place(index, in: list)]] : []
        case (.slice(let start, let end), .array(let list)):
            slice(of: list, place(start, in: list), end.map { place($0, in: list) } ?? list.count)
        case (.all, .array(let list)): list
        case (.all, .object(let object)): object.members.map(\.value)
        default: []
        }
    }

    private static func place(_ index: Int, in list: [JSON]) -> Int {
        index < 0 ? list.count + index : index
    }

    private static func slice(of list: [JSON], _ start: Int, _ end: Int) -> [JSON] {
        let (from, to) = (min(max(0, start), list.count), min(max(0, end), list.count))
        return from < to ? Array(list[from..<to]) : []
    }
}

extension MappingValue {
    /// The first JSON path of an unknown form; nil if there is none. To ignore such a mapping would hide the
    /// problem.
    var unreadPath: String? {
        for source in sources {
            switch source {
            case .requestBody(let path?), .responseBody(let path?): if JSONPath(path) == nil { return path }
            default: continue
            }
        }
        return nil
    }
}
