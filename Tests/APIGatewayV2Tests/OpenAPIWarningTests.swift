/// ImportApi: what is said of a document that is not quite right, and what is refused.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct OpenAPIWarningTests {
    private let emulation = Emulation()

    /// The developer guide's example and what the service was recorded to answer to it in October 2020. The
    /// guide writes the payload format version as a number, which the service reads as 1.
    @Test func `the developer guide's pet store is answered as recorded`() throws {
        let answer = try emulation.importing(Self.petStore)

        #expect(answer.status == 201)
        #expect(answer["name"] == "Example Pet Store")
        #expect(answer["description"] == "A Pet Store API.")
        #expect(answer["version"] == "1.0")
        #expect(
            answer["importInfo"] == [
                "components: key [schemas] will be ignored by API Gateway",
                "paths./pets.post: key [requestBody] will be ignored by API Gateway",
                "paths./pets.post: key [responses] will be ignored by API Gateway",
                "paths./pets.get: key [responses] will be ignored by API Gateway",
                "paths./pets.get: key [parameters] will be ignored by API Gateway",
                "paths./pets/{petId}.get: key [responses] will be ignored by API Gateway",
                "paths./pets/{petId}.get: key [parameters] will be ignored by API Gateway",
            ])
        #expect(
            answer["warnings"] == [
                .string(
                    "Unable to create integration for resource at path 'GET /pets': "
                        + "Unsupported PayloadFormatVersion: 1. Ignoring."),
                .string(
                    "Unable to create integration for resource at path 'POST /pets': "
                        + "Unsupported PayloadFormatVersion: 1. Ignoring."),
                .string(
                    "Unable to create integration for resource at path 'GET /pets/{petId}': "
                        + "Unsupported PayloadFormatVersion: 1. Ignoring."),
            ])
        #expect(
            answer["corsConfiguration"] == [
                "allowHeaders": [
                    "x-amzm-header", "x-apigateway-header", "x-api-key", "authorization", "x-amz-date",
                    "content-type",
                ],
                "allowMethods": ["GET", "OPTIONS", "POST"], "allowOrigins": ["*"],
            ])
        let routes = try emulation.routes(of: try answer.string("apiId"))
        #expect(routes.keys.sorted() == ["GET /pets", "GET /pets/{petId}", "POST /pets"])
        #expect(routes.values.allSatisfy { $0["target"] == nil })
        #expect(routes["POST /pets"]?["operationName"] == "Create Pet")
    }

    private static let petStore = """
        {"openapi": "3.0.1",
         "info": {"title": "Example Pet Store", "description": "A Pet Store API.", "version": "1.0"},
         "paths": {
          "/pets": {
           "get": {"operationId": "GET HTTP",
            "parameters": [{"name": "type", "in": "query", "schema": {"type": "string"}}],
            "responses": {"200": {"description": "200 response", "content": {"application/json": {"schema":
             {"$ref": "#/components/schemas/Pets"}}}}},
            "x-amazon-apigateway-integration": {"type": "HTTP_PROXY", "httpMethod": "GET",
             "uri": "http://petstore.example.com/pets", "payloadFormatVersion": 1}},
           "post": {"operationId": "Create Pet",
            "requestBody": {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/Pets"}}}},
            "responses": {"200": {"description": "200 response"}},
            "x-amazon-apigateway-integration": {"type": "HTTP_PROXY", "httpMethod": "POST",
             "uri": "http://petstore.example.com/pets", "payloadFormatVersion": 1}}},
          "/pets/{petId}": {
           "get": {"operationId": "Get Pet",
            "parameters": [{"name": "petId", "in": "path", "required": true, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "200 response"}},
            "x-amazon-apigateway-integration": {"type": "HTTP_PROXY", "httpMethod": "GET",
             "uri": "http://petstore.example.com/pets/{petId}", "payloadFormatVersion": 1}}}},
         "x-amazon-apigateway-cors": {"allowOrigins": ["*"], "allowMethods": ["GET", "OPTIONS", "POST"],
          "allowHeaders": ["x-amzm-header", "x-apigateway-header", "x-api-key", "authorization", "x-amz-date",
           "content-type"]},
         "components": {"schemas": {"Pets": {"type": "array", "items": {"type": "string"}}}}}
        """

    @Test(
        arguments: [
            (
                ["type": "AWS", "payloadFormatVersion": "1.0", "uri": "u"],
                "Currently, an API with a protocol type of HTTP may only be associated with proxy "
                    + "integrations (AWS_PROXY, HTTP_PROXY)"
            ),
            (
                ["type": "http_proxy", "payloadFormatVersion": "1.0", "uri": "example.com"],
                "Invalid HTTP endpoint specified for URI"
            ),
            (
                ["type": "http_proxy", "uri": "https://example.com"],
                "PayloadFormatVersion is a required parameter for integration"
            ),
            (
                ["type": "http_proxy", "payloadFormatVersion": 2, "uri": "https://example.com"],
                "Unsupported PayloadFormatVersion: 2"
            ),
            (
                [
                    "type": "http_proxy", "payloadFormatVersion": "1.0", "uri": "https://x",
                    "timeoutInMillis": 49,
                ],
                "Timeout should be between 50 ms and 30000 ms"
            ),
            (
                ["type": "sideways", "payloadFormatVersion": "1.0", "uri": "https://x"],
                "1 validation error detected: Value 'SIDEWAYS' at 'integrationType' failed to satisfy "
                    + "constraint: Member must satisfy enum value set: "
                    + "[AWS, HTTP, MOCK, HTTP_PROXY, AWS_PROXY]"
            ),
            (
                ["type": "http_proxy", "payloadFormatVersion": "1.0", "uri": ["a"]],
                "Invalid value at 'integrationUri': found an array, expected a string"
            ),
            (
                ["$ref": "#/components/x-amazon-apigateway-integrations/none"],
                "Invalid integration reference: #/components/x-amazon-apigateway-integrations/none"
            ),
            (["$ref": "#/components/schemas/x"], "Invalid integration reference: #/components/schemas/x"),
        ] as [(JSON, String)])
    func `an integration that cannot be made leaves a route without a target`(
        integration: JSON, reason: String
    ) throws {
        let answer = try emulation.importing(
            .object(document(["x-amazon-apigateway-integration": integration])))

        #expect(answer.status == 201)
        #expect(
            answer["warnings"] == [
                .string(
                    "Unable to create integration for resource at path 'GET /pets': \(reason). Ignoring.")
            ])
        let api = try answer.string("apiId")
        let route = try #require(try emulation.routes(of: api)["GET /pets"])
        #expect(route["target"] == nil)
        #expect(try emulation.integrations(of: api).isEmpty)
    }

    @Test(arguments: [
        (
            "/pets/{id}.json", "get", "GET /pets/{id}.json",
            "One or more path parts appear to be invalid. Parts are validated against this regular "
                + #"expression: ^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_-]+)$"#
        ),
        (
            "/pets", "trace", "TRACE /pets",
            "The provided route key is not formatted properly for HTTP protocol. Format should be "
                + "\"[HTTP METHOD] /[RESOURCE PATH]\" or \"$default\""
        ),
    ])
    func `a route that cannot be made is left out`(
        path: String, method: String, key: String, reason: String
    ) throws {
        let answer = try emulation.importing(.object(document(path: path, method: method)))

        #expect(
            answer["warnings"] == [.string("Unable to create route at path '\(key)': \(reason). Ignoring.")])
        #expect(try emulation.routes(of: try answer.string("apiId")).isEmpty)
    }

    private static let info = "info: {title: t, version: '1'}\n"

    @Test(arguments: [
        ("info: {title: t}\npaths: {}", ["info.version is missing"]),
        (info, ["paths is missing"]),
        (info + "paths: []", ["paths is not of type `object`"]),
        (
            "info: {title: t, version: '1', x-a: 1, a: 1}\npaths: {}\nx-b: 1\nb: 1",
            ["b is unexpected", "info.a is unexpected"]
        ),
        (info + "paths: {/a: 1, x-b: 1}", ["paths./a is not of type `object`"]),
        (
            info + "paths: {$default: {x-amazon-apigateway-any-method: {}}}",
            ["paths. Resource $default should start with /"]
        ),
        (info + "paths: {/a: {get: {}}}", ["paths.'/a'(get).responses is missing"]),
        (
            info + "paths: {/a: {GET: {}, get: {responses: {200: {}}, b: 1}}}",
            [
                "paths.'/a'(get).responses.200.description is missing", "paths.'/a'(get).b is unexpected",
                "paths.'/a'.GET is unexpected",
            ]
        ),
        (
            info + """
                paths:
                  /a:
                    get:
                      requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/No'}}}}
                      responses:
                        200:
                          description: d
                          content:
                            a/b: {schema: {$ref: '#/components/schemas/None'}}
                            a/c: {schema: {$ref: '#/components/schemas/One'}}
                components: {schemas: {One: {}}}
                """,
            [
                "paths.'/a'(get).requestBody.content.schema.#/components/schemas/No is missing",
                "paths.'/a'(get).responses.200.content.schema.#/components/schemas/None is missing",
            ]
        ),
        (
            info + """
                paths:
                  /a/{b}/{c}:
                    parameters: [{name: c, in: path}]
                    get: {responses: {}}
                    put: {responses: {}, parameters: [{name: b, type: x}]}
                """,
            [
                "paths.'/a/{b}/{c}'(put).parameters.[b].in is missing",
                "paths.'/a/{b}/{c}'(put).parameters.[b].type is unexpected",
                "paths.'/a/{b}/{c}'. Declared path parameter b needs to be defined as a path parameter "
                    + "in path or operation level",
            ]
        ),
    ])
    func `what OpenAPI itself does not allow is a parse issue`(text: String, issues: [String]) throws {
        let answer = try emulation.importing("openapi: 3.0.1\n" + text)

        #expect(answer.status == 201)
        #expect(answer["warnings"] == .array(issues.map { .string("Parse issue: attribute \($0)") }))
    }

    @Test(arguments: [
        "paths: {/a/{b}: {x-amazon-apigateway-any-method: {}}}",
        "paths: {/a/{b}: {get: {responses: {}, parameters: [{name: b, in: path}]}}}",
        "paths: {/a/{b}: {get: {responses: {200: {$ref: r}}, parameters: [{$ref: r}]}}}",
        "paths: {}",
    ])
    func `what OpenAPI allows, and extensions, are no issues`(paths: String) throws {
        #expect(try emulation.importing("openapi: 3.0.3\n" + Self.info + paths)["warnings"] == nil)
    }

    @Test func `with failOnWarnings nothing is imported and the answer lists all warnings`() throws {
        var imported = document(["x-amazon-apigateway-integration": ["type": "MOCK"]], path: "/a/{b}")
        imported["paths"] = [
            "/a": [
                "get": ["x-amazon-apigateway-integration": ["type": "MOCK", "payloadFormatVersion": "1.0"]]
            ]
        ]

        let answer = try emulation.importing(.object(imported), query: "?failOnWarnings=true")

        #expect(answer.status == 400)
        #expect(answer.errorType == "BadRequestException")
        #expect(
            answer.message == "Warnings found during import:\n"
                + "\tParse issue: attribute paths.'/a'(get).responses is missing\n"
                + "\tUnable to create integration for resource at path 'GET /a': Currently, an API with a "
                + "protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, "
                + "HTTP_PROXY). Ignoring."
        )
        #expect(emulation.service.store.recordCounts().values.allSatisfy { $0 == 0 })
        #expect(try emulation.importing(.object(imported), query: "?failOnWarnings=false").status == 201)
        #expect(try emulation.importing(.object(document()), query: "?failOnWarnings=true").status == 201)
    }

    @Test func `a server without an address is a parse issue`() throws {
        var imported = document()
        imported["servers"] = [["url": "https://x"], ["description": "second"]]

        let answer = try emulation.importing(.object(imported), query: "?failOnWarnings=true")

        #expect(answer.status == 400)
        #expect(
            answer.message
                == "Warnings found during import:\n\tParse issue: attribute .servers.url is missing")
    }

    @Test(arguments: [
        ("", "Invalid OpenAPI input."), ("text", "Invalid OpenAPI input."), ("[]", "Invalid OpenAPI input."),
        ("{\"openapi\": \"3.0.1\"", "Invalid OpenAPI input."), ("{}", "Invalid OpenAPI input."),
        ("openapi: [", "Invalid OpenAPI input."), ("openapi: *a", "Invalid OpenAPI input."),
        ("info: {title: t}", "Invalid OpenAPI input."),
        (
            #"{"swagger": "2.0"}"#,
            "Invalid OpenAPI input. HTTP APIs support only the OpenAPI 3.0 specification."
        ),
        (
            "openapi: 3.1.2",
            "Unable to build importer with provided input. Unable to determine OAS version from '3.1.2'"
        ),
        (
            "openapi: 3.2",
            "Unable to build importer with provided input. Unable to determine OAS version from '3.2'"
        ),
        (
            #"{"openapi": "30"}"#,
            "Unable to build importer with provided input. Unable to determine OAS version from '30'"
        ),
        ("openapi: 3.0.0\ninfo: {version: 1}\npaths: {}", "Invalid API name specified"),
        (
            "openapi: 3.0.0\ninfo: {title: t}\n"
                + "x-amazon-apigateway-cors: {allowOrigins: ['*'], allowCredentials: true}",
            "allow-credentials is not supported if 'allow-origin' is *"
        ),
    ])
    func `what cannot be imported at all is refused`(text: String, message: String) throws {
        let answer = try emulation.importing(text)

        #expect(answer.status == 400)
        #expect(answer.message == message)
        #expect(try emulation.apiCount() == 0)
    }

    @Test func `an import without a document lacks its body`() throws {
        let answer = try emulation.call(.put, "/v2/apis", [:])

        #expect(
            answer.message == "1 validation error detected: Value null at 'body' failed to satisfy "
                + "constraint: Member must not be null")
    }

    @Test(
        arguments: [
            ("", [:], "BadRequestException"), ("", ["body": 1], "SerializationException"),
            ("?basepath=append", ["body": "{}"], "BadRequestException"),
            ("?failOnWarnings=maybe", ["body": "{}"], "BadRequestException"),
        ] as [(String, JSON, String)])
    func `a request that is none is refused`(query: String, body: JSON, error: String) throws {
        let answer = try emulation.call(.put, "/v2/apis\(query)", body)

        #expect(answer.status == 400)
        #expect(answer.errorType == error)
    }
}
