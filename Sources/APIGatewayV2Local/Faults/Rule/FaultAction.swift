/// The action of a rule that fires: an answer, a delay before it, and a fault of the connection. Each has its
/// own file, and all can be combined.

internal import APIGatewayV2
internal import JSON

/// The action of a rule that fires. After a rule that only delays, later rules may fire too, and delays add
/// up. Any other rule ends the search.
public struct FaultAction: Sendable, Hashable {
    /// The answer; nil for the service's answer.
    public var answer: FaultResponse?
    /// The delay before the answer; nil for none.
    public var delay: FaultDelay?
    /// The fault of the connection; nil for none.
    public var connection: FaultConnection?
    /// The fate of a message of a WebSocket API; nil if it arrives once. It stands alone.
    public var delivery: FaultDelivery?

    /// An action with at least one of the parts.
    public init(
        answer: FaultResponse? = nil, delay: FaultDelay? = nil, connection: FaultConnection? = nil,
        delivery: FaultDelivery? = nil
    ) {
        self.answer = answer
        self.delay = delay
        self.connection = connection
        self.delivery = delivery
    }

    /// Answers with an error of the service. Without a `message` it has the service's usual one. `detail` is
    /// the extra member of a NotFoundException (`resourceType`) or a TooManyRequestsException (`limitType`).
    public static func error(
        _ error: FaultError, message: String? = nil, detail: String? = nil, retryAfter: Duration? = nil
    ) -> FaultAction {
        FaultAction(answer: .error(error, message: message, detail: detail, retryAfter: retryAfter))
    }

    /// Answers a call of a deployed API as the gateway does. Without a `message` it has the gateway's own.
    public static func gateway(
        _ error: FaultGatewayError, message: String? = nil, retryAfter: Duration? = nil
    ) -> FaultAction {
        FaultAction(answer: .gateway(error, message: message, retryAfter: retryAfter))
    }

    /// Answers with a status, header fields and a body.
    public static func status(
        _ status: Int, headers: [FaultHeader] = [], body: String = "", retryAfter: Duration? = nil
    ) -> FaultAction {
        FaultAction(answer: .status(status, headers: headers, body: body, retryAfter: retryAfter))
    }

    /// Delays the answer, of the service or of a later rule.
    public static func delay(_ delay: FaultDelay) -> FaultAction {
        FaultAction(delay: delay)
    }

    /// Delays the answer, of the service or of a later rule, always by the same time.
    public static func delay(_ time: Duration) -> FaultAction {
        FaultAction(delay: .fixed(time))
    }

    /// Has a fault of the connection. If an answer is sent, it is the service's.
    public static func connection(_ connection: FaultConnection) -> FaultAction {
        FaultAction(connection: connection)
    }

    /// Drops a message of a WebSocket API, or lets it arrive twice.
    public static func delivery(_ delivery: FaultDelivery) -> FaultAction {
        FaultAction(delivery: delivery)
    }
}

extension FaultAction {
    private static let ownMembers = ["delay", "connection", "delivery"]

    init(reading place: DocumentPlace, of plane: Plane, into problems: inout DocumentProblems) {
        // A value in place of a wrong one, which is valid with every connection fault.
        self = .status(500)
        let countBefore = problems.count
        let members: [String]
        switch (place["error"], place["status"]) {
        case (_?, let status?):
            problems.note(status, found: "status beside error", expected: "one of them")
            return
        case (_?, nil): members = FaultResponse.errorMembers
        case (nil, _?): members = FaultResponse.statusMembers
        case (nil, nil) where Self.ownMembers.contains(where: { place[$0] != nil }):
            members = ["error", "status"]
        case (nil, nil):
            let all = FaultResponse.errorMembers + FaultResponse.statusMembers.dropLast() + Self.ownMembers
            guard problems.isObject(place, members: all), problems.count == countBefore else { return }
            problems.note(
                place, found: "no member error, status, delay, connection or delivery",
                expected: "one of them")
            return
        }
        guard problems.isObject(place, members: members + Self.ownMembers) else { return }
        answer = FaultResponse(reading: place, of: plane, into: &problems)
        delay = place["delay"].map { FaultDelay(reading: $0, into: &problems) }
        connection = place["connection"].flatMap { FaultConnection(reading: $0, into: &problems) }
        delivery = place["delivery"].flatMap { problems.choice($0) }
        if problems.count > countBefore, self == FaultAction() { answer = .status(500) }
    }

    var json: JSON {
        var object = JSONObject()
        answer?.write(to: &object)
        object["delay"] = delay?.json
        object["connection"] = connection?.json
        object["delivery"] = delivery.map { .string($0.rawValue) }
        return .object(object)
    }

    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        if self == FaultAction() {
            problems.note(
                path, found: "nothing to do",
                expected: "an answer, a delay, a delivery or a connection's fault")
        }
        answer?.check(at: path, into: &problems)
        if delivery != nil, self != FaultAction(delivery: delivery) {
            problems.note(
                path + [.member("delivery")], found: "delivery beside another action",
                expected: "delivery alone")
        }
        delay?.check(at: path + [.member("delay")], into: &problems)
        connection?.check(hasAnswer: answer != nil, at: path + [.member("connection")], into: &problems)
    }
}
