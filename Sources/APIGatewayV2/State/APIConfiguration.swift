/// An API with all parts of a deployment, at one moment. It takes little memory, because its collections
/// share their storage with the tables until one of them changes.

/// The record of an HTTP API, and its authorizers, integrations and routes.
package struct APIConfiguration: Sendable {
    package let apiId: String
    /// The record of the API; nil if there was no such API.
    package let api: Record?
    package let authorizers: RecordCollection
    package let integrations: RecordCollection
    package let routes: RecordCollection
    /// The models of a WebSocket API; empty for an HTTP API, as the responses are.
    package let models: RecordCollection
    /// By the identifier of the integration.
    package let integrationResponses: [String: RecordCollection]
    /// By the identifier of the route.
    package let routeResponses: [String: RecordCollection]

    package init(
        apiId: String, api: Record?, authorizers: RecordCollection, integrations: RecordCollection,
        routes: RecordCollection, models: RecordCollection = RecordCollection(),
        integrationResponses: [String: RecordCollection] = [:],
        routeResponses: [String: RecordCollection] = [:]
    ) {
        self.models = models
        self.integrationResponses = integrationResponses
        self.routeResponses = routeResponses
        self.apiId = apiId
        self.api = api
        self.authorizers = authorizers
        self.integrations = integrations
        self.routes = routes
    }

    /// The present configuration of the API in `tables`.
    package init(of apiId: String, in tables: Tables) {
        self.apiId = apiId
        api = tables.record(apiId, in: Self.apis)
        authorizers = tables.collection(CollectionKey(resource: .authorizer, parent: apiId))
        integrations = tables.collection(CollectionKey(resource: .integration, parent: apiId))
        routes = tables.collection(CollectionKey(resource: .route, parent: apiId))
        models = tables.collection(CollectionKey(resource: .model, parent: apiId))
        integrationResponses = Self.children(.integrationResponse, of: integrations, in: apiId, tables)
        routeResponses = Self.children(.routeResponse, of: routes, in: apiId, tables)
    }

    /// The collections below each of `parents` that has some.
    private static func children(
        _ resource: ResourceID, of parents: RecordCollection, in apiId: String, _ tables: Tables
    ) -> [String: RecordCollection] {
        var children: [String: RecordCollection] = [:]
        for identifier in parents.records.keys {
            let collection = tables.collection(
                CollectionKey(resource: resource, parent: CollectionKey.parentPath([apiId, identifier])))
            if collection.count > 0 { children[identifier] = collection }
        }
        return children
    }

    private static let apis = CollectionKey(resource: .api, parent: "")

    /// Restores the API in `tables`, or removes it if it did not exist.
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
