/// The list of resources and, derived from it, of operations. Checked once when it is made: a table that
/// contradicts itself stops the program before it listens.

import HTTPWire
import JSON

/// Every resource and operation of the service.
package struct Catalogue: Sendable {
    /// The service's own tables.
    package static let service = Catalogue(
        resources: ResourceID.allCases.map(Catalogue.resource), operations: Tags.operations)

    package let resources: [Resource]
    /// Those directly under each; the roots under nil.
    private let childrenByParent: [ResourceID?: [Resource]]
    package let operations: [Operation]

    /// The table of a resource. The one place that lists them: a new resource is a case here and a file
    /// of its own.
    package static func resource(_ id: ResourceID) -> Resource {
        switch id {
        case .api: .api
        case .apiMapping: .apiMapping
        case .authorizer: .authorizer
        case .deployment: .deployment
        case .domainName: .domainName
        case .integration: .integration
        case .integrationResponse: .integrationResponse
        case .model: .model
        case .portal: .portal
        case .portalProduct: .portalProduct
        case .portalProductSharingPolicy: .portalProductSharingPolicy
        case .productPage: .productPage
        case .productRestEndpointPage: .productRestEndpointPage
        case .route: .route
        case .routeResponse: .routeResponse
        case .routingRule: .routingRule
        case .stage: .stage
        case .vpcLink: .vpcLink
        }
    }

    /// `operations` are those that belong to no resource.
    package init(resources: [Resource], operations: [Operation] = []) {
        self.resources = resources
        childrenByParent = Dictionary(grouping: resources, by: \.parent)
        self.operations = resources.flatMap(\.operations) + operations
    }

    /// The resources directly under `parent`; the roots for nil.
    package func children(of parent: ResourceID?) -> [Resource] {
        childrenByParent[parent] ?? []
    }

    /// What is wrong with the tables, as sentences. Empty in a program that works.
    package func contradictions() -> [String] {
        var found: [String] = []
        let pairs = operations.map { "\($0.method.rawValue) \($0.path)" }
        for pair in Set(pairs) where pairs.count(where: { $0 == pair }) > 1 {
            found.append("Two operations are \(pair).")
        }
        let names = operations.map(\.name)
        for name in Set(names) where names.count(where: { $0 == name }) > 1 {
            found.append("Two operations are called \(name).")
        }
        for operation in operations where ![200, 201, 202, 204].contains(operation.status) {
            found.append("\(operation.name) succeeds with \(operation.status).")
        }
        for resource in resources {
            found += contradictions(in: resource)
        }
        return found
    }

    private func contradictions(in resource: Resource) -> [String] {
        var found: [String] = []
        if let parent = resource.parent.map(Catalogue.resource), !resource.path.hasPrefix(parent.path + "/") {
            found.append("\(resource.noun) is not under the path of its parent \(parent.noun).")
        }
        if resource.identifierSlot == nil {
            found.append("\(resource.noun) has no member \(resource.identifierName), which its path names.")
        }
        for field in resource.listFields ?? [] where resource.slot(of: field.path.first ?? "") == nil {
            found.append("A list of \(resource.noun) shows \(field.name), which is no member.")
        }
        if let lifecycle = resource.lifecycle {
            let phases = [lifecycle.afterCreation, lifecycle.duringDeletion]
            for member in phases.flatMap(\.members.members) where resource.slot(of: member.name) == nil {
                found.append("The life of \(resource.noun) changes \(member.name), which is no member.")
            }
        }
        for rule in resource.allRequestRules {
            if resource.slot(of: rule.member) == nil {
                found.append("A rule of \(resource.noun) reports at \(rule.member), which is no member.")
            }
            // Run on nothing, so that a key for a member that does not exist stops the program here.
            _ = rule.breach(Members(resource), resource.parent.map { Members(Catalogue.resource($0)) })
        }
        for member in resource.checks.compactMap(\.member) where resource.slot(of: member) == nil {
            found.append("A check of \(resource.noun) reports at \(member), which is no member.")
        }
        return found
    }
}
