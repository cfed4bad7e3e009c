/// An integration of a WebSocket API, compiled from its stored members: the endpoint, the mappings and
/// templates of its request, and its responses. Unreadable parts count as not honoured.

internal import APIGatewayV2
internal import JSON
internal import VTL

/// The target of routes. A class, because every message copies its route and its integration.
package final class WebSocketIntegration: Sendable {
    /// The endpoint.
    package enum Kind: Sendable {
        /// A function with the proxy event, by an URI that may have stage variables.
        case lambdaProxy(uri: String)
        /// A function whose payload a template makes.
        case lambda(uri: String)
        /// An action or a path of another AWS service.
        case service(uri: String)
        /// An HTTP backend. A proxy takes the message as it is.
        case http(uri: String, isProxy: Bool)
        case mock
        /// No known kind; `unsupported` has the reason.
        case none
    }

    /// The treatment of a message that no template takes.
    enum Passthrough: String, Sendable {
        case whenNoMatch = "WHEN_NO_MATCH"
        case whenNoTemplates = "WHEN_NO_TEMPLATES"
        case never = "NEVER"
    }

    package let id: String
    package let kind: Kind
    /// The method of calls; nil for the default.
    package let method: String?
    package let timeout: Duration
    /// The VPC link of a private integration; nil for every other one.
    package let linkId: String?
    let parameters: [RouteMapping]
    let templates: TemplateSet
    let passthrough: Passthrough
    let contentHandling: ContentHandling?
    let responses: [WebSocketIntegrationResponse]
    let responseSelection: SelectionExpression?
    /// Values that one JSON path of a mapping visits.
    let pathStepsMax: Int
    package let unsupported: [UnsupportedSetting]

    /// The default timeout in milliseconds (quotas for WebSocket APIs).
    private static let timeoutDefault = 29_000

    init(
        _ integration: Members, responses: RecordCollection?, id: String, templates limits: TemplateLimits
    ) {
        var problems: [UnsupportedSetting] = []
        let place = "integration \(id)"
        self.id = id
        pathStepsMax = limits.pathStepsMax
        timeout = .milliseconds(integration[Integration.timeoutInMillis] ?? Self.timeoutDefault)
        method = integration[Integration.integrationMethod]
        linkId =
            integration[Integration.connectionType] == "VPC_LINK"
            ? integration[Integration.connectionId] : nil
        kind = Self.kind(of: integration, place, &problems)
        parameters = Self.parameters(
            integration[Integration.requestParameters], .integrationRequest, "requestParameters", place,
            &problems)
        templates = TemplateSet(
            integration[Integration.requestTemplates],
            selection: integration[Integration.templateSelectionExpression], member: "requestTemplates",
            of: place, limits, &problems)
        passthrough =
            integration[Integration.passthroughBehavior].flatMap(Passthrough.init) ?? .whenNoMatch
        contentHandling = integration[Integration.contentHandlingStrategy].flatMap(ContentHandling.init)
        var known: [WebSocketIntegrationResponse] = []
        for (identifier, record) in responses?.records.map({ ($0.key, $0.value) }) ?? [] {
            known.append(
                WebSocketIntegrationResponse(
                    Members(.integrationResponse, record), id: identifier, of: id, limits, &problems))
        }
        // The default comes last, because it takes every answer.
        self.responses = known.filter { !$0.isDefault } + known.filter(\.isDefault)
        let selection = integration[Integration.integrationResponseSelectionExpression]
        responseSelection = selection.flatMap { SelectionExpression($0, pathStepsMax: limits.pathStepsMax) }
        if let selection, responseSelection == nil {
            problems.append(
                UnsupportedSetting(
                    "integrationResponseSelectionExpression", at: place,
                    reason: "is \(selection), which is not read"))
        }
        unsupported = problems
    }

    /// The mappings of `entries`, and the problems of those that cannot be read.
    static func parameters(
        _ entries: JSONObject?, _ message: RouteMapping.Message, _ member: String, _ place: String,
        _ problems: inout [UnsupportedSetting]
    ) -> [RouteMapping] {
        var mappings: [RouteMapping] = []
        for entry in entries?.members ?? [] {
            do throws(RouteMapping.Problem) {
                mappings.append(try RouteMapping(entry.name, entry.value.text ?? "", of: message))
            } catch {
                problems.append(
                    UnsupportedSetting(
                        member, entry.name, at: place, reason: "is refused", detail: error.message))
            }
        }
        return mappings
    }

    private static func kind(
        of integration: Members, _ place: String, _ problems: inout [UnsupportedSetting]
    ) -> Kind {
        let uri = integration[Integration.integrationUri] ?? ""
        switch integration[Integration.integrationType] {
        case "AWS_PROXY": return .lambdaProxy(uri: uri)
        case "AWS" where uri.contains(":lambda:"): return .lambda(uri: uri)
        case "AWS": return .service(uri: uri)
        case "HTTP": return .http(uri: uri, isProxy: false)
        case "HTTP_PROXY": return .http(uri: uri, isProxy: true)
        case "MOCK": return .mock
        default:
            problems.append(UnsupportedSetting("integrationType", at: place))
            return .none
        }
    }

    /// Whether the client gets the endpoint's answer as it is.
    package var isProxy: Bool {
        switch kind {
        case .lambdaProxy, .http(_, isProxy: true): true
        case .lambda, .service, .http, .mock, .none: false
        }
    }
}
