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
    /// The path for routes.
    package let path: RequestPath
    /// The key of the API mapping; nil without a custom domain.
    package let mappingKey: String?
    /// The host and the port that the client called; nil with a path form.
    private let host: String?
    /// The path that a parameter mapping has set; nil without one.
    private let mapped: String?

    /// The path that the client called; nil if it is the stage and `path`.
    private var called: RequestPath? { mappingKey == nil ? nil : path.whole }

    // Texts are made on demand, because most calls need none of them.

    /// The host that the client called, without a port; with a path form the API's real host.
    package var domainName: String {
        host.map(RequestAddress.withoutPort) ?? "\(apiId).execute-api.\(scope.region).\(scope.dnsSuffix)"
    }

    /// The decoded path in events of format 2.0. With a named stage it begins with the stage.
    package var eventPath: String { mapped ?? (isRoot ? "/" : prefix + path.decoded) }

    /// The encoded path in events of format 1.0. With a custom domain it begins with the mapping's key.
    package var calledPath: String {
        if let mapped { return URLText.encodedPath(mapped) }
        return called?.encoded ?? (isRoot ? "/" : prefix + path.encoded)
    }

    /// `calledPath` without its encoding.
    package var calledPathDecoded: String { mapped ?? called?.decoded ?? eventPath }

    private var prefix: String { stage == defaultStage ? "" : "/" + stage }
    private var isRoot: Bool { stage == defaultStage && path.decodedSegments.isEmpty }

    /// The first label of `domainName`.
    package var domainPrefix: String { String(domainName.prefix { $0 != "." }) }

    /// The address of a request to one of the API's own hosts or paths. Nil if the API has no such stage.
    package init?(
        _ address: RequestAddress, path: RequestPath, host: @autoclosure () -> String, scope: Scope,
        hasStage: (String) -> Bool
    ) {
        let (rest, named, isPathForm): (RequestPath, String?, Bool)
        switch address {
        case .domain: return nil
        case .host(let id): (apiId, rest, named, isPathForm) = (id, path, nil, false)
        case .path(let id, let stage, let count):
            (apiId, rest, named, isPathForm) = (id, path.dropping(count), stage, true)
        }
        self.host = isPathForm ? nil : host()
        let first = rest.decodedSegments.first
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
        (mappingKey, mapped) = (nil, nil)
    }

    /// The address of a request to a custom domain. Nil if the API has no such stage.
    package init?(
        _ target: DomainTarget, path: RequestPath, host: String, scope: Scope, hasStage: (String) -> Bool
    ) {
        guard hasStage(target.stage) else { return nil }
        self.scope = scope
        apiId = target.apiId
        stage = target.stage
        self.host = host
        mappingKey = target.mappingKey
        self.path = path.dropping(target.prefixCount)
        mapped = nil
    }

    /// The same address with a mapping's path, which events then show.
    func with(eventPath path: String) -> StageAddress {
        StageAddress(self, eventPath: path)
    }

    private init(_ other: StageAddress, eventPath path: String) {
        (scope, apiId, stage, host) = (other.scope, other.apiId, other.stage, other.host)
        (self.path, mappingKey) = (other.path, other.mappingKey)
        mapped = path
    }
}

/// The name of the stage that URLs leave out.
private let defaultStage = "$default"
