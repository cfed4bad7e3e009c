/// Last step of a request: it is counted, put into the journal and told to the log. Requests of the admin API
/// are told to the log alone.

internal import APIGatewayV2
internal import HTTPWire

/// Records requests and their answers.
struct RequestRecorder: Sendable {
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
        case .service(let operation, let id, let time):
            metrics.count(
                operation?.operation, of: routed.identity.scope, status: answer.sentStatus,
                duration: duration + answer.delay)
            if journal.isOn {
                journal.append(
                    JournalRecord(
                        routed.request, from: routed.connection, arrival: routed.arrival, time: time, id: id,
                        operation: operation?.operation, scope: routed.identity.scope,
                        status: answer.sentStatus, answer: answer.sentBody, duration: duration + answer.delay,
                        fault: answer.fault, bodyBytesMax: journal.limits.bodyBytesMax))
            }
            onRequest?(
                RequestSummary(
                    routed, answer, duration: duration, operation: operation?.operation.name,
                    requestID: id.requestID, hint: hint(for: operation, routed, answer)))
        }
    }

    /// The reason why a resource may not have been found.
    private func hint(
        for operation: RoutedOperation?, _ routed: RoutedRequest, _ answer: RequestAnswer
    ) -> String? {
        guard let operation, answer.response.status == 404, answer.fault == nil else { return nil }
        return service.notFoundHint(for: operation, in: routed.identity.scope)
    }
}

extension RequestSummary {
    fileprivate init(
        _ routed: RoutedRequest, _ answer: RequestAnswer, duration: Duration, operation: String? = nil,
        requestID: String? = nil, hint: String? = nil
    ) {
        let scope = routed.identity.scope
        self.init(
            method: routed.request.method.rawValue, target: routed.request.target.text, operation: operation,
            status: answer.response.status, duration: duration, account: scope.account, region: scope.region,
            fault: answer.fault, requestID: requestID, hint: hint)
    }
}
