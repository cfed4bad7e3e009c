/// ImportApi: security schemes, authorizers, and who may call a route.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct OpenAPISecurityTests {
    private let emulation = Emulation()

    private let jwt: JSON = [
        "type": "oauth2", "flows": [:],
        "x-amazon-apigateway-authorizer": [
            "type": "jwt", "identitySource": "$request.header.Authorization",
            "jwtConfiguration": ["issuer": "https://issuer.example.com", "audience": ["a", "b"]],
        ],
    ]
    private let lambda: JSON = [
        "type": "apiKey", "name": "Authorization", "in": "header",
        "x-amazon-apigateway-authorizer": [
            "type": "request", "identitySource": "$request.header.Authorization, $request.querystring.key",
            "authorizerUri": "arn:aws:lambda:${AWS::Region}:000000000000:function:f",
            "authorizerCredentials": "arn:aws:iam::000000000000:role/r",
            "authorizerPayloadFormatVersion": "2.0", "authorizerResultTtlInSeconds": "60",
            "enableSimpleResponses": "true",
        ],
    ]
    private let sigv4: JSON = [
        "type": "apiKey", "name": "Authorization", "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
    ]
    private let plain: JSON = ["type": "apiKey", "name": "x-api-key", "in": "header"]

    private func imported(_ operation: JSONObject, root: JSON? = nil) throws -> (api: String, answer: Answer)
    {
        var document = document(operation)
        document["security"] = root
        document["components"] = [
            "securitySchemes": ["jwt": jwt, "lambda": lambda, "sigv4": sigv4, "plain": plain]
        ]
        let answer = try emulation.importing(.object(document))
        return (try answer.string("apiId"), answer)
    }

    @Test func `security schemes with the extension become authorizers`() throws {
        let (api, answer) = try imported([:])

        #expect(answer["warnings"] == nil)
        let authorizers = try emulation.authorizers(of: api)
        #expect(authorizers.count == 2)
        #expect(
            authorizers.contains([
                "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": ["audience": ["a", "b"], "issuer": "https://issuer.example.com"],
                "name": "jwt",
            ]))
        #expect(
            authorizers.contains([
                "authorizerCredentialsArn": "arn:aws:iam::000000000000:role/r",
                "authorizerPayloadFormatVersion": "2.0", "authorizerResultTtlInSeconds": 60,
                "authorizerType": "REQUEST",
                "authorizerUri": "arn:aws:lambda:us-east-1:000000000000:function:f",
                "enableSimpleResponses": true,
                "identitySource": ["$request.header.Authorization", "$request.querystring.key"],
                "name": "lambda",
            ]))
    }

    @Test func `the issuer may be told by openIdConnectUrl`() throws {
        var document = document()
        document["components"] = [
            "securitySchemes": [
                "found": [
                    "type": "openIdConnect",
                    "openIdConnectUrl": "https://issuer.example.com/pool/.well-known/openid-configuration",
                    "x-amazon-apigateway-authorizer": [
                        "type": "jwt", "identitySource": "$request.header.Authorization",
                        "jwtConfiguration": ["audience": ["a"]],
                    ],
                ]
            ]
        ]

        let api = try emulation.importing(.object(document)).string("apiId")

        #expect(
            try emulation.authorizers(of: api) == [
                [
                    "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
                    "jwtConfiguration": ["audience": ["a"], "issuer": "https://issuer.example.com/pool"],
                    "name": "found",
                ]
            ])
    }

    @Test(
        arguments: [
            (["security": [["jwt": []]]], nil, "JWT", nil),
            (["security": [["jwt": ["read", "write"]]]], nil, "JWT", ["read", "write"]),
            (["security": [["lambda": []]]], nil, "CUSTOM", nil),
            (["security": [["sigv4": []]]], nil, "AWS_IAM", nil),
            (["x-amazon-apigateway-auth": ["type": "aws_iam"]], nil, "AWS_IAM", nil),
            (["x-amazon-apigateway-auth": ["type": "NONE"]], nil, "NONE", nil),
            (["security": [["plain": []]]], nil, "NONE", nil),
            (["security": [["undefined": []]]], nil, "NONE", nil),
            (["security": [[:]]], nil, "NONE", nil),
            ([:], [["jwt": ["read"]]], "JWT", ["read"]),
            (["security": []], [["jwt": []]], "NONE", nil),
            ([:], nil, "NONE", nil),
        ] as [(JSONObject, JSON?, String, JSON?)])
    func `a security requirement becomes a route's authorization`(
        operation: JSONObject, root: JSON?, type: String, scopes: JSON?
    ) throws {
        let (api, _) = try imported(operation, root: root)

        let route = try #require(try emulation.routes(of: api)["GET /pets"])
        #expect(route["authorizationType"] == .string(type))
        #expect(route["authorizationScopes"] == scopes)
        let hasAuthorizer = type == "JWT" || type == "CUSTOM"
        #expect((route["authorizerId"] != nil) == hasAuthorizer)
    }

    @Test(arguments: [[["jwt": []], ["lambda": []]], [["jwt": [], "sigv4": []]]] as [JSON])
    func `more than one security requirement is an error`(security: JSON) throws {
        var document = document(["security": security])
        document["components"] = ["securitySchemes": ["jwt": jwt, "lambda": lambda, "sigv4": sigv4]]

        let answer = try emulation.importing(.object(document))

        #expect(answer.status == 400)
        #expect(
            answer.message == "Errors found during import:\n\tUnable to create route at path 'GET /pets': "
                + "An operation can have only one security requirement.")
        #expect(try emulation.apiCount() == 0)
    }

    @Test func `without its authorizer a route is left out rather than open to everyone`() throws {
        var document = document(["security": [["token": []]]])
        document["components"] = [
            "securitySchemes": [
                "token": ["type": "apiKey", "x-amazon-apigateway-authorizer": ["type": "token"]]
            ]
        ]

        let answer = try emulation.importing(.object(document))

        #expect(answer.status == 201)
        #expect(
            answer["warnings"] == [
                .string(
                    "Unable to create Authorizer 'token': 1 validation error detected: Value 'TOKEN' at "
                        + "'authorizerType' failed to satisfy constraint: "
                        + "Member must satisfy enum value set: [REQUEST, JWT]")
            ])
        let api = try answer.string("apiId")
        #expect(try emulation.routes(of: api).isEmpty)
        #expect(try emulation.authorizers(of: api).isEmpty)
    }

    @Test(
        arguments: [
            (
                ["type": "request", "identitySource": "method.request.header.a"],
                "AuthorizerUri is a required field in an Authorizer"
            ),
            (
                [
                    "type": "request", "identitySource": "$request.header.a, method.request.header.b",
                    "authorizerUri": "arn:aws:lambda:us-east-1:000000000000:function:f",
                    "authorizerPayloadFormatVersion": "2.0",
                ],
                "Invalid identity source expression: method.request.header.b. The source must be a request "
                    + "header, request querystring, stage variable or context parameter"
            ),
            (["type": "jwt"], "JwtConfiguration must not be null for JWT Authorizer"),
            (
                ["type": "jwt", "jwtConfiguration": ["issuer": "issuer.example.com", "audience": ["a"]]],
                "Invalid issuer: Issuer is not a valid URL for JWT Authorizer"
            ),
        ] as [(JSON, String)])
    func `an authorizer that CreateAuthorizer refuses is left out with its words`(
        declared: JSON, message: String
    ) throws {
        var document = document()
        document["components"] = [
            "securitySchemes": ["s": ["type": "apiKey", "x-amazon-apigateway-authorizer": declared]]
        ]

        let answer = try emulation.importing(.object(document))

        #expect(answer["warnings"] == [.string("Unable to create Authorizer 's': \(message)")])
        #expect(try emulation.authorizers(of: answer.string("apiId")).isEmpty)
    }
}
