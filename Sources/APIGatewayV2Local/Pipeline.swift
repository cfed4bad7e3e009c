/// The way of a request: the admin API takes what is under `/__admin`; the rest is identified, may meet a
/// fault, and is performed. Every request gets an answer; what is no operation gets the front end's refusal.

package import APIGatewayV2
package import HTTPWire
package import SocketServer

/// Answers every request of a server.
package final class Pipeline: RequestHandler {
    private let service: Service
    private let faults: Faults
    private let identities: IdentityReader
    private let authentication: Authentication
    private let random: RandomSource
    private let clock: any ServerClock
    private let admin: AdminAPI
    private let onRequest: (@Sendable (RequestSummary) -> Void)?

    /// `random` makes the request identifiers. Without `onRequest` no summaries are made.
    package init(
        service: Service, faults: Faults, identities: IdentityReader, authentication: Authentication = .off,
        random: RandomSource, clock: any ServerClock, onRequest: (@Sendable (RequestSummary) -> Void)? = nil
    ) {
        self.service = service
        self.faults = faults
        self.identities = identities
        self.authentication = authentication
        self.random = random
        self.clock = clock
        self.onRequest = onRequest
        admin = AdminAPI(store: service.store, faults: faults)
    }

    package func handle(_ request: HTTPRequest, from connection: ConnectionID) -> Reply {
        guard let onRequest else { return Reply(answer(request).response) }
        let start = clock.monotonicTime()
        let answer = answer(request)
        onRequest(
            RequestSummary(
                method: request.method.rawValue, target: request.target.text, operation: answer.operation,
                status: answer.response.status, duration: clock.monotonicTime() - start,
                account: answer.scope.account, region: answer.scope.region, fault: answer.fault,
                requestID: answer.id?.requestID))
        return Reply(answer.response)
    }

    /// A response and how it came about.
    private struct Answer {
        let response: HTTPResponse
        let scope: Scope
        var id: RequestID?
        var operation: String?
        var fault: String?
    }

    private func answer(_ request: HTTPRequest) -> Answer {
        let identity = identities.identity(of: request)
        if request.target.pathSegments.first == AdminAPI.root {
            return Answer(response: admin.response(to: request), scope: identity.scope)
        }
        let now = clock.wallTime()
        let id = RequestID(random, now: now)
        let routed = service.route(request)
        if routed != nil, authentication == .present, !identity.hasCredentials {
            return Answer(
                response: ServiceResponse.missingAuthenticationToken.httpResponse(for: id),
                scope: identity.scope,
                id: id, operation: routed?.operation.name)
        }
        if let rule = faults.firing(on: request, routed, in: identity.scope, now: clock.monotonicTime) {
            return Answer(
                response: rule.answer.httpResponse(for: id), scope: identity.scope, id: id,
                operation: routed?.operation.name, fault: rule.name)
        }
        let response =
            routed.map { service.perform($0, request, in: identity.scope, now: now) } ?? .unknownOperation
        return Answer(
            response: response.httpResponse(for: id), scope: identity.scope, id: id,
            operation: routed?.operation.name)
    }
}
