/// Request mappings carried out: an invocation in, the request for the integration out. Reserved headers were
/// refused when the integration was made. A value that is not there passes its mapping over. Developer guide,
/// "Transform API requests and responses for HTTP APIs".

package import APIGatewayV2
package import HTTPWire

typealias MappingAction = ParameterMapping.Action

/// A request after its mappings, before it becomes an event or a backend's request.
package struct MappedRequest: Sendable {
    package private(set) var fields: HTTPFields
    /// Still percent-encoded, without the question mark.
    package private(set) var query: String
    /// The path that a mapping put in the place of the other, decoded; nil without one.
    package private(set) var path: String?
    /// The Host that a mapping set; nil without one.
    package private(set) var host: String?

    /// Applies `mappings` in order; all values are of the request as the client sent it.
    package init(_ invocation: Invocation, _ mappings: [ParameterMapping] = []) {
        let scope = MappingScope(invocation)
        fields = invocation.request.fields
        query = QueryValues(invocation.request.target).raw
        for mapping in mappings {
            let value = mapping.action == .remove ? nil : scope.text(of: mapping.value)
            if mapping.action != .remove, value == nil { continue }
            apply(mapping, value)
        }
    }

    private mutating func apply(_ mapping: ParameterMapping, _ value: String?) {
        switch mapping.destination {
        case .header(let name):
            guard HTTPFields.isName(name), HeaderValue.isOneLine(value ?? "") else { return }
            fields = fields.changed(mapping.action, name, value)
            if name.lowercased() == "host" { host = value }
        case .queryString(let name):
            var items = query.split(separator: "&").map(String.init)
            if mapping.action != .append {
                items.removeAll { item in QueryValues.decoded(item.prefix { $0 != "=" }) == name }
            }
            if let value { items.append(PercentCoding.encoded(name) + "=" + PercentCoding.encoded(value)) }
            query = items.joined(separator: "&")
        case .path: path = value
        case .statusCode: break
        }
    }
}

extension Invocation {
    /// The invocation as a function's event shows it after `mappings`.
    package func mapped(by mappings: [ParameterMapping]) -> Invocation {
        if mappings.isEmpty { return self }
        let mapped = MappedRequest(self, mappings)
        let path = request.target.text.prefix { $0 != "?" }
        let target = RequestTarget(
            text: mapped.query.isEmpty ? String(path) : "\(path)?\(mapped.query)",
            pathSegments: request.target.pathSegments, authority: request.target.authority)
        var invocation = Invocation(
            request: HTTPRequest(
                method: request.method, target: target, version: request.version, fields: mapped.fields,
                body: request.body),
            caller: caller, address: mapped.path.map { address.with(eventPath: $0) } ?? address,
            stageVariables: stageVariables, requestID: requestID, traceID: traceID, time: time, match: match)
        invocation.authorization = authorization
        return invocation
    }
}

/// Values of header lines.
enum HeaderValue {
    /// A line break in a value would begin another line.
    static func isOneLine(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }
}
