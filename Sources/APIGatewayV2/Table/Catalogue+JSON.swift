/// The tables as a document, for the test against the published service model and for the command
/// `operations`. Its form is at `json`.

import HTTPWire
package import JSON

extension Catalogue {
    /// The document `{"operations": [{name, method, path, status}], "resources": [{noun, path, members:
    /// [{name, type, required, requiredOnUpdate, readOnly, inputOnly, createOnly, updateOnly, onlyIn?, enum?,
    /// min?, max?, member?, members?}]}]}`. Bounds are lengths of strings and values of integers. `member` is
    /// the kind of a list's elements or a map's values.
    package var json: JSON {
        .object([
            "operations": .array(operations.map(\.json)),
            "resources": .array(resources.map(\.json)),
        ])
    }
}

extension Operation {
    fileprivate var json: JSON {
        .object([
            "name": .string(name), "method": .string(method.rawValue), "path": .string(path),
            "status": .integer(status),
        ])
    }
}

extension Resource {
    fileprivate var json: JSON {
        .object(["noun": .string(noun), "path": .string(path), "members": .array(fields.map(\.json))])
    }
}

extension Field {
    fileprivate var json: JSON {
        var object: JSONObject = ["name": .string(name)]
        for member in kind.json.members { object[member.name] = member.value }
        object["required"] = .bool(isRequired)
        object["readOnly"] = .bool(isReadOnly)
        object["inputOnly"] = .bool(isInputOnly)
        object["requiredOnUpdate"] = .bool(isRequiredOnUpdate)
        object["createOnly"] = .bool(isCreateOnly)
        object["updateOnly"] = .bool(isUpdateOnly)
        object["onlyIn"] = onlyIn.map { .string($0.rawValue) }
        return .object(object)
    }
}

extension FieldKind {
    fileprivate var json: JSONObject {
        switch self {
        case .string(let length): bounds("string", length)
        case .choice(let names): ["type": .string("string"), "enum": .array(names.map(JSON.string))]
        case .boolean: ["type": .string("boolean")]
        case .integer(let range): bounds("integer", range)
        case .number: ["type": .string("double")]
        case .timestamp: ["type": .string("timestamp")]
        case .list(let element): ["type": .string("list"), "member": .object(element.json)]
        case .map(let value): ["type": .string("map"), "member": .object(value.json)]
        case .object(let fields): ["type": .string("structure"), "members": .array(fields.map(\.json))]
        }
    }

    private func bounds(_ type: String, _ range: ClosedRange<Int>?) -> JSONObject {
        var object: JSONObject = ["type": .string(type)]
        object["min"] = range.map { .integer($0.lowerBound) }
        object["max"] = range.map { .integer($0.upperBound) }
        return object
    }
}
