/// The second step of a request of the service: its answer. A request without credentials may be refused, and
/// a fault rule may answer, delay or break off. The service answers the rest.

internal import APIGatewayV2
internal import HTTPWire
internal import SocketServer

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

    /// The answer to a request of the service, and the name of the fault rule that changed it; nil for none.
    /// `time` is the time of arrival, since 1970, on the emulator's clock. It gives two values, because a
    /// struct of them would be copied to send the reply.
    func answer(
        to routed: RoutedRequest, _ id: RequestID, at time: Duration
    ) -> (reply: Reply, fault: String?) {
        if authentication == .present, !routed.identity.hasCredentials, routed.operation != nil {
            return (Reply(ServiceResponse.missingAuthenticationToken.httpResponse(for: id)), nil)
        }
        guard
            let decision = faults.decision(
                on: RequestFacts(routed.request, routed.operation, of: routed.identity),
                FaultOccasion(connection: routed.connection, id: .control(id), time: time), at: clock)
        else {
            return (Reply(serviceResponse(to: routed, at: time).httpResponse(for: id)), nil)
        }
        let response = response(to: routed, id, at: time, decision.last)
        let delivery = decision.last?.delivery ?? .whole
        return (Reply(response, delay: decision.delay, delivery: delivery), decision.name)
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
