/// Access logs of stages: where they may go, what their format may hold, and how an update changes them.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct AccessLogTests {
    private let emulation = Emulation()
    private static let group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/apis/pets"
    private static let characters =
        "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': "
    private static let errors =
        "The following errors are found in Access Log Format: Access Log format must "

    private func settings(_ destination: String = group, _ format: String = "$context.requestId") -> JSON {
        ["destinationArn": .string(destination), "format": .string(format)]
    }

    private func create(_ settings: JSON, in api: String, named name: JSON = "prod") throws -> Answer {
        try emulation.call(
            .post, "/v2/apis/\(api)/stages", ["stageName": name, "accessLogSettings": settings])
    }

    @Test(
        arguments: [
            ("arn:aws:kinesis:us-east-1:1:stream/pets", "'stream/pets'"),
            ("arn:aws:s3:::pets", "'pets'"),
            ("arn:aws:logs:us-east-1:1:log-group:a b", "'log-group:a b'"),
            ("arn:aws:logs:us-east-1:1:log-group:a:log-stream:b", "'log-group:a:log-stream:b'"),
            ("arn:aws:logs:us-east-1:1:log-group:", "'log-group:'"),
            ("/aws/apis/pets", "'/aws/apis/pets'"),
        ])
    func `a destination is a log group, on create and on update`(destination: String, quoted: String) throws {
        let api = try emulation.httpAPI()
        #expect(try create(settings(), in: api).status == 201)
        let created = try create(settings(destination), in: api, named: "other")
        let updated = try emulation.call(
            .patch, "/v2/apis/\(api)/stages/prod", ["accessLogSettings": settings(destination)])
        for answer in [created, updated] {
            #expect(answer.status == 400)
            #expect(answer.message == Self.characters + quoted)
        }
    }

    @Test(
        arguments: [
            ("$context.status", "include either $context.requestId or $context.extendedRequestId : "),
            ("requestId", "include either $context.requestId or $context.extendedRequestId : "),
            ("$context.requestId\n$context.status", "be single line: "),
        ])
    func `a format is one line with a request's identifier`(format: String, words: String) throws {
        for api in [try emulation.httpAPI(), try emulation.webSocketAPI()] {
            let answer = try create(settings(Self.group, format), in: api)
            #expect(answer.status == 400)
            #expect(answer.message == Self.errors + words + "'\(format)'")
        }
    }

    @Test(
        arguments: [
            "$context.extendedRequestId", #"{"id":"$context.requestId","ip":"$context.identity.sourceIp"}"#,
            "$context.requestId-$context.stage.", "$context.requestId $context.authorizer.claims.sub\n",
            "${context.requestId}",
        ])
    func `a format that the service can fill in is kept as it is`(format: String) throws {
        let answer = try create(settings(Self.group, format), in: try emulation.httpAPI())
        #expect(answer["accessLogSettings"] == settings(Self.group, format))
    }

    @Test func `an HTTP API has no variables of other kinds of API`() throws {
        let format = "$context.requestId $context.connectionId $context.path ${context.identity.apiKey}"
        let answer = try create(settings(Self.group, format), in: try emulation.httpAPI())
        #expect(answer.status == 400)
        #expect(
            answer.message
                == "The following context variables are not supported: "
                + "[$context.connectionId, $context.identity.apiKey]")
        #expect(try create(settings(Self.group, format), in: try emulation.webSocketAPI()).status == 201)
    }

    @Test func `an update changes what it names, and an empty one nothing`() throws {
        let api = try emulation.httpAPI()
        #expect(try create(settings(), in: api).status == 201)
        let path = "/v2/apis/\(api)/stages/prod"
        let empty = try emulation.call(.patch, path, ["accessLogSettings": [:]])
        #expect(empty["accessLogSettings"] == settings())
        let format: JSON = "$context.requestId $context.path"
        let changed = try emulation.call(.patch, path, ["accessLogSettings": ["format": format]])
        #expect(
            changed["accessLogSettings"] == ["destinationArn": .string(Self.group), "format": format])
        #expect(try emulation.call(.delete, "\(path)/accesslogsettings").status == 204)
        #expect(try emulation.call(.get, path)["accessLogSettings"] == nil)
        #expect(try create([:], in: api, named: "other")["accessLogSettings"] == nil)
    }

    @Test func `a fixture is held to the same`() throws {
        let found = try lines(
            ("apis/a1b2c3d4e5.json", #"{"Name": "n", "ProtocolType": "HTTP"}"#),
            (
                "apis/a1b2c3d4e5/stages/prod.json",
                #"{"StageName": "prod", "AccessLogSettings": {"DestinationArn": "arn:aws:s3:::pets"}}"#
            ))
        #expect(found.count == 1)
        #expect(found.first?.contains(Self.characters) == true)
    }
}
