/// ExportApi: the document, byte for byte, and what cannot be exported.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct OpenAPIExportTests {
    private var emulation = Emulation()

    /// The whole form, as exports of the service have it that people have published
    /// (docs/fidelity-openapi.md).
    @Test func `an API is exported in the service's form`() throws {
        let api = try emulation.sampleAPI()

        let exported = try emulation.exporting(api)

        #expect(exported.status == 200)
        #expect(exported.contentType == "application/json")
        #expect(exported.text == OpenAPISample.document.replacing("API_ID", with: api))
    }

    @Test func `YAML says the same in the service's form`() throws {
        let api = try emulation.create(
            "/v2/apis", ["name": "pets", "protocolType": "HTTP", "version": "1.0"], identifier: "apiId")
        _ = try emulation.route("GET /pets/{id}", of: api, target: try emulation.integration(of: api))

        let exported = try emulation.exporting(api, "outputType=YAML")

        #expect(exported.contentType == "application/yaml")
        #expect(
            exported.text == """
                openapi: "3.0.1"
                info:
                  title: "pets"
                  version: "1.0"
                servers:
                - url: "https://\(api).execute-api.us-east-1.amazonaws.com/{basePath}"
                  variables:
                    basePath:
                      default: ""
                paths:
                  /pets/{id}:
                    get:
                      responses:
                        default:
                          description: "Default response for GET /pets/{id}"
                      x-amazon-apigateway-integration:
                        payloadFormatVersion: "1.0"
                        type: "http_proxy"
                        httpMethod: "ANY"
                        uri: "https://example.com"
                        connectionType: "INTERNET"
                    parameters:
                    - name: "id"
                      in: "path"
                      description: "Generated path parameter for id"
                      required: true
                      schema:
                        type: "string"
                x-amazon-apigateway-importexport-version: "1.0"

                """)
    }

    @Test func `without extensions the routes and what guards them remain`() throws {
        let api = try emulation.sampleAPI()

        let exported = try emulation.exporting(api, "outputType=JSON&includeExtensions=false")

        let json = try exported.json
        guard case .object(let root) = json, case .object(let paths) = root["paths"],
            case .object(let components) = root["components"]
        else {
            Issue.record("\(json)")
            return
        }
        #expect(root.members.map(\.name) == ["openapi", "info", "servers", "paths", "components"])
        #expect(
            components["securitySchemes"] == [
                "jwt": ["type": "oauth2", "flows": [:]],
                "lambda": ["type": "apiKey", "name": "key", "in": "query"],
            ])
        #expect(
            paths["/$default"] == [
                "x-amazon-apigateway-any-method": [
                    "responses": ["default": ["description": "Default response for $default"]]
                ]
            ])
        #expect(!exported.text.contains("x-amazon-apigateway-integration"))
        #expect(!exported.text.contains("x-amazon-apigateway-auth"))
    }

    @Test func `a stage is exported as it was deployed, with its name as base path`() throws {
        let api = try emulation.httpAPI()
        let integration = try emulation.integration(of: api)
        let route = try emulation.route("GET /deployed", of: api, target: integration)
        _ = try emulation.create("/v2/apis/\(api)/stages", ["stageName": "prod"], identifier: "stageName")
        let first = try emulation.create(
            "/v2/apis/\(api)/deployments", ["stageName": "prod"], identifier: "deploymentId")
        let deployed = try emulation.exporting(api, "outputType=JSON&stageName=prod").text
        #expect(deployed.contains("\"/deployed\""))
        #expect(deployed.contains("\"default\" : \"prod\""))

        // Neither the deployed API nor its deployment changes with the API.
        _ = try emulation.call(.patch, "/v2/apis/\(api)/routes/\(route)", ["routeKey": "GET /latest"])
        _ = try emulation.call(
            .patch, "/v2/apis/\(api)/integrations/\(integration)", ["integrationUri": "https://latest"])
        _ = try emulation.call(.patch, "/v2/apis/\(api)", ["name": "latest"])
        _ = try emulation.call(.patch, "/v2/apis/\(api)/deployments/\(first)", ["description": "d"])
        #expect(try emulation.exporting(api, "outputType=JSON&stageName=prod").text == deployed)
        let latest = try emulation.exporting(api).text
        #expect(latest.contains("\"/latest\""))
        #expect(latest.contains("\"https://latest\""))
        #expect(latest.contains("\"title\" : \"latest\""))

        // A new deployment is another API, and going back brings the first one again.
        _ = try emulation.create(
            "/v2/apis/\(api)/deployments", ["stageName": "prod"], identifier: "deploymentId")
        #expect(try emulation.exporting(api, "outputType=JSON&stageName=prod").text.contains("\"/latest\""))
        _ = try emulation.call(.patch, "/v2/apis/\(api)/stages/prod", ["deploymentId": .string(first)])
        #expect(try emulation.exporting(api, "outputType=JSON&stageName=prod").text == deployed)
    }

    @Test func `a stage with autoDeploy is exported as the API is, and stays so when it stops`() throws {
        let api = try emulation.httpAPI()
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "$default", "autoDeploy": true], identifier: "stageName")
        let integration = try emulation.integration(of: api)
        for number in 1...3 { _ = try emulation.route("GET /\(number)", of: api, target: integration) }
        let query = "outputType=JSON&stageName=%24default"
        let deployed = try emulation.exporting(api, query).text
        #expect(deployed == (try emulation.exporting(api).text))
        #expect(deployed.contains("\"/3\""))
        #expect(deployed.contains("\"default\" : \"\""))

        _ = try emulation.call(.patch, "/v2/apis/\(api)/stages/$default", ["autoDeploy": false])
        _ = try emulation.route("GET /4", of: api, target: integration)
        #expect(try emulation.exporting(api, query).text == deployed)
    }

    @Test func `only deployments that are in use, or were asked for, are kept as they were`() throws {
        let api = try emulation.httpAPI()
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "prod", "autoDeploy": true], identifier: "stageName")
        let integration = try emulation.integration(of: api)
        for number in 1...20 { _ = try emulation.route("GET /\(number)", of: api, target: integration) }
        #expect(emulation.service.store.tables(of: scope).deployed.count == 1)

        let manual = try emulation.create("/v2/apis/\(api)/deployments", [:], identifier: "deploymentId")
        #expect(emulation.service.store.tables(of: scope).deployed.count == 2)
        _ = try emulation.call(.delete, "/v2/apis/\(api)/deployments/\(manual)")
        #expect(emulation.service.store.tables(of: scope).deployed.count == 1)
        _ = try emulation.call(.delete, "/v2/apis/\(api)")
        #expect(emulation.service.store.tables(of: scope).deployed.isEmpty)
    }

    @Test func `integrations that no route calls are among the components`() throws {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /", of: api)
        let integration = try emulation.integration(of: api)

        let text = try emulation.exporting(api).text

        #expect(
            text.hasSuffix(
                """
                  "components" : {
                    "x-amazon-apigateway-integrations" : {
                      "unusedIntegration_\(integration)" : {
                        "payloadFormatVersion" : "1.0",
                        "type" : "http_proxy",
                        "httpMethod" : "ANY",
                        "uri" : "https://example.com",
                        "connectionType" : "INTERNET"
                      }
                    }
                  },
                  "x-amazon-apigateway-importexport-version" : "1.0"
                }
                """))
    }

    @Test func `a disabled endpoint is said, and a custom domain takes its place`() throws {
        let api = try emulation.create(
            "/v2/apis",
            [
                "name": "pets", "protocolType": "HTTP", "disableExecuteApiEndpoint": true,
                "ipAddressType": "dualstack",
            ], identifier: "apiId")
        _ = try emulation.route("GET /", of: api, target: try emulation.integration(of: api))
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "prod", "autoDeploy": true], identifier: "stageName")
        let plain = try emulation.exporting(api).json
        _ = try emulation.create(
            "/v2/domainnames",
            [
                "domainName": "api.example.com",
                "domainNameConfigurations": [
                    [
                        "certificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c",
                        "endpointType": "REGIONAL",
                    ]
                ],
            ], identifier: "domainName")
        _ = try emulation.create(
            "/v2/domainnames/api.example.com/apimappings",
            ["apiId": .string(api), "stage": "prod", "apiMappingKey": "v1"], identifier: "apiMappingId")

        let mapped = try emulation.exporting(api, "outputType=JSON&stageName=prod").json

        let endpoint: JSON = ["disableExecuteApiEndpoint": true, "ipAddressType": "dualstack"]
        #expect(
            plain.member("servers") == [
                [
                    "url": .string("https://\(api).execute-api.us-east-1.amazonaws.com/{basePath}"),
                    "variables": ["basePath": ["default": ""]],
                    "x-amazon-apigateway-endpoint-configuration": endpoint,
                ]
            ])
        #expect(
            mapped.member("servers") == [
                [
                    "url": "https://api.example.com/{basePath}",
                    "variables": ["basePath": ["default": "v1"]],
                    "x-amazon-apigateway-endpoint-configuration": endpoint,
                ]
            ])
    }

    @Test(arguments: [
        (
            "", 400,
            "Value null at 'outputType' failed to satisfy constraint: Member must not be null"
        ),
        (
            "outputType=XML", 400,
            "Value 'XML' at 'outputType' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [YAML, JSON]"
        ),
        (
            "outputType=JSON&exportVersion=2.0", 400,
            "Value '2.0' at 'exportVersion' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [1.0]"
        ),
        (
            "outputType=JSON&includeExtensions=1", 400,
            "Value '1' at 'includeExtensions' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [true, false]"
        ),
        ("outputType=JSON&stageName=none", 404, "Invalid stage identifier specified"),
        (
            "outputType=JSON&stageName=empty", 400,
            "Unable to export API because nothing is deployed to this stage"
        ),
    ])
    func `what cannot be exported so is refused`(query: String, status: Int, message: String) throws {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /", of: api)
        _ = try emulation.create("/v2/apis/\(api)/stages", ["stageName": "empty"], identifier: "stageName")

        let exported = try emulation.exporting(api, query)

        #expect(exported.status == status)
        #expect(exported.contentType == "application/json")
        let prefix = message.hasPrefix("Value") ? "1 validation error detected: " : ""
        #expect(try exported.json == ["message": .string(prefix + message)])
    }

    @Test func `an API without routes, a WebSocket API and none at all are refused`() throws {
        let empty = try emulation.exporting(try emulation.httpAPI())
        #expect(empty.status == 400)
        #expect(try empty.json == ["message": "Unable to export API because no routes exist in this API"])

        let webSocket = try emulation.exporting(try emulation.webSocketAPI())
        #expect(webSocket.status == 400)
        #expect(
            try webSocket.json == [
                "message": "Export is not supported for APIs with a protocol type of WEBSOCKET"
            ])

        #expect(try emulation.exporting("none").status == 404)
        let specification = try emulation.call(.get, "/v2/apis/none/exports/OAS20?outputType=JSON")
        #expect(specification.status == 400)
    }

    @Test func `a version that was given is exported, without one the time is`() throws {
        var emulation = emulation
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /", of: api)
        emulation.now += .seconds(3_661)
        #expect(try emulation.exporting(api).text.contains("\"version\" : \"2030-01-01 01:01:01UTC\""))

        _ = try emulation.call(.patch, "/v2/apis/\(api)", ["version": "v1"])
        #expect(try emulation.exporting(api).text.contains("\"version\" : \"v1\""))
    }
}

extension JSON {
    fileprivate func member(_ name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }
}
