/// Response mappings: an integration's answer in, the API's answer out. The mappings of the answer's status
/// code apply. All values are from the integration's answer. Developer guide, "Transform API requests and
/// responses for HTTP APIs".

package import APIGatewayV2
package import HTTPWire

extension HTTPResponse {
    /// The response after `mappings`, the mappings of its status code. A value past `limits` is
    /// ignored. `noteIgnored` gets a line for each mapping that did not act.
    package func mapped(
        by mappings: [ParameterMapping], _ invocation: Invocation,
        limits: MappingLimits = MappingLimits(),
        noteIgnored: ([String]) -> Void = { _ in }
    ) -> HTTPResponse {
        if mappings.isEmpty { return self }
        let scope = MappingScope(invocation, response: self, limits: limits)
        var response = self
        for mapping in mappings {
            do throws(IgnoredMapping) {
                try response.apply(mapping, try scope.value(for: mapping))
            } catch {
                noteIgnored([error.text])
            }
        }
        return response
    }

    private mutating func apply(_ mapping: ParameterMapping, _ value: String?) throws(IgnoredMapping) {
        switch mapping.destination {
        case .header(let name):
            switch name.lowercased() {
            case "content-type":
                // The wire has one line for it, so that `append` joins the values.
                contentType = mapping.action == .append ? joined(contentType, value) : value
            case "date":
                // The wire has one line for it too, with the time of sending if no value is given.
                passed = PassedHead(date: value, contentLength: passed?.contentLength)
            case let name where HopByHop.names.contains(name):
                throw IgnoredMapping(mapping, "the header is about a connection, and this server writes it")
            default: fields = fields.changed(mapping.action, name, value)
            }
        case .statusCode:
            guard let status = value.flatMap({ Int($0) }), (200...599).contains(status) else {
                throw IgnoredMapping(mapping, "its value \(value ?? "") is no status code from 200 to 599")
            }
            self.status = status
        case .queryString, .path: break
        }
    }

    private func joined(_ old: String?, _ new: String?) -> String? {
        guard let old, let new else { return old ?? new }
        return old + "," + new
    }
}
