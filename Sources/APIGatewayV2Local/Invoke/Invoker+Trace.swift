/// Notes of the calls that an invocation leads to, for the journal. Without a journal none are made.

internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

extension InvocationExchange {
    /// Notes a mapping of this time.
    mutating func noteMapping(_ time: Duration) { trace?.mapping += time }
}

extension Invoker {
    /// The time of a part's begin or end; zero if nobody will read it.
    func traceTime(_ exchange: InvocationExchange) -> Duration {
        exchange.trace == nil ? .zero : clock.monotonicTime()
    }

    /// Notes a call of a function, which has ended with `outcome`.
    func note(
        _ part: InvocationStep.Part, _ uri: String, _ payload: [UInt8], _ outcome: LambdaOutcome,
        since began: Duration, in exchange: inout InvocationExchange
    ) {
        guard exchange.trace != nil else { return }
        var received: InvocationStep.Received?
        var error: String?
        if case .answered(let bytes) = outcome {
            received = .payload(recorder.kept(bytes))
        } else {
            error = outcome.reply(format: .version2).cause
        }
        note(
            part, uri, sent: .event(recorder.kept(payload)), received: received, error: error, since: began,
            in: &exchange)
    }

    /// Notes a request to a backend or service, which has ended with `result`.
    func note(
        _ request: OutgoingRequest, _ result: OutgoingCall.Outcome, since began: Duration,
        in exchange: inout InvocationExchange
    ) {
        guard exchange.trace != nil else { return }
        var received: InvocationStep.Received?
        var error: String?
        switch result {
        case .success(let response):
            received = .response(
                status: response.status, fields: response.fields, body: recorder.kept(response.body))
        case .failure(let failure): error = "\(failure)"
        }
        note(
            .integration, request.url,
            sent: .request(
                method: request.method.rawValue, url: request.url, fields: request.fields,
                body: recorder.kept(request.body)),
            received: received, error: error, since: began, in: &exchange)
    }

    func note(
        _ part: InvocationStep.Part, _ target: String, sent: InvocationStep.Sent? = nil,
        received: InvocationStep.Received? = nil, error: String? = nil, since began: Duration,
        in exchange: inout InvocationExchange
    ) {
        guard exchange.trace != nil else { return }
        exchange.trace?.steps.append(
            InvocationStep(
                part, target, sent: sent, received: received, error: error,
                start: max(.zero, began - exchange.arrival), duration: clock.monotonicTime() - began))
    }
}
