/// `$input` of mapping templates: the payload and the parameters of a request (developer guide, "Mapping
/// template and access logging variable reference").

package import JSON
package import VTL

/// The payload as text, read as JSON at the first path. A payload that is no JSON has no values.
package final class InputObject: TemplateObject {
    private let body: [UInt8]
    private let payload: JSON?
    private let parameters: () -> JSONObject
    private let pathStepsMax: Int
    private var shown: MapValue?

    /// The parameters by their kind, in the order in which a name is looked for.
    private static let kinds = ["path", "querystring", "header"]

    /// `payload` is the parsed body, nil if it is no JSON. `parameters` gives an object for each kind. It is
    /// called once, for the first question about parameters. One path visits at most `pathStepsMax` values.
    package init(
        body: [UInt8], payload: JSON?, parameters: @escaping @autoclosure () -> JSONObject, pathStepsMax: Int
    ) {
        self.body = body
        self.payload = payload
        self.parameters = parameters
        self.pathStepsMax = pathStepsMax
    }

    private func allParameters() -> MapValue {
        if let shown { return shown }
        let (objects, map) = (parameters(), MapValue())
        for kind in Self.kinds { map[.string(kind)] = TemplateValue(objects[kind] ?? [:]) }
        shown = map
        return map
    }

    /// An empty payload reads `{}` (observed by github.com/localstack/localstack/pull/12413).
    package func property(_ name: String) -> TemplateValue? {
        guard name == "body" else { return nil }
        return .string(body.isEmpty ? "{}" : String(decoding: body, as: UTF8.self))
    }

    package func call(_ name: String, _ arguments: [TemplateValue]) throws(MethodFailure) -> TemplateValue? {
        switch (name, arguments.first, arguments.count) {
        case ("params", nil, 0): return .map(allParameters())
        case ("params", .string(let parameter)?, 1): return value(ofParameter: parameter)
        case ("path", .string(let path)?, 1): return try value(at: path).map(TemplateValue.init)
        case ("json", .string(let path)?, 1):
            guard let value = try value(at: path) else { return .string("\"\"") }
            var bytes: [UInt8] = []
            JSONWriter.append(value, to: &bytes)
            return .string(String(decoding: bytes, as: UTF8.self))
        default: return nil
        }
    }

    /// An unknown parameter reads as an empty text.
    private func value(ofParameter name: String) -> TemplateValue {
        for kind in Self.kinds {
            if case .map(let map)? = allParameters()[.string(kind)], let value = map[.string(name)] {
                return value
            }
        }
        return .string("")
    }

    private func value(at text: String) throws(MethodFailure) -> JSON? {
        if text == "$" { return payload }
        guard let path = JSONPath(text, stepsMax: pathStepsMax) else {
            throw MethodFailure("\(text) is no JSON path")
        }
        return payload.flatMap(path.value)
    }
}
