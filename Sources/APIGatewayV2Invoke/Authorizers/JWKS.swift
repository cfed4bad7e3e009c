/// The key set of an issuer (RFC 7517): RSA keys by identifier, and the document with the set's address. Keys
/// of other types are ignored, because the service only verifies RSA signatures.

internal import JSON

/// An RSA public key, its numbers as big-endian bytes.
package struct RSAPublicKey: Sendable, Equatable {
    package let modulus: [UInt8]
    package let exponent: [UInt8]

    package init(modulus: [UInt8], exponent: [UInt8]) {
        self.modulus = modulus
        self.exponent = exponent
    }
}

/// The keys of one issuer.
package struct JWKS: Sendable {
    private var keys: [(id: String?, key: RSAPublicKey)] = []

    /// The most bytes of a key set and of a discovery document (quotas for HTTP APIs). Fixed by the service.
    package static let documentBytesMax = 150_000
    /// The longest time for either (quotas for HTTP APIs).
    package static let timeout = Duration.milliseconds(1500)
    /// The longest time for keeping keys (developer guide, "Control access to HTTP APIs with JWT
    /// authorizers").
    package static let timeToLive = Duration.seconds(2 * 3600)

    /// The keys in a key set's text. Nil if it is malformed or too long.
    package init?(_ document: [UInt8]) {
        guard let list = Self.root(document)?.member("keys"), case .array(let entries) = list else {
            return nil
        }
        for entry in entries where entry.member("kty")?.text == "RSA" && entry.member("use")?.text != "enc" {
            guard let modulus = Self.number(entry.member("n")), let exponent = Self.number(entry.member("e"))
            else { continue }
            keys.append((entry.member("kid")?.text, RSAPublicKey(modulus: modulus, exponent: exponent)))
        }
    }

    /// Whether the text is a number of a key: base64url, and above 0.
    package static func isNumber(_ text: String) -> Bool { number(.string(text)) != nil }

    private static func number(_ value: JSON?) -> [UInt8]? {
        guard let bytes = value?.text.flatMap(Base64.decoded), bytes.contains(where: { $0 != 0 }) else {
            return nil
        }
        return bytes
    }

    /// The key of a token. The service demands that the token has a key's identifier.
    package func key(_ id: String?) -> RSAPublicKey? {
        guard let id else { return nil }
        return keys.first { $0.id == id }?.key
    }

    /// The address of an issuer's discovery document (OpenID Connect Discovery 1.0 section 4).
    package static func discoveryURL(issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// The address of the key set in a discovery document; nil if it has none.
    package static func keySetURL(in discovery: [UInt8]) -> String? {
        guard let url = root(discovery)?.member("jwks_uri")?.text, URLParts(url) != nil else { return nil }
        return url
    }

    private static func root(_ document: [UInt8]) -> JSON? {
        guard document.count <= documentBytesMax else { return nil }
        do throws(JSONError) {
            return try JSONDocument(parsing: document).root.json
        } catch {
            return nil
        }
    }
}
