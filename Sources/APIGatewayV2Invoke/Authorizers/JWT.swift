/// A JSON Web Token (RFC 7519, in the compact form of RFC 7515) and its claims in the form of the service.
/// Refuses other text with `JWTProblem`. `JWTAuthorizer` judges whether a token is valid.

package import JSON

/// A token before its signature was checked.
package struct JWT: Sendable {
    /// The algorithms that the service accepts (developer guide, "Control access to HTTP APIs with JWT
    /// authorizers": only RSA).
    package enum Algorithm: String, Sendable, CaseIterable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
    }

    package let algorithm: Algorithm
    /// The identifier of its key; nil if the token has none.
    package let keyId: String?
    package let claims: JSONObject
    /// The bytes that the signature covers.
    package let signedBytes: [UInt8]
    package let signature: [UInt8]

    /// Levels of arrays and objects in a header or in claims, unless told otherwise.
    package static let depthMaxDefault = 32

    /// A token with more than `depthMax` levels of arrays and objects in its header or claims is malformed.
    package init(_ token: String, depthMax: Int = depthMaxDefault) throws(JWTProblem) {
        let segments = token.split(separator: ".", omittingEmptySubsequences: false)
        guard segments.count == 3 else { throw .segments }
        guard let header = Self.object(segments[0], depthMax),
            let claims = Self.object(segments[1], depthMax),
            let signature = Base64.decoded(String(segments[2])), let name = header["alg"]?.text,
            // A token with an extension that must be understood is refused (RFC 7515 section 4.1.11).
            header["crit"] == nil
        else { throw .malformed }
        guard let algorithm = Algorithm(rawValue: name) else { throw .algorithm }
        self.algorithm = algorithm
        keyId = header["kid"]?.text
        self.claims = claims
        self.signature = signature
        signedBytes = Array("\(segments[0]).\(segments[1])".utf8)
    }

    private static func object(_ segment: Substring, _ depthMax: Int) -> JSONObject? {
        guard let bytes = Base64.decoded(String(segment)) else { return nil }
        do throws(JSONError) {
            let root = try JSONDocument(parsing: bytes, depthMax: depthMax).root
            guard case .object(let object) = root.json else { return nil }
            return object
        } catch {
            return nil
        }
    }

    /// The token in the value of an identity source: alone, or after `Bearer `.
    package static func token(in value: String) -> String {
        let parts = value.split(separator: " ", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : value
    }

    /// The scopes of `scope`, split at blanks, or of `scp`, which may be a list.
    package var scopes: [String] {
        for name in ["scope", "scp"] {
            if let text = claims[name]?.text { return text.split(separator: " ").map(String.init) }
            if let list = claims[name]?.texts, !list.isEmpty { return list }
        }
        return []
    }

    /// The audiences: `aud`, a text or a list, or `client_id` without an `aud`.
    var audiences: [String] {
        guard let value = claims["aud"] ?? claims["client_id"] else { return [] }
        return value.text.map { [$0] } ?? value.texts
    }

    /// A time in seconds since 1970; nil if the claim is absent or no number.
    func seconds(_ name: String) -> Double? {
        switch claims[name] {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

extension JWT {
    /// Claims as events show them, each a text, null left out (measured by floci, pull request 2011).
    package var claimTexts: JSONObject {
        JSONObject(
            claims.members.compactMap { member in
                Self.text(of: member.value).map { .init(name: member.name, value: .string($0)) }
            })
    }

    /// The text of a claim. Arrays are `[a b]`, as measured. Go prints them in this form, so objects are
    /// probably `map[a:1]`. The recursion is at most `depthMax` deep.
    private static func text(of value: JSON) -> String? {
        switch value {
        case .null: return nil
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .number(let value): return Int(exactly: value).map { "\($0)" } ?? "\(value)"
        case .string(let value): return value
        case .array(let values):
            return "[" + values.map { text(of: $0) ?? "<nil>" }.joined(separator: " ") + "]"
        case .object(let object):
            let members = object.members.sorted { $0.name < $1.name }
            return "map["
                + members.map { "\($0.name):\(text(of: $0.value) ?? "<nil>")" }.joined(separator: " ") + "]"
        }
    }
}
