/// A libFuzzer target: any request through the way of an invocation: address, route, events, a backend's
/// request and the line of an access log. Events must be JSON, and neither a header nor a line may break.
/// `make fuzz` runs it.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON

private let table = RouteTable(routeKeys: [
    "GET /", "ANY /pets/{id}", "POST /pets/{id}/toys/{toy}", "ANY /files/{proxy+}", "GET /pets/new",
    "$default",
])
private let strict = RouteTable(routeKeys: ["GET /a/{b}/c", "PUT /{x+}"])
private let log = AccessLogFormat(
    #"{"path":"$context.path","ua":"$context.identity.userAgent","id":"$context.requestId"}"#)

@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let request = request(in: input) else { return 0 }
    let path = RequestPath(request.target)
    let address = RequestAddress(request)
    _ = strict.misses(request.method, path).map(\.text)
    _ = DomainTarget(apiId: "a", stage: "dev", prefixCount: 1, mappingKey: "x")
    let scope = Scope(account: "123456789012", region: "us-east-1")
    let host = request.authority ?? ""
    let stage =
        StageAddress(address, path: path, host: host, scope: scope) { $0 == "dev" || $0 == "$default" }
        ?? StageAddress(
            DomainTarget(apiId: "a", stage: "dev", prefixCount: 1, mappingKey: "x"), path: path, host: host,
            scope: scope, hasStage: { _ in true })
    guard let stage, let match = table.match(request.method, stage.path) else { return 0 }
    check(
        Invocation(
            request: request, caller: Caller(address: "::1", port: 1, isTLS: false), address: stage,
            requestID: "r",
            traceID: InvocationID.traceID(client: request.fields["X-Amzn-Trace-Id"], fresh: "Root=1"),
            time: .seconds(Int(input[0]) << 24), match: match))
    return 0
}

private func request(in input: [UInt8]) -> HTTPRequest? {
    var limits = HTTPLimits()
    limits.isQueryLenient = true
    var decoder = HTTP1Decoder(limits: limits)
    do {
        guard case .request(let request, _, _) = try decoder.decode(input.span) else { return nil }
        return request
    } catch {
        return nil
    }
}

private func check(_ invocation: Invocation) {
    for parameter in invocation.pathParameters {
        precondition(
            decoded(parameter.encodedValue) == parameter.value, "\(parameter) is not what was sent.")
    }
    for format in [PayloadFormat.version1, .version2] {
        precondition(isJSON(LambdaEvent.payload(invocation, format)), "An event is no JSON.")
    }
    precondition(invocation.address.eventPath.hasPrefix("/"), "A path begins with a slash.")
    let target = HTTPTarget(uri: "https://example.com/{proxy}{id}", method: "ANY")
    let mapped = MappedRequest(invocation)
    if let sent = target.request(for: invocation, mapped, gatewayAddress: "127.0.0.1") { check(sent) }
    check(target.privateRequest(for: invocation, mapped))
    let line = log.line(invocation, InvocationOutcome(HTTPResponse(status: 200), latency: .zero))
    precondition(isJSON(Array(line.utf8)), "A line of JSON is none: \(line)")
    precondition(!line.contains(where: \.isNewline), "A line has an end within.")
}

private func check(_ request: BackendRequest) {
    precondition(
        request.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "\(request.url) does not fit a request line.")
    for line in 0..<request.fields.count {
        precondition(
            !request.fields.value(at: line).utf8.contains(0x0a), "A field of a request has two lines.")
    }
}

private func decoded(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    do { return try PercentCoding.decoded(bytes.span) } catch { return nil }
}

private func isJSON(_ bytes: [UInt8]) -> Bool {
    do {
        _ = try JSONDocument(parsing: bytes)
        return true
    } catch {
        return false
    }
}
