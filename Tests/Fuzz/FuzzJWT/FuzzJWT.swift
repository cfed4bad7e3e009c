/// A libFuzzer target: any text as a token, as a key set, as a discovery document and as the answer of an
/// authorizer's function. No token may be let in whose signature is refused. `make fuzz` runs it.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire

private let authorizer = JWTAuthorizer(
    Members(
        .authorizer,
        Record(
            body: Array(
                #"{"jwtConfiguration":{"issuer":"i","audience":["a"]},"identitySource":["$context.path"]}"#
                    .utf8))), id: "a")

@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    precondition(Base64.decoded(Base64.encoded(input)) == input, "Base64 does not come back.")
    let keys = JWKS(input)
    _ = JWKS.keySetURL(in: input)
    _ = keys?.key("k")?.modulus
    checkToken(String(decoding: input, as: UTF8.self))
    for isSimple in [true, false] {
        do {
            _ = try AuthorizerAnswer(input, isSimple: isSimple).allows(
                "arn:aws:execute-api:us-east-1:1:a/s/GET/x")
        } catch {
            _ = "\(error)"
        }
    }
    return 0
}

private func checkToken(_ text: String) {
    do {
        let token = try JWT(JWT.token(in: text))
        _ = token.claimTexts
        guard let invocation = invocation() else { return }
        do {
            _ = try authorizer.authorization(
                of: token, invocation, scopes: ["s"], key: RSAPublicKey(modulus: [1], exponent: [3]),
                now: .zero, verify: { _, _ in false })
            preconditionFailure("A token with a refused signature was let in.")
        } catch {
            precondition(error.response.status == 401, "\(error.response.status)")
        }
    } catch {
        _ = error.text
    }
}

private func invocation() -> Invocation? {
    do {
        let target = try RequestTarget(parsing: "/")
        let address = StageAddress(
            .host(apiId: "a"), path: RequestPath(target), host: "a.execute-api.x",
            scope: Scope(account: "123456789012", region: "us-east-1"), hasStage: { $0 == "$default" })
        return address.map {
            Invocation(
                request: HTTPRequest(method: .get, target: target),
                caller: Caller(address: "::1", port: 1, isTLS: false), address: $0, requestID: "r",
                traceID: "t", time: .zero)
        }
    } catch {
        return nil
    }
}
