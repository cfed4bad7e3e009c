/// The response that an action stands for, made once when its rule is loaded. Firing copies it and adds the
/// request's identifiers.

internal import APIGatewayV2
internal import HTTPWire

/// What a rule that fires sends.
struct FaultAnswer: Sendable {
    private let response: ServiceResponse
    /// Nil leaves the service's own.
    private let contentType: String?

    init(_ action: FaultAction) {
        switch action {
        case .error(let error, let retryAfter):
            var response = error.response
            response.extraFields = Self.fields(retryAfter: retryAfter)
            self.response = response
            contentType = nil
        case .status(let status, let headers, let body, let retryAfter):
            let isType = { (header: FaultHeader) in header.name.lowercased() == "content-type" }
            var response = ServiceResponse(status: status, body: Array(body.utf8))
            response.extraFields =
                Self.fields(retryAfter: retryAfter)
                + headers.filter { !isType($0) }.map { ($0.name, $0.value) }
            self.response = response
            contentType = headers.first(where: isType)?.value
        }
    }

    func httpResponse(for id: RequestID) -> HTTPResponse {
        var answer = response.httpResponse(for: id)
        if let contentType { answer.contentType = contentType }
        return answer
    }

    /// Whole milliseconds for SDKs of late 2026, whole seconds for everybody else (RFC 9110 section 10.2.3);
    /// both rounded up, so that nobody comes back early.
    private static func fields(retryAfter: Duration?) -> [(name: String, value: String)] {
        guard let (seconds, attoseconds) = retryAfter?.components else { return [] }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let milliseconds = (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond
        return [
            ("x-amz-retry-after", String(seconds * 1000 + milliseconds)),
            ("Retry-After", String(attoseconds > 0 ? seconds + 1 : seconds)),
        ]
    }
}
