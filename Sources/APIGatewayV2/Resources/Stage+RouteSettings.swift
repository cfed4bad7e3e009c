/// Settings of deleted routes: a stage loses them, because no request may set them. The service's behaviour
/// is unknown. Otherwise a state could have settings that no fixture may have.

import JSON

extension Stage {
    /// The effect of a deleted route, or of a changed key.
    static let routeSettingsEffect: Effect = { change, tables in
        guard let key = change.old?[Route.routeKey], key != change.new?[Route.routeKey] else { return }
        dropSettingsWithoutRoute(apiId: change.parents[0], in: &tables)
    }

    /// Removes the settings of missing routes from the API's stages.
    static func dropSettingsWithoutRoute(apiId: String, in tables: inout Tables) {
        let routes = tables.collection(CollectionKey(resource: .route, parent: apiId))
        for (name, record) in tables.collection(CollectionKey(resource: .stage, parent: apiId)).records {
            var stage = Members(.stage, record)
            let settings = stage[routeSettings]?.members ?? []
            let kept = settings.filter { routes.identifier(named: $0.name) != nil }
            guard kept.count < settings.count else { continue }
            stage[routeSettings] = JSONObject(kept)
            Resource.stage.writeUnchecked(stage, as: name, under: [apiId], in: &tables)
        }
    }
}
