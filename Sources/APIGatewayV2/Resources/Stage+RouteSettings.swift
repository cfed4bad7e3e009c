/// Settings of routes that are no more: a stage has none, as no request may give it any. How the service goes
/// about it is not known. Without this a state could hold what no fixture may.

import JSON

extension Stage {
    /// After a route is gone, or has another key.
    static let routeSettingsEffect: Effect = { change, tables in
        guard let key = change.old?[Route.routeKey], key != change.new?[Route.routeKey] else { return }
        dropSettingsWithoutRoute(apiId: change.parents[0], in: &tables)
    }

    /// Takes the settings of routes that the API does not have out of its stages.
    static func dropSettingsWithoutRoute(apiId: String, in tables: inout Tables) {
        let routes = tables.collection(CollectionKey(resource: .route, parent: apiId))
        for (name, record) in tables.collection(CollectionKey(resource: .stage, parent: apiId)).records {
            var stage = Members(.stage, record)
            let settings = stage[routeSettings]?.members ?? []
            let kept = settings.filter { routes.identifier(named: $0.name) != nil }
            guard kept.count < settings.count else { continue }
            stage[routeSettings] = JSONObject(kept)
            Resource.stage.put(stage, as: name, under: [apiId], in: &tables)
        }
    }
}
