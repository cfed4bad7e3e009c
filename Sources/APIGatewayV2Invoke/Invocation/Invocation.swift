/// One call of a deployed API: the request, its address, and all facts that the gateway finds about it.
/// Events, mappings, logs and answers use it. It grows step by step, and no step reads a clock, a socket or a
/// store.

package import APIGatewayV2
package import HTTPWire

/// The client's end of the connection.
package struct Caller: Sendable {
    /// The client's IP address, without a port.
    package let address: String
    /// The port that the client called.
    package let port: UInt16
    package let isTLS: Bool

    package init(address: String, port: UInt16, isTLS: Bool) {
        self.address = address
        self.port = port
        self.isTLS = isTLS
    }

    var scheme: String { isTLS ? "https" : "http" }
}

/// A request, and all facts of the gateway about it.
package struct Invocation: Sendable {
    /// The facts that no step changes. They are an object, so that a copy counts one reference.
    private final class Facts: Sendable {
        let request: HTTPRequest
        let caller: Caller
        let address: StageAddress
        let stageVariables: [StageVariable]
        let requestID: String
        let traceID: TraceID
        let time: Duration

        init(
            _ request: HTTPRequest, _ caller: Caller, _ address: StageAddress,
            _ stageVariables: [StageVariable], requestID: String, traceID: TraceID, time: Duration
        ) {
            self.request = request
            self.caller = caller
            self.address = address
            self.stageVariables = stageVariables
            self.requestID = requestID
            self.traceID = traceID
            self.time = time
        }
    }

    /// The value of `x-amzn-trace-id`, or the identifiers that it is made of when somebody asks for it.
    private enum TraceID: Sendable {
        case text(String)
        case fresh(RequestID)
    }

    private let facts: Facts
    /// The route; nil before the choice, and without a match.
    package var match: RouteMatch?
    package var authorization = Authorization.none

    package init(
        request: HTTPRequest, caller: Caller, address: StageAddress, stageVariables: [StageVariable] = [],
        requestID: String, traceID: String, time: Duration, match: RouteMatch? = nil
    ) {
        facts = Facts(
            request, caller, address, stageVariables, requestID: requestID, traceID: .text(traceID),
            time: time)
        self.match = match
    }

    /// A call that has just come. `id` has its part of the trace.
    package init(
        request: HTTPRequest, caller: Caller, address: StageAddress, stageVariables: [StageVariable],
        requestID: String, id: RequestID, time: Duration
    ) {
        facts = Facts(
            request, caller, address, stageVariables, requestID: requestID, traceID: .fresh(id), time: time)
    }

    /// The request as the client sent it.
    package var request: HTTPRequest { facts.request }
    package var caller: Caller { facts.caller }
    package var address: StageAddress { facts.address }
    /// The stage's variables, sorted by name.
    package var stageVariables: [StageVariable] { facts.stageVariables }
    /// The 16 characters of `apigw-requestid`.
    package var requestID: String { facts.requestID }
    /// The value of `x-amzn-trace-id` that is sent on.
    package var traceID: String {
        switch facts.traceID {
        case .text(let text): text
        case .fresh(let id):
            InvocationID.traceID(client: request.fields["X-Amzn-Trace-Id"], fresh: id.traceID)
        }
    }
    /// The time since 1970, on the emulator's clock.
    package var time: Duration { facts.time }

    /// The key of the route; `$default` without one.
    package var routeKey: String { match?.routeKey ?? "$default" }

    package var pathParameters: [PathParameter] { match?.pathParameters ?? [] }

    /// Milliseconds since 1970.
    package var milliseconds: Int64 {
        time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    }

    /// The ARN in policies and authorizers (developer guide, "Control access to HTTP APIs with AWS Lambda
    /// authorizers"). Its path has no empty segments, because a second slash, which routes ignore, must not
    /// avoid a statement that denies.
    package var routeARN: String {
        let scope = address.scope
        let path = "/" + address.path.routeTexts.joined(separator: "/")
        return "arn:\(scope.partition):execute-api:\(scope.region):\(scope.account):\(address.apiId)/"
            + "\(address.stage)/\(request.method.rawValue)\(path)"
    }
}

/// A variable of a stage.
package struct StageVariable: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension [StageVariable] {
    /// The value of the variable `name`.
    package subscript(name: String) -> String? { first { $0.name == name }?.value }

    /// `text` with the value of each `${stageVariables.name}`, or nothing for a missing one (developer guide,
    /// "Use stage variables for HTTP APIs").
    package func substituted(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${stageVariables.") {
            let after = rest[start.upperBound...]
            guard let end = after.firstIndex(of: "}") else { break }
            result += rest[..<start.lowerBound]
            result += self[String(after[..<end])] ?? ""
            rest = after[after.index(after: end)...]
        }
        return result + rest
    }
}
