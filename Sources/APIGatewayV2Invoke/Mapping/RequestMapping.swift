/// Request mappings: an invocation in, the request for the integration out. The integration's creation has
/// refused reserved headers. A mapping with a missing value is ignored. Developer guide, "Transform API
/// requests and responses for HTTP APIs".

package import APIGatewayV2
package import HTTPWire

typealias MappingAction = ParameterMapping.Action

/// A request after its mappings, before it becomes an event or a backend's request.
package struct MappedRequest: Sendable {
    package private(set) var fields: HTTPFields
    /// The query, still percent-encoded and without the question mark.
    package private(set) var query: String
    /// The decoded path of a mapping; nil without one.
    package private(set) var path: String?
    /// The Host of a mapping; nil without one.
    package private(set) var host: String?
    /// A line for each mapping that did not act, with the reason.
    package private(set) var ignored: [String] = []

    /// Applies `mappings` in order. All values are from the client's request. A value past `limits` is
    /// ignored.
    package init(
        _ invocation: Invocation, _ mappings: [ParameterMapping] = [], limits: MappingLimits = MappingLimits()
    ) {
        let scope = MappingScope(invocation, limits: limits)
        fields = HopByHop.removed(from: invocation.request.fields)
        query = QueryValues.raw(invocation.request.target)
        for mapping in mappings {
            do throws(IgnoredMapping) {
                apply(mapping, try scope.value(for: mapping))
            } catch {
                ignored.append(error.text)
            }
        }
    }

    private mutating func apply(_ mapping: ParameterMapping, _ value: String?) {
        switch mapping.destination {
        case .header(let name):
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
    /// The invocation for a function's event, after `mappings`. A value past `limits` is ignored.
    /// `noteIgnored` gets a line for each mapping that did not act.
    package func mapped(
        by mappings: [ParameterMapping], limits: MappingLimits = MappingLimits(),
        noteIgnored: ([String]) -> Void = { _ in }
    ) -> Invocation {
        if mappings.isEmpty { return self }
        let mapped = MappedRequest(self, mappings, limits: limits)
        if !mapped.ignored.isEmpty { noteIgnored(mapped.ignored) }
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
    /// Whether the value has no line break, which would begin another line.
    static func isOneLine(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// The value without white space at its ends, which is no part of it. HTTP/2 clients refuse an answer
    /// with such a value (RFC 9113 section 8.2.1).
    static func trimmed(_ value: String) -> String {
        guard let first = value.utf8.first, let last = value.utf8.last, isBlank(first) || isBlank(last) else {
            return value
        }
        let rest = value.utf8.drop(while: isBlank)
        guard let end = rest.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(Substring(rest[...end]))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 0x09 }
}
