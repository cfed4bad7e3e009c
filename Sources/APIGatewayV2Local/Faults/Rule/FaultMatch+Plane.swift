/// The checks of a match by its plane. The two planes have conditions of their own, and a condition of the
/// other plane could never hold. Each mistake has the nearest right name.

internal import APIGatewayV2

extension FaultMatch {
    /// The use of a match, which decides the meaning of a missing `plane`.
    enum Use {
        /// Of a rule, which is then of the control plane.
        case rule
        /// Of a filter of the journal, which is then about both planes.
        case filter
    }

    /// The conditions that only invocations have, with their patterns.
    private var invocationConditions: [(name: String, pattern: String)] {
        [("api", api), ("stage", stage), ("route", route)].compactMap { name, pattern in
            pattern.map { (name, $0) }
        }
    }

    /// The names of the given conditions that only the control plane has.
    private var controlConditions: [String] {
        (operation == nil ? [] : ["operation"]) + parameters.keys.sorted()
            + (attempt == nil ? [] : ["attempt"])
    }

    /// The right names for conditions of the control plane that look like those of invocations.
    private static let invocationNames = [
        "apiId": "api", "stageName": "stage", "operation": "route", "routeId": "route",
    ]

    /// Notes conditions of the wrong plane, and patterns that can never match.
    func checkPlane(for use: Use, at path: [PathStep], into problems: inout DocumentProblems) {
        for (name, pattern) in invocationConditions {
            _ = check(pattern, at: path + [.member(name)], into: &problems)
        }
        switch plane ?? (use == .rule ? .control : nil) {
        case .control:
            for name in invocationConditions.map(\.name) + eventConditions {
                problems.note(
                    path + [.member(name)], found: "a condition of plane invoke",
                    expected: "plane invoke beside it")
            }
        case .invoke:
            for name in controlConditions {
                problems.note(
                    path + [.member(name)], found: "a condition of plane control",
                    expected: "one of \(Self.namesOfInvocations)", suggestion: Self.invocationNames[name])
            }
        case nil:
            guard let first = (invocationConditions.map(\.name) + eventConditions).first,
                let other = controlConditions.first
            else { break }
            problems.note(
                path + [.member(first)], found: "\(first) beside \(other)",
                expected: "one of them: no request has both")
        }
        checkRoute(at: path + [.member("route")], into: &problems)
    }

    private static let namesOfInvocations =
        "plane, api, stage, route, event, direction, method, path, account, accessKeyId, region, header, "
        + "httpVersion"

    /// Whether a route of a WebSocket API may have this key, and none of an HTTP API looks like it.
    private static func isWebSocketKey(_ route: String) -> Bool {
        RouteKey.webSocketBreach(of: route) == nil && !route.contains(" ") && !route.contains("/")
    }

    /// Notes a route without a wildcard that is no route key.
    private func checkRoute(at path: [PathStep], into problems: inout DocumentProblems) {
        guard let route, !route.isEmpty, Glob(route).literal != nil, RouteKey.breach(of: route) != nil,
            !Self.isWebSocketKey(route)
        else { return }
        let parts = route.split(separator: " ")
        let method = parts.count > 1 ? parts[0].uppercased() : "ANY"
        let rest = parts.last.map(String.init) ?? ""
        let nearest = "\(method) \(rest.hasPrefix("/") ? "" : "/")\(rest)"
        problems.note(
            path, found: quoted(route), expected: "a route key such as GET /pets/{id}, or a pattern for some",
            suggestion: parts.count <= 2 && RouteKey.breach(of: nearest) == nil ? nearest : nil)
    }
}
