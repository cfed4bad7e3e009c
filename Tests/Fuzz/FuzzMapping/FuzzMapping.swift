/// A libFuzzer target: any expression of a mapping over any body, and the same body as the answer of a
/// function. Values must be texts that fit a header or are passed over, and answers must be responses that
/// can be sent. `make fuzz` runs it.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire

/// The first line is the expression, the rest the body.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return 0 }
    let expression = String(decoding: parts[0], as: UTF8.self)
    let body = Array(parts[1])
    if let invocation = invocation(body) {
        for (name, message) in [
            ("overwrite:header.x", ParameterMapping.Message.request), ("append:querystring.y", .request),
            ("overwrite:path", .request), ("overwrite:header.x", .response),
            ("overwrite:statuscode", .response),
        ] {
            apply(name, expression, message, invocation, body)
        }
    }
    for format in [PayloadFormat.version1, .version2] {
        check(LambdaOutcome.answered(body).reply(format: format).response)
    }
    return 0
}

private func apply(
    _ name: String, _ expression: String, _ message: ParameterMapping.Message, _ invocation: Invocation,
    _ body: [UInt8]
) {
    do {
        let mapping = try ParameterMapping(name, expression, of: message)
        if message == .request {
            let mapped = MappedRequest(invocation, [mapping])
            check(mapped.fields)
            precondition(mapped.query.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "\(mapped.query)")
            _ = LambdaEvent.payload(invocation.mapped(by: [mapping]), .version2)
        } else {
            let answer = HTTPResponse(status: 200, contentType: "a/b", body: body)
            check(answer.mapped(by: [mapping], invocation))
        }
    } catch {
        _ = error.message
    }
}

private func invocation(_ body: [UInt8]) -> Invocation? {
    do {
        let target = try RequestTarget(parsing: "/pets/7?a=1&a=2")
        var fields = HTTPFields()
        fields.append("x-a", "1")
        let path = RequestPath(target)
        let address = StageAddress(
            .host(apiId: "a"), path: path, host: "a.execute-api.x",
            scope: Scope(account: "123456789012", region: "us-east-1"), hasStage: { $0 == "$default" })
        return address.map {
            Invocation(
                request: HTTPRequest(method: .post, target: target, fields: fields, body: body),
                caller: Caller(address: "::1", port: 1, isTLS: false), address: $0, requestID: "r",
                traceID: "t", time: .zero, match: RouteTable(routeKeys: ["ANY /pets/{id}"]).match(.post, path)
            )
        }
    } catch {
        return nil
    }
}

private func check(_ response: HTTPResponse) {
    precondition((200...599).contains(response.status), "\(response.status) is no status.")
    check(response.fields)
    check(response.finished(requestID: "r").fields)
}

private func check(_ fields: HTTPFields) {
    for line in 0..<fields.count {
        precondition(HTTPFields.isName(fields.name(at: line)), "\(fields.name(at: line)) is no name.")
        precondition(
            fields.value(at: line).utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 }, "A field has two lines.")
    }
}
