/// The account and region of a request, from the credential of its signature. No signature is checked.
/// Refuses nothing: an unreadable credential counts as the default account and region.

package import APIGatewayV2
package import HTTPWire

/// Whether requests need credentials.
public enum Authentication: Sendable, Hashable {
    /// Unsigned requests belong to the default account.
    case off
    /// Requests without credentials are refused as by the service. Signatures are still not checked.
    case present
}

/// The account and region that a request claims.
package struct Identity: Sendable {
    package let scope: Scope
    /// Whether the request has credentials of any kind.
    package let hasCredentials: Bool
    /// The credential; nil if there is none that can be read.
    let credential: Credential?
}

/// Reads identities, with the accounts of access keys.
package struct IdentityReader: Sendable {
    /// The most bytes of a region's name, more than any region has. Fixed by the service.
    private static let regionBytesMax = 32
    private static let accountBytes = 12

    let defaultScope: Scope
    private let accessKeyAccounts: AccessKeyAccounts

    /// `accessKeyAccounts` are the accounts of access key ids that are not account numbers. Other ids belong
    /// to the default account.
    package init(defaultScope: Scope, accessKeyAccounts: AccessKeyAccounts = AccessKeyAccounts()) {
        self.defaultScope = defaultScope
        self.accessKeyAccounts = accessKeyAccounts
    }

    package func identity(of request: HTTPRequest) -> Identity {
        if let index = request.fields.firstIndex(of: "Authorization") {
            let value = request.fields.valueBytes(at: index)
            return identity(Credential(authorization: value), hasCredentials: !value.isEmpty)
        }
        let credential = Credential(of: request)
        return identity(credential, hasCredentials: credential?.isEmpty == false)
    }

    private func identity(_ credential: Credential?, hasCredentials: Bool) -> Identity {
        let scope = credential.map { Scope(account: account(of: $0), region: region(of: $0)) }
        return Identity(
            scope: scope ?? defaultScope, hasCredentials: hasCredentials, credential: credential)
    }

    private func account(of credential: Credential) -> String {
        let key = credential.key
        if key.count == Self.accountBytes, key.span.holdsOnly({ $0.isDigit }), let id = credential.accessKeyID
        {
            return id
        }
        return accessKeyAccounts.value(of: credential.accessKeyID) ?? defaultScope.account
    }

    private func region(of credential: Credential) -> String {
        guard let region = credential.region, (1...Self.regionBytesMax).contains(region.count),
            region.span.holdsOnly({ $0.isLowerLetter || $0.isDigit || $0 == UInt8(ascii: "-") })
        else { return defaultScope.region }
        return String(decoding: region, as: UTF8.self)
    }
}

extension Span<UInt8> {
    fileprivate func holdsOnly(_ isMeant: (UInt8) -> Bool) -> Bool {
        for index in indices where !isMeant(self[index]) { return false }
        return true
    }
}

extension UInt8 {
    fileprivate var isLowerLetter: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
}
