/// ImportApi, ReimportApi and ExportApi: their parameters and their answers. Each reads or writes the tables
/// once. AWS: API reference, PUT /v2/apis, PUT /v2/apis/{apiId} and GET
/// /v2/apis/{apiId}/exports/{specification}. Bindings from the service model.

import HTTPWire
import JSON
import YAML

enum OpenAPIOperations {
    static let all = [
        Operation("ImportApi", .put, "/v2/apis", status: 201, .perform(importApi)),
        Operation("ReimportApi", .put, "/v2/apis/{apiId}", status: 201, .perform(importApi)),
        Operation(
            "ExportApi", .get, "/v2/apis/{apiId}/exports/{specification}", status: 200, .document(exportApi)),
    ]

    /// Makes an API, or replaces the API in the path. The document is read before the lock is taken.
    private static let importApi: @Sendable (Call) throws(ServiceError) -> [UInt8] = {
        call throws(ServiceError) in
        let failsOnWarnings = try call.flag("failOnWarnings") ?? false
        let modes = BasePathMode.allCases.map(\.rawValue)
        let mode = try call.choice("basepath", modes).flatMap(BasePathMode.init) ?? .ignore
        let text = try call.members([.string("body", nil, .required)])["body"].flatMap(String.init) ?? ""
        let steps = try OpenAPIImport(try OpenAPIDocument(parsing: text), basePath: mode, call.context)
        return try call.store.write(in: call.scope) { tables throws(ServiceError) in
            var steps = steps
            return try steps.perform(
                replacing: call.parameters["apiId"], failsOnWarnings: failsOnWarnings, in: &tables)
        }.body
    }

    private static let exportApi:
        @Sendable (Call) throws(ServiceError) -> (body: [UInt8], contentType: String) = {
            call throws(ServiceError) in
            guard let outputType = try call.choice("outputType", ["YAML", "JSON"]) else {
                throw .missing("outputType")
            }
            try call.check(call.parameters["specification"] ?? "", of: "specification", ["OAS30"])
            _ = try call.choice("exportVersion", ["1.0"])
            let export = try OpenAPIExport(
                of: call.parameters["apiId"] ?? "", stage: call.request.target.query("stageName"),
                hasExtensions: try call.flag("includeExtensions") ?? true,
                in: call.store.tables(of: call.scope),
                call.context)
            return outputType == "JSON"
                ? (PrettyJSON.bytes(of: export.document), "application/json")
                : (YAMLEmitter.bytes(of: export.document), "application/yaml")
        }
}

extension Call {
    /// A Boolean of the query; nil if it is missing.
    fileprivate func flag(_ name: String) throws(ServiceError) -> Bool? {
        try choice(name, ["true", "false"]).map { $0 == "true" }
    }

    /// One of `names` from the query; nil if it is missing.
    fileprivate func choice(_ name: String, _ names: [String]) throws(ServiceError) -> String? {
        guard let value = request.target.query(name) else { return nil }
        try check(value, of: name, names)
        return value
    }

    fileprivate func check(_ value: String, of name: String, _ names: [String]) throws(ServiceError) {
        guard !names.contains(value) else { return }
        throw .badRequest(
            "1 validation error detected: Value '\(value)' at '\(name)' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [\(names.joined(separator: ", "))]")
    }
}
