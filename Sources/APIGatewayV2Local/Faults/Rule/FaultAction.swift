/// The action of a rule that fires: an answer, a delay before it, and a fault of the connection. Each has a
/// file of its own, and each is possible with the others.

internal import APIGatewayV2
internal import JSON

/// The action of a rule that fires. A rule that only delays lets the rules behind it fire too, and their
/// delays add up. After any other rule no further rule is asked.
public struct FaultAction: Sendable, Hashable {
    /// The answer; nil leaves the service's own.
    public var answer: FaultResponse?
    /// How long the client waits before anything happens.
    public var delay: FaultDelay?
    /// The fault of the connection; nil for none.
    public var connection: FaultConnection?

    /// Any of the three, at least one.
    public init(
        answer: FaultResponse? = nil, delay: FaultDelay? = nil, connection: FaultConnection? = nil
    ) {
        self.answer = answer
        self.delay = delay
        self.connection = connection
    }

    /// Answers with an error of the service. A nil `message` is the service's usual one. `detail` is the
    /// extra member of a NotFoundException (`resourceType`) or a TooManyRequestsException (`limitType`).
    public static func error(
        _ error: FaultError, message: String? = nil, detail: String? = nil, retryAfter: Duration? = nil
    ) -> FaultAction {
        FaultAction(answer: .error(error, message: message, detail: detail, retryAfter: retryAfter))
    }

    /// Answers with a status, header fields and a body.
    public static func status(
        _ status: Int, headers: [FaultHeader] = [], body: String = "", retryAfter: Duration? = nil
    ) -> FaultAction {
        FaultAction(answer: .status(status, headers: headers, body: body, retryAfter: retryAfter))
    }

    /// Lets the client wait for the answer, whichever it is.
    public static func delay(_ delay: FaultDelay) -> FaultAction {
        FaultAction(delay: delay)
    }

    /// Lets the client wait for the answer, whichever it is, always as long.
    public static func delay(_ time: Duration) -> FaultAction {
        FaultAction(delay: .fixed(time))
    }

    /// Does something to the connection; where an answer is sent it is the service's own.
    public static func connection(_ connection: FaultConnection) -> FaultAction {
        FaultAction(connection: connection)
    }
}

extension FaultAction {
    private static let ownMembers = ["delay", "connection"]

    init(reading place: DocumentPlace, into problems: inout DocumentProblems) {
        // Stands in where something is wrong, and makes sense with everything.
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
                place, found: "no member error, status, delay or connection", expected: "one of them")
            return
        }
        guard problems.isObject(place, members: members + Self.ownMembers) else { return }
        answer = FaultResponse(reading: place, into: &problems)
        delay = place["delay"].map { FaultDelay(reading: $0, into: &problems) }
        connection = place["connection"].flatMap { FaultConnection(reading: $0, into: &problems) }
        if problems.count > countBefore, self == FaultAction() { answer = .status(500) }
    }

    var json: JSON {
        var object = JSONObject()
        answer?.write(to: &object)
        object["delay"] = delay?.json
        object["connection"] = connection?.json
        return .object(object)
    }

    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        if self == FaultAction() {
            problems.note(
                path, found: "nothing to do", expected: "an answer, a delay or a connection's fault")
        }
        answer?.check(at: path, into: &problems)
        delay?.check(at: path + [.member("delay")], into: &problems)
        connection?.check(hasAnswer: answer != nil, at: path + [.member("connection")], into: &problems)
    }
}
