/// The way of a request: the admin API takes what is under `/__admin`; the rest is identified, may meet a
/// fault, and is performed. Every request gets an answer; what is no operation gets the front end's refusal.

package import APIGatewayV2
package import HTTPWire
package import SocketServer

/// Answers every request of a server.
package final class Pipeline: RequestHandler {
    /// What was asked and answered.
    package let journal: Journal
    /// The answers under `/__admin`, here or at a listener of their own.
    package let admin: AdminAPI
    /// Told by whoever knows.
    package let connections = ConnectionGauge()
    private let metrics = Metrics()
    private let servesAdmin: Bool
    private let service: Service
    private let faults: Faults
    private let identities: IdentityReader
    private let authentication: Authentication
    private let random: RandomSource
    private let clock: EmulatorClock
    let keeper: StateKeeper?
    private let onRequest: (@Sendable (RequestSummary) -> Void)?

    /// `random` makes the request identifiers. With a `keeper` no answer leaves before what it says is kept.
    /// What does not serve the admin API takes its paths for the service's, which has none like them. Without
    /// `onRequest` no summaries are made.
    package init(
        service: Service, faults: Faults, journal: JournalLimits = JournalLimits(),
        identities: IdentityReader,
        authentication: Authentication = .off, random: RandomSource, clock: EmulatorClock,
        keeper: StateKeeper? = nil, access: AdminAccess = AdminAccess(), servesAdmin: Bool = true,
        onRequest: (@Sendable (RequestSummary) -> Void)? = nil
    ) {
        self.service = service
        self.faults = faults
        self.journal = Journal(limits: journal) { [service] in service.route($0) }
        self.identities = identities
        self.authentication = authentication
        self.random = random
        self.clock = clock
        self.keeper = keeper
        self.onRequest = onRequest
        self.servesAdmin = servesAdmin
        admin = AdminAPI(
            store: service.store, faults: faults, journal: self.journal, clock: clock, metrics: metrics,
            connections: connections, defaultScope: identities.defaultScope, access: access)
    }

    package func persistBeforeSending() {
        keeper?.keep()
    }

    package func handle(_ request: HTTPRequest, from connection: ConnectionID) -> Reply {
        let start = clock.monotonicTime()
        let answer = answer(request, from: connection)
        let duration = clock.monotonicTime() - start
        if answer.id != nil {
            metrics.count(
                answer.operation, status: answer.sentStatus, duration: duration + answer.delay)
        }
        if journal.isOn, let id = answer.id {
            journal.append(
                JournalRecord(
                    request, from: connection, arrival: start, time: answer.time, id: id,
                    operation: answer.operation, scope: answer.scope, status: answer.sentStatus,
                    answer: answer.sentBody, duration: duration + answer.delay, fault: answer.fault,
                    bodyBytesMax: journal.limits.bodyBytesMax))
        }
        onRequest?(
            RequestSummary(
                method: request.method.rawValue, target: request.target.text,
                operation: answer.operation?.name,
                status: answer.response.status, duration: duration, account: answer.scope.account,
                region: answer.scope.region, fault: answer.fault, requestID: answer.id?.requestID,
                hint: hint(for: request, answer)))
        return answer.reply
    }

    private func hint(for request: HTTPRequest, _ answer: Answer) -> String? {
        guard answer.response.status == 404, answer.fault == nil, let routed = service.route(request) else {
            return nil
        }
        return service.notFoundHint(for: routed, in: answer.scope)
    }

    /// A response and how it came about.
    private struct Answer {
        let response: HTTPResponse
        let scope: Scope
        /// When the request arrived, since 1970, on the emulator's clock. Not told for the admin API.
        var time: Duration = .zero
        /// Nil for the admin API.
        var id: RequestID?
        var operation: APIGatewayV2.Operation?
        var fault: String?
        var delay: Duration = .zero
        var delivery = Delivery.whole

        /// What the client learns of the status; nil for nothing.
        var sentStatus: Int? { delivery.sendsHead ? response.status : nil }

        /// The body as it was made, also where a fault cuts it off.
        var sentBody: [UInt8] { delivery.sendsHead ? response.body : [] }

        var reply: Reply { Reply(response, delay: delay, delivery: delivery) }
    }

    private func answer(_ request: HTTPRequest, from connection: ConnectionID) -> Answer {
        let identity = identities.identity(of: request)
        if servesAdmin, request.target.pathSegments.first == AdminAPI.root {
            return Answer(response: admin.response(to: request), scope: identity.scope)
        }
        let now = clock.wallTime()
        let id = RequestID(random, now: now)
        let routed = service.route(request)
        if routed != nil, authentication == .present, !identity.hasCredentials {
            return Answer(
                response: ServiceResponse.missingAuthenticationToken.httpResponse(for: id),
                scope: identity.scope, time: now, id: id, operation: routed?.operation)
        }
        let decision = faults.decision(
            on: RequestFacts(request, routed, of: identity),
            FaultOccasion(connection: connection, id: id, time: now), at: clock)
        return Answer(
            response: response(to: request, routed, in: identity.scope, id, at: now, decision?.last),
            scope: identity.scope, time: now, id: id, operation: routed?.operation,
            fault: decision?.name,
            delay: decision?.delay ?? .zero, delivery: decision?.last?.delivery ?? .whole)
    }

    /// The rule's answer, or the service's. Where nothing would be sent of it, the service is not asked.
    private func response(
        to request: HTTPRequest, _ routed: RoutedOperation?, in scope: Scope, _ id: RequestID,
        at now: Duration, _ rule: LoadedRule?
    ) -> HTTPResponse {
        if let response = rule?.response { return response.httpResponse(for: id) }
        if let rule, !rule.asksService { return HTTPResponse(status: 503) }
        let response = routed.map { service.perform($0, request, in: scope, now: now) } ?? .unknownOperation
        return response.httpResponse(for: id)
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
