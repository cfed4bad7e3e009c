/// Requests to a stage of a WebSocket API: a handshake, or a call of `@connections`. All else is refused as
/// the service refuses what it does not know.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

extension Invoker {
    func answerWebSocket(_ exchange: consuming InvocationExchange, _ api: WebSocketAPI) -> Answer {
        let path = exchange.invocation.address.path.routeTexts
        if path.contains("@connections") {
            let isWhole = path.count == 2 && path.first == "@connections" && path.last != ""
            return manageConnection(exchange, isWhole ? path.last : nil)
        }
        if let setting = exchange.stage.api.unsupported.first {
            return finish(exchange, notHonoured: setting)
        }
        switch WebSocketHandshake.check(exchange.request) {
        case .notAsked:
            return finish(
                exchange, GatewayReply(.forbidden, cause: "the request asks for no WebSocket connection"))
        case .refused(let error):
            var response = HTTPResponse(
                status: error.status, contentType: "application/json", body: GatewayAnswer.body(error.reason))
            if error.status == 426 { response.fields.append("Sec-WebSocket-Version", "13") }
            return finish(exchange, GatewayReply(response, cause: error.reason))
        case .valid: break
        }
        guard path.isEmpty else {
            return finish(
                exchange,
                GatewayReply(.forbidden, cause: "a WebSocket API has no path behind its stage"))
        }
        return connect(exchange, api)
    }

    /// The identifier of an event or a message.
    func eventID(at time: Duration, in scope: Scope) -> String {
        InvocationID.requestID(random: random.next(), time: time, region: scope.region, kind: .event)
    }
}
