/// The parameter mappings of an integration against their grammars, and those of a WebSocket API's
/// integration against the declarations of its routes. All mistakes of one map are reported together, as by
/// the older control plane. Forms of messages: docs/fidelity-apis.md, "Parameter mapping".

internal import HTTPWire
import JSON

/// The messages about entries of mappings, in the service's frame.
enum MappingErrors {
    /// The message about an empty parameter of a service action.
    static let missingSource = frame(["Mapping expression missing source or destination"], "selection")

    static func message(_ errors: [String], of expression: String = "mapping") -> String? {
        errors.isEmpty ? nil : frame(errors, expression)
    }

    private static func frame(_ errors: [String], _ expression: String) -> String {
        "Invalid \(expression) expression specified: Validation Result: warnings : [], "
            + "errors : [\(errors.joined(separator: ", "))]"
    }
}

extension Integration {
    /// The rules of mappings. They read nothing if there are none.
    static let mappingRules = [
        Rule(at: "requestParameters") { members, api in
            guard members.has(requestParameters) else { return nil }
            if members.has(integrationSubtype), api.isAPI(.http) { return serviceBreach(of: members) }
            guard api.isAPI(.http) else { return webSocketBreach(of: members) }
            var errors: [String] = []
            members.map(of: requestParameters)?.addErrors(of: .request, to: &errors)
            return MappingErrors.message(errors)
        },
        Rule(at: "responseParameters") { members, api in
            guard members.has(responseParameters), api.isAPI(.http),
                let statuses = members.map(of: responseParameters)
            else { return nil }
            var badStatus: String?
            var errors: [String] = []
            statuses.forEachMap { name, map in
                if badStatus == nil, !isStatus(name) { badStatus = String(bytes: name) }
                map.addErrors(of: .response, to: &errors)
            }
            // Of two bad status codes the service names only the first.
            if let badStatus { errors = ["Status Code \(badStatus) is not valid."] }
            return MappingErrors.message(errors)
        },
    ]

    /// Whether the text is a status code from 200 to 599.
    private static func isStatus(_ text: Span<UInt8>) -> Bool {
        guard let code = Int(String(bytes: text)) else { return false }
        return (200...599).contains(code)
    }

    /// A service action has its own parameters, named without an action. Their values have the same grammar.
    private static func serviceBreach(of members: Members) -> String? {
        var errors: [String] = []
        members.map(of: requestParameters)?.forEachText { name, value in
            if MappingValue.isValid(value, in: .request) { return }
            let problem = ParameterMapping.Problem.source(
                String(bytes: value), destination: String(bytes: name))
            errors.append(problem.message)
        }
        return MappingErrors.message(errors, of: "selection")
    }

    private static func webSocketBreach(of members: Members) -> String? {
        guard let entries = members[requestParameters] else { return nil }
        return MappingErrors.message(RouteMapping.errors(in: entries, of: .integrationRequest))
    }
}

extension TextMap {
    /// Adds the messages about the entries that are no mappings.
    fileprivate func addErrors(of message: ParameterMapping.Message, to errors: inout [String]) {
        forEachText { name, value in
            guard let problem = ParameterMapping.problem(in: name, value, of: message) else { return }
            errors.append(problem.message)
        }
    }
}

extension RouteMapping {
    static func errors(in entries: JSONObject, of message: Message) -> [String] {
        entries.members.compactMap { entry in
            guard case .string(let value) = entry.value else { return nil }
            do throws(Problem) {
                _ = try RouteMapping(entry.name, value, of: message)
                return nil
            } catch {
                return error.message
            }
        }
    }

    /// The parameters that a route must declare for `entries`, in their order.
    static func routeParameters(in entries: JSONObject) -> [String] {
        entries.members.compactMap { entry in
            guard case .string(let value) = entry.value, value.hasPrefix("route.request.") else { return nil }
            do throws(Problem) {
                let mapping = try RouteMapping(entry.name, value, of: .integrationRequest)
                guard case .routeParameter(let name) = mapping.source else { return nil }
                return name
            } catch {
                return nil
            }
        }
    }
}

/// An integration and a route that calls it. The route must declare the parameters that the integration maps.
/// Both sides check this; the report (hashicorp/terraform-provider-aws 18387) is about an update of the
/// integration.
enum RouteConnection {
    static let integrationCheck = Check(at: "requestParameters") { change, tables throws(ServiceError) in
        guard change.old != nil, let integration = change.new, integration.has(Integration.requestParameters),
            change.parent?[Api.protocolType] == .webSocket
        else { return }
        let needed = parameters(of: integration)
        if needed.isEmpty { return }
        let routes = tables.collection(change.siblings(.route))
        let key = Route.key(ofTarget: "integrations/\(change.identifier)")
        for identifier in routes.identifiers(withKey: key) {
            guard let route = routes.records[identifier].map({ Members(.route, $0) }) else { continue }
            try check(route, identifier, declares: needed, for: change.identifier)
        }
    }

    static let routeCheck = Check(at: "requestParameters") { change, tables throws(ServiceError) in
        guard let route = change.new, change.parent?[Api.protocolType] == .webSocket,
            let target = route[Route.target].flatMap(Route.integrationId),
            let integration = tables.record(target, in: change.siblings(.integration))
        else { return }
        // A new route has no identifier yet. The service's similar messages have `null` for it.
        let identifier = change.old == nil ? "null" : change.identifier
        try check(
            route, identifier, declares: parameters(of: Members(.integration, integration)), for: target)
    }

    private static func parameters(of integration: Members) -> [String] {
        integration[Integration.requestParameters].map(RouteMapping.routeParameters) ?? []
    }

    private static func check(
        _ route: Members, _ identifier: String, declares needed: [String], for integration: String
    ) throws(ServiceError) {
        if needed.isEmpty { return }
        let declared = route[Route.requestParameters] ?? [:]
        guard let missing = needed.first(where: { declared[$0] == nil }) else { return }
        throw .badRequest(
            "Error while validating the connection between the integration \(integration) and the route "
                + "\(identifier): Invalid mapping expression parameter specified: \(missing)")
    }
}
