/// `x-amazon-apigateway-integration` and an integration's members, in both directions. AWS: developer guide,
/// "x-amazon-apigateway-integration object", for HTTP APIs. Members of REST APIs alone are ignored.

import JSON

enum OpenAPIIntegration {
    /// Members of the extension and of the integration that are plain texts.
    private static let texts = [
        ("connectionId", "connectionId"), ("connectionType", "connectionType"),
        ("credentials", "credentialsArn"), ("httpMethod", "integrationMethod"),
        ("integrationSubtype", "integrationSubtype"), ("payloadFormatVersion", "payloadFormatVersion"),
        ("type", "integrationType"), ("uri", "integrationUri"),
    ]

    /// A CreateIntegration request with the values of the extension `declared`.
    static func request(from declared: JSONObject, _ variables: AWSVariables) -> JSONObject {
        var request = JSONObject()
        for (name, member) in texts {
            guard let value = declared[name], value != .null else { continue }
            request[member] = value.plainText.map { .string(variables.resolved(in: $0)) } ?? value
        }
        for member in ["integrationType", "connectionType"] {
            if case .string(let text) = request[member] { request[member] = .string(text.uppercased()) }
        }
        if let timeout = declared["timeoutInMillis"] {
            request["timeoutInMillis"] = timeout.wholeNumber.map(JSON.integer) ?? timeout
        }
        request["requestParameters"] = declared["requestParameters"].map { texts(in: $0, variables) }
        request["responseParameters"] = declared["responseParameters"].map { parameters in
            guard let object = parameters.object else { return parameters }
            return .object(
                JSONObject(object.members.map { .init(name: $0.name, value: texts(in: $0.value, variables)) })
            )
        }
        if let name = declared["tlsConfig"]?.object?["serverNameToVerify"] {
            request["tlsConfig"] = ["serverNameToVerify": name]
        }
        return request
    }

    private static func texts(in value: JSON, _ variables: AWSVariables) -> JSON {
        guard let object = value.object else { return value }
        return .object(
            JSONObject(
                object.members.map { member in
                    let text = member.value.plainText.map { JSON.string(variables.resolved(in: $0)) }
                    return .init(name: member.name, value: text ?? member.value)
                }))
    }

    /// The extension with the integration's values, in the order of the service's exports. The default
    /// timeout is left out.
    static func declaration(of integration: Members, region: String) -> JSON {
        var members = JSONObject()
        members["integrationSubtype"] = integration[Integration.integrationSubtype].map(JSON.string)
        members["responseParameters"] = integration[Integration.responseParameters].flatMap(nonEmpty)
        members["credentials"] = integration[Integration.credentialsArn].map(JSON.string)
        members["requestParameters"] = integration[Integration.requestParameters].flatMap(nonEmpty)
        members["payloadFormatVersion"] = integration[Integration.payloadFormatVersion].map(JSON.string)
        members["connectionId"] = integration[Integration.connectionId].map(JSON.string)
        members["type"] = integration[Integration.integrationType].map { .string($0.lowercased()) }
        members["httpMethod"] = integration[Integration.integrationMethod].map(JSON.string)
        members["uri"] = integration[Integration.integrationUri].map {
            .string(LambdaURI.invocation(of: $0, region: region))
        }
        members["connectionType"] = integration[Integration.connectionType].map(JSON.string)
        if let timeout = integration[Integration.timeoutInMillis], timeout != Integration.httpTimeoutInMillis
        {
            members["timeoutInMillis"] = .integer(timeout)
        }
        members["tlsConfig"] = integration[Integration.tlsConfig].flatMap(nonEmpty)
        return .object(members)
    }

    private static func nonEmpty(_ object: JSONObject) -> JSON? {
        object.members.isEmpty ? nil : .object(object)
    }
}

enum LambdaURI {
    /// The URI that API Gateway calls. Exports have this form even for integrations with a function's bare
    /// ARN. Every other URI stays.
    static func invocation(of uri: String, region: String) -> String {
        let parts = uri.split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
        guard parts.count == 7, parts[0] == "arn", parts[2] == "lambda", parts[5] == "function" else {
            return uri
        }
        return "arn:\(parts[1]):apigateway:\(region):lambda:path/2015-03-31/functions/\(uri)/invocations"
    }
}

/// The variables for the account and region of an import. AWS: "AWS variables for OpenAPI import".
struct AWSVariables {
    private let values: [(name: String, value: String)]

    init(_ scope: Scope) {
        let isChina = scope.region.hasPrefix("cn-")
        let partition = isChina ? "aws-cn" : scope.region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
        values = [
            ("${AWS::AccountId}", scope.account), ("${AWS::Partition}", partition),
            ("${AWS::Region}", scope.region),
            ("${AWS::URLSuffix}", isChina ? "amazonaws.com.cn" : "amazonaws.com"),
        ]
    }

    func resolved(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        return values.reduce(text) { $0.replacing($1.name, with: $1.value) }
    }
}
