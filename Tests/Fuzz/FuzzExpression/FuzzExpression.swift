/// A libFuzzer target: any text as a selection expression, as a JSON path and as the format of an access
/// log, over any payload. A log line must stay one line, and an expression gives the same text twice.
/// `make fuzz` runs it.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON

/// Values that one path visits.
private let stepsMax = 1_000_000

/// The first line is the expression, the rest the payload.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: parts[0], as: UTF8.self)
    let payload = parts.count > 1 ? WebSocketAPI.payload(of: Array(parts[1])) : nil
    if let payload {
        checkPaths(text, payload)
        if let expression = SelectionExpression(text, pathStepsMax: stepsMax) {
            let first = expression.text { value(of: $0, in: payload) }
            precondition(first == expression.text { value(of: $0, in: payload) }, "It gives the same again.")
        }
    }
    checkLine(text, parts.count > 1 ? Array(parts[1]) : [])
    return 0
}

/// The paths of mappings are some of those of templates, and give the same values.
private func checkPaths(_ text: String, _ payload: JSON) {
    let mapped = JSONPath(mapping: text, stepsMax: stepsMax)
    if let mapped {
        guard let path = JSONPath(text.first == "[" ? text : "$." + text, stepsMax: stepsMax) else {
            preconditionFailure("A path of mappings is one of templates.")
        }
        precondition(mapped.value(in: payload) == path.value(in: payload), "Both give one value.")
    } else {
        _ = JSONPath(text, stepsMax: stepsMax)?.value(in: payload)
    }
}

private func value(of variable: SelectionExpression.Variable, in payload: JSON) -> JSON? {
    switch variable {
    case .requestBody(let path), .responseBody(let path): path.map { $0.value(in: payload) } ?? payload
    case .requestHeader(let name), .responseHeader(let name), .requestQueryString(let name),
        .context(let name),
        .stageVariable(let name):
        .string(name)
    case .responseStatus: 200
    }
}

/// `bytes` stand in every value of the request that a client gives.
private func checkLine(_ format: String, _ bytes: [UInt8]) {
    var fields = HTTPFields()
    let value = bytes.prefix(64).filter { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    fields.append("User-Agent", String(decoding: value, as: UTF8.self))
    do {
        let target = try RequestTarget(parsing: "/pets/\(PercentCoding.encoded(text(bytes)))")
        let address = StageAddress(
            .host(apiId: "a"), path: RequestPath(target), host: "a.execute-api.x",
            scope: Scope(account: "123456789012", region: "us-east-1"), hasStage: { $0 == "$default" })
        guard let address else { return }
        let invocation = Invocation(
            request: HTTPRequest(method: .get, target: target, fields: fields),
            caller: Caller(address: "::1", port: 1, isTLS: false), address: address, requestID: "r",
            traceID: "t", time: .zero)
        let line = AccessLogFormat(format).line(
            invocation,
            InvocationOutcome(
                HTTPResponse(status: 200), latency: .zero, authorizerError: text(bytes),
                integration: IntegrationOutcome(latency: .zero, error: text(bytes))))
        precondition(!line.utf8.contains(0x0a), "A line has an end within.")
    } catch {
        _ = error.reason
    }
}

private func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(200).filter { $0 != 0 }, as: UTF8.self)
}
