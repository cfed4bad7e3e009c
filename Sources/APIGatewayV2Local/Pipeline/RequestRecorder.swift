/// The last step of a request: counters, journal and log. Requests of the admin API go to the log alone.

internal import APIGatewayV2
internal import HTTPWire
internal import SocketServer

/// Records requests and their answers.
final class RequestRecorder: Sendable {
    private let service: Service
    private let journal: Journal
    private let metrics: Metrics
    private let clock: EmulatorClock
    private let onRequest: (@Sendable (RequestSummary) -> Void)?

    /// Without `onRequest` no summaries are made.
    init(_ emulator: Emulator, onRequest: (@Sendable (RequestSummary) -> Void)?) {
        service = emulator.service
        journal = emulator.journal
        metrics = emulator.metrics
        clock = emulator.clock
        self.onRequest = onRequest
    }

    /// Records an answer of the service. `fault` is the name of the fault rule that changed the reply; nil
    /// for none. `hint` is the reason of an answer that is not the service's.
    func record(_ reply: Reply, fault: String?, to routed: RoutedRequest, hint reason: String? = nil) {
        guard case .service(let id, let time) = routed.destination else {
            preconditionFailure("An answer of the admin API has a listener.")
        }
        let duration = clock.monotonicTime() - routed.arrival
        let operation = routed.operation?.operation
        let answered = duration + reply.delay
        metrics.count(operation, of: routed.identity.scope, status: reply.sentStatus, duration: answered)
        if journal.isOn {
            journal.append(
                JournalRecord(
                    routed.request, from: routed.connection, arrival: routed.arrival, time: time, id: id,
                    operation: operation, scope: routed.identity.scope,
                    status: reply.sentStatus, answer: reply.sentBody, duration: answered,
                    fault: fault, bodyBytesMax: journal.limits.bodyBytesMax))
        }
        onRequest?(
            RequestSummary(
                routed, reply, fault: fault, duration: duration, requestID: id.requestID,
                hint: reason ?? (fault == nil ? hint(for: routed, reply) : nil)))
    }

    /// The listener for the answer to a request of the admin API; nil if nobody listens. The request may
    /// wait, so the listener keeps only its line. A refusal of `room` has its reason in the line.
    func listener(to routed: RoutedRequest, room: AnswerRoom?) -> (@Sendable (Reply?) -> Void)? {
        guard let onRequest else { return nil }
        let (method, target) = (routed.request.method.rawValue, routed.request.target.text)
        let (scope, arrival) = (routed.identity.scope, routed.arrival)
        return { [clock] reply in
            // If the client has gone, there is no answer to tell of.
            guard let reply else { return }
            onRequest(
                RequestSummary(
                    method: method, target: target, operation: nil, status: reply.response.status,
                    duration: clock.monotonicTime() - arrival, account: scope.account,
                    region: scope.region, fault: nil, requestID: nil,
                    hint: room.flatMap { $0.refused(reply.response) ? $0.error.reason : nil }))
        }
    }

    /// Tells of a request that the wire has refused. `request` is its known part; nil for none.
    func record(_ error: HTTPParseError, of request: HTTPRequest?, in scope: Scope) {
        onRequest?(
            RequestSummary(
                method: request?.method.rawValue ?? "-", target: request?.target.text ?? "-", operation: nil,
                status: error.status, duration: .zero, account: scope.account, region: scope.region,
                fault: nil, requestID: nil, hint: error.reason))
    }

    /// The hint why a resource was perhaps not found; nil for other answers.
    private func hint(for routed: RoutedRequest, _ reply: Reply) -> String? {
        guard reply.response.status == 404, let operation = routed.operation
        else { return nil }
        return service.notFoundHint(for: operation, in: routed.identity.scope)
    }
}

extension RequestSummary {
    fileprivate init(
        _ routed: RoutedRequest, _ reply: Reply, fault: String? = nil, duration: Duration,
        requestID: String? = nil, hint: String? = nil
    ) {
        let scope = routed.identity.scope
        self.init(
            method: routed.request.method.rawValue, target: routed.request.target.text,
            operation: routed.operation?.operation.name, status: reply.response.status,
            duration: duration, account: scope.account, region: scope.region,
            fault: fault, requestID: requestID, hint: hint)
    }
}
