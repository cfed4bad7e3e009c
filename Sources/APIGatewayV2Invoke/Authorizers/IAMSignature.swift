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
        guard let credential = Self.credential(of: request) else { return nil }
        let parts = credential.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard parts.count == 5, !parts[0].isEmpty, parts[4] == "aws4_request" else { return nil }
        (accessKeyId, region, service) = (parts[0], parts[2], parts[3])
    }

    /// `AKID/20261127/us-east-1/execute-api/aws4_request`. A request without a signature has none.
    private static func credential(of request: HTTPRequest) -> String? {
        if let index = request.fields.firstIndex(of: "Authorization") {
            // As bytes, because a search among characters takes some fifty times as many instructions.
            let header = request.fields.valueBytes(at: index)
            guard header.starts(with: "AWS4-HMAC-SHA256 ".utf8), header.end(of: "Signature=") != nil,
                let start = header.end(of: "Credential=")
            else { return nil }
            let credential = header[start...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
            return String(decoding: credential, as: UTF8.self)
        }
        guard request.target.query("X-Amz-Signature")?.isEmpty == false else { return nil }
        return request.target.query("X-Amz-Credential")
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

extension ArraySlice<UInt8> {
    /// The place behind the first `word`; nil if there is none.
    fileprivate func end(of word: String) -> Int? {
        let word = Array(word.utf8)
        guard count >= word.count else { return nil }
        let starts = startIndex...(endIndex - word.count)
        return starts.first { self[$0] == word[0] && self[$0..<$0 + word.count].elementsEqual(word) }
            .map { $0 + word.count }
    }
}
