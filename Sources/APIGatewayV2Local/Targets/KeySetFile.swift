/// A key set of a token issuer in a file, as `--jwks` writes it: `ISSUER=FILE`. Refuses a file that holds no
/// key which a JWT authorizer could use, with the place of each mistake. Source of the form: RFC 7517.

internal import APIGatewayV2
package import APIGatewayV2Invoke
internal import JSON
internal import SocketServer

/// An issuer, and the file with its public keys.
public struct KeySetFile: Sendable, Hashable {
    /// The issuer, letter for letter as in `jwtConfiguration` and in tokens.
    public var issuer: String
    /// The path of the file.
    public var path: String

    /// A key set in a file.
    public init(issuer: String, path: String) {
        self.issuer = issuer
        self.path = path
    }

    /// Reads the form of the command line.
    public init(parsing text: String) throws(DocumentError) {
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex,
            text.index(after: mark) != text.endIndex
        else {
            throw DocumentError(
                found: quoted(text), expected: "ISSUER=FILE, such as https://tokens.example.com=keys.json")
        }
        self.init(issuer: String(text[..<mark]), path: String(text[text.index(after: mark)...]))
    }

    /// The keys in the file. Waits for the disk.
    package func read() throws(DocumentError) -> JWKS {
        let bytes = try FileSystem.document(
            path, expected: "a key set of at most \(JWKS.documentBytesMax) bytes for issuer \(issuer)",
            bytesMax: JWKS.documentBytesMax)
        let document = try JSONDocument(reading: bytes, file: path)
        var problems = DocumentProblems()
        problems.noteMistakes(inKeySet: DocumentPlace(node: document.root, path: []))
        try problems.check(in: document, file: path)
        guard let keys = JWKS(bytes) else {
            preconditionFailure("A document without mistakes is a key set.")
        }
        return keys
    }
}

extension DocumentProblems {
    /// Other members than those of RSA keys are no mistakes (RFC 7517 sections 4 and 5).
    fileprivate mutating func noteMistakes(inKeySet place: DocumentPlace) {
        guard let keys = place["keys"], keys.node.kind == .array else {
            return note(place["keys"] ?? place, expected: #"a key set: {"keys": [...]}"#)
        }
        var rsaKeys = 0
        for key in keys.elements {
            guard let type = key["kty"]?.node.string else {
                note(key["kty"] ?? key, expected: #"a key with its type, such as "kty": "RSA""#)
                continue
            }
            guard type == "RSA", key["use"]?.node.string != "enc" else { continue }
            rsaKeys += 1
            noteMistakes(inRSAKey: key)
        }
        if rsaKeys == 0 {
            note(keys, found: "no RSA key for signatures", expected: "one: JWT authorizers take no others")
        }
    }

    private mutating func noteMistakes(inRSAKey key: DocumentPlace) {
        // The service refuses tokens without the identifier of a key.
        if key["kid"]?.node.string?.isEmpty ?? true {
            note(key["kid"] ?? key, expected: #"a key with its identifier, such as "kid": "first""#)
        }
        for name in ["n", "e"] where !(key[name]?.node.string.map(JWKS.isNumber) ?? false) {
            note(key[name] ?? key, expected: "an RSA key with a number above 0 in base64url as \(name)")
        }
    }
}
