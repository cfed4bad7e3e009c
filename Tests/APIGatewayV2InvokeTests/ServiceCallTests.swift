/// Integrations with AWS services: the request of every subtype, and what becomes of the service's answer.
/// Forms of requests: the services' API references.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct ServiceCallTests {
    private func action(_ subtype: String, _ parameters: JSON) throws -> ServiceAction {
        let api = try deployed(
            routes: [("r1", ["routeKey": "$default", "target": "integrations/i1"])],
            integrations: [
                (
                    "i1",
                    [
                        "integrationType": "AWS_PROXY", "integrationSubtype": .string(subtype),
                        "payloadFormatVersion": "1.0", "requestParameters": parameters,
                    ]
                )
            ])
        let integration = try #require(api.routes[0].integration)
        #expect(integration.unsupported == [])
        let action: ServiceAction? =
            if case .service(let action) = integration.kind { action } else { nil }
        return try #require(action)
    }

    private func call(
        _ subtype: String, _ parameters: JSON, body: String = #"{"id":"7","text":"a \"b\" & c"}"#
    ) throws -> ServiceCall {
        try action(subtype, parameters).call(
            for: invocation(request("POST", "/orders", body: Array(body.utf8)), route: "$default"),
            limits: MappingLimits())
    }

    @Test func `EventBridge gets one entry`() throws {
        let call = try call(
            "EventBridge-PutEvents",
            [
                "Detail": "$request.body", "DetailType": "Order", "Source": "shop", "EventBusName": "bus",
                "Resources": #"["arn:a","arn:b"]"#, "Time": "2030-01-01T00:00:00Z", "Region": "eu-west-1",
            ])

        #expect(call.service == "events")
        #expect(call.region == "eu-west-1")
        #expect("\(call.method.rawValue) \(call.target)" == "POST /")
        #expect(
            lines(call.fields)
                == ["Content-Type: application/x-amz-json-1.1", "X-Amz-Target: AWSEvents.PutEvents"])
        #expect(
            text(call.body)
                == #"{"Entries":[{"Detail":"{\"id\":\"7\",\"text\":\"a \\\"b\\\" & c\"}","#
                + #""DetailType":"Order","#
                + #""EventBusName":"bus","Source":"shop","Resources":["arn:a","arn:b"],"Time":1893456000}]}"#)
    }

    @Test func `Kinesis gets its record as it stands`() throws {
        // Data is base64 already, as LocalStack's tests against AWS send it.
        let call = try call(
            "Kinesis-PutRecord",
            [
                "StreamName": "s", "Data": "$request.body.payload", "PartitionKey": "$request.body.id",
                "ExplicitHashKey": "1",
            ], body: #"{"id":"7","payload":"aGk="}"#)

        #expect(call.service == "kinesis")
        #expect(call.region == "us-west-2")
        #expect(call.fields["X-Amz-Target"] == "Kinesis_20131202.PutRecord")
        #expect(
            text(call.body)
                == #"{"StreamName":"s","Data":"aGk=","PartitionKey":"7","ExplicitHashKey":"1"}"#)
    }

    @Test(
        arguments: [
            (
                "StepFunctions-StartExecution", ["StateMachineArn": "arn:m", "Name": "n", "Input": "{}"],
                "AWSStepFunctions.StartExecution", #"{"stateMachineArn":"arn:m","name":"n","input":"{}"}"#
            ),
            (
                "StepFunctions-StartSyncExecution",
                ["StateMachineArn": "arn:m", "Input": "{}", "TraceHeader": "Root=1-a"],
                "AWSStepFunctions.StartSyncExecution",
                #"{"stateMachineArn":"arn:m","input":"{}","traceHeader":"Root=1-a"}"#
            ),
            (
                "StepFunctions-StopExecution", ["ExecutionArn": "arn:e", "Cause": "c", "Error": "e"],
                "AWSStepFunctions.StopExecution", #"{"executionArn":"arn:e","cause":"c","error":"e"}"#
            ),
        ] as [(String, JSON, String, String)])
    func `Step Functions gets its members`(
        subtype: String, parameters: JSON, target: String, body: String
    ) throws {
        let call = try call(subtype, parameters)

        #expect(call.service == "states")
        #expect(
            lines(call.fields) == ["Content-Type: application/x-amz-json-1.0", "X-Amz-Target: \(target)"])
        #expect(text(call.body) == body)
    }

    @Test func `SQS gets a form of the query protocol at the queue's path`() throws {
        let call = try call(
            "SQS-SendMessage",
            [
                "QueueUrl": "https://sqs.us-west-2.amazonaws.com/123456789012/jobs",
                "MessageBody": "$request.body.text", "DelaySeconds": "5",
                "MessageAttributes": .string(
                    #"{"Text":{"DataType":"String","StringValue":"${request.body.text}"},"#
                        + #""Path":{"DataType":"String","StringValue":"${request.path}"}}"#),
            ])

        #expect(call.service == "sqs")
        #expect(call.target == "/123456789012/jobs")
        #expect(lines(call.fields) == ["Content-Type: application/x-www-form-urlencoded"])
        #expect(
            text(call.body)
                == "Action=SendMessage&Version=2012-11-05"
                + "&QueueUrl=https%3A%2F%2Fsqs.us-west-2.amazonaws.com%2F123456789012%2Fjobs"
                + "&MessageBody=a%20%22b%22%20%26%20c&DelaySeconds=5"
                + "&MessageAttribute.1.Name=Text&MessageAttribute.1.Value.DataType=String"
                + "&MessageAttribute.1.Value.StringValue=a%20%22b%22%20%26%20c"
                + "&MessageAttribute.2.Name=Path&MessageAttribute.2.Value.DataType=String"
                + "&MessageAttribute.2.Value.StringValue=%2Forders")
    }

    @Test(
        arguments: [
            (
                "SQS-ReceiveMessage",
                [
                    "QueueUrl": "http://q/1/j", "MaxNumberOfMessages": "10",
                    "AttributeNames": "All, SentTimestamp",
                ],
                "Action=ReceiveMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fq%2F1%2Fj"
                    + "&MaxNumberOfMessages=10"
                    + "&AttributeName.1=All&AttributeName.2=SentTimestamp"
            ),
            (
                "SQS-DeleteMessage", ["QueueUrl": "http://q/1/j", "ReceiptHandle": "r+="],
                "Action=DeleteMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fq%2F1%2Fj"
                    + "&ReceiptHandle=r%2B%3D"
            ),
            (
                "SQS-PurgeQueue", ["QueueUrl": "http://q/1/j"],
                "Action=PurgeQueue&Version=2012-11-05&QueueUrl=http%3A%2F%2Fq%2F1%2Fj"
            ),
        ] as [(String, JSON, String)])
    func `the other actions of SQS have their parameters`(
        subtype: String, parameters: JSON, body: String
    ) throws {
        #expect(try text(call(subtype, parameters).body) == body)
    }

    @Test func `AppConfig is asked by path and query`() throws {
        let call = try call(
            "AppConfig-GetConfiguration",
            [
                "Application": "my app", "Environment": "e", "Configuration": "c",
                "ClientId": "$request.body.id", "ClientConfigurationVersion": "2",
            ])

        #expect(call.service == "appconfig")
        #expect(call.method == .get)
        #expect(
            call.target == "/applications/my%20app/environments/e/configurations/c?client_id=7"
                + "&client_configuration_version=2")
        #expect(call.body.isEmpty)
    }

    @Test(arguments: ["$request.body.none", "$request.body.empty"])
    func `a parameter without a value is a 400`(source: String) throws {
        // LocalStack's tests of Kinesis-PutRecord, validated against AWS: required or not, missing or empty.
        for name in ["StreamName", "ExplicitHashKey"] {
            var parameters: JSONObject = ["StreamName": "s", "Data": "aGk=", "PartitionKey": "1"]
            parameters[name] = .string(source)

            let problem = #expect(throws: ServiceCall.Problem.self) {
                try call("Kinesis-PutRecord", .object(parameters), body: #"{"empty":""}"#)
            }

            #expect(problem?.text == "Kinesis-PutRecord: \(name) has no value")
            #expect(problem?.reply.response.status == 400)
        }
    }

    @Test func `a queue without an URL is a 400`() throws {
        #expect(throws: ServiceCall.Problem.self) { try call("SQS-PurgeQueue", ["QueueUrl": "jobs"]) }
    }

    @Test func `a success is the service's own, with its headers`() throws {
        // Two samples of SQS; headers of Kinesis in LocalStack's tests against AWS.
        let call = try call("SQS-PurgeQueue", ["QueueUrl": "http://q/1/j"])
        let xml = "<?xml version=\"1.0\"?><SendMessageResponse/>"

        let reply = call.reply(
            to: .answered(
                status: 200, fields: fields([("Content-Type", "text/xml"), ("x-amzn-RequestId", "r")]),
                body: Array(xml.utf8)))

        #expect(reply.response.status == 200)
        #expect(reply.response.contentType == "text/xml")
        #expect(lines(reply.response.fields) == ["x-amzn-RequestId: r"])
        #expect(text(reply.response.body) == xml)
    }

    @Test func `an error of the service is a 500 with its words for the log`() throws {
        // LocalStack's test of a stream that does not exist, validated against AWS.
        let call = try call("SQS-PurgeQueue", ["QueueUrl": "http://q/1/j"])

        let reply = call.reply(
            to: .answered(status: 400, fields: HTTPFields(), body: Array("ResourceNotFound".utf8)))

        #expect(reply.response.status == 500)
        #expect(text(reply.response.body) == #"{"message":"Internal Server Error"}"#)
        #expect(reply.cause == "sqs answered 400: ResourceNotFound")
        #expect(call.reply(to: .timedOut).response.status == 503)
    }

    @Test func `an unknown subtype and an unreadable source are named`() throws {
        func unsupported(_ subtype: String, _ value: String) throws -> [String] {
            try deployed(
                routes: [("r1", ["routeKey": "$default", "target": "integrations/i1"])],
                integrations: [
                    (
                        "i1",
                        [
                            "integrationType": "AWS_PROXY", "integrationSubtype": .string(subtype),
                            "requestParameters": ["QueueUrl": .string(value)],
                        ]
                    )
                ]
            ).routes[0].unsupported.map(\.member)
        }

        #expect(try unsupported("SNS-Publish", "x") == ["integrationSubtype"])
        #expect(try unsupported("SQS-PurgeQueue", "$request.cookie.a") == ["requestParameters"])
    }
}
