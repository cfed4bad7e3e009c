/// AWS_IAM routes: a request must be signed with Signature Version 4 for the service `execute-api`, in a
/// header or in the query. The signature is not verified, because this program does not know the keys. Only
/// its presence counts.

internal import APIGatewayV2
package import HTTPWire

/// The credential scope of a signed request.
package struct IAMSignature: Sendable, Equatable {
    package let accessKeyId: String
    package let region: String
    package let service: String

    /// The scope of a request; nil for an unsigned one.
    package init?(_ request: HTTPRequest) {
        if let index = request.fields.firstIndex(of: "Authorization") {
            let signature = request.fields.withValue(at: index) { header -> IAMSignature? in
                guard header.begins(with: "AWS4-HMAC-SHA256 "), header.end(of: "Signature=") != nil,
                    let start = header.end(of: "Credential=")
                else { return nil }
                var end = start
                while end < header.count, header[end] != UInt8(ascii: ","), header[end] != UInt8(ascii: " ") {
                    end += 1
                }
                return IAMSignature(credential: header.extracting(start..<end))
            }
            guard let signature else { return nil }
            self = signature
            return
        }
        guard request.target.query("X-Amz-Signature")?.isEmpty == false,
            let credential = request.target.query("X-Amz-Credential")
        else { return nil }
        self.init(credential: credential.utf8.span)
    }

    /// `AKID/20261127/us-east-1/execute-api/aws4_request`. Any other form has no scope.
    private init?(credential: Span<UInt8>) {
        var slashes: [Int] = []
        slashes.reserveCapacity(4)
        for index in credential.indices where credential[index] == UInt8(ascii: "/") {
            slashes.append(index)
        }
        guard slashes.count == 4, slashes[0] > 0,
            credential.extracting((slashes[3] + 1)..<credential.count).equals("aws4_request")
        else { return nil }
        accessKeyId = String(bytes: credential.extracting(0..<slashes[0]))
        region = String(bytes: credential.extracting((slashes[1] + 1)..<slashes[2]))
        service = String(bytes: credential.extracting((slashes[2] + 1)..<slashes[3]))
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
    /// The place behind the first `word`; nil if there is none.
    fileprivate func end(of word: String) -> Int? {
        let length = word.utf8.count
        guard count >= length else { return nil }
        let first = word.utf8.span[0]
        for start in 0...(count - length) where self[start] == first {
            if extracting(start..<start + length).equals(word) { return start + length }
        }
        return nil
    }
}
