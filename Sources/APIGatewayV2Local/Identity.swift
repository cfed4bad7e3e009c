/// Whose request it is, from the credential scope of its signature (SigV4:
/// `AKID/20300101/us-east-1/apigateway/aws4_request` in `Authorization`, or in `X-Amz-Credential` when
/// presigned). No signature is checked. Nothing is refused here: what cannot be read counts as the default
/// account and region.

package import APIGatewayV2
package import HTTPWire

/// Whether requests need credentials.
public enum Authentication: Sendable, Hashable {
    /// Unsigned requests are answered as the default account's.
    case off
    /// Requests without any credentials are refused as the service refuses them. Signatures are still not
    /// checked.
    case present
}

/// Who a request says it is.
package struct Identity: Sendable, Equatable {
    package let scope: Scope
    /// Whether there were credentials of any kind.
    package let hasCredentials: Bool

    package init(scope: Scope, hasCredentials: Bool) {
        self.scope = scope
        self.hasCredentials = hasCredentials
    }
}

/// Reads identities, by the accounts that access keys belong to.
package struct IdentityReader: Sendable {
    /// Longer than any region's name.
    private static let regionBytesMax = 32
    private static let accountBytes = 12

    let defaultScope: Scope
    private let accessKeyAccounts: [String: String]

    /// `accessKeyAccounts` are the accounts of access key ids that are not accounts themselves; the others
    /// belong to the default account.
    package init(defaultScope: Scope, accessKeyAccounts: [String: String] = [:]) {
        self.defaultScope = defaultScope
        self.accessKeyAccounts = accessKeyAccounts
    }

    package func identity(of request: HTTPRequest) -> Identity {
        if let index = request.fields.firstIndex(of: "Authorization") {
            let line = request.fields.lines[index]
            let value = request.fields.bytes[Int(line.valueStart)..<Int(line.valueEnd)]
            return Identity(scope: scope(authorization: value), hasCredentials: !value.isEmpty)
        }
        if let credential = request.target.query("X-Amz-Credential") {
            return Identity(scope: scope(credential: credential.utf8), hasCredentials: !credential.isEmpty)
        }
        return Identity(scope: defaultScope, hasCredentials: false)
    }

    private func scope(authorization value: ArraySlice<UInt8>) -> Scope {
        credential(in: value).map { scope(credential: $0) } ?? defaultScope
    }

    /// Nothing is built but the two short strings; the access key id only when there are accounts to find by
    /// it.
    private func scope<Bytes: Collection>(credential: Bytes) -> Scope
    where Bytes.Element == UInt8, Bytes.SubSequence: Collection {
        let key = credential.prefix { $0 != .slash }
        var region = credential[key.endIndex...].dropFirst().drop { $0 != .slash }.dropFirst()
        let isComplete = region.count { $0 == .slash } == 2
        region = region.prefix { $0 != .slash }
        // Asymmetric signatures (SigV4a) have one part less: theirs hold in every region.
        return Scope(
            account: account(of: key),
            region: isComplete && isRegion(region)
                ? String(decoding: region, as: UTF8.self) : defaultScope.region)
    }

    private func account(of key: some Collection<UInt8>) -> String {
        if key.count == Self.accountBytes, key.allSatisfy({ (.zero)...(.nine) ~= $0 }) {
            return String(decoding: key, as: UTF8.self)
        }
        if accessKeyAccounts.isEmpty { return defaultScope.account }
        return accessKeyAccounts[String(decoding: key, as: UTF8.self)] ?? defaultScope.account
    }

    private func isRegion(_ text: some Collection<UInt8>) -> Bool {
        (1...Self.regionBytesMax).contains(text.count)
            && text.allSatisfy { (.lowerA)...(.lowerZ) ~= $0 || (.zero)...(.nine) ~= $0 || $0 == .hyphen }
    }
}

/// The access key id of the request's signature; nil when there is none that can be read.
func accessKeyID(of request: HTTPRequest) -> String? {
    if let index = request.fields.firstIndex(of: "Authorization") {
        let line = request.fields.lines[index]
        let value = request.fields.bytes[Int(line.valueStart)..<Int(line.valueEnd)]
        return credential(in: value).flatMap { firstPart(of: $0) }
    }
    return request.target.query("X-Amz-Credential").flatMap { firstPart(of: $0.utf8) }
}

private func firstPart(of credential: some Collection<UInt8>) -> String? {
    let part = credential.prefix { $0 != .slash }
    return part.isEmpty ? nil : String(decoding: part, as: UTF8.self)
}

/// That of `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, the parameters in any order.
private func credential(in authorization: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard authorization.starts(with: "AWS4-".utf8),
        var rest = authorization.firstIndex(of: .space).map({ authorization[$0...] })
    else { return nil }
    while !rest.isEmpty {
        rest = rest.drop { $0 == .space || $0 == .comma }
        let parameter = rest.prefix { $0 != .comma && $0 != .space }
        if parameter.starts(with: "Credential=".utf8) {
            return parameter.dropFirst("Credential=".utf8.count)
        }
        rest = rest.dropFirst(parameter.count)
    }
    return nil
}

extension UInt8 {
    fileprivate static let space = UInt8(ascii: " ")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let slash = UInt8(ascii: "/")
    fileprivate static let hyphen = UInt8(ascii: "-")
    fileprivate static let zero = UInt8(ascii: "0")
    fileprivate static let nine = UInt8(ascii: "9")
    fileprivate static let lowerA = UInt8(ascii: "a")
    fileprivate static let lowerZ = UInt8(ascii: "z")
}
