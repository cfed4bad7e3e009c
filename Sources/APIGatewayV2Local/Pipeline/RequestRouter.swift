/// The first step of a request: the part of the program that answers, the account and region, and the
/// operation. Refuses nothing.

internal import APIGatewayV2
internal import HTTPWire

/// A request and its destination.
struct RoutedRequest: Sendable {
    /// The part of the program that answers. It holds no references, so that reading it counts none.
    enum Destination: Sendable {
        case admin
        /// The service. `time` is the time of arrival since 1970, on the emulator's clock.
        case service(id: RequestID, time: Duration)
    }

    let request: HTTPRequest
    let connection: ConnectionID
    /// The real time of arrival, on the machine's monotonic clock.
    let arrival: Duration
    let identity: Identity
    let destination: Destination
    /// The operation; nil for a path or method without one, and for the admin API.
    let operation: RoutedOperation?
}

/// Routes requests. It is a class, like the other steps, because a call on a struct in a class retains its
/// references.
final class RequestRouter: Sendable {
    private let service: Service
    private let identities: IdentityReader
    private let random: RandomSource
    private let clock: EmulatorClock
    private let servesAdmin: Bool

    /// `random` makes the request identifiers. If `servesAdmin` is false, paths under `/__admin` are ordinary
    /// unknown paths.
    init(
        service: Service, identities: IdentityReader, random: RandomSource, clock: EmulatorClock,
        servesAdmin: Bool
    ) {
        self.service = service
        self.identities = identities
        self.random = random
        self.clock = clock
        self.servesAdmin = servesAdmin
    }

    func route(_ request: HTTPRequest, from connection: ConnectionID) -> RoutedRequest {
        let arrival = clock.monotonicTime()
        let identity = identities.identity(of: request)
        if servesAdmin, request.target.pathSegments.first == AdminAPI.root {
            return RoutedRequest(
                request: request, connection: connection, arrival: arrival, identity: identity,
                destination: .admin, operation: nil)
        }
        let now = clock.wallTime()
        return RoutedRequest(
            request: request, connection: connection, arrival: arrival, identity: identity,
            destination: .service(id: RequestID(random, now: now), time: now),
            operation: service.route(request))
    }
}
