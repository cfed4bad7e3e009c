/// Puts an address that can be called into the answers about APIs, in the place of the real service's. The
/// port is the one that the client called, because a container may have another inside.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import SocketServer

/// Rewrites `apiEndpoint`.
struct ApiEndpoints: Sendable {
    private static let operations: Set = [
        "CreateApi", "GetApi", "GetApis", "UpdateApi", "ImportApi", "ReimportApi",
    ]

    private let form: ApiEndpointForm

    /// Nil for the real service's addresses.
    init?(_ form: ApiEndpointForm) {
        if form == .aws { return nil }
        self.form = form
    }

    /// Puts the addresses of this server into the reply to `routed`.
    func rewrite(_ reply: inout Reply, to routed: RoutedRequest, _ client: Client) {
        guard let name = routed.operation?.operation.name, Self.operations.contains(name),
            (200...299).contains(reply.response.status)
        else { return }
        let value: JSON
        do throws(JSONError) {
            value = try JSONDocument(parsing: reply.response.body).root.json
        } catch {
            // The body is a fault rule's own.
            return
        }
        var body: [UInt8] = []
        JSONWriter.append(rewritten(value, routed, client), to: &body)
        reply.response.body = body
    }

    private func rewritten(_ value: JSON, _ routed: RoutedRequest, _ client: Client) -> JSON {
        guard case .object(var object) = value else { return value }
        if case .array(let items)? = object["items"] {
            object["items"] = .array(items.map { withEndpoint($0, routed, client) })
            return .object(object)
        }
        return withEndpoint(value, routed, client)
    }

    private func withEndpoint(_ value: JSON, _ routed: RoutedRequest, _ client: Client) -> JSON {
        guard case .object(var api) = value, case .string(let apiId)? = api["apiId"],
            api["apiEndpoint"] != nil
        else { return value }
        let url = form.url(
            apiId: apiId, region: routed.identity.scope.region, port: port(routed, client),
            isWebSocket: api["protocolType"] == .string("WEBSOCKET"), isEncrypted: client.isEncrypted)
        if let url { api["apiEndpoint"] = .string(url) }
        return .object(api)
    }

    private func port(_ routed: RoutedRequest, _ client: Client) -> UInt16 {
        if let authority = routed.request.authority, authority.last != "]",
            let colon = authority.lastIndex(of: ":"),
            let port = UInt16(authority[authority.index(after: colon)...])
        {
            return port
        }
        return client.localAddress?.port ?? (client.isEncrypted ? 443 : 80)
    }
}
