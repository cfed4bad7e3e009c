/// Mappings that cannot act on a message, with the reason for the log. The message goes on without them:
/// developer guide, "Transform API requests and responses for HTTP APIs", has no error for such a mapping.

internal import APIGatewayV2
internal import HTTPWire

/// The reason why a mapping does not act.
struct IgnoredMapping: Error {
    /// One line that names the mapping.
    let text: String

    init(_ mapping: ParameterMapping, _ reason: String) {
        text = "mapping \(mapping.name) does not act: \(reason)"
    }
}

extension MappingScope {
    /// The value of a mapping; nil for `remove`. Throws if the mapping cannot act with it.
    func value(for mapping: ParameterMapping) throws(IgnoredMapping) -> String? {
        if case .header(let name) = mapping.destination, !HTTPFields.isName(name) {
            throw IgnoredMapping(mapping, "no header can have this name")
        }
        if mapping.action == .remove { return nil }
        guard let value = text(of: mapping.value) else {
            throw IgnoredMapping(mapping, "the message has nothing at its source")
        }
        guard value.utf8.count <= limits.valueBytesMax else {
            throw IgnoredMapping(
                mapping,
                "its value has \(value.utf8.count) bytes, and mapping-value-bytes-max is "
                    + "\(limits.valueBytesMax)")
        }
        guard case .header = mapping.destination else { return value }
        guard HeaderValue.isOneLine(value) else {
            throw IgnoredMapping(mapping, "its value has a control character, which no header can have")
        }
        return HeaderValue.trimmed(value)
    }
}

extension ParameterMapping {
    /// The mapping's name in the integration, `append:header.x`.
    fileprivate var name: String {
        switch destination {
        case .header(let name): "\(action.rawValue):header.\(name)"
        case .queryString(let name): "\(action.rawValue):querystring.\(name)"
        case .path: "\(action.rawValue):path"
        case .statusCode: "\(action.rawValue):statuscode"
        }
    }
}
