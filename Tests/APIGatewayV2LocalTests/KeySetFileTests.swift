/// Key sets of issuers in files: what one may hold, the words for each mistake, and a reload.

import APIGatewayV2
import APIGatewayV2Invoke
import APIGatewayV2Local
import Testing

struct KeySetFileTests {
    private static let key = #"{"kty": "RSA", "kid": "first", "use": "sig", "n": "3q2-7w", "e": "AQAB"}"#

    private static func read(_ text: String) throws -> (keys: JWKS?, lines: [String]) {
        let folder = try FixtureFolder(["keys.json": text])
        let file = KeySetFile(issuer: "https://tokens.example", path: folder.path + "/keys.json")
        do {
            return (try file.read(), [])
        } catch {
            return (nil, error.lines.map { $0.replacing(folder.path + "/", with: "") })
        }
    }

    @Test func `a key of a file is found by its identifier, and keys of other types are passed over`() throws
    {
        let text = #"{"keys": [{"kty": "EC", "kid": "curve"}, \#(Self.key)], "name": "ours"}"#

        let (keys, lines) = try Self.read(text)

        #expect(lines == [])
        #expect(keys?.key("first")?.exponent == [1, 0, 1])
        #expect(keys?.key("curve") == nil)
    }

    @Test(arguments: [
        ("{", #"keys.json:1:2: found the end of the text, expected a name in double quotation marks"#),
        ("[]", #"keys.json:1:1: /: found an array, expected a key set: {"keys": [...]}"#),
        (#"{"keys": 1}"#, #"keys.json:1:10: /keys: found 1, expected a key set: {"keys": [...]}"#),
        (
            #"{"keys": []}"#,
            "keys.json:1:10: /keys: found no RSA key for signatures, "
                + "expected one: JWT authorizers take no others"
        ),
        (
            #"{"keys": [{"kid": "first"}, \#(key)]}"#,
            #"keys.json:1:11: /keys/0: found an object, expected a key with its type, such as "kty": "RSA""#
        ),
        (
            #"{"keys": [{"kty": "RSA", "n": "3q2-7w", "e": "AQAB"}]}"#,
            "keys.json:1:11: /keys/0: found an object, "
                + #"expected a key with its identifier, such as "kid": "first""#
        ),
        (
            #"{"keys": [{"kty": "RSA", "kid": "first", "n": "§", "e": "AQAB"}]}"#,
            #"keys.json:1:47: /keys/0/n: found "§", "#
                + "expected an RSA key with a number above 0 in base64url as n"
        ),
    ])
    func `each mistake is told with its place`(text: String, line: String) throws {
        let (keys, lines) = try Self.read(text)

        #expect(keys == nil)
        #expect(lines == [line])
    }

    @Test func `a file may have as many bytes as the service reads, and no more`() throws {
        let set = #"{"keys": [\#(Self.key)]}"#
        let padding = String(repeating: " ", count: JWKS.documentBytesMax - set.utf8.count)

        #expect(try Self.read(set + padding).lines == [])
        #expect(
            try Self.read(set + padding + " ").lines == [
                "keys.json: found file too large, expected a key set of at most 150000 bytes for issuer "
                    + "https://tokens.example"
            ])
    }

    @Test(arguments: ["", "https://tokens.example", "=keys.json", "https://tokens.example="])
    func `a text that names no issuer and file is refused`(text: String) {
        #expect(throws: DocumentError.self) { try KeySetFile(parsing: text) }
    }

    @Test func `the first equals sign ends the issuer`() throws {
        let file = try KeySetFile(parsing: "https://tokens.example=a=b.json")

        #expect(file == KeySetFile(issuer: "https://tokens.example", path: "a=b.json"))
    }

    @Test func `a start names the mistakes of all files, and a reload with one changes nothing`() throws {
        let folder = try FixtureFolder(["keys.json": #"{"keys": [\#(Self.key)]}"#])
        let path = folder.path + "/keys.json"
        var configuration = LocalServer.Configuration()
        configuration.invoke.keySets = [KeySetFile(issuer: "https://tokens.example", path: path)]
        let server = try LocalServer.start(configuration)
        defer { server.stop() }

        try server.reload()
        try folder.write("{}", to: "keys.json")

        #expect(throws: StartError.self) { try server.reload() }
        #expect(throws: StartError.self) { try LocalServer.start(configuration) }
    }
}
