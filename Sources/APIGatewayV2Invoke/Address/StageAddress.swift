/// The choice of the stage: the name in the address, else the first segment if the API has such a stage, else
/// `$default`. Without such a stage the gateway answers 404. Developer guide, "Develop routes for HTTP APIs";
/// MiniStack issue 404.

package import APIGatewayV2
internal import HTTPWire

/// The stage that a request addresses, and the rest of the path for routes. A class, because each step of a
/// call copies it.
package final class StageAddress: Sendable {
    package let scope: Scope
    package let apiId: String
    package let stage: String
    /// The host that the client called, without a port; with a path form the API's real host.
    package let domainName: String
    /// The path for routes.
    package let path: RequestPath
    /// The decoded path in events of format 2.0. With a named stage it begins with the stage.
    package let eventPath: String
    /// The encoded path in events of format 1.0. With a custom domain it begins with the mapping's key.
    package let calledPath: String
    /// `calledPath` without its encoding.
    package let calledPathDecoded: String
    /// The key of the API mapping; nil without a custom domain.
    package let mappingKey: String?

    /// The first label of `domainName`.
    package var domainPrefix: String { String(domainName.prefix { $0 != "." }) }

    /// The address of a request to one of the API's own hosts or paths. Nil if the API has no such stage.
    package init?(
        _ address: RequestAddress, path: RequestPath, host: String, scope: Scope,
        hasStage: (String) -> Bool
    ) {
        let (rest, named, isPathForm): (RequestPath, String?, Bool)
        switch address {
        case .domain: return nil
        case .host(let id): (apiId, rest, named, isPathForm) = (id, path, nil, false)
        case .path(let id, let stage, let count):
            (apiId, rest, named, isPathForm) = (id, path.dropping(count), stage, true)
        }
        domainName =
            isPathForm
            ? "\(apiId).execute-api.\(scope.region).\(scope.dnsSuffix)" : RequestAddress.withoutPort(host)
        let first = rest.segments.first?.decoded
        if let named {
            guard hasStage(named) else { return nil }
            (stage, self.path) = (named, rest)
        } else if let first, first != defaultStage || isPathForm, hasStage(first) {
            (stage, self.path) = (first, rest.dropping(1))
        } else {
            guard hasStage(defaultStage) else { return nil }
            (stage, self.path) = (defaultStage, rest)
        }
        self.scope = scope
        mappingKey = nil
        let prefix = stage == defaultStage ? "" : "/" + stage
        let isEmpty = prefix.isEmpty && self.path.segments.isEmpty
        eventPath = isEmpty ? "/" : prefix + self.path.decoded
        calledPath = isEmpty ? "/" : prefix + self.path.encoded
        calledPathDecoded = eventPath
    }

    /// The address of a request to a custom domain. Nil if the API has no such stage.
    package init?(
        _ target: DomainTarget, path: RequestPath, host: String, scope: Scope, hasStage: (String) -> Bool
    ) {
        guard hasStage(target.stage) else { return nil }
        self.scope = scope
        apiId = target.apiId
        stage = target.stage
        domainName = RequestAddress.withoutPort(host)
        mappingKey = target.mappingKey
        let rest = path.dropping(target.prefixCount)
        self.path = rest
        let prefix = stage == defaultStage ? "" : "/" + stage
        eventPath = prefix.isEmpty && rest.segments.isEmpty ? "/" : prefix + rest.decoded
        calledPath = path.encoded
        calledPathDecoded = path.decoded
    }

    /// The same address with a mapping's path, which events then show.
    func with(eventPath path: String) -> StageAddress {
        StageAddress(self, eventPath: path)
    }

    private init(_ other: StageAddress, eventPath path: String) {
        (scope, apiId, stage, domainName) = (other.scope, other.apiId, other.stage, other.domainName)
        (self.path, mappingKey) = (other.path, other.mappingKey)
        eventPath = path
        calledPath = URLText.encodedPath(path)
        calledPathDecoded = path
    }
}

/// The name of the stage that URLs leave out.
private let defaultStage = "$default"
