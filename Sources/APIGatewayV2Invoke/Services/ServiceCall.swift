/// The request that an integration with a subtype sends to an AWS service, unsigned. EventBridge, Kinesis and
/// Step Functions have JSON protocols, AppConfig has a REST form. SQS has the query protocol, because clients
/// of HTTP APIs get its XML. Forms: the services' own API references.

internal import APIGatewayV2
package import HTTPWire
internal import JSON

/// One request to a service. The caller knows the service's address.
package struct ServiceCall: Sendable {
    /// A reason against the request, which gives the gateway's 400.
    package struct Problem: Error, Sendable, Equatable {
        /// The reason in plain words, for the log.
        package let text: String
    }

    /// The service's name in signatures, such as `events`.
    package let service: String
    package let region: String
    package let method: HTTPMethod
    /// The path and the query.
    package let target: String
    /// The header fields without Host and length.
    package let fields: HTTPFields
    package let body: [UInt8]

    init(
        _ subtype: IntegrationSubtype, _ parameters: ServiceParameters, defaultRegion: String
    ) throws(Problem) {
        region = parameters["Region"] ?? defaultRegion
        switch subtype {
        case .appConfigGetConfiguration:
            (service, method, body) = ("appconfig", .get, [])
            target = try Self.configurationTarget(parameters)
            fields = HTTPFields()
        case .eventBridgePutEvents:
            (service, method, target) = ("events", .post, "/")
            fields = Self.jsonFields("AWSEvents.PutEvents", version: "1.1")
            body = Self.bytes(Self.event(parameters))
        case .kinesisPutRecord:
            (service, method, target) = ("kinesis", .post, "/")
            fields = Self.jsonFields("Kinesis_20131202.PutRecord", version: "1.1")
            let names = [
                "StreamName", "Data", "PartitionKey", "ExplicitHashKey", "SequenceNumberForOrdering",
            ]
            body = Self.bytes(Self.object(parameters, names.map { ($0, $0) }))
        case .stepFunctionsStartExecution, .stepFunctionsStartSyncExecution, .stepFunctionsStopExecution:
            (service, method, target) = ("states", .post, "/")
            let action = subtype.rawValue.split(separator: "-").last ?? ""
            fields = Self.jsonFields("AWSStepFunctions.\(action)", version: "1.0")
            let names = [
                ("StateMachineArn", "stateMachineArn"), ("ExecutionArn", "executionArn"), ("Name", "name"),
                ("Input", "input"), ("TraceHeader", "traceHeader"), ("Cause", "cause"), ("Error", "error"),
            ]
            body = Self.bytes(Self.object(parameters, names))
        case .sqsDeleteMessage, .sqsPurgeQueue, .sqsReceiveMessage, .sqsSendMessage:
            (service, method) = ("sqs", .post)
            target = try Self.queueTarget(parameters)
            var fields = HTTPFields()
            fields.append("Content-Type", "application/x-www-form-urlencoded")
            self.fields = fields
            let action = subtype.rawValue.split(separator: "-").last ?? ""
            body = Array(try QueueForm.text(String(action), parameters).utf8)
        }
    }

    private static func jsonFields(_ target: String, version: String) -> HTTPFields {
        var fields = HTTPFields()
        fields.append("Content-Type", "application/x-amz-json-\(version)")
        fields.append("X-Amz-Target", target)
        return fields
    }

    private static func object(_ parameters: ServiceParameters, _ names: [(String, String)]) -> JSON {
        var object = JSONObject()
        for (name, member) in names { object[member] = parameters[name].map(JSON.string) }
        return .object(object)
    }

    private static func event(_ parameters: ServiceParameters) -> JSON {
        let names = ["Detail", "DetailType", "EventBusName", "Source", "TraceHeader"]
        guard case .object(var entry) = object(parameters, names.map { ($0, $0) }) else { return .null }
        let resources = parameters.list("Resources")
        if !resources.isEmpty { entry["Resources"] = .array(resources.map(JSON.string)) }
        entry["Time"] = parameters["Time"].map(time)
        return ["Entries": [.object(entry)]]
    }

    /// The value of a time. The JSON protocols have seconds since 1970. Other text is sent unchanged, and the
    /// service refuses it.
    private static func time(_ text: String) -> JSON {
        if let seconds = Int(text) { return .integer(seconds) }
        return Timestamp(parsing: text).map { .integer($0.secondsSince1970) } ?? .string(text)
    }

    private static func bytes(_ value: JSON) -> [UInt8] { Array(value.jsonText.utf8) }

    private static func configurationTarget(_ parameters: ServiceParameters) throws(Problem) -> String {
        func part(_ name: String) throws(Problem) -> String {
            guard let text = parameters[name] else {
                throw Problem(text: "AppConfig-GetConfiguration: \(name) is missing")
            }
            return PercentCoding.encoded(text)
        }
        let version = parameters["ClientConfigurationVersion"].map {
            "&client_configuration_version=" + PercentCoding.encoded($0)
        }
        return "/applications/\(try part("Application"))/environments/\(try part("Environment"))"
            + "/configurations/\(try part("Configuration"))?client_id=\(try part("ClientId"))\(version ?? "")"
    }

    /// The target of a queue: the path of its URL, with any host.
    private static func queueTarget(_ parameters: ServiceParameters) throws(Problem) -> String {
        guard let url = parameters["QueueUrl"], let parts = URLParts(url) else {
            throw Problem(text: "QueueUrl \(parameters["QueueUrl"] ?? "") is no URL")
        }
        return parts.path.isEmpty ? "/" : parts.path
    }
}

/// The form of the query protocol (SQS API reference, "Making Query API requests").
private enum QueueForm {
    static func text(
        _ action: String, _ parameters: ServiceParameters
    ) throws(ServiceCall.Problem) -> String {
        var items = [("Action", action), ("Version", "2012-11-05")]
        let scalars = [
            "QueueUrl", "MessageBody", "DelaySeconds", "MessageDeduplicationId", "MessageGroupId",
            "MaxNumberOfMessages", "ReceiveRequestAttemptId", "VisibilityTimeout", "WaitTimeSeconds",
            "ReceiptHandle",
        ]
        items += scalars.compactMap { name in parameters[name].map { (name, $0) } }
        for (name, item) in [
            ("AttributeNames", "AttributeName"), ("MessageAttributeNames", "MessageAttributeName"),
        ] {
            items += parameters.list(name).enumerated().map { ("\(item).\($0 + 1)", $1) }
        }
        items += try attributes("MessageAttribute", parameters)
        items += try attributes("MessageSystemAttribute", parameters)
        return items.map { PercentCoding.encoded($0.0) + "=" + PercentCoding.encoded($0.1) }
            .joined(separator: "&")
    }

    /// `{"name":{"DataType":"String","StringValue":"x"}}`, numbered from 1. The parameter has the name of
    /// `item` with an `s`.
    private static func attributes(
        _ item: String, _ parameters: ServiceParameters
    ) throws(ServiceCall.Problem) -> [(String, String)] {
        if parameters[item + "s"] == nil { return [] }
        guard case .object(let object) = parameters.json(item + "s") else {
            throw ServiceCall.Problem(text: "\(item)s is no JSON object")
        }
        return object.members.enumerated().flatMap { index, member -> [(String, String)] in
            var items = [("\(item).\(index + 1).Name", member.name)]
            for part in ["DataType", "StringValue", "BinaryValue"] {
                guard let text = member.value.member(part)?.mappedText else { continue }
                items.append(("\(item).\(index + 1).Value.\(part)", text))
            }
            return items
        }
    }
}

extension ServiceCall {
    /// The answer to the client: the service's answer to a success, else the gateway's 500 (measured:
    /// docs/fidelity-invoke.md, "AWS services").
    package func reply(to outcome: BackendOutcome) -> GatewayReply {
        guard case .answered(let status, _, let body) = outcome, !(200...299).contains(status) else {
            return outcome.reply
        }
        let excerpt = String(decoding: body.prefix(Self.excerptBytes), as: UTF8.self)
        return GatewayReply(.internalServerError, cause: "\(service) answered \(status): \(excerpt)")
    }

    /// The bytes of an excerpt, enough for an error's name and message.
    private static let excerptBytes = 300
}

extension ServiceCall.Problem {
    /// The answer to the client.
    package var reply: GatewayReply { GatewayReply(.badRequest, cause: text) }
}
