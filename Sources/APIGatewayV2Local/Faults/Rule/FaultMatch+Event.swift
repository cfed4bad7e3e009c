/// The conditions of rules on events of WebSocket APIs: the kind of an event, and the direction of a message.
/// Refuses conditions beside them that no event meets.

internal import APIGatewayV2

extension FaultMatch {
    /// An event of a connection to a WebSocket API.
    public enum Event: String, Sendable, Hashable, CaseIterable {
        /// The handshake.
        case connect = "CONNECT"
        /// A message, of the client or to it.
        case message = "MESSAGE"
        /// The end.
        case disconnect = "DISCONNECT"
    }

    /// The direction of a message, as the API sees it.
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        /// From the client to the API.
        case inbound = "in"
        /// From the API to the client: an answer of an integration, or a message of `@connections`.
        case outbound = "out"
    }

    /// Whether the conditions are about messages alone.
    var isOfMessages: Bool { event == .message || direction == .outbound }

    /// The names of the given conditions that only events of WebSocket APIs meet.
    var eventConditions: [String] {
        (event == nil ? [] : ["event"]) + (direction == nil ? [] : ["direction"])
    }

    /// Notes conditions that no event meets together.
    func checkEvents(for use: Use, at path: [PathStep], into problems: inout DocumentProblems) {
        if direction == .outbound, let event, event != .message {
            problems.note(
                path + [.member("direction")], found: "out beside event \(event.rawValue)",
                expected: "event MESSAGE: only messages go to the client")
        }
        // The journal has the posts to `@connections` by their method.
        if use == .rule, isOfMessages || event == .disconnect, method != nil {
            problems.note(
                path + [.member("method")],
                found: "a method beside \(eventConditions.joined(separator: " and "))",
                expected: "no method: only a handshake has one")
        }
        guard let route, let literal = Glob(route).literal else { return }
        switch event {
        case .connect where literal != Self.connectKey:
            noteRoute(literal, Self.connectKey, at: path, &problems)
        case .disconnect where literal != Self.disconnectKey:
            noteRoute(literal, Self.disconnectKey, at: path, &problems)
        case .message where literal == Self.connectKey || literal == Self.disconnectKey:
            problems.note(
                path + [.member("route")], found: "\(quoted(literal)), the route of another event",
                expected: "the route of a message")
        case .connect, .message, .disconnect, nil: break
        }
    }

    private static let connectKey = "$connect"
    private static let disconnectKey = "$disconnect"

    private func noteRoute(
        _ route: String, _ expected: String, at path: [PathStep], _ problems: inout DocumentProblems
    ) {
        problems.note(path + [.member("route")], found: quoted(route), expected: expected)
    }
}

extension FaultRule {
    /// Notes actions that the event of the match has no use for.
    func checkEvents(at path: [PathStep], into problems: inout DocumentProblems) {
        let path = path + [.member("then")]
        let isOfMessages = match.isOfMessages
        if then.delivery != nil, !isOfMessages, match.event != .disconnect {
            problems.note(
                path + [.member("delivery")], found: "a delivery without an event",
                expected: "event MESSAGE or DISCONNECT in match")
        }
        if case .closeFrame = then.connection, !isOfMessages {
            problems.note(
                path + [.member("connection")], found: "a close frame without a message",
                expected: "event MESSAGE in match")
        }
        if match.event == .disconnect, then.delivery == nil {
            problems.note(
                path, found: "a fault of an answer",
                expected: "delivery: nobody waits for an answer to the end of a connection")
        }
        guard isOfMessages, let answer = then.answer else { return }
        if match.direction == .outbound {
            problems.note(
                path, found: "an answer",
                expected: "a delay, a delivery or a connection's fault: a message to the client has no answer"
            )
        }
        if case .status(_, let headers, _, let retryAfter) = answer, !headers.isEmpty || retryAfter != nil {
            problems.note(
                path + [.member(headers.isEmpty ? "retryAfter" : "headers")], found: "header fields",
                expected: "no header fields: the answer is a message")
        }
    }
}
