/// The responses of an integration: the endpoint's answer in, the client's message out. The key of a response
/// is a regular expression between slashes, a text, or `$default` (developer guide, "Set up a WebSocket API
/// integration response").

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import VTL

/// One integration response, compiled.
final class WebSocketIntegrationResponse: Sendable {
    private enum Key: Sendable {
        case any
        case text(String)
        case pattern(TextPattern)
    }

    private let key: Key
    let templates: TemplateSet
    let parameters: [RouteMapping]
    let contentHandling: ContentHandling?

    init(
        _ response: Members, id: String, of integrationId: String, _ limits: TemplateLimits,
        _ problems: inout [UnsupportedSetting]
    ) {
        let place = "integration \(integrationId) response \(id)"
        let text = response[IntegrationResponse.integrationResponseKey] ?? ""
        if text == "$default" {
            key = .any
        } else if text.count >= 2, text.hasPrefix("/"), text.hasSuffix("/") {
            do throws(MethodFailure) {
                key = .pattern(
                    try TextPattern(
                        String(text.dropFirst().dropLast()), stepsMax: limits.matchStepsMax))
            } catch {
                key = .text(text)
                problems.append(
                    UnsupportedSetting(
                        "integrationResponseKey", at: place, reason: "is not read", detail: error.message))
            }
        } else {
            key = .text(text)
        }
        templates = TemplateSet(
            response[IntegrationResponse.responseTemplates],
            selection: response[IntegrationResponse.templateSelectionExpression],
            member: "responseTemplates", of: place, limits, &problems)
        parameters = WebSocketIntegration.parameters(
            response[IntegrationResponse.responseParameters], .routeResponse, "responseParameters", place,
            &problems)
        contentHandling = response[IntegrationResponse.contentHandlingStrategy].flatMap(ContentHandling.init)
    }

    var isDefault: Bool { if case .any = key { true } else { false } }

    func takes(_ text: String) -> Bool {
        switch key {
        case .any: true
        case .text(let own): own == text
        case .pattern(let pattern): pattern.matches(whole: text)
        }
    }
}

extension WebSocketIntegration {
    /// The message for the client of a two-way route.
    package func output(
        of answer: EndpointAnswer, for event: WebSocketEvent
    ) throws(WebSocketFailure) -> WebSocketOutput {
        if isProxy { return WebSocketOutput(answer.body) }
        let response = try self.response(for: answer, event)
        var body = answer.body
        if let template = response.templates.template(for: event, answer: answer) {
            body = try template.output(
                for: event, body: answer.body, payload: answer.payload,
                context: event.templateContext(behindStatus: answer.status))
        }
        return try response.contentHandling?.output(body) ?? WebSocketOutput(body)
    }

    /// The subprotocol that a handshake's integration response names; nil for none.
    package func subprotocol(of answer: EndpointAnswer, for event: WebSocketEvent) -> String? {
        do throws(WebSocketFailure) {
            let response = try self.response(for: answer, event)
            for mapping in response.parameters
            where mapping.name.lowercased() == "sec-websocket-protocol" {
                return value(of: mapping.source, event, answer)
            }
        } catch {
            return nil
        }
        return nil
    }

    private func response(
        for answer: EndpointAnswer, _ event: WebSocketEvent
    ) throws(WebSocketFailure) -> WebSocketIntegrationResponse {
        let text = responseSelection.map { event.text(of: $0, answer: answer) } ?? ""
        guard let response = responses.first(where: { $0.takes(text) }) else {
            throw WebSocketFailure(
                .integration, cause: "no integration response of integration \(id) takes \"\(text)\"")
        }
        return response
    }

    private func value(
        of source: RouteMapping.Source, _ event: WebSocketEvent, _ answer: EndpointAnswer
    ) -> String? {
        switch source {
        case .text(let text): text
        case .context(let name): event.contextValue(name)
        case .stageVariable(let name): event.connection.stageVariables[name]
        case .integrationHeader(let name): answer.fields[name]
        case .body(nil): String(decoding: answer.body, as: UTF8.self)
        case .body(let path?):
            JSONPath("$." + path, stepsMax: pathStepsMax).flatMap { path in
                answer.payload.flatMap(path.value)
            }?.mappedText
        case .routeParameter: nil
        }
    }

    /// The answer of a mock: its status and body are those that the request's template makes.
    package func mockAnswer(
        to request: EndpointRequest
    ) throws(WebSocketFailure) -> EndpointAnswer {
        let payload = JSON(messageBody: request.body)
        var status: Int?
        switch payload?.member("statusCode") {
        case .integer(let code): status = code
        case .string(let text): status = Int(text)
        default: break
        }
        guard let status, (200...599).contains(status) else {
            throw WebSocketFailure(
                .integration,
                cause: "the template of the mock \(id) makes no JSON with a statusCode from 200 to 599")
        }
        return EndpointAnswer(status: status, body: request.body, payload: payload)
    }
}
