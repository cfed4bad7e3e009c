/// GetIntegration through the service: bodies, messages and the order in which parents and children are
/// missed.

import APIGatewayV2
import HTTPWire
import Testing

struct ServiceTests {
    private let api = #"{"apiId":"a1b2c3d4e5","name":"orders","protocolType":"HTTP"}"#
    private let integration =
        #"{"integrationId":"abc123d","integrationType":"HTTP_PROXY","timeoutInMillis":50}"#

    private func service() throws -> Service {
        let loader = try loader(
            ("apis/a1b2c3d4e5.json", api), ("apis/a1b2c3d4e5/integrations/abc123d.json", integration))
        #expect(loader.problems.map(\.line) == [])
        return Service(store: Store(seed: loader.state))
    }

    private func answer(
        _ method: HTTPMethod, _ path: String, in scope: Scope = scope
    ) throws -> ServiceResponse {
        let service = try service()
        let request = try request(method, path)
        let routed = try #require(service.route(request))
        return service.perform(routed, request, in: scope, now: .zero)
    }

    @Test func `a stored integration is answered with its own members and no others`() throws {
        let answer = try answer(.get, "/v2/apis/a1b2c3d4e5/integrations/abc123d")
        #expect(answer.status == 200)
        #expect(answer.errorType == nil)
        #expect(text(answer.body) == integration)
    }

    @Test func `an unknown integration of a known API is missed by kind`() throws {
        let answer = try answer(.get, "/v2/apis/a1b2c3d4e5/integrations/nope")
        #expect(answer.status == 404)
        #expect(answer.errorType == "NotFoundException")
        #expect(text(answer.body) == #"{"message":"Invalid Integration identifier specified"}"# + "\n")
    }

    @Test func `an unknown API is missed before its integration, by account and id`() throws {
        let answer = try answer(.get, "/v2/apis/nope/integrations/abc123d")
        #expect(answer.status == 404)
        #expect(
            text(answer.body) == #"{"message":"Invalid API identifier specified 000000000000:nope"}"# + "\n")
    }

    @Test(arguments: [
        Scope(account: "000000000000", region: "eu-west-1"),
        Scope(account: "111122223333", region: "us-east-1"),
    ])
    func `another account or region does not see it`(other: Scope) throws {
        let answer = try answer(.get, "/v2/apis/a1b2c3d4e5/integrations/abc123d", in: other)
        #expect(answer.status == 404)
        #expect(
            text(answer.body)
                == #"{"message":"Invalid API identifier specified \#(other.account):a1b2c3d4e5"}"# + "\n")
    }

    @Test func `a path of no operation is not routed`() throws {
        #expect(try service().route(try request(.get, "/v2/nothing")) == nil)
    }

    @Test func `every answer carries the front end's fields in its order`() throws {
        let id = RequestID(RandomSource(seed: 1), now: .seconds(1_893_456_000))
        let response = try answer(.get, "/v2/apis/a1b2c3d4e5/integrations/nope").httpResponse(for: id)
        #expect(response.status == 404)
        #expect(response.contentType == "application/json")
        #expect(
            text(response.fields.bytes)
                == "x-amzn-RequestId: \(id.requestID)\r\nx-amzn-ErrorType: NotFoundException\r\n"
                + "x-amz-apigw-id: \(id.extendedID)\r\nX-Amzn-Trace-Id: \(id.traceID)\r\n")
    }

    @Test func `the front end's own refusals have the recorded bodies`() {
        #expect(ServiceResponse.unknownOperation.status == 403)
        #expect(ServiceResponse.unknownOperation.errorType == "AccessDeniedException")
        #expect(ServiceResponse.unknownOperation.body.count == 73)
        #expect(ServiceResponse.missingAuthenticationToken.status == 403)
        #expect(ServiceResponse.missingAuthenticationToken.body.count == 42)
    }
}

struct ServiceErrorTests {
    @Test(arguments: [
        (ServiceError.badRequest("m"), 400, "BadRequestException", #"{"message":"m"}"#),
        (.accessDenied("m"), 403, "AccessDeniedException", #"{"message":"m"}"#),
        (.notFound("m"), 404, "NotFoundException", #"{"message":"m"}"#),
        (
            .notFound("m", resourceType: "Api"), 404, "NotFoundException",
            #"{"message":"m","resourceType":"Api"}"#
        ),
        (.conflict("m"), 409, "ConflictException", #"{"message":"m"}"#),
        (.tooManyRequests("m"), 429, "TooManyRequestsException", #"{"message":"m"}"#),
        (
            .tooManyRequests("m", limitType: "L"), 429, "TooManyRequestsException",
            #"{"message":"m","limitType":"L"}"#
        ),
    ])
    func `an error has its status, its name and its members`(
        error: ServiceError, status: Int, name: String, body: String
    ) {
        let response = ServiceResponse(error)
        #expect(response.status == status)
        #expect(response.errorType == name)
        #expect(text(response.body) == body + "\n")
    }
}

struct StoreTests {
    private let key = CollectionKey(resource: .api, parent: "")

    private func state(_ identifiers: String..., in scope: Scope) -> State {
        var tables = Tables()
        for identifier in identifiers {
            tables.insert(Record(body: Array(identifier.utf8)), as: identifier, in: key)
        }
        return [scope: tables]
    }

    @Test func `a record is found by scope, collection and identifier`() {
        let store = Store(seed: state("a", in: scope))
        #expect(store.record("a", in: key, of: scope)?.body == Array("a".utf8))
        #expect(store.record("b", in: key, of: scope) == nil)
        #expect(store.record("a", in: CollectionKey(resource: .integration, parent: ""), of: scope) == nil)
        #expect(store.record("a", in: key, of: Scope(account: "1", region: "us-east-1")) == nil)
    }

    @Test func `records are counted by resource over all scopes`() {
        let other = Scope(account: "111122223333", region: "us-east-1")
        let seed = state("a", "b", in: scope).merging(state("c", in: other)) { mine, _ in mine }
        #expect(Store(seed: seed).recordCounts() == [.api: 3])
    }
}
