/// Short functions for stored JSON values: a member of an object, the texts of a list.

internal import JSON

extension JSON {
    /// The member `name`; nil if it is missing or the value is no object.
    func member(_ name: String) -> JSON? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    /// The text of a string; nil for every other value.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The strings of a list; empty for every other value.
    var texts: [String] {
        if case .array(let values) = self { values.compactMap(\.text) } else { [] }
    }

    /// The value as compact JSON text.
    var jsonText: String {
        var bytes: [UInt8] = []
        JSONWriter.append(self, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSON {
    /// The value as a text: a string itself, nil for null, and JSON for every other value.
    var mappedText: String? {
        switch self {
        case .null: nil
        case .string(let text): text
        case .bool, .integer, .number, .array, .object: jsonText
        }
    }
}
