/// An API with all that a deployment takes of it, as it was at one moment. Costs little: its collections
/// share their storage with the tables until either changes.

/// An HTTP API's own record, authorizers, integrations and routes.
package struct APIConfiguration: Sendable {
    package let apiId: String
    /// Nil where there was no such API.
    package let api: Record?
    package let authorizers: RecordCollection
    package let integrations: RecordCollection
    package let routes: RecordCollection

    package init(
        apiId: String, api: Record?, authorizers: RecordCollection, integrations: RecordCollection,
        routes: RecordCollection
    ) {
        self.apiId = apiId
        self.api = api
        self.authorizers = authorizers
        self.integrations = integrations
        self.routes = routes
    }

    /// What `tables` hold of the API now.
    package init(of apiId: String, in tables: Tables) {
        self.apiId = apiId
        api = tables.record(apiId, in: Self.apis)
        authorizers = tables.collection(CollectionKey(resource: .authorizer, parent: apiId))
        integrations = tables.collection(CollectionKey(resource: .integration, parent: apiId))
        routes = tables.collection(CollectionKey(resource: .route, parent: apiId))
    }

    private static let apis = CollectionKey(resource: .api, parent: "")

    /// Makes the API in `tables` what it was, or removes it if it was not there.
    package func restore(in tables: inout Tables) {
        if let api {
            tables.insert(api, as: apiId, in: Self.apis)
        } else {
            tables.remove(apiId, from: Self.apis)
        }
        tables.replaceAll(in: CollectionKey(resource: .authorizer, parent: apiId), with: authorizers)
        tables.replaceAll(in: CollectionKey(resource: .integration, parent: apiId), with: integrations)
        tables.replaceAll(in: CollectionKey(resource: .route, parent: apiId), with: routes)
    }
}
