/// CORS answers as configured. Sources of each: docs/fidelity-invoke.md, "CORS".

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct CORSTests {
    private let cors = CORS([
        "allowOrigins": ["https://shop.example.com", "https://*"],
        "allowMethods": ["post", "GET"], "allowHeaders": ["X-Api-Key", "authorization"],
        "exposeHeaders": ["X-B", "x-a"], "maxAge": 300, "allowCredentials": true,
    ])

    private func preflight(_ cors: CORS, _ headers: [(String, String)]) throws -> [String] {
        let response = cors.preflightResponse(to: try request("OPTIONS", "/pets", headers))
        #expect(response.status == 204)
        #expect(response.body.isEmpty && response.contentType == nil)
        return lines(response.fields)
    }

    private let origin = ("Origin", "https://shop.example.com")
    private let method = ("Access-Control-Request-Method", "POST")

    @Test func `a preflight from an allowed origin gets every setting, sorted`() throws {
        #expect(
            try preflight(cors, [origin, method]) == [
                "access-control-allow-origin: https://shop.example.com", "vary: origin",
                "access-control-allow-methods: GET,POST",
                "access-control-allow-headers: authorization,x-api-key", "access-control-max-age: 300",
                "access-control-allow-credentials: true",
            ])
    }

    @Test func `without an origin or a method a preflight is a bare 204`() throws {
        #expect(try preflight(cors, [origin]) == [])
        #expect(try preflight(cors, [method]) == [])
        #expect(try preflight(cors, [("Origin", "http://shop.example.com"), method]) == [])
    }

    @Test func `all methods are written out, and unset members add nothing`() throws {
        let open = CORS(["allowOrigins": ["*"], "allowMethods": ["*"]])

        #expect(
            try preflight(open, [origin, method]) == [
                "access-control-allow-origin: *",
                "access-control-allow-methods: DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
            ])
    }

    private func applied(_ cors: CORS, _ headers: [(String, String)]) throws -> [String] {
        var response = GatewayAnswer.unauthorized.response
        for line in [("Access-Control-Allow-Origin", "https://evil"), ("x", "1")] {
            response.fields.append(line.0, line.1)
        }
        cors.apply(to: &response, for: try request("GET", "/", headers))
        return lines(response.fields)
    }

    @Test func `other answers lose an integration's own CORS headers and get the API's`() throws {
        #expect(
            try applied(cors, [origin]) == [
                "x: 1", "access-control-allow-origin: https://shop.example.com", "vary: origin",
                "access-control-allow-credentials: true", "access-control-expose-headers: x-a,x-b",
            ])
        #expect(
            try applied(CORS(["allowOrigins": ["*"]]), [origin]) == [
                "x: 1", "access-control-allow-origin: *",
            ])
    }

    @Test func `a foreign or missing origin gets no CORS headers`() throws {
        #expect(try applied(cors, []) == ["x: 1"])
        #expect(try applied(cors, [("Origin", "http://a.example.com")]) == ["x: 1"])
        #expect(
            try applied(cors, [("Origin", "https://any.example.com")])[1]
                == "access-control-allow-origin: https://any.example.com")
    }

    @Test func `a preflight that a route takes gets the headers of preflights`() throws {
        // serverless-application-model 1603; the developer guide for `$default`.
        var response = HTTPResponse(status: 200)

        cors.apply(to: &response, for: try request("OPTIONS", "/", [origin, method]))

        #expect(lines(response.fields) == (try preflight(cors, [origin, method])))
    }

    @Test func `an API without settings has no CORS`() throws {
        #expect(
            try deployed(["apiId": "abc123", "protocolType": "HTTP", "corsConfiguration": [:]]).cors == nil)
        #expect(
            try deployed([
                "apiId": "abc123", "protocolType": "HTTP", "corsConfiguration": ["maxAge": 1],
            ]).cors != nil)
    }
}
