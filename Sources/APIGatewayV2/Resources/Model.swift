/// Model: a JSON schema for the messages of a WebSocket API's routes. Child of an Api, with a name that is
/// unique there. AWS: API reference, /v2/apis/{apiId}/models. Members and bounds from the service model,
/// messages from docs/fidelity-members.md, "Model".

import HTTPWire
import JSON

/// The members of a model that code reads.
package enum Model {
    package static let contentType = Key<String>("contentType", in: .model)
    package static let name = Key<String>("name", in: .model)
    package static let schema = Key<String>("schema", in: .model)
}

extension Resource {
    package static let model: Resource = Resource(
        id: .model,
        noun: "Model",
        parent: .api,
        path: "/v2/apis/{apiId}/models/{modelId}",
        identifier: .random(length: 6),
        uniqueName: UniqueName(Model.name) { .conflict("Model with name \($0) already exists for this API") },
        fields: [
            .string("contentType", 1...256),
            .string("description", 0...1024, .clearable),
            .string("modelId", nil, .readOnly),
            .string("name", 1...128, .required),
            .string("schema", 0...32_768, .required),
        ],
        rules: [
            Rule(at: "name") { _, api in
                api?[Api.protocolType] == .http
                    ? "Currently, Models are not permitted for APIs with a protocol type of HTTP" : nil
            },
            Rule(at: "name") { model, _ in
                guard let name = model[Model.name], !name.utf8.allSatisfy(isAlphanumeric) else { return nil }
                return "Model name must be alphanumeric: \(name)"
            },
            Rule(at: "schema") { model, _ in
                guard model.member(Model.contentType, is: "application/json"),
                    let schema = model[Model.schema]
                else { return nil }
                return ModelSchema.breach(of: schema)
            },
        ],
        effects: [Deployment.automaticEffect],
        specialOperations: [
            Operation(
                "GetModelTemplate", .get, "/v2/apis/{apiId}/models/{modelId}/template", status: 200,
                .perform { call throws(ServiceError) in
                    let model = try call.store.read(in: call.scope) { tables throws(ServiceError) in
                        try Resource.model.existing(call.parameters.values, in: tables, call.context)
                    }
                    var body: [UInt8] = []
                    JSONWriter.append(.object(["value": .string(model[Model.schema] ?? "")]), to: &body)
                    return body
                })
        ])
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: false
    }
}
