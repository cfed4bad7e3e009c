/// The events of WebSocket APIs, with the members and the order of recorded ones.

import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct WebSocketEventTests {
    private let context =
        #""extendedRequestId":"TXzPWFJ2joEFeiA=","requestTime":"19/Feb/2024:07:11:42 +0000","#
        + #""messageDirection":"IN","#
    private let rest =
        #""stage":"develop","connectedAt":1708326702789,"requestTimeEpoch":1708326702801,"#

    @Test func `a handshake has its headers and no upgrade`() throws {
        let request = try handshake(
            "/develop?room=a&room=b", [("User-Agent", "test/1"), ("x-small", "kept")])

        let payload = event(.connect(request), "$connect", of: try connection(request)).lambdaPayload

        #expect(
            text(payload) == #"{"headers":{"Host":"abc123.execute-api.eu-west-1.amazonaws.com","#
                + #""Sec-WebSocket-Key":"dGhlIHNhbXBsZSBub25jZQ==","Sec-WebSocket-Version":"13","#
                + #""User-Agent":"test/1","X-Amzn-Trace-Id":"Root=1-65d3012e-0a4b2ad6361ab9f2153e8b8a","#
                + #""X-Forwarded-For":"192.0.2.1","X-Forwarded-Port":"443","X-Forwarded-Proto":"https","#
                + #""x-small":"kept"},"multiValueHeaders":{"#
                + #""Host":["abc123.execute-api.eu-west-1.amazonaws.com"],"#
                + #""Sec-WebSocket-Key":["dGhlIHNhbXBsZSBub25jZQ=="],"Sec-WebSocket-Version":["13"],"#
                + #""User-Agent":["test/1"],"#
                + #""X-Amzn-Trace-Id":["Root=1-65d3012e-0a4b2ad6361ab9f2153e8b8a"],"#
                + #""X-Forwarded-For":["192.0.2.1"],"X-Forwarded-Port":["443"],"#
                + #""X-Forwarded-Proto":["https"],"x-small":["kept"]},"#
                + #""queryStringParameters":{"room":"b"},"#
                + #""multiValueQueryStringParameters":{"room":["a","b"]},"#
                + #""requestContext":{"routeKey":"$connect","eventType":"CONNECT","# + context + rest
                + #""identity":{"userAgent":"test/1","sourceIp":"192.0.2.1"},"#
                + #""requestId":"TXzPWFJ2joEFeiA=","#
                + #""domainName":"abc123.execute-api.eu-west-1.amazonaws.com","#
                + #""connectionId":"TXzPWdnOjoECGjA=","apiId":"abc123"},"isBase64Encoded":false}"#)
    }

    @Test func `a message has a body and no headers`() throws {
        let payload = try message(#"{"action":"send"}"#, "send").lambdaPayload

        #expect(
            text(payload) == #"{"requestContext":{"routeKey":"send","messageId":"TXzQodGDDoEFsYA=","#
                + #""eventType":"MESSAGE","# + context + rest + #""identity":{"sourceIp":"192.0.2.1"},"#
                + #""requestId":"TXzPWFJ2joEFeiA=","#
                + #""domainName":"abc123.execute-api.eu-west-1.amazonaws.com","#
                + #""connectionId":"TXzPWdnOjoECGjA=","apiId":"abc123"},"#
                + #""body":"{\"action\":\"send\"}","isBase64Encoded":false}"#)
    }

    @Test func `an end has its code, its reason and four headers`() throws {
        let end = WebSocketEvent.Kind.disconnect(
            code: 1005, reason: "Client-side close frame status not set")

        let payload = event(end, "$disconnect", of: try connection()).lambdaPayload

        #expect(
            text(payload) == #"{"headers":{"Host":"abc123.execute-api.eu-west-1.amazonaws.com","#
                + #""x-api-key":"","X-Forwarded-For":"","x-restapi":""},"multiValueHeaders":{"#
                + #""Host":["abc123.execute-api.eu-west-1.amazonaws.com"],"x-api-key":[""],"#
                + #""X-Forwarded-For":[""],"x-restapi":[""]},"requestContext":{"#
                + #""routeKey":"$disconnect","disconnectStatusCode":1005,"eventType":"DISCONNECT","#
                + context + #""disconnectReason":"Client-side close frame status not set","# + rest
                + #""identity":{"sourceIp":"192.0.2.1"},"requestId":"TXzPWFJ2joEFeiA=","#
                + #""domainName":"abc123.execute-api.eu-west-1.amazonaws.com","#
                + #""connectionId":"TXzPWdnOjoECGjA=","apiId":"abc123"},"isBase64Encoded":false}"#)
    }

    @Test func `the authorizer's event has the upgrade and the ARN of the handshake`() throws {
        let request = try handshake("/develop?token=t")

        let payload = event(.connect(request), "$connect", of: try connection(request)).authorizerPayload
        let document = try document(payload)

        #expect(document["type"] == "REQUEST")
        #expect(
            document["methodArn"] == "arn:aws:execute-api:eu-west-1:123456789012:abc123/develop/$connect")
        #expect(document["headers"]?["Connection"] == "upgrade")
        #expect(document["headers"]?["Upgrade"] == "websocket")
        #expect(document["headers"]?["content-length"] == "0")
        #expect(document["queryStringParameters"]?["token"] == "t")
        #expect(document["stageVariables"] == [:])
        #expect(document["requestContext"]?["connectionId"] == "TXzPWdnOjoECGjA=")
    }

    @Test func `every later event has the authorizer's principal and its context as texts`() throws {
        let answer = try AuthorizerAnswer(
            Array(
                #"{"principalId":"ann","policyDocument":{"Statement":[]},"context":{"n":1,"b":true}}"#.utf8),
            isSimple: false)
        let call = AuthorizerCall(
            status: 200, integrationStatus: 200, requestID: "r-1", latency: .milliseconds(7))
        let connection = try connection().with(authorizer: ConnectionAuthorizer(answer, call))

        let event = try message("{}", "$default", connection)

        #expect(
            try document(event.lambdaPayload)["requestContext"]?["authorizer"] == [
                "principalId": "ann", "integrationLatency": 7, "n": "1", "b": "true",
            ])
        #expect(event.contextValue("authorizer.n") == "1")
        #expect(event.contextValue("authorizer.principalId") == "ann")
        #expect(event.contextValue("authorizer.requestId") == "r-1")
    }

    @Test func `the variables of the stage are in events and in the context`() throws {
        let connection = try connection(variables: [StageVariable(name: "color", value: "blue")])

        let event = try message("{}", "$default", connection)

        #expect(try document(event.lambdaPayload)["stageVariables"] == ["color": "blue"])
    }

    @Test(arguments: [
        ("connectionId", "TXzPWdnOjoECGjA="), ("eventType", "MESSAGE"), ("messageId", "TXzQodGDDoEFsYA="),
        ("identity.sourceIp", "192.0.2.1"), ("connectedAt", "1708326702789"), ("stage", "develop"),
        ("requestTimeEpoch", "1708326702801"), ("accountId", "123456789012"),
    ])
    func `the context has the variables of WebSocket APIs`(name: String, value: String) throws {
        #expect(try message("{}").contextValue(name) == value)
    }

    @Test func `an identifier tells its kind by the twelfth character`() {
        let time = Duration.milliseconds(1_708_326_702_789)
        let ids = [InvocationID.Kind.connection, .event, .request].map {
            InvocationID.requestID(random: 7, time: time, region: "us-east-1", kind: $0)
        }

        #expect(ids.map { Array($0.utf8)[11] } == Array("CFE".utf8))
        #expect(ids.allSatisfy { $0.utf8.count == 16 && $0.hasSuffix("=") })
    }

    @Test func `error frames have the bytes of the service`() throws {
        let event = try message("x")
        func frame(_ kind: WebSocketFailure.Kind) -> String {
            text(WebSocketFailure(kind, cause: "").frame(for: event))
        }
        let ids = #""connectionId":"TXzPWdnOjoECGjA=", "requestId":"TXzPWFJ2joEFeiA="}"#

        #expect(frame(.noRoute) == #"{"message": "Forbidden", "# + ids)
        #expect(frame(.integration) == #"{"message": "Internal server error", "# + ids)
        #expect(frame(.timedOut) == #"{"message": "Endpoint request timed out", "# + ids)
        #expect(
            frame(.badBody) == #"{"message" : "Bad request body", "connectionId": "TXzPWdnOjoECGjA=", "#
                + #""messageId": "TXzQodGDDoEFsYA="}"#)
    }
}
