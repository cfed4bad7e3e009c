/// The list of resources and, derived from it, of operations. It is checked once when it is made: a
/// contradictory table stops the program before it listens.

import HTTPWire
import JSON

/// Every resource and operation of a service.
package struct Catalogue: Sendable {
    package let resources: [Resource]
    private let resourcesByID: [ResourceID: Resource]
    /// The resources directly under each parent; the roots under nil.
    private let childrenByParent: [ResourceID?: [Resource]]
    package let operations: [Operation]
    private let operationsByResource: [ResourceID: [Operation]]
    /// The operations that belong to no resource.
    package let otherOperations: [Operation]

    package init(
        resources: [Resource], operationsByResource: [ResourceID: [Operation]], otherOperations: [Operation]
    ) {
        self.resources = resources
        resourcesByID = Dictionary(resources.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        childrenByParent = Dictionary(grouping: resources) { $0.parent?.id }
        self.operationsByResource = operationsByResource
        self.otherOperations = otherOperations
        operations = resources.flatMap { operationsByResource[$0.id] ?? [] } + otherOperations
    }

    /// The table of a resource of the catalogue.
    package subscript(id: ResourceID) -> Resource {
        guard let resource = resourcesByID[id] else {
            preconditionFailure("The catalogue has no \(id.rawValue).")
        }
        return resource
    }

    package func operations(of resource: Resource) -> [Operation] {
        operationsByResource[resource.id] ?? []
    }

    /// The resources directly under `parent`; the roots for nil.
    package func children(of parent: ResourceID?) -> [Resource] {
        childrenByParent[parent] ?? []
    }

    /// The contradictions of the tables, as sentences. There are none in a program that works.
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
        if let parent = resource.parent, !resource.path.hasPrefix(parent.path + "/") {
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
            // Run on empty members, so that a key for a missing member stops the program here.
            _ = rule.breach(Members(resource), resource.parent.map { Members($0) })
        }
        for member in resource.checks.compactMap(\.member) where resource.slot(of: member) == nil {
            found.append("A check of \(resource.noun) reports at \(member), which is no member.")
        }
        return found
    }
}
