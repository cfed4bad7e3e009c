/// The text of an import in, an OpenAPI 3.0 document out, as JSON values for the other files of this folder.
/// Refuses text that is neither JSON nor YAML, and every other version. The words are from reports
/// (localstack/localstack 13043, api-platform/core 3462).

import JSON
import YAML

struct OpenAPIDocument {
    let root: JSONObject

    init(parsing text: String) throws(ServiceError) {
        guard case .object(let root) = try Self.value(of: Array(text.utf8)) else { throw Self.invalid }
        self.root = root
        guard let version = root["openapi"]?.plainText else {
            guard root["swagger"] != nil else { throw Self.invalid }
            throw .badRequest(Self.invalid.message + " HTTP APIs support only the OpenAPI 3.0 specification.")
        }
        guard version == "3.0" || version.hasPrefix("3.0.") else {
            throw .badRequest(
                "Unable to build importer with provided input. Unable to determine OAS version from "
                    + "'\(version)'")
        }
    }

    /// The service's message for an unreadable document, recorded on the v1 control plane.
    private static let invalid = ServiceError.badRequest("Invalid OpenAPI input.")

    private static func value(of bytes: [UInt8]) throws(ServiceError) -> JSON {
        let first = bytes.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        if first == UInt8(ascii: "{") {
            do throws(JSONError) {
                return try JSONDocument(parsing: bytes).root.json
            } catch {
                throw invalid
            }
        }
        do throws(YAMLError) {
            return try YAMLParser.value(of: bytes)
        } catch {
            throw invalid
        }
    }

    var info: JSONObject { root["info"]?.object ?? [:] }

    /// The paths and their items, without extensions.
    var paths: [(path: String, item: JSONObject)] {
        (root["paths"]?.object?.members ?? []).compactMap { member in
            guard !member.name.hasPrefix("x-"), let item = member.value.object else { return nil }
            return (member.name, item)
        }
    }

    var components: JSONObject { root["components"]?.object ?? [:] }

    var securitySchemes: JSONObject { components["securitySchemes"]?.object ?? [:] }

    /// The integrations in `components.x-amazon-apigateway-integrations`.
    var integrations: JSONObject { components[OpenAPIExtension.integrations]?.object ?? [:] }
}

/// The names of API Gateway's own members of a document.
enum OpenAPIExtension {
    static let anyMethod = "x-amazon-apigateway-any-method"
    static let auth = "x-amazon-apigateway-auth"
    static let authorizer = "x-amazon-apigateway-authorizer"
    static let authtype = "x-amazon-apigateway-authtype"
    static let cors = "x-amazon-apigateway-cors"
    static let endpointConfiguration = "x-amazon-apigateway-endpoint-configuration"
    static let exportVersion = "x-amazon-apigateway-importexport-version"
    static let integration = "x-amazon-apigateway-integration"
    static let integrations = "x-amazon-apigateway-integrations"
    static let tagValue = "x-amazon-apigateway-tag-value"
}

/// The methods of a path item in the service's order of reading and writing, and their words in route keys.
enum OpenAPIMethod {
    static let all = [
        ("get", "GET"), ("put", "PUT"), ("post", "POST"), ("delete", "DELETE"), ("options", "OPTIONS"),
        ("head", "HEAD"), ("patch", "PATCH"), ("trace", "TRACE"), (OpenAPIExtension.anyMethod, "ANY"),
    ]

    static func isMethod(_ name: String) -> Bool {
        all.contains { $0.0 == name }
    }
}

extension JSON {
    var object: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    var elements: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// A scalar of any type as text. A fraction of zero stays, because the unquoted payloadFormatVersion 2.0
    /// is the version 2.0, and 2 is none.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number.description
        case .bool(let bool): String(bool)
        case .null, .array, .object: nil
        }
    }

    /// A whole number, which may be a text or have a fraction of zero.
    var wholeNumber: Int? {
        switch self {
        case .integer(let integer): integer
        case .number(let number): Int(exactly: number)
        case .string(let text): Int(text)
        case .null, .bool, .array, .object: nil
        }
    }
}
