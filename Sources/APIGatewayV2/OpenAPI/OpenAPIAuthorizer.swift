/// `x-amazon-apigateway-authorizer` of a security scheme and an authorizer's members, in both directions, and
/// the `security` of an operation. AWS: developer guide, "x-amazon-apigateway-authorizer object".

import JSON

enum OpenAPIAuthorizer {
    private static let texts = [
        ("authorizerCredentials", "authorizerCredentialsArn"),
        ("authorizerPayloadFormatVersion", "authorizerPayloadFormatVersion"),
        ("authorizerUri", "authorizerUri"), ("identityValidationExpression", "identityValidationExpression"),
        ("type", "authorizerType"),
    ]

    private static let discoverySuffix = "/.well-known/openid-configuration"

    /// A CreateAuthorizer request with the values of the extension `declared` of `scheme`.
    static func request(
        named name: String, from declared: JSONObject, scheme: JSONObject, _ variables: AWSVariables
    ) -> JSONObject {
        var request: JSONObject = ["name": .string(name)]
        for (extensionName, member) in texts {
            guard let value = declared[extensionName], value != .null else { continue }
            request[member] = value.plainText.map { .string(variables.resolved(in: $0)) } ?? value
        }
        if case .string(let type) = request["authorizerType"] {
            request["authorizerType"] = .string(type.uppercased())
        }
        if let time = declared["authorizerResultTtlInSeconds"] {
            request["authorizerResultTtlInSeconds"] = time.wholeNumber.map(JSON.integer) ?? time
        }
        if let isSimple = declared["enableSimpleResponses"] {
            request["enableSimpleResponses"] =
                isSimple.plainText.flatMap(Bool.init).map(JSON.bool) ?? isSimple
        }
        if let source = declared["identitySource"] {
            request["identitySource"] = source.plainText.map { .array(sources(in: $0)) } ?? source
        }
        request["jwtConfiguration"] = jwtConfiguration(declared, scheme: scheme)
        return request
    }

    private static func sources(in text: String) -> [JSON] {
        text.split(separator: ",").map { .string(String($0.drop { $0 == " " })) }
    }

    /// The JWT configuration. A scheme of the type openIdConnect has the issuer in the address of its
    /// description.
    private static func jwtConfiguration(_ declared: JSONObject, scheme: JSONObject) -> JSON? {
        guard var configuration = declared["jwtConfiguration"]?.object else {
            return declared["jwtConfiguration"]
        }
        if configuration["issuer"] == nil, let url = scheme["openIdConnectUrl"]?.plainText {
            let isFull = url.hasSuffix(discoverySuffix)
            configuration["issuer"] = .string(isFull ? String(url.dropLast(discoverySuffix.count)) : url)
        }
        return .object(configuration)
    }

    /// The security scheme of the authorizer, with members in the order of the service's exports.
    static func scheme(of authorizer: Members, region: String, hasExtension: Bool) -> JSON {
        let isJWT = authorizer[Authorizer.authorizerType] == "JWT"
        var scheme: JSONObject
        if isJWT {
            scheme = ["type": "oauth2", "flows": [:]]
        } else {
            let (name, place) = parameter(of: authorizer)
            scheme = ["type": "apiKey", "name": .string(name), "in": .string(place)]
        }
        if hasExtension { scheme[OpenAPIExtension.authorizer] = declaration(of: authorizer, region: region) }
        return .object(scheme)
    }

    /// The request parameter of a scheme of the type apiKey. It is `Unused` for several sources, and for a
    /// source that is neither a header nor a query parameter.
    private static func parameter(of authorizer: Members) -> (name: String, place: String) {
        let sources = authorizer[Authorizer.identitySource] ?? []
        guard sources.count == 1, case .string(let source) = sources[0] else { return ("Unused", "header") }
        for (prefix, place) in [("$request.header.", "header"), ("$request.querystring.", "query")]
        where source.hasPrefix(prefix) {
            return (String(source.dropFirst(prefix.count)), place)
        }
        return ("Unused", "header")
    }

    private static func declaration(of authorizer: Members, region: String) -> JSON {
        var members = JSONObject()
        let sources = authorizer[Authorizer.identitySource]?.compactMap(\.plainText) ?? []
        members["identitySource"] = sources.isEmpty ? nil : .string(sources.joined(separator: ","))
        members["identityValidationExpression"] =
            authorizer[Authorizer.identityValidationExpression].map(JSON.string)
        members["authorizerUri"] = authorizer[Authorizer.authorizerUri].map {
            .string(LambdaURI.invocation(of: $0, region: region))
        }
        members["authorizerCredentials"] = authorizer[Authorizer.authorizerCredentialsArn].map(JSON.string)
        members["authorizerPayloadFormatVersion"] =
            authorizer[Authorizer.authorizerPayloadFormatVersion].map(JSON.string)
        members["authorizerResultTtlInSeconds"] =
            authorizer[Authorizer.authorizerResultTtlInSeconds].map(JSON.integer)
        members["jwtConfiguration"] = authorizer[Authorizer.jwtConfiguration].map { configuration in
            var sorted = JSONObject()
            for name in ["audience", "issuer"] { sorted[name] = configuration[name] }
            return .object(sorted)
        }
        members["type"] = authorizer[Authorizer.authorizerType].map { .string($0.lowercased()) }
        members["enableSimpleResponses"] = authorizer[Authorizer.enableSimpleResponses].map(JSON.bool)
        return .object(members)
    }
}

/// The authorization of a route in a document.
enum OpenAPISecurity: Equatable {
    case open
    case iam
    /// The authorizer of the scheme `name` decides.
    case authorizer(name: String, scopes: [JSON])
    /// The operation has more requirements than an HTTP API's route can have.
    case several

    /// The authorization of `operation`; without one, that of the whole document.
    init(of operation: JSONObject, in document: OpenAPIDocument) {
        let auth = operation[OpenAPIExtension.auth]?.object?["type"]?.plainText
        if let auth, auth.uppercased() == "AWS_IAM" {
            self = .iam
            return
        }
        let requirements = (operation["security"] ?? document.root["security"])?.elements ?? []
        let names = requirements.flatMap { $0.object?.members ?? [] }
        guard requirements.count <= 1, names.count <= 1 else {
            self = .several
            return
        }
        guard let name = names.first, let scheme = document.securitySchemes[name.name]?.object else {
            self = .open
            return
        }
        if scheme[OpenAPIExtension.authtype]?.plainText?.lowercased() == "awssigv4" {
            self = .iam
        } else if scheme[OpenAPIExtension.authorizer]?.object != nil {
            self = .authorizer(name: name.name, scopes: name.value.elements ?? [])
        } else {
            self = .open
        }
    }
}
