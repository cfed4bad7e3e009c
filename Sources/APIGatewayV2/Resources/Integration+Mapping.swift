/// The parameter mappings of an integration against their grammars, and those of a WebSocket API's
/// integration against the declarations of its routes. All mistakes of one map are reported together, as by
/// the older control plane. Forms of messages: docs/fidelity-apis.md, "Parameter mapping".

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
            guard members.has(requestParameters), let entries = members[requestParameters] else { return nil }
            guard api.isAPI(.http) else { return webSocketBreach(in: entries) }
            return members.has(integrationSubtype)
                ? serviceBreach(in: entries)
                : MappingErrors.message(errors(in: entries, of: .request))
        },
        Rule(at: "responseParameters") { members, api in
            guard members.has(responseParameters), api.isAPI(.http),
                let statuses = members[responseParameters]
            else { return nil }
            for status in statuses.members {
                guard let code = Int(status.name), (200...599).contains(code) else {
                    // Of two bad status codes the service names only the first.
                    return MappingErrors.message(["Status Code \(status.name) is not valid."])
                }
            }
            return MappingErrors.message(
                statuses.members.flatMap { status -> [String] in
                    guard case .object(let entries) = status.value else { return [] }
                    return errors(in: entries, of: .response)
                })
        },
    ]

    private static func errors(in entries: JSONObject, of message: ParameterMapping.Message) -> [String] {
        entries.members.compactMap { entry in
            guard case .string(let value) = entry.value else { return nil }
            do throws(ParameterMapping.Problem) {
                _ = try ParameterMapping(entry.name, value, of: message)
                return nil
            } catch {
                return error.message
            }
        }
    }

    /// A service action has its own parameters, named without an action. Their values have the same grammar.
    private static func serviceBreach(in entries: JSONObject) -> String? {
        let errors = entries.members.compactMap { entry -> String? in
            guard case .string(let value) = entry.value, MappingValue(value, in: .request) == nil else {
                return nil
            }
            return ParameterMapping.Problem.source(value, destination: entry.name).message
        }
        return MappingErrors.message(errors, of: "selection")
    }

    private static func webSocketBreach(in entries: JSONObject) -> String? {
        MappingErrors.message(RouteMapping.errors(in: entries, of: .integrationRequest))
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
