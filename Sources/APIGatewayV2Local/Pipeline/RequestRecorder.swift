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

    func record(_ answer: RequestAnswer, to routed: RoutedRequest) {
        let duration = clock.monotonicTime() - routed.arrival
        switch routed.destination {
        case .admin:
            onRequest?(RequestSummary(routed, answer, duration: duration))
        case .service(let id, let time):
            let operation = routed.operation?.operation
            let answered = duration + answer.reply.delay
            metrics.count(
                operation, of: routed.identity.scope, status: answer.sentStatus, duration: answered)
            if journal.isOn {
                journal.append(
                    JournalRecord(
                        routed.request, from: routed.connection, arrival: routed.arrival, time: time, id: id,
                        operation: operation, scope: routed.identity.scope,
                        status: answer.sentStatus, answer: answer.sentBody, duration: answered,
                        fault: answer.fault, bodyBytesMax: journal.limits.bodyBytesMax))
            }
            onRequest?(
                RequestSummary(
                    routed, answer, duration: duration, requestID: id.requestID,
                    hint: hint(for: routed, answer)))
        }
    }

    /// The hint why a resource was perhaps not found; nil for other answers.
    private func hint(for routed: RoutedRequest, _ answer: RequestAnswer) -> String? {
        guard answer.reply.response.status == 404, answer.fault == nil, let operation = routed.operation
        else { return nil }
        return service.notFoundHint(for: operation, in: routed.identity.scope)
    }
}

extension RequestSummary {
    fileprivate init(
        _ routed: RoutedRequest, _ answer: RequestAnswer, duration: Duration, requestID: String? = nil,
        hint: String? = nil
    ) {
        let scope = routed.identity.scope
        self.init(
            method: routed.request.method.rawValue, target: routed.request.target.text,
            operation: routed.operation?.operation.name, status: answer.reply.response.status,
            duration: duration, account: scope.account, region: scope.region,
            fault: answer.fault, requestID: requestID, hint: hint)
    }
}
