/// A function behind HTTP: a Runtime Interface Emulator, or a server of the Lambda Invoke API such as SAM,
/// LocalStack, moto or floci. No credentials of the environment go out: the signature that tells such a
/// server account and region is a made-up one.

internal import APIGatewayV2Invoke
internal import HTTPWire
package import SocketServer

/// A function at a URL.
package struct RemoteFunction: FunctionTarget {
    /// The forms of the other server.
    package enum Form: Sendable {
        /// One function: `POST …/2015-03-31/functions/function/invocations`.
        case runtimeEmulator
        /// All functions, by name: `POST …/2015-03-31/functions/{name}/invocations`.
        case invokeAPI
    }

    private let url: String
    private let form: Form

    /// `url` begins with `http://` or `https://`. A Runtime Interface Emulator's may be the whole URL of its
    /// invocations.
    package init(url: String, form: Form) {
        self.url = url.last == "/" ? String(url.dropLast()) : url
        self.form = form
    }

    package func answer(
        to call: FunctionCall, then: @escaping FunctionEnd
    ) -> Answer {
        .call(
            OutgoingCall(request(for: call)) { [self] result in
                var requestID: String?
                // An emulator names no request, and the log needs the name of one.
                if case .success(let response) = result {
                    requestID = response.fields["x-amzn-RequestId"] ?? call.requestID
                }
                return then(outcome(of: result), requestID)
            })
    }

    private func request(for call: FunctionCall) -> OutgoingRequest {
        var fields = HTTPFields()
        fields.append("Content-Type", "application/json")
        fields.append("X-Amz-Invocation-Type", "RequestResponse")
        if !call.traceID.isEmpty { fields.append("X-Amzn-Trace-Id", call.traceID) }
        if form == .invokeAPI { fields.append("Authorization", Self.placeholder(for: call.function)) }
        var request = OutgoingRequest(.post, target(of: call.function), fields: fields, body: call.payload)
        request.timeout = call.timeout
        request.outlastsStop = true
        request.connectTimeout = min(call.timeout, request.connectTimeout)
        request.bodyBytesMax = LambdaOutcome.payloadBytesMax
        return request
    }

    private func target(of function: LambdaFunction) -> String {
        switch form {
        case .runtimeEmulator where url.hasSuffix("/invocations"): url
        case .runtimeEmulator: url + "/2015-03-31/functions/function/invocations"
        case .invokeAPI: url + function.invokeTarget
        }
    }

    /// A signature that signs nothing. Emulators read account and region from its credential scope, where the
    /// access key is the account.
    private static func placeholder(for function: LambdaFunction) -> String {
        let parts = function.arn.split(separator: ":", omittingEmptySubsequences: false)
        let (region, account) = parts.count > 4 ? (parts[3], parts[4]) : ("us-east-1", "000000000000")
        return "AWS4-HMAC-SHA256 Credential=\(account)/20300101/\(region)/lambda/aws4_request, "
            + "SignedHeaders=host, Signature=\(String(repeating: "0", count: 64))"
    }

    private func outcome(of result: OutgoingCall.Outcome) -> LambdaOutcome {
        switch result {
        case .success(let response): outcome(of: response)
        case .failure(.timedOut): .timedOut
        case .failure(let failure) where failure.isOfThisServer: .unavailable("\(failure)")
        case .failure(.brokeOff(let reason)): .failed("\(url): the connection broke off: \(reason)")
        case .failure(.bodyTooLarge(let bytesMax)):
            .failed("the answer is larger than a function's may be, \(bytesMax) bytes")
        case .failure(let failure): .notInvocable("\(url): \(failure)")
        }
    }

    private func outcome(of response: OutgoingResponse) -> LambdaOutcome {
        let outcome = LambdaOutcome(
            invokeStatus: response.status, functionError: response.fields["X-Amz-Function-Error"],
            body: response.body)
        guard form == .runtimeEmulator else { return outcome }
        switch outcome {
        case .answered(let payload): return Self.failure(in: payload) ?? outcome
        case .notInvocable(let text) where response.status >= 500: return .failed(text)
        case .raised, .failed, .notInvocable, .throttled, .timedOut, .unavailable, .eventTooLarge:
            return outcome
        }
    }

    /// The error in a payload. The emulator answers 200 for a function that raised, and has no field that
    /// tells (`InvokeHandler` in github.com/aws/aws-lambda-runtime-interface-emulator).
    private static func failure(in payload: [UInt8]) -> LambdaOutcome? {
        if payload.starts(with: "Task timed out after ".utf8) {
            return .failed(String(decoding: payload, as: UTF8.self))
        }
        guard payload.starts(with: "{".utf8), let error = RuntimeError(payload: payload), error.isWhole else {
            return nil
        }
        return .raised(error.text, payload: payload)
    }
}
