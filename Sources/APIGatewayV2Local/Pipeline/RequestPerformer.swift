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

    /// The answer to a request of the service. `time` is the time of arrival, since 1970, on the emulator's
    /// clock. `fault` becomes the name of the fault rule that changed the answer. It is no part of the
    /// result, because a reply would be copied out of a pair.
    func answer(
        to routed: RoutedRequest, _ id: RequestID, at time: Duration, changedBy fault: inout String?
    ) -> Reply {
        if authentication == .present, !routed.identity.hasCredentials, routed.operation != nil {
            return Reply(ServiceResponse.missingAuthenticationToken.httpResponse(for: id))
        }
        guard
            let decision = faults.decision(
                on: RequestFacts(routed.request, routed.operation, of: routed.identity),
                FaultOccasion(connection: routed.connection, id: .control(id), time: time), at: clock)
        else {
            return Reply(serviceResponse(to: routed, at: time).httpResponse(for: id))
        }
        fault = decision.name
        let response = response(to: routed, id, at: time, decision.last)
        let delivery = decision.last?.delivery ?? .whole
        return Reply(response, delay: decision.delay, delivery: delivery)
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
