/// Deployment: a snapshot of an API, for stages. Child of an Api. A deployment of a stage cannot be deleted.
/// Stages with autoDeploy get a new one with every change of the API. AWS: API reference,
/// /v2/apis/{apiId}/deployments. Members and bounds from the service model, messages from docs/fidelity.md,
/// "Deployment".

import JSON

/// The members of a deployment that code reads, and the automatic deployments.
package enum Deployment {
    static let autoDeployed = Key<Bool>("autoDeployed", in: .deployment)
    static let createdDate = Key<String>("createdDate", in: .deployment)
    static let deploymentId = Key<String>("deploymentId", in: .deployment)
    static let deploymentStatus = Key<String>("deploymentStatus", in: .deployment)
    static let description = Key<String>("description", in: .deployment)
    static let stageName = Key<String>("stageName", in: .deployment)
}

extension Resource {
    package static let deployment: Resource = Resource(
        id: .deployment,
        noun: "Deployment",
        parent: .api,
        path: "/v2/apis/{apiId}/deployments/{deploymentId}",
        names: OperationNames("Deployment", updateStatus: 201),
        identifier: .random(length: 6),
        fields: [
            .boolean("autoDeployed", .readOnly, default: .constant(false)),
            .timestamp(
                "createdDate", .readOnly, default: .generated { change, _ in change.context.timestamp }),
            .string("deploymentId", nil, .readOnly),
            .choice(
                "deploymentStatus", ["PENDING", "FAILED", "DEPLOYED"], .readOnly,
                default: .constant("DEPLOYED")),
            .string("deploymentStatusMessage", nil, .readOnly),
            .string("description", 0...1024, .clearable),
            .string("stageName", 1...128, .inputOnly, .createOnly),
        ],
        requestOnlyChecks: [Deployment.creationCheck],
        deletionChecks: [Deployment.inUseCheck],
        effects: [Deployment.creationEffect],
        notModelled: [
            "A deployment is DEPLOYED at once; PENDING and FAILED come from fixtures alone."
        ])
}

extension Deployment {
    fileprivate static let creationCheck = Check { change, tables throws(ServiceError) in
        guard change.old == nil else { return }
        if let obstacle = obstacle(apiId: change.parents[0], type: change.parent?.protocolType, tables) {
            throw .badRequest(obstacle)
        }
        guard let stage = change.new?[stageName], !tables.contains(stage, in: change.siblings(.stage))
        else { return }
        throw .notFound(Resource.stage.unknownMessage(stage, change.context.scope))
    }

    fileprivate static let inUseCheck = Check { change, tables throws(ServiceError) in
        let stages = tables.collection(change.siblings(.stage))
        guard stages.count(withKey: Stage.key(ofDeployment: change.identifier)) > 0 else { return }
        throw .badRequest("Active stages pointing to this deployment must be moved or deleted")
    }

    /// A deployment keeps a snapshot of the API. If it names a stage, it moves that stage.
    fileprivate static let creationEffect: Effect = { change, tables in
        guard change.old == nil, change.new != nil else { return }
        tables.setDeployed(
            APIConfiguration(of: change.parents[0], in: tables), of: change.identifier, in: change.siblings)
        guard let name = change.new?[stageName],
            let record = tables.record(name, in: change.siblings(.stage))
        else { return }
        var stage = Members(.stage, record)
        move(&stage, to: change.identifier, change.context)
        Resource.stage.writeUnchecked(stage, as: name, under: change.parents, in: &tables)
    }
}

extension Deployment {
    /// The effect of a change of an API or one of its parts.
    static let automaticEffect: Effect = { change, tables in
        let isAPI = change.resource.id == .api
        // A new API has no stage, and a deleted one has no parts.
        if !change.context.deploysAutomatically || isAPI && (change.old == nil || change.new == nil) {
            return
        }
        deployAutomatically(apiId: isAPI ? change.identifier : change.parents[0], change.context, in: &tables)
    }

    /// Gives each stage with autoDeploy its own deployment, or the reason why it has none. The service does
    /// so just after its answer, this program before it.
    static func deployAutomatically(apiId: String, _ context: WriteContext, in tables: inout Tables) {
        let stages = CollectionKey(resource: .stage, parent: apiId)
        let names = tables.collection(stages).identifiers(withKey: Stage.automatic)
        guard !names.isEmpty else { return }
        let api = Resource.stage.parentMembers([apiId], in: &tables)
        let obstacle = obstacle(apiId: apiId, type: api?.protocolType, tables)
        for name in names {
            guard let record = tables.record(name, in: stages) else { continue }
            var stage = Members(.stage, record)
            let previous = stage[Stage.deploymentId]
            if let obstacle {
                stage[Stage.lastDeploymentStatusMessage] = "Deployment attempt failed: \(obstacle)"
            } else {
                deploy(&stage, of: apiId, context, in: &tables)
            }
            Resource.stage.writeUnchecked(stage, as: name, under: [apiId], in: &tables)
            if obstacle == nil, let previous { forget(previous, apiId: apiId, in: &tables) }
        }
    }

    private static func deploy(
        _ stage: inout Members, of apiId: String, _ context: WriteContext, in tables: inout Tables
    ) {
        let identifier = context.random.identifier(length: 6)
        var deployment = Members(.deployment)
        deployment[autoDeployed] = true
        deployment[createdDate] = String(context.timestamp)
        deployment[deploymentId] = identifier
        deployment[deploymentStatus] = "DEPLOYED"
        deployment[description] = "Automatic deployment triggered by changes to the Api configuration"
        Resource.deployment.writeUnchecked(deployment, as: identifier, under: [apiId], in: &tables)
        let deployments = CollectionKey(resource: .deployment, parent: apiId)
        tables.setDeployed(APIConfiguration(of: apiId, in: tables), of: identifier, in: deployments)
        move(&stage, to: identifier, context)
        stage[Stage.lastDeploymentStatusMessage] =
            "Successfully deployed stage with deployment ID '\(identifier)'"
    }

    /// Forgets the snapshot of an automatic deployment that no stage uses any more. Every change of an API
    /// makes a snapshot. An API that changes for days would otherwise grow without end.
    private static func forget(_ identifier: String, apiId: String, in tables: inout Tables) {
        let deployments = CollectionKey(resource: .deployment, parent: apiId)
        guard let record = tables.record(identifier, in: deployments),
            Members(.deployment, record)[autoDeployed] == true
        else { return }
        let stages = tables.collection(CollectionKey(resource: .stage, parent: apiId))
        if stages.count(withKey: Stage.key(ofDeployment: identifier)) > 0 { return }
        tables.setDeployed(nil, of: identifier, in: deployments)
    }

    fileprivate static func move(_ stage: inout Members, to deployment: String, _ context: WriteContext) {
        stage[Stage.deploymentId] = deployment
        stage[Stage.lastUpdatedDate] = String(context.timestamp)
    }

    /// The service's message if the API cannot be deployed; nil if it can.
    fileprivate static func obstacle(apiId: String, type: ProtocolType?, _ tables: Tables) -> String? {
        let routes = tables.collection(CollectionKey(resource: .route, parent: apiId))
        guard type == .http else {
            return routes.count == 0 ? "At least one route is required before deploying the Api" : nil
        }
        if routes.count == 0 { return "Unable to deploy API because no routes exist in this API" }
        let isValid = routes.count(withKey: Route.targeted) > 0
        return isValid ? nil : "Unable to deploy API because no valid routes exist in this API"
    }
}
