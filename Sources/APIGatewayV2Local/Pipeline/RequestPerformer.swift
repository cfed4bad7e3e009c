/// Second step of a request of the service: its answer. A request without credentials may be refused, and a
/// fault rule may answer, delay or break off. The service answers the rest.

internal import APIGatewayV2
internal import HTTPWire
internal import SocketServer

/// A response, and the fault rule that had a part in it.
struct RequestAnswer {
    let response: HTTPResponse
    /// The name of the rule that fired; nil for none.
    var fault: String?
    /// The time that rules put before the answer, on the emulator's clock.
    var delay: Duration = .zero
    var delivery = Delivery.whole

    /// The status that the client learns; nil when it learns none.
    var sentStatus: Int? { delivery.sendsHead ? response.status : nil }

    /// The body as it was made, also where a fault cuts it off. Empty when no status is sent.
    var sentBody: [UInt8] { delivery.sendsHead ? response.body : [] }

    var reply: Reply { Reply(response, delay: delay, delivery: delivery) }
}

/// Answers routed requests of the service.
struct RequestPerformer: Sendable {
    let service: Service
    let faults: Faults
    let clock: EmulatorClock
    let authentication: Authentication

    /// The answer to a request of the service. `time` is the time of arrival, since 1970, on the emulator's
    /// clock.
    func answer(
        to routed: RoutedRequest, _ operation: RoutedOperation?, _ id: RequestID, at time: Duration
    ) -> RequestAnswer {
        if operation != nil, authentication == .present, !routed.identity.hasCredentials {
            return RequestAnswer(response: ServiceResponse.missingAuthenticationToken.httpResponse(for: id))
        }
        let decision = faults.decision(
            on: RequestFacts(routed.request, operation, of: routed.identity),
            FaultOccasion(connection: routed.connection, id: id, time: time), at: clock)
        let response = response(to: routed, operation, id, at: time, decision?.last)
        return RequestAnswer(
            response: response, fault: decision?.name, delay: decision?.delay ?? .zero,
            delivery: decision?.last?.delivery ?? .whole)
    }

    /// The rule's response, or the service's. The service is not asked where nothing of its answer is sent.
    private func response(
        to routed: RoutedRequest, _ operation: RoutedOperation?, _ id: RequestID, at time: Duration,
        _ rule: LoadedRule?
    ) -> HTTPResponse {
        if let response = rule?.response { return response.httpResponse(for: id) }
        if let rule, !rule.asksService { return HTTPResponse(status: 503) }
        let response = operation.map {
            service.perform($0, routed.request, in: routed.identity.scope, now: time)
        }
        return (response ?? .unknownOperation).httpResponse(for: id)
    }
}

extension Delivery {
    /// Whether the client learns the status.
    fileprivate var sendsHead: Bool {
        switch self {
        case .whole, .truncate, .slow, .goaway, .reset(afterHead: true): true
        case .reset(afterHead: false), .close, .stall, .refuseStream, .resetStream: false
        }
    }
}
