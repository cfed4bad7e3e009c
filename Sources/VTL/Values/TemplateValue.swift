/// The values of templates. Velocity's are Java objects, so lists and maps are shared by all who hold them,
/// and texts are Java's.

package import JSON

/// One value. All integers are of 64 bits, because Java's kinds of integers print alike.
package enum TemplateValue {
    case null
    case string(String)
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case list(ListValue)
    case map(MapValue)
    case entry(MapEntry)
    case object(any TemplateObject)
}

/// A list or a map. Templates can put one into itself, and one into the other without end.
protocol ValueContainer: AnyObject {
    func removeAll()
}

/// A list that templates change in place.
package final class ListValue: ValueContainer {
    package var elements: [TemplateValue]
    /// Whether the text of the list is JSON: one that a payload holds (observed by
    /// github.com/localstack/localstack, `VTLJsonList`).
    package let isOfPayload: Bool

    package init(_ elements: [TemplateValue] = [], isOfPayload: Bool = false) {
        self.elements = elements
        self.isOfPayload = isOfPayload
    }

    func removeAll() { elements = [] }
}

/// One key and its value, as `entrySet()` gives them.
package final class MapEntry {
    let key: TemplateValue
    let value: TemplateValue

    init(key: TemplateValue, value: TemplateValue) {
        self.key = key
        self.value = value
    }
}

/// A map in the order of insertion that templates change in place.
package final class MapValue: ValueContainer {
    private(set) var entries: [MapEntry] = []
    private var places: [String: Int] = [:]

    package init() {}

    /// The value of a key. Keys are equal if their kinds and texts are.
    package subscript(key: TemplateValue) -> TemplateValue? {
        get { places[Self.name(of: key)].map { entries[$0].value } }
        set {
            let name = Self.name(of: key)
            switch (places[name], newValue) {
            case (let place?, let value?): entries[place] = MapEntry(key: entries[place].key, value: value)
            case (nil, let value?):
                places[name] = entries.count
                entries.append(MapEntry(key: key, value: value))
            case (let place?, nil):
                entries.remove(at: place)
                places = [:]
                for (place, entry) in entries.enumerated() { places[Self.name(of: entry.key)] = place }
            case (nil, nil): break
            }
        }
    }

    func removeAll() {
        entries = []
        places = [:]
    }

    private static func name(of key: TemplateValue) -> String {
        switch key {
        case .string(let text): "s" + text
        case .integer(let integer): "i\(integer)"
        case .boolean(let boolean): "b\(boolean)"
        case .number(let number): "n\(number)"
        case .null: "null"
        case .list, .map, .entry, .object: "o" + (key.text(bytesMax: 1_000) ?? "")
        }
    }
}

/// An object of the service: `$input`, `$util`.
package protocol TemplateObject {
    /// The value of a property; nil if there is none of the name.
    func property(_ name: String) -> TemplateValue?
    /// The result of a method; nil if there is none of the name that takes these arguments.
    func call(_ name: String, _ arguments: [TemplateValue]) throws(MethodFailure) -> TemplateValue?
}

/// A method that fails, as one that throws in Java. It ends the rendering.
package struct MethodFailure: Error {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

extension TemplateValue {
    /// The value of a JSON text.
    package init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let bool): self = .boolean(bool)
        case .integer(let integer): self = .integer(integer)
        case .number(let number): self = .number(number)
        case .string(let string): self = .string(string)
        case .array(let elements):
            self = .list(ListValue(elements.map { TemplateValue($0) }, isOfPayload: true))
        case .object(let object):
            let map = MapValue()
            for member in object.members { map[.string(member.name)] = TemplateValue(member.value) }
            self = .map(map)
        }
    }

    /// The list or map, if the value is one.
    var container: (any ValueContainer)? {
        switch self {
        case .list(let list): list
        case .map(let map): map
        default: nil
        }
    }

    var isNull: Bool {
        if case .null = self { return true }
        return false
    }
}
