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
        if let index = request.fields.firstIndex(of: "Authorization") {
            let value = request.fields.valueBytes(at: index)
            let header = value.span
            // A signature is the last part of nearly every header.
            guard header.begins(with: "AWS4-HMAC-SHA256 "), header.contains("Signature="),
                let start = header.end(of: "Credential=")
            else { return nil }
            var end = start
            while end < header.count, header[end] != UInt8(ascii: ","), header[end] != UInt8(ascii: " ") {
                end += 1
            }
            self.init(credential: header.extracting(start..<end))
            return
        }
        guard request.target.query("X-Amz-Signature")?.isEmpty == false,
            let credential = request.target.query("X-Amz-Credential")
        else { return nil }
        self.init(credential: credential.utf8.span)
    }

    /// `AKID/20261127/us-east-1/execute-api/aws4_request`. Any other form has no scope.
    private init?(credential: Span<UInt8>) {
        guard let key = credential.slash(from: 0), key > 0, let date = credential.slash(from: key + 1),
            let region = credential.slash(from: date + 1),
            let service = credential.slash(from: region + 1),
            credential.extracting((service + 1)..<credential.count).equals("aws4_request")
        else { return nil }
        accessKeyId = String(bytes: credential.extracting(0..<key))
        self.service = String(bytes: credential.extracting((region + 1)..<service))
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
        let wanted = word.utf8.span
        var start = 0
        while start + wanted.count <= count {
            if self[start] == wanted[0], extracting(start..<start + wanted.count).equals(word) {
                return start + wanted.count
            }
            start += 1
        }
        return nil
    }

    /// Whether `word` is there, which is looked for from the end.
    fileprivate func contains(_ word: String) -> Bool {
        let wanted = word.utf8.span
        var start = count - wanted.count
        while start >= 0 {
            if self[start] == wanted[0], extracting(start..<start + wanted.count).equals(word) { return true }
            start -= 1
        }
        return false
    }

    fileprivate func slash(from start: Int) -> Int? {
        var place = start
        while place < count, self[place] != UInt8(ascii: "/") { place += 1 }
        return place < count ? place : nil
    }
}
