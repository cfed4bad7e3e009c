/// Properties and methods of values, by the names of their Java classes. An absent one makes a reference
/// without a value.

extension TemplateValue {
    /// A property. Java's `isEmpty()` is one.
    func property(_ name: String) -> TemplateValue? {
        switch self {
        case .map(let map): map[.string(name)]
        case .list(let list): name == "empty" ? .boolean(list.elements.isEmpty) : nil
        case .string(let text): name == "empty" ? .boolean(text.isEmpty) : nil
        case .entry(let entry): name == "key" ? entry.key : name == "value" ? entry.value : nil
        case .object(let object): object.property(name)
        case .null, .boolean, .integer, .number: nil
        }
    }

    /// The result of a method; nil if there is none of the name that takes these arguments.
    func call(
        _ name: String, _ arguments: [TemplateValue], limits: TemplateLimits
    ) throws(MethodFailure) -> TemplateValue? {
        if name == "toString", arguments.isEmpty, let text = text(bytesMax: limits.outputBytesMax) {
            return .string(text)
        }
        if name == "equals", arguments.count == 1 { return .boolean(hasEqualContent(to: arguments[0])) }
        switch self {
        case .string(let text):
            return try StringMethods.call(name, on: text, arguments, limits: limits)
        case .list(let list): return try list.call(name, arguments)
        case .map(let map): return map.call(name, arguments)
        case .object(let object): return try object.call(name, arguments)
        case .integer, .number: return try NumberMethods.call(name, on: self, arguments)
        case .boolean: return name == "booleanValue" && arguments.isEmpty ? self : nil
        case .entry(let entry):
            guard arguments.isEmpty else { return nil }
            return name == "getKey" ? entry.key : name == "getValue" ? entry.value : nil
        case .null: return nil
        }
    }

    /// The result of a Java method without one.
    static var nothing: TemplateValue { .string("") }
}

extension ListValue {
    func call(_ name: String, _ arguments: [TemplateValue]) throws(MethodFailure) -> TemplateValue? {
        switch (name, arguments.count) {
        case ("size", 0): return .integer(elements.count)
        case ("isEmpty", 0): return .boolean(elements.isEmpty)
        case ("clear", 0):
            removeAll()
            return .nothing
        case ("get", 1):
            guard case .integer(let index) = arguments[0] else { return nil }
            return elements[try place(index, below: elements.count)]
        case ("add", 1):
            elements.append(arguments[0])
            return .boolean(true)
        case ("addAll", 1):
            guard case .list(let other) = arguments[0] else { return nil }
            elements += other.elements
            return .boolean(!other.elements.isEmpty)
        case ("contains", 1): return .boolean(firstPlace(of: arguments[0]) != nil)
        case ("indexOf", 1): return .integer(firstPlace(of: arguments[0]) ?? -1)
        case ("remove", 1): return try remove(arguments[0])
        case (_, 2): return try callWithTwo(name, arguments[0], arguments[1])
        default: return nil
        }
    }

    private func callWithTwo(
        _ name: String, _ first: TemplateValue, _ second: TemplateValue
    ) throws(MethodFailure) -> TemplateValue? {
        guard case .integer(let index) = first else { return nil }
        switch name {
        case "add":
            elements.insert(second, at: try place(index, below: elements.count + 1))
            return .nothing
        case "set":
            let place = try place(index, below: elements.count)
            defer { elements[place] = second }
            return elements[place]
        case "subList":
            guard case .integer(let end) = second else { return nil }
            guard index >= 0, index <= end, end <= elements.count else {
                throw MethodFailure("begin \(index), end \(end), length \(elements.count)")
            }
            return .list(ListValue(Array(elements[index..<end])))
        default: return nil
        }
    }

    private func firstPlace(of value: TemplateValue) -> Int? {
        elements.firstIndex { $0.hasEqualContent(to: value) }
    }

    /// By place with a number, by value with anything else.
    private func remove(_ value: TemplateValue) throws(MethodFailure) -> TemplateValue {
        if case .integer(let index) = value {
            return elements.remove(at: try place(index, below: elements.count))
        }
        guard let place = firstPlace(of: value) else { return .boolean(false) }
        elements.remove(at: place)
        return .boolean(true)
    }

    private func place(_ index: Int, below end: Int) throws(MethodFailure) -> Int {
        guard (0..<end).contains(index) else {
            throw MethodFailure("Index \(index) out of bounds for length \(elements.count)")
        }
        return index
    }
}

extension MapValue {
    func call(_ name: String, _ arguments: [TemplateValue]) -> TemplateValue? {
        switch (name, arguments.count) {
        case ("size", 0): return .integer(entries.count)
        case ("isEmpty", 0): return .boolean(entries.isEmpty)
        case ("keySet", 0): return .list(ListValue(entries.map(\.key)))
        case ("values", 0): return .list(ListValue(entries.map(\.value)))
        case ("entrySet", 0): return .list(ListValue(entries.map { .entry($0) }))
        case ("clear", 0):
            removeAll()
            return .nothing
        case ("get", 1): return self[arguments[0]]
        case ("containsKey", 1): return .boolean(self[arguments[0]] != nil)
        case ("containsValue", 1):
            return .boolean(entries.contains { $0.value.hasEqualContent(to: arguments[0]) })
        case ("remove", 1):
            defer { self[arguments[0]] = nil }
            return self[arguments[0]]
        case ("putAll", 1):
            guard case .map(let other) = arguments[0] else { return nil }
            for entry in other.entries { self[entry.key] = entry.value }
            return .nothing
        case ("put", 2):
            defer { self[arguments[0]] = arguments[1] }
            return self[arguments[0]]
        case ("getOrDefault", 2): return self[arguments[0]] ?? arguments[1]
        default: return nil
        }
    }
}

/// The methods of Java's numbers, with the ones that parse: `#set($Integer = 0) $Integer.parseInt("7")`.
enum NumberMethods {
    static func call(
        _ name: String, on value: TemplateValue, _ arguments: [TemplateValue]
    ) throws(MethodFailure) -> TemplateValue? {
        guard let number = value.double else { return nil }
        switch (name, arguments.first) {
        case ("intValue", nil), ("longValue", nil):
            if case .integer(let integer) = value {
                return name == "intValue" ? .integer(Int(Int32(truncatingIfNeeded: integer))) : value
            }
            return .integer(Int(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max))
        case ("doubleValue", nil), ("floatValue", nil): return .number(number)
        case ("isNaN", nil): return .boolean(number.isNaN)
        case ("compareTo", let other?):
            return other.double.map { .integer(number < $0 ? -1 : number > $0 ? 1 : 0) }
        case ("parseInt", .string(let text)?), ("parseLong", .string(let text)?),
            ("valueOf", .string(let text)?):
            if case .number = value, name == "valueOf" { return try parsed(text) }
            guard let integer = Int(text) else { throw MethodFailure("For input string: \"\(text)\"") }
            return .integer(integer)
        case ("parseDouble", .string(let text)?), ("parseFloat", .string(let text)?): return try parsed(text)
        default: return nil
        }
    }

    private static func parsed(_ text: String) throws(MethodFailure) -> TemplateValue {
        guard let number = Double(text) else { throw MethodFailure("For input string: \"\(text)\"") }
        return .number(number)
    }
}
