/// Route responses: the one key that there is, and the one kind of API.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct RouteResponseTests {
    private let emulation = Emulation()

    private func path(in api: String, _ key: String) throws -> String {
        "/v2/apis/\(api)/routes/\(try emulation.route(key, of: api))/routeresponses"
    }

    @Test(arguments: ["other", "/200/", "$connect", "", "$Default"])
    func `only the default key is taken, on create and on update`(key: String) throws {
        let path = try path(in: emulation.webSocketAPI(), "send")
        let response = try emulation.create(
            path, ["routeResponseKey": "$default"], identifier: "routeResponseId")
        let created = try emulation.call(.post, path, ["routeResponseKey": .string(key)])
        let updated = try emulation.call(.patch, "\(path)/\(response)", ["routeResponseKey": .string(key)])
        for answer in [created, updated] {
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "Currently, only $default is supported as a RouteResponseKey. The creation of the "
                    + "RouteResponse with a key of $default will indicate to API Gateway that this Route is "
                    + "intended to handle two-way communication.")
        }
    }

    @Test func `a second one conflicts with the first`() throws {
        let path = try path(in: emulation.webSocketAPI(), "send")
        let first = try emulation.create(
            path, ["routeResponseKey": "$default"], identifier: "routeResponseId")
        #expect(first.count == 6)
        #expect(try emulation.call(.post, path, ["routeResponseKey": "$default"]).status == 409)
    }

    @Test func `an HTTP API has none`() throws {
        let answer = try emulation.call(
            .post, try path(in: emulation.httpAPI(), "PUT /a"), ["routeResponseKey": "$default"])
        #expect(answer.status == 400)
        #expect(
            answer.message
                == "RouteResponses are currently not supported for this API protocol type. This is "
                + "because the API may only be configured with proxy integration at this time.")
    }
}
