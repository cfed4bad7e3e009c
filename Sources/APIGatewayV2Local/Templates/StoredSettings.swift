/// Warnings about settings of WebSocket integrations and models that no call can use. They are told when
/// they are stored by an operation, fixtures, a state file or an import. Nothing is known of a refusal by the
/// service.

package import APIGatewayV2
package import APIGatewayV2Invoke
internal import HTTPWire
internal import JSON
package import VTL

/// Looks at stored integrations, integration responses and models.
package final class StoredSettings: Sendable {
    private let store: Store
    private let limits: TemplateLimits
    private let schemas: JSONSchema.Limits
    /// Nil if nobody listens, so that nothing is looked at.
    private let warn: (@Sendable (String) -> Void)?
    private let integrationWrites: [Operation]
    private let responseWrites: [Operation]
    private let modelWrites: [Operation]

    /// `limits` are those of mapping templates, and `schemas` those of models.
    package init(
        _ service: Service, _ limits: TemplateLimits = TemplateLimits(),
        schemas: JSONSchema.Limits = JSONSchema.Limits(), warn: (@Sendable (String) -> Void)? = nil
    ) {
        store = service.store
        self.limits = limits
        self.schemas = schemas
        self.warn = warn
        func writes(_ resource: Resource) -> [Operation] {
            service.catalogue.operations(of: resource).filter { $0.method == .post || $0.method == .patch }
        }
        integrationWrites = writes(.integration)
        responseWrites = writes(.integrationResponse)
        modelWrites = writes(.model)
    }

    /// Tells of an operation that succeeded with a body in its request.
    func note(
        _ routed: RoutedOperation, _ request: HTTPRequest, _ response: HTTPResponse, in scope: Scope
    ) {
        guard let warn else { return }
        let apiId = routed.parameters.values.first ?? ""
        for problem in problems(of: routed, request, response, apiId: apiId, in: scope) {
            warn(problem.warning(ofAPI: apiId))
        }
    }

    private func problems(
        of routed: RoutedOperation, _ request: HTTPRequest, _ response: HTTPResponse, apiId: String,
        in scope: Scope
    ) -> [UnsupportedSetting] {
        /// The record whose identifier the response has as the member `name`.
        func written(_ name: String, _ resource: ResourceID, parent: String) -> (id: String, Record)? {
            guard let id = response.member(name),
                let record = store.record(
                    id, in: CollectionKey(resource: resource, parent: parent), of: scope)
            else { return nil }
            return (id, record)
        }
        if integrationWrites.contains(where: { $0 === routed.operation }) {
            // The names of all members about templates, in requests that mostly have none.
            guard request.body.contains("emplate"),
                let (id, record) = written("integrationId", .integration, parent: apiId)
            else { return [] }
            return UnsupportedSetting.problems(ofIntegration: record, id: id, limits)
        }
        if responseWrites.contains(where: { $0 === routed.operation }) {
            let integrationId = routed.parameters["integrationId"] ?? ""
            let parent = CollectionKey.parentPath([apiId, integrationId])
            guard
                let (id, record) = written("integrationResponseId", .integrationResponse, parent: parent)
            else { return [] }
            return UnsupportedSetting.problems(
                ofIntegrationResponse: record, id: id, of: integrationId, limits)
        }
        guard modelWrites.contains(where: { $0 === routed.operation }), request.body.contains("schema"),
            let (_, record) = written("modelId", .model, parent: apiId)
        else { return [] }
        return UnsupportedSetting.problems(ofModel: record, schemas)
    }

    /// Tells of all that is stored, after a start or a replacement of the state.
    package func noteAll() {
        guard let warn else { return }
        for warning in Self.warnings(of: store.state(), limits, schemas) { warn(warning) }
    }

    /// The warnings about a state. Only WebSocket APIs have such settings.
    package static func warnings(
        of state: State, _ limits: TemplateLimits = TemplateLimits(),
        _ schemas: JSONSchema.Limits = JSONSchema.Limits()
    ) -> [String] {
        var warnings: [String] = []
        for scope in state.keys.sorted(by: { ($0.account, $0.region) < ($1.account, $1.region) }) {
            guard let tables = state[scope],
                tables.counts[.integration] != nil || tables.counts[.model] != nil
            else { continue }
            for (apiId, api) in tables.collection(CollectionKey(resource: .api, parent: "")).records
            where api.body.contains("WEBSOCKET") {
                let configuration = APIConfiguration(of: apiId, in: tables)
                for (id, record) in configuration.integrations.records {
                    var problems: [UnsupportedSetting] = []
                    if record.body.contains("emplate") {
                        problems += UnsupportedSetting.problems(ofIntegration: record, id: id, limits)
                    }
                    for (response, record) in configuration.integrationResponses[id]?.records ?? SortedMap() {
                        problems += UnsupportedSetting.problems(
                            ofIntegrationResponse: record, id: response, of: id, limits)
                    }
                    warnings += problems.map { $0.warning(ofAPI: apiId) }
                }
                for record in configuration.models.records.values {
                    warnings += UnsupportedSetting.problems(ofModel: record, schemas).map {
                        $0.warning(ofAPI: apiId)
                    }
                }
            }
        }
        return warnings
    }
}

extension HTTPResponse {
    /// The text of a member of the body.
    fileprivate func member(_ name: String) -> String? {
        do throws(JSONError) {
            return try JSONDocument(parsing: body).root.members.first { $0.name == name }?.value.string
        } catch {
            return nil
        }
    }
}

extension [UInt8] {
    /// Whether the bytes have `word` somewhere.
    fileprivate func contains(_ word: String) -> Bool {
        let length = word.utf8.count
        guard let first = word.utf8.first, count >= length else { return false }
        let bytes = span
        for start in 0...count - length where bytes[start] == first {
            if bytes.extracting(start..<start + length).equals(word) { return true }
        }
        return false
    }
}
