/// A document's mistakes by OpenAPI's own rules that do not prevent its import: warnings that begin with
/// `Parse issue: attribute`. The service uses the open-source swagger-parser.

import JSON

struct OpenAPIParseIssues {
    private(set) var messages: [String] = []
    private let schemas: Set<String>

    init(_ document: OpenAPIDocument) {
        schemas = Set((document.components["schemas"]?.object?.members ?? []).map(\.name))
        checkNames(of: document.root, among: Self.rootNames, at: "")
        if let info = object("info", in: document.root, at: "") {
            require("title", in: info, at: "info")
            require("version", in: info, at: "info")
            checkNames(of: info, among: Self.infoNames, at: "info")
        }
        // The library writes a full stop before the place of a server, as if another place preceded it.
        for server in document.root["servers"]?.elements?.compactMap(\.object) ?? [] {
            require("url", in: server, at: ".servers")
        }
        guard let paths = object("paths", in: document.root, at: "") else { return }
        for path in paths.members where !path.name.hasPrefix("x-") { check(path) }
    }

    private static let rootNames: Set = [
        "openapi", "info", "servers", "paths", "components", "security", "tags", "externalDocs",
    ]
    private static let infoNames: Set = [
        "title", "description", "termsOfService", "contact", "license", "version",
    ]
    private static let itemNames: Set = [
        "$ref", "summary", "description", "get", "put", "post", "delete", "head", "patch", "options", "trace",
        "servers", "parameters",
    ]
    private static let operationNames: Set = [
        "tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody",
        "responses",
        "callbacks", "deprecated", "security", "servers",
    ]
    private static let parameterNames: Set = [
        "name", "in", "description", "required", "deprecated", "allowEmptyValue", "style", "explode",
        "allowReserved", "schema", "example", "examples", "content",
    ]

    // MARK: Paths

    private mutating func check(_ path: JSONObject.Member) {
        guard let item = path.value.object else {
            return add("paths.\(path.name) is not of type `object`")
        }
        if !path.name.hasPrefix("/") { add("paths. Resource \(path.name) should start with /") }
        let location = "paths.'\(path.name)'"
        let parameters = item["parameters"]?.elements ?? []
        check(parameters, at: location)
        // The declaration for all methods is an extension, which the library ignores.
        let operations = OpenAPIMethod.all.compactMap { name, _ -> (name: String, operation: JSONObject)? in
            guard name != OpenAPIExtension.anyMethod, let operation = item[name]?.object else { return nil }
            return (name, operation)
        }
        for (name, operation) in operations { check(operation, at: "\(location)(\(name))") }
        checkNames(of: item, among: Self.itemNames, at: location)
        for variable in variables(of: path.name) where !parameters.contains(where: { isPath($0, variable) }) {
            let areAllDeclared = operations.allSatisfy { _, operation in
                operation["parameters"]?.elements?.contains { isPath($0, variable) } ?? false
            }
            if areAllDeclared { continue }
            add(
                "\(location). Declared path parameter \(variable) needs to be defined as a path parameter "
                    + "in path or operation level")
        }
    }

    private func variables(of path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") && $0.count > 2 }
            .map { String($0.dropFirst().dropLast()) }
    }

    private func isPath(_ parameter: JSON, _ name: String) -> Bool {
        guard let object = parameter.object else { return false }
        // References are not followed, because their target may be right.
        return object["$ref"] != nil || object["in"] == "path" && object["name"] == .string(name)
    }

    // MARK: Operations

    private mutating func check(_ operation: JSONObject, at location: String) {
        check(operation["parameters"]?.elements ?? [], at: location)
        if let body = operation["requestBody"]?.object {
            checkContent(of: body, at: "\(location).requestBody")
        }
        if let responses = object("responses", in: operation, at: location) {
            for response in responses.members where !response.name.hasPrefix("x-") {
                guard let object = response.value.object, object["$ref"] == nil else { continue }
                let place = "\(location).responses.\(response.name)"
                require("description", in: object, at: place)
                checkContent(of: object, at: place)
            }
        }
        checkNames(of: operation, among: Self.operationNames, at: location)
    }

    private mutating func check(_ parameters: [JSON], at location: String) {
        for parameter in parameters {
            guard let object = parameter.object, object["$ref"] == nil,
                let name = object["name"]?.plainText
            else { continue }
            let place = "\(location).parameters.[\(name)]"
            require("in", in: object, at: place)
            checkNames(of: object, among: Self.parameterNames, at: place)
        }
    }

    private mutating func checkContent(of object: JSONObject, at location: String) {
        for mediaType in object["content"]?.object?.members ?? [] {
            let prefix = "#/components/schemas/"
            guard let reference = mediaType.value.object?["schema"]?.object?["$ref"]?.plainText,
                reference.hasPrefix(prefix), !schemas.contains(String(reference.dropFirst(prefix.count)))
            else { continue }
            add("\(location).content.schema.\(reference) is missing")
        }
    }

    // MARK: Members

    private mutating func object(_ name: String, in parent: JSONObject, at location: String) -> JSONObject? {
        guard let value = parent[name] else {
            add("\(place(name, at: location)) is missing")
            return nil
        }
        if value.object == nil { add("\(place(name, at: location)) is not of type `object`") }
        return value.object
    }

    private mutating func require(_ name: String, in object: JSONObject, at location: String) {
        if object[name] == nil { add("\(place(name, at: location)) is missing") }
    }

    private mutating func checkNames(of object: JSONObject, among names: Set<String>, at location: String) {
        for member in object.members where !names.contains(member.name) && !member.name.hasPrefix("x-") {
            add("\(place(member.name, at: location)) is unexpected")
        }
    }

    private func place(_ name: String, at location: String) -> String {
        location.isEmpty ? name : "\(location).\(name)"
    }

    private mutating func add(_ message: String) {
        messages.append("Parse issue: attribute \(message)")
    }
}
