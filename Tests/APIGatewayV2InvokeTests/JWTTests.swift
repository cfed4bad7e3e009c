/// JWT authorizers: tokens, keys, claims, and the words of refusals. Developer guide, "Control access to HTTP
/// APIs with JWT authorizers"; the sources of other facts stand at their tests.

import APIGatewayV2
import APIGatewayV2Invoke
import Foundation
import HTTPWire
import JSON
import Testing

struct JWTTests {
    private let authorizer = JWTAuthorizer(
        Members(
            .authorizer,
            record(
                .authorizer,
                [
                    "authorizerType": "JWT", "name": "tokens",
                    "identitySource": ["$request.header.Authorization"],
                    "jwtConfiguration": ["issuer": "https://i.example.com/", "audience": ["shop", "web"]],
                ])), id: "a1")
    private let key = RSAPublicKey(modulus: [1, 2, 3], exponent: [1, 0, 1])
    private let now = Duration.seconds(1_000_000)

    private func encoded(_ value: JSON) -> String {
        Data(value.written.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    private func token(_ claims: JSONObject = [:], header: JSON = ["alg": "RS256", "kid": "k1"]) -> String {
        var all: JSONObject = ["iss": "https://i.example.com/", "aud": "shop", "exp": 1_000_001]
        for member in claims.members { all[member.name] = member.value == .null ? nil : member.value }
        return encoded(header) + "." + encoded(.object(all)) + ".c2ln"
    }

    /// The status, the challenge and the cause of a refusal; nil for a token that is let in.
    private func refusal(
        _ header: String?, scopes: [String] = [], key: RSAPublicKey?, isSigned: Bool = true
    ) throws -> [String]? {
        let headers = header.map { [("Authorization", $0)] } ?? []
        let invocation = try invocation(request("GET", "/me", headers), route: "GET /me")
        do {
            let token = try authorizer.token(of: invocation, scopes: scopes)
            _ = try authorizer.authorization(
                of: token, invocation, scopes: scopes, key: key, now: now, verify: { _, _ in isSigned })
            return nil
        } catch {
            return [
                "\(error.response.status)", error.response.fields["www-authenticate"] ?? "", error.cause,
            ]
        }
    }

    private func refusal(_ claims: JSONObject, scopes: [String] = []) throws -> [String]? {
        try refusal("Bearer " + token(claims), scopes: scopes, key: key)
    }

    private func challenge(_ text: String) -> String {
        #"Bearer scope="" error="invalid_token" error_description="\#(text)""#
    }

    @Test func `a valid token is let in, bare or behind Bearer`() throws {
        #expect(try refusal("Bearer " + token(), key: key) == nil)
        #expect(try refusal("bearer " + token(), key: key) == nil)
        #expect(try refusal(token(), key: key) == nil)
    }

    @Test func `without a token the challenge is the scheme alone`() throws {
        // Two dumps.
        #expect(
            try refusal(nil, key: key) == [
                "401", "Bearer", "JWT of route GET /me: no token at $request.header.Authorization",
            ])
        #expect(try refusal("", key: key)?.first == "401")
    }

    @Test(arguments: ["abc", "Bearer abc", "a.b", "a.b.c.d"])
    func `a text of other than three segments is no token`(value: String) throws {
        // Two dumps.
        #expect(
            try refusal(value, key: key)?[1]
                == challenge("token contains an invalid number of segments"))
    }

    @Test func `a token that cannot be read is malformed`() throws {
        for value in ["a.b.c", "!.b.c", "e30.e30.c2ln", encoded(["alg": "RS256"]) + ".W10.c2ln"] {
            #expect(try refusal(value, key: key)?[1] == challenge("the token is malformed"), "\(value)")
        }
        let critical = token(header: ["alg": "RS256", "kid": "k1", "crit": ["exp"]])
        #expect(try refusal(critical, key: key)?[1] == challenge("the token is malformed"))
    }

    @Test(arguments: ["none", "HS256", "ES256", "PS256"])
    func `only RSA signatures are taken`(algorithm: String) throws {
        let value = token(header: ["alg": .string(algorithm), "kid": "k1"])

        #expect(
            try refusal(value, key: key)?[1]
                == challenge("the token does not have a valid signing algorithm"))
    }

    @Test func `an unknown key and a wrong signature are refused`() throws {
        #expect(
            try refusal(token(), key: nil) == [
                "401", challenge("the token does not have a valid key"),
                "JWT of route GET /me: key k1 is not the issuer's",
            ])
        #expect(
            try refusal(token(), key: key, isSigned: false)?[1]
                == challenge("the token does not have a valid signature"))
    }

    @Test func `the issuer is compared to the letter`() throws {
        // aws-samples/ask-around-me 3.
        #expect(
            try refusal(["iss": "https://i.example.com"]) == [
                "401", challenge("the token does not have a valid issuer"),
                "JWT of route GET /me: issuer https://i.example.com, expected https://i.example.com/",
            ])
    }

    @Test func `one of the audiences has to be expected`() throws {
        // The challenge: developer guide, "Troubleshooting issues with HTTP API JWT authorizers".
        #expect(
            try refusal(["aud": "orders"]) == [
                "401", challenge("the token does not have a valid audience"),
                "JWT of route GET /me: audience orders, expected one of shop, web",
            ])
        #expect(try refusal(["aud": ["orders", "web"]]) == nil)
        #expect(try refusal(["aud": .null, "client_id": "web"]) == nil)
        #expect(try refusal(["aud": "orders", "client_id": "web"])?.first == "401")
        #expect(try refusal(["aud": .null])?.first == "401")
    }

    @Test func `times are checked to the second`() throws {
        #expect(try refusal(["exp": 1_000_000])?[1] == challenge("the token has expired"))
        #expect(try refusal(["exp": .null])?[1] == challenge("the token has expired"))
        #expect(try refusal(["nbf": 1_000_001])?[1] == challenge("the token is not yet valid"))
        #expect(try refusal(["iat": 1_000_001])?[1] == challenge("the token was issued in the future"))
        #expect(try refusal(["nbf": 1_000_000, "iat": 1_000_000, "exp": .number(1_000_000.5)]) == nil)
    }

    @Test func `one of the route's scopes has to be there, else 403`() throws {
        // floci pull request 2011, measured in August 2026.
        let expected = [
            "403", "", "JWT of route GET /me: scopes read, expected one of write, admin",
        ]

        #expect(try refusal(["scope": "read"], scopes: ["write", "admin"]) == expected)
        #expect(try refusal(["scope": "read admin"], scopes: ["write", "admin"]) == nil)
        #expect(try refusal(["scp": ["write"]], scopes: ["write"]) == nil)
        #expect(try refusal([:], scopes: ["write"])?.first == "403")
    }

    @Test func `claims are texts, and scopes null without the route's`() throws {
        // floci pull request 2011; DefinitelyTyped 75458. The form of objects is inferred.
        let claims: JSONObject = [
            "n": 7, "f": .number(1.5), "b": true, "groups": ["admin", "power"], "none": .null,
            "o": ["b": 1, "a": ["x"]], "scope": "read",
        ]
        let invocation = try invocation(request("GET", "/me"), route: "GET /me")
        var all = claims
        for (name, value) in [("iss", JSON.string("https://i.example.com/")), ("aud", "shop")] {
            all[name] = value
        }
        all["exp"] = 1_000_001
        let jwt = try JWT(encoded(["alg": "RS512", "kid": "k1"]) + "." + encoded(.object(all)) + ".c2ln")

        let open = try authorizer.authorization(
            of: jwt, invocation, scopes: [], key: key, now: now, verify: { _, _ in true })
        let scoped = try authorizer.authorization(
            of: jwt, invocation, scopes: ["read"], key: key, now: now, verify: { _, _ in true })

        let texts: JSONObject = [
            "n": "7", "f": "1.5", "b": "true", "groups": "[admin power]", "o": "map[a:[x] b:1]",
            "scope": "read", "iss": "https://i.example.com/", "aud": "shop", "exp": "1000001",
        ]
        #expect(open == .jwt(claims: texts, scopes: nil))
        #expect(scoped == .jwt(claims: texts, scopes: ["read"]))
    }

    @Test(arguments: [(nil, 32), (1, 1), (3, 3)])
    func `a token with as many levels as the limit is read, and none with one more`(
        limit: Int?, levels: Int
    ) throws {
        func token(_ levels: Int, inHeader: Bool) -> String {
            var value = JSON.integer(1)
            for _ in 1..<levels { value = .array([value]) }
            let deep = encoded(.object(["alg": "RS256", "x": value]))
            let flat = encoded(["alg": "RS256"])
            return "\(inHeader ? deep : flat).\(inHeader ? flat : deep).c2ln"
        }
        let depthMax = limit ?? JWT.depthMaxDefault

        for inHeader in [true, false] {
            #expect(try JWT(token(levels, inHeader: inHeader), depthMax: depthMax).algorithm == .rs256)
            #expect(throws: JWTProblem.malformed) {
                try JWT(token(levels + 1, inHeader: inHeader), depthMax: depthMax)
            }
        }
    }

    @Test func `the signature covers the first two segments`() throws {
        let value = token()

        let jwt = try JWT(value)

        #expect(text(jwt.signedBytes) + ".c2ln" == value)
        #expect(text(jwt.signature) == "sig")
        #expect(jwt.algorithm == .rs256)
    }

    @Test func `an issuer that cannot be asked is a 401 that says so`() throws {
        // Two reports: the challenge, and `$context.authorizer.error`.
        let invocation = try invocation(request("GET", "/me"), route: "GET /me")

        let refusal = authorizer.refusal(.keySet, invocation, [], "https://i.example.com/keys timed out")

        #expect(refusal.response.fields["www-authenticate"] == challenge("JWKS communication error"))
        #expect(refusal.contextError == "invalid_token: JWKS communication error")
        #expect(refusal.cause == "JWT of route GET /me: https://i.example.com/keys timed out")
        #expect(JWTProblem.discovery.text == "OIDC discovery endpoint communication error")
    }

    @Test func `a token may stand in the query`() throws {
        let authorizer = JWTAuthorizer(
            Members(
                .authorizer, record(.authorizer, ["identitySource": ["$request.querystring.token"]])),
            id: "a1")
        let invocation = try invocation(request("GET", "/me?token=\(token())"), route: "GET /me")

        #expect(try authorizer.token(of: invocation, scopes: []).keyId == "k1")
    }
}

struct JWKSTests {
    private let modulus =
        "xCsnTZBOzWrifF17DxXEDBDV5u07FFk_fxxw02ZrwAgLkhzl8XZjCrFLNeKVeOvRd_B_Ha0jOV3NEXhFeoizu7cEBSUmqWgAPD6T"
        + "HN6EfAHeNFlu02KOsfHl1YrwJPqYUvVpnip0-nckSRHaLoEyWtCKuMamGiRf4lqaOJKE1L0"

    @Test func `keys are found by their identifier, RSA alone`() throws {
        let set = """
            {"keys":[{"kty":"EC","kid":"e","x":"AA","y":"AA"},
            {"kty":"RSA","kid":"k2","use":"enc","n":"AQ","e":"AQAB"},
            {"kty":"RSA","kid":"k1","n":"\(modulus)","e":"AQAB","alg":"RS256"},
            {"kty":"RSA","kid":"k3","n":"?"}]}
            """

        let keys = try #require(JWKS(Array(set.utf8)))

        #expect(keys.key("k1")?.exponent == [1, 0, 1])
        for id in ["e", "k2", "k3", nil] { #expect(keys.key(id) == nil) }
    }

    @Test func `a document that is none, or too long, has no keys`() {
        let long = #"{"keys":[],"x":"\#(String(repeating: "x", count: JWKS.documentBytesMax))"}"#

        for text in ["", "[]", "{}", #"{"keys":{}}"#, long] { #expect(JWKS(Array(text.utf8)) == nil) }
        #expect(JWKS(Array(#"{"keys":[]}"#.utf8)) != nil)
    }

    @Test func `the discovery document stands below the issuer and names the key set`() {
        #expect(
            JWKS.discoveryURL(issuer: "https://i.example.com/a/")
                == "https://i.example.com/a/.well-known/openid-configuration")
        #expect(
            JWKS.keySetURL(in: Array(#"{"jwks_uri":"https://i.example.com/keys"}"#.utf8))
                == "https://i.example.com/keys")
        #expect(JWKS.keySetURL(in: Array(#"{"jwks_uri":"file:///etc/passwd"}"#.utf8)) == nil)
        #expect(JWKS.keySetURL(in: Array("x".utf8)) == nil)
    }
}
