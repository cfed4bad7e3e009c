/// The part of a journal record that only a call of a deployed API has, without its messages. Its texts are
/// those of the deployment, which calls share. Lines for readers are made on demand.

internal import APIGatewayV2Invoke
internal import HTTPWire

/// The facts of one invocation.
struct JournalInvocation: Sendable {
    /// Nil if the address named no API.
    let api: String?
    /// Nil for a request that reached no stage.
    let stage: String?
    /// The key of the route; nil without a match.
    let route: String?
    /// The number of segments of the request's path before those that routes see; nil for a request that
    /// reached no stage.
    private let droppedSegments: Int?
    /// The routes of the deployment at the time of the call. Nil for a request that reached no stage, and for
    /// a WebSocket API, where paths choose nothing.
    let routes: RouteTable?
    /// The check that the route demanded; nil without a route.
    let authorization: (type: String, isAdmitted: Bool)?
    /// The identifier of the integration that the request reached; nil if it reached none.
    let integration: String?
    /// The connection of a WebSocket API that the call is about; nil for other calls.
    let connectionID: String?
    /// The kind of the event of a WebSocket API; nil for other calls.
    let event: FaultMatch.Event?
    /// The cause of the gateway's own answer; nil for an integration's answer.
    let cause: String?
    /// A line for each parameter mapping that did not act.
    let ignoredMappings: [String]
    /// The time of making events and requests, and of the mappings of the answer.
    let mapping: Duration
    /// The delay of fault rules.
    let delay: Duration

    init(
        api: String?, stage: String? = nil, route: String? = nil,
        path: RequestPath? = nil, routes: RouteTable? = nil,
        authorization: (type: String, isAdmitted: Bool)? = nil, integration: String? = nil,
        connectionID: String? = nil, event: FaultMatch.Event? = nil, cause: String?,
        ignoredMappings: [String] = [], mapping: Duration = .zero, delay: Duration = .zero
    ) {
        self.api = api
        self.stage = stage
        self.route = route
        droppedSegments = path?.droppedCount
        self.routes = routes
        self.authorization = authorization
        self.integration = integration
        self.connectionID = connectionID
        self.event = event
        self.cause = cause
        self.ignoredMappings = ignoredMappings
        self.mapping = mapping
        self.delay = delay
    }

    init(_ unpacker: inout ByteUnpacker, routes: RouteTable?) {
        api = unpacker.optionalText()
        stage = unpacker.optionalText()
        route = unpacker.optionalText()
        droppedSegments = unpacker.flag() ? unpacker.count() : nil
        self.routes = routes
        authorization = unpacker.flag() ? (unpacker.text(), unpacker.flag()) : nil
        integration = unpacker.optionalText()
        connectionID = unpacker.optionalText()
        event = unpacker.optionalText().flatMap(FaultMatch.Event.init)
        cause = unpacker.optionalText()
        ignoredMappings = (0..<unpacker.count()).map { _ in unpacker.text() }
        mapping = unpacker.duration()
        delay = unpacker.duration()
    }

    /// Appends the facts, but for the routes, which calls share.
    func pack(into packer: inout OutputSpan<UInt8>) {
        packer.append(api)
        packer.append(stage)
        packer.append(route)
        packer.append(droppedSegments != nil)
        if let droppedSegments { packer.append(count: droppedSegments) }
        packer.append(authorization != nil)
        if let authorization {
            packer.append(authorization.type)
            packer.append(authorization.isAdmitted)
        }
        packer.append(integration)
        packer.append(connectionID)
        packer.append(event?.rawValue)
        packer.append(cause)
        packer.append(count: ignoredMappings.count)
        for line in ignoredMappings { packer.append(line) }
        packer.append(mapping)
        packer.append(delay)
    }

    /// At least the bytes of the packed facts.
    var byteCount: Int {
        var bytes = Self.numbersRoom
        // One by one, because an array of them would be made for each call.
        bytes += (api?.utf8.count ?? 0) + (stage?.utf8.count ?? 0)
        bytes += (route?.utf8.count ?? 0) + (integration?.utf8.count ?? 0)
        bytes += (connectionID?.utf8.count ?? 0) + (cause?.utf8.count ?? 0)
        for line in ignoredMappings { bytes += line.utf8.count + PackedRoom.count }
        return bytes
    }

    /// Room for the short facts, the times and the counts of texts. The type of an authorization and the name
    /// of an event have ten bytes at most.
    private static let numbersRoom =
        6 * PackedRoom.optionalCount + PackedRoom.optionalCount + (2 + PackedRoom.count + 10)
        + (PackedRoom.optionalCount + 10) + PackedRoom.count + 2 * PackedRoom.time

    /// The path that routes see; nil for a request that reached no stage.
    func path(of request: HTTPRequest) -> RequestPath? {
        droppedSegments.map { RequestPath(request.target).dropping($0) }
    }

    /// Whether the call sends a message to a client: a post to `@connections`, unlike a message of a client.
    func isOutbound(_ request: HTTPRequest) -> Bool { event == .message && request.method == .post }
}
