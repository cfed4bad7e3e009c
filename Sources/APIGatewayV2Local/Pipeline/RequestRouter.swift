/// First step of a request: which part of the program answers it, for which account and region, and by which
/// operation. Refuses nothing.

internal import APIGatewayV2
internal import HTTPWire

/// A request and where it goes.
struct RoutedRequest: Sendable {
    /// The part of the program that answers.
    enum Destination: Sendable {
        case admin
        /// The service. Without an `operation` the method and path are no operation's. `time` is that of
        /// arrival, since 1970, on the emulator's clock.
        case service(operation: RoutedOperation?, id: RequestID, time: Duration)
    }

    let request: HTTPRequest
    let connection: ConnectionID
    /// The real time of arrival, on the machine's monotonic clock.
    let arrival: Duration
    let identity: Identity
    let destination: Destination
}

/// Routes requests.
struct RequestRouter: Sendable {
    let service: Service
    let identities: IdentityReader
    /// Makes the request identifiers.
    let random: RandomSource
    let clock: EmulatorClock
    /// If false, paths under `/__admin` are ordinary unknown paths.
    let servesAdmin: Bool

    func route(_ request: HTTPRequest, from connection: ConnectionID) -> RoutedRequest {
        let arrival = clock.monotonicTime()
        return RoutedRequest(
            request: request, connection: connection, arrival: arrival,
            identity: identities.identity(of: request), destination: destination(of: request))
    }

    private func destination(of request: HTTPRequest) -> RoutedRequest.Destination {
        if servesAdmin, request.target.pathSegments.first == AdminAPI.root { return .admin }
        let now = clock.wallTime()
        let id = RequestID(random, now: now)
        return .service(operation: service.route(request), id: id, time: now)
    }
}
