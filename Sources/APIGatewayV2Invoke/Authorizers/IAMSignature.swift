/// AWS_IAM routes: a request must be signed with Signature Version 4 for the service `execute-api`, in a
/// header or in the query. The signature is not verified, because this program does not know the keys. Only
/// its presence counts.

internal import APIGatewayV2
internal import HTTPWire

/// The signatures of requests.
package enum IAMSignature {
    /// The identity of a signed request. Every other request gets the gateway's 403 (yulin 303, floci 2895).
    package static func authorization(
        of invocation: Invocation
    ) throws(AuthorizationRefusal) -> Authorization {
        let credential = try checked(invocation)
        return .iam(
            accessKeyId: String(bytes: credential.key.span), account: invocation.address.scope.account)
    }

    /// Refuses a request that is not signed, as `authorization` does.
    package static func check(_ invocation: Invocation) throws(AuthorizationRefusal) {
        _ = try checked(invocation)
    }

    private static func checked(_ invocation: Invocation) throws(AuthorizationRefusal) -> Credential {
        guard let credential = credential(of: invocation.request), !credential.key.isEmpty,
            let service = credential.service
        else {
            throw AuthorizationRefusal(
                .forbidden, cause: "route \(invocation.routeKey) has AWS_IAM, and the request is not signed")
        }
        guard service.span.equals("execute-api") else {
            throw AuthorizationRefusal(
                .forbidden,
                cause: "route \(invocation.routeKey) has AWS_IAM, and the request is signed for the service "
                    + "\(String(bytes: service.span)), not for execute-api")
        }
        return credential
    }

    /// The credential of a signed request.
    private static func credential(of request: HTTPRequest) -> Credential? {
        guard let index = request.fields.firstIndex(of: "Authorization") else {
            let isSigned = request.target.query("X-Amz-Signature")?.isEmpty == false
            return isSigned ? Credential(of: request) : nil
        }
        let value = request.fields.valueBytes(at: index)
        return value.span.isSignature ? Credential(authorization: value) : nil
    }
}

extension Span<UInt8> {
    /// Whether the bytes of a header are a signature. `Signature=` is looked for from the end, because it and
    /// its 64 digits are the last part of nearly every header.
    fileprivate var isSignature: Bool {
        let word = "Signature="
        guard begins(with: "AWS4-HMAC-SHA256 ") else { return false }
        var start = count - word.utf8.count - 64
        if start >= 0, extracting(start..<(start + word.utf8.count)).equals(word) { return true }
        start = count - word.utf8.count
        while start >= 0 {
            if self[start] == UInt8(ascii: "S"), extracting(start...).begins(with: word) { return true }
            start -= 1
        }
        return false
    }
}
