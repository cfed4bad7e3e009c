/// The messages for the values of mappings: the client's request and, for response mappings, the
/// integration's answer. All values are read before any mapping of the set acts, so that a header can be
/// renamed. Developer guide, "Transform API requests and responses for HTTP APIs".

package import APIGatewayV2
package import HTTPWire
internal import JSON
internal import VTL

/// The bounds of one set of mappings.
package struct MappingLimits: Sendable {
    /// Bytes of a value. A mapping with a longer one does not act.
    let valueBytesMax: Int
    /// Values that one JSON path visits. With more it has no value.
    let pathStepsMax: Int

    /// Without `pathStepsMax` paths have the bound of templates.
    package init(valueBytesMax: Int = .max, pathStepsMax: Int? = nil) {
        self.valueBytesMax = valueBytesMax
        self.pathStepsMax = pathStepsMax ?? TemplateLimits().pathStepsMax
    }
}

/// Evaluates mapping values.
package struct MappingScope: Sendable {
    let limits: MappingLimits
    private let invocation: Invocation
    private let response: HTTPResponse?

    package init(
        _ invocation: Invocation, response: HTTPResponse? = nil, limits: MappingLimits = MappingLimits()
    ) {
        self.invocation = invocation
        self.response = response
        self.limits = limits
    }

    /// The bytes of a body for a JSON path. The rest is cut off. Fixed by the service.
    package static let bodyBytesMax = 100 * 1024

    /// The text of a value; nil if a part of it is missing. Its mapping is then ignored. In a JSON template
    /// the values of expressions are escaped, because they are inside its strings.
    package func text(of value: MappingValue, isTemplate: Bool = false) -> String? {
        var text = ""
        for source in value.sources {
            guard let part = self.text(of: source) else { return nil }
            if case .text = source { text += part } else { text += isTemplate ? Self.escaped(part) : part }
        }
        return text
    }

    /// The text between the quotation marks of a JSON string.
    private static func escaped(_ text: String) -> String {
        String(JSON.string(text).jsonText.dropFirst().dropLast())
    }

    private func text(of source: MappingValue.Source) -> String? {
        switch source {
        case .text(let text): return text
        case .requestHeader(let name): return Self.header(name, in: invocation.request.fields)
        case .requestQueryString(let name):
            let query = QueryValues(invocation.request.target)
            guard let name else { return query.joined.jsonText }
            let values = query.values(of: name)
            return values.isEmpty ? nil : values.joined(separator: ",")
        case .requestPath(nil):
            let path = invocation.address.path.decoded
            return path.isEmpty ? "/" : path
        case .requestPath(let variable?):
            return invocation.pathParameters.first { $0.name == variable }?.value
        case .requestBody(let path): return body(invocation.request.body, path)
        case .responseHeader(let name):
            guard let response else { return nil }
            switch name?.lowercased() {
            case "content-type": return response.contentType
            case "date": return response.passed?.dateText
            default: return Self.header(name, in: response.fields)
            }
        case .responseBody(let path): return response.flatMap { body($0.body, path) }
        case .context(let name): return invocation.contextValue(name)
        case .stageVariable(let name): return invocation.stageVariables[name]
        }
    }

    /// The values of a header, joined by commas. Without a name, all headers as a JSON object.
    private static func header(_ name: String?, in fields: HTTPFields) -> String? {
        guard let name else {
            var object = JSONObject()
            for index in 0..<fields.count {
                let name = fields.name(at: index).lowercased()
                if object[name] == nil {
                    object[name] = .string(fields.values(of: name).joined(separator: ","))
                }
            }
            return JSON.object(object).jsonText
        }
        let values = fields.values(of: name)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    private func body(_ body: [UInt8], _ path: String?) -> String? {
        guard let path else { return body.isEmpty ? nil : String(decoding: body, as: UTF8.self) }
        guard let path = JSONPath(mapping: path, stepsMax: limits.pathStepsMax) else { return nil }
        do throws(JSONError) {
            let document = try JSONDocument(parsing: Array(body.prefix(Self.bodyBytesMax)))
            return path.value(in: document.root.json).flatMap(\.mappedText)
        } catch {
            return nil
        }
    }
}
