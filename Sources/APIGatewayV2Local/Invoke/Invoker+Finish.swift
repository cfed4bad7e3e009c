/// The last step of every answer of an API: CORS headers, the spelling of names, the request's identifier,
/// and the records.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

extension Invoker {
    /// `failure` is that of a WebSocket API's event.
    func finish(
        _ exchange: InvocationExchange, _ reply: GatewayReply, failure: WebSocketFailure? = nil
    ) -> Answer {
        guard room.reserve(reply.response.body.count) else {
            let cause =
                "the answer's \(reply.response.body.count) bytes have no room: all bodies together hold "
                + "\(room.bytesMax) bytes at most (--limit invoke-bytes-max)"
            return finish(exchange, GatewayReply(.unavailable, cause: cause))
        }
        let fault = exchange.fault
        // Changed in its place, because each copy counts the references of all its parts.
        var sent = Reply(reply.response, delay: fault?.delay ?? .zero, delivery: fault?.delivery ?? .whole)
        sent.hasRoom = true
        // A preflight's answer has its headers already.
        if exchange.route != nil || sent.response.status != 204, let cors = exchange.stage.api.cors {
            cors.apply(to: &sent.response, for: exchange.request)
        }
        sent.response.finish(requestID: exchange.invocation.requestID)
        recorder.record(exchange, sent, reply, failure: failure)
        return .reply(consume sent)
    }

    /// The same answer. If it waits for other servers and the client goes meanwhile, the journal tells that.
    func recordingItsEnd(_ exchange: InvocationExchange, _ answer: Answer) -> Answer {
        if case .reply = answer { return answer }
        guard recorder.keepsTraces else { return answer }
        return answer.recorded { [recorder] reply in
            if reply == nil { recorder.recordWithoutAnswer(exchange) }
        }
    }

    func finish(_ exchange: InvocationExchange, notHonoured setting: UnsupportedSetting) -> Answer {
        finish(exchange, GatewayReply(GatewayAnswer.notHonoured(setting), cause: setting.message))
    }
}
