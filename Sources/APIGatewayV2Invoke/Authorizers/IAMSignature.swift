/// AWS_IAM routes: a request must be signed with Signature Version 4 for the service `execute-api`, in a
/// header or in the query. The signature is not verified, because this program does not know the keys. Only
/// its presence counts.

internal import APIGatewayV2
package import HTTPWire

/// The credential scope of a signed request.
package struct IAMSignature: Sendable, Equatable {
    package let accessKeyId: String
    package let service: String

    /// The scope of a request; nil for an unsigned one.
    package init?(_ request: HTTPRequest) {
        guard Self.isSigned(request), let credential = Credential(of: request),
            let key = credential.accessKeyID, let service = credential.service
        else { return nil }
        accessKeyId = key
        self.service = String(decoding: service, as: UTF8.self)
    }

    private static func isSigned(_ request: HTTPRequest) -> Bool {
        guard let index = request.fields.firstIndex(of: "Authorization") else {
            return request.target.query("X-Amz-Signature")?.isEmpty == false
        }
        let value = request.fields.valueBytes(at: index)
        return value.span.begins(with: "AWS4-HMAC-SHA256 ") && value.span.contains("Signature=")
    }

    /// The identity of a signed request. Every other request gets the gateway's 403 (yulin 303, floci 2895).
    package static func authorization(
        of invocation: Invocation
    ) throws(AuthorizationRefusal) -> Authorization {
        guard let signature = IAMSignature(invocation.request) else {
            throw AuthorizationRefusal(
                .forbidden, cause: "route \(invocation.routeKey) has AWS_IAM, and the request is not signed")
        }
        guard signature.service == "execute-api" else {
            throw AuthorizationRefusal(
                .forbidden,
                cause: "route \(invocation.routeKey) has AWS_IAM, and the request is signed for the service "
                    + "\(signature.service), not for execute-api")
        }
        return .iam(accessKeyId: signature.accessKeyId, account: invocation.address.scope.account)
    }
}

extension Span<UInt8> {
    /// Whether `word` is there. It is looked for from the end, because a signature is the last part of nearly
    /// every header.
    fileprivate func contains(_ word: String) -> Bool {
        let wanted = word.utf8.span
        var start = count - wanted.count
        while start >= 0 {
            if self[start] == wanted[0], extracting(start..<start + wanted.count).equals(word) { return true }
            start -= 1
        }
        return false
    }
}
