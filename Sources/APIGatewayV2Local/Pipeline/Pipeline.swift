/// The way of a request through the program: routing, performing, recording. Each step has a type in a file
/// beside this one. Every request gets an answer.

package import APIGatewayV2
package import HTTPWire
package import SocketServer

/// Answers every request of a server.
package final class Pipeline: RequestHandler {
    /// The admin API, which a second listener may serve too.
    package let admin: AdminAPI
    /// The number of open connections, set by the server once it listens.
    package let connections = ConnectionGauge()
    private let emulator: Emulator
    private let router: RequestRouter
    private let performer: RequestPerformer
    private let recorder: RequestRecorder
    private let front: InvocationFront?
    private let invoker: Invoker?
    private let endpoints: ApiEndpoints?
    private let identities: IdentityReader

    /// `reloader` reads the files of the start again, and `random` makes the request identifiers. If
    /// `servesAdmin` is false, paths under `/__admin` are ordinary unknown paths and get the service's 403.
    /// `waitMax` is the longest wait that the admin API grants, and `events` bounds its streams. `endpoint`
    /// is the form of `apiEndpoint`. Without `onRequest` no summaries are made.
    package init(
        _ emulator: Emulator, reloader: Reloader, invoker: Invoker? = nil, identities: IdentityReader,
        authentication: Authentication = .off, endpoint: ApiEndpointForm = .aws,
        random: RandomSource, access: AdminAccess = AdminAccess(), servesAdmin: Bool = true,
        waitMax: Duration = AdminAPI.waitMax, events: EventLimits = EventLimits(),
        onRequest: (@Sendable (RequestSummary) -> Void)? = nil
    ) {
        self.emulator = emulator
        self.invoker = invoker
        self.identities = identities
        endpoints = ApiEndpoints(endpoint)
        front = invoker.map { InvocationFront($0.directory) }
        admin = AdminAPI(
            emulator, reloader: reloader, connections: connections, defaultScope: identities.defaultScope,
            access: access, waitMax: waitMax, events: events)
        router = RequestRouter(
            service: emulator.service, identities: identities, random: random, clock: emulator.clock,
            servesAdmin: servesAdmin)
        performer = RequestPerformer(emulator, authentication: authentication)
        recorder = RequestRecorder(emulator, onRequest: onRequest)
    }

    package func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        if let front, let invoker, let address = front.address(of: request) {
            return invoker.answer(to: request, at: address, from: client)
        }
        if let mistake = request.target.queryMistake {
            return .reply(Reply(refuse(.badRequest(mistake), of: request, from: client)))
        }
        let routed = router.route(request, from: client.connection)
        switch routed.destination {
        case .admin:
            let room = invoker?.room
            guard let listener = recorder.listener(to: routed, room: room) else {
                return admin.answer(to: request)
            }
            let answer = admin.answer(to: request)
            return (room.map { answer.revised($0.admitted) } ?? answer).recorded(listener)
        case .service(let id, let time):
            return .reply(serviceReply(to: routed, id, at: time, from: client))
        }
    }

    /// The service's reply, recorded. The reply is changed where it is made, because each copy counts the
    /// references of all its parts.
    private func serviceReply(
        to routed: RoutedRequest, _ id: RequestID, at time: Duration, from client: Client
    ) -> Reply {
        var fault: String?
        var hint: String?
        var reply = performer.answer(to: routed, id, at: time, changedBy: &fault)
        if !routed.request.body.isEmpty, let operation = routed.operation,
            reply.response.status == operation.operation.status
        {
            emulator.storedSettings.note(operation, routed.request, reply.response, in: routed.identity.scope)
        }
        if let endpoints { endpoints.rewrite(&reply, to: routed, client) }
        if let invoker {
            if reply.response.status == invoker.resetStatus { invoker.noteSuccess(of: routed.operation) }
            if !invoker.room.reserve(reply.response.body.count) {
                let error = invoker.room.error
                reply.response = HTTPResponse(refusing: error)
                hint = error.reason
            }
            reply.hasRoom = true
        }
        recorder.record(reply, fault: fault, to: routed, hint: hint)
        return reply
    }

    /// The answer to a request that the wire refuses. A call of an API gets the gateway's words where
    /// they are known, and an entry in the journal. Every refusal is a line of the log.
    package func refuse(
        _ error: HTTPParseError, of request: HTTPRequest?, from client: Client
    ) -> HTTPResponse {
        if let request, let front, let invoker, let address = front.address(of: request) {
            return invoker.refuse(error, of: request, at: address, from: client)
        }
        let scope = request.map { identities.identity(of: $0).scope } ?? identities.defaultScope
        recorder.record(error, of: request, in: scope)
        return HTTPResponse(refusing: error)
    }

    package func persistBeforeSending() {
        emulator.saveChanges()
    }
}
