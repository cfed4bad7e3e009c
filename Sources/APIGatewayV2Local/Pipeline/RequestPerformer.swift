/// The second step of a request of the service: its answer. A request without credentials may be refused, and
/// a fault rule may answer, delay or break off. The service answers the rest.

internal import APIGatewayV2
internal import HTTPWire
internal import SocketServer

/// A reply, and the fault rule that changed it.
struct RequestAnswer {
    let reply: Reply
    /// The name of the rule that fired; nil for none.
    var fault: String?

    /// The status that the client gets; nil if it gets none.
    var sentStatus: Int? { reply.delivery.sendsHead ? reply.response.status : nil }

    /// The whole body, even if a fault cuts it off; empty if no status is sent.
    var sentBody: [UInt8] { reply.delivery.sendsHead ? reply.response.body : [] }
}

/// Answers routed requests of the service.
final class RequestPerformer: Sendable {
    private let service: Service
    private let faults: Faults
    private let clock: EmulatorClock
    private let authentication: Authentication

    init(_ emulator: Emulator, authentication: Authentication) {
        service = emulator.service
        faults = emulator.faults
        clock = emulator.clock
        self.authentication = authentication
    }

    /// The answer to a request of the service. `time` is the time of arrival, since 1970, on the emulator's
    /// clock.
    func answer(to routed: RoutedRequest, _ id: RequestID, at time: Duration) -> RequestAnswer {
        if routed.operation != nil, authentication == .present, !routed.identity.hasCredentials {
            return RequestAnswer(
                reply: Reply(ServiceResponse.missingAuthenticationToken.httpResponse(for: id)))
        }
        guard
            let decision = faults.decision(
                on: RequestFacts(routed.request, routed.operation, of: routed.identity),
                FaultOccasion(connection: routed.connection, id: id, time: time), at: clock)
        else {
            return RequestAnswer(reply: Reply(serviceResponse(to: routed, at: time).httpResponse(for: id)))
        }
        let response = response(to: routed, id, at: time, decision.last)
        let delivery = decision.last?.delivery ?? .whole
        return RequestAnswer(
            reply: Reply(response, delay: decision.delay, delivery: delivery), fault: decision.name)
    }

    /// The rule's response, or the service's. The operation is not performed if nothing of its answer is
    /// sent.
    private func response(
        to routed: RoutedRequest, _ id: RequestID, at time: Duration, _ rule: LoadedRule?
    ) -> HTTPResponse {
        if let response = rule?.response { return response.httpResponse(for: id) }
        if let rule, !rule.asksService { return HTTPResponse(status: 503) }
        return serviceResponse(to: routed, at: time).httpResponse(for: id)
    }

    private func serviceResponse(to routed: RoutedRequest, at time: Duration) -> ServiceResponse {
        guard let operation = routed.operation else { return .unknownOperation }
        return service.perform(operation, routed.request, in: routed.identity.scope, now: time)
    }
}

extension Delivery {
    /// Whether the client gets the status.
    fileprivate var sendsHead: Bool {
        switch self {
        case .whole, .truncate, .slow, .goaway, .reset(afterHead: true): true
        case .reset(afterHead: false), .close, .stall, .refuseStream, .resetStream: false
        }
    }
}
