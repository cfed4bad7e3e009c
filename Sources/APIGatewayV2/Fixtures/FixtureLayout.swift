/// A fixture file's path below its folder in, the kind of its content out. The layout mirrors the service's
/// URLs without `/v2`, optionally below `{account}/{region}/`. Examples: `apis.json`, `apis/{apiId}.json`,
/// `apis/{apiId}/integrations.json`, `apis/{apiId}/integrations/{integrationId}.json`.

import HTTPWire

/// The kind of a fixture file.
package enum FixturePlace: Equatable, Sendable {
    /// A tree of resources, or the output of one AWS CLI command.
    case document
    /// A list of resources under the parents with these identifiers.
    case collection(ResourceID, parents: [String])
    /// One resource.
    case item(ResourceID, parents: [String], identifier: String)

    /// The number of parents that must be loaded before this.
    package var depth: Int {
        switch self {
        case .document: 0
        case .collection(_, let parents), .item(_, let parents, _): parents.count
        }
    }
}

/// A file's place, and the scope in its path; nil without one.
package struct FixtureLocation: Equatable, Sendable {
    package let scope: Scope?
    package let place: FixturePlace

    /// The location of a file that the user named itself.
    package static let single = FixtureLocation(scope: nil, place: .document)

    /// Reads a path below a fixtures folder. Returns nil for a file that is no fixture: its top-level folder
    /// is not close to a collection's name. `catalogue` has the collections.
    package init?(components: [String], catalogue: Catalogue = .service) throws(DocumentProblem) {
        var components = components
        guard let file = components.popLast() else { return nil }
        components.append(file.hasSuffix(".json") ? String(file.dropLast(5)) : file)
        if components.count > 2, isAccount(components[0]) {
            scope = Scope(account: components[0], region: components[1])
            components.removeFirst(2)
        } else {
            scope = nil
        }
        let roots = catalogue.children(of: nil)
        if let first = components.first, !roots.contains(where: { $0.collectionName == first }) {
            if components.count == 1 {
                place = .document
                return
            }
            let problem = DocumentProblem.unknownCollection(first, among: roots.map(\.collectionName))
            if problem.suggestion == nil { return nil }
            throw problem
        }
        place = try Self.place(of: components, catalogue: catalogue)
    }

    private static func place(
        of components: [String], catalogue: Catalogue
    ) throws(DocumentProblem) -> FixturePlace {
        var parents: [String] = []
        var resource: Resource?
        for (index, component) in components.enumerated() {
            guard index.isMultiple(of: 2) else {
                parents.append(component)
                continue
            }
            let children = catalogue.children(of: resource?.id)
            guard let child = children.first(where: { $0.collectionName == component }) else {
                throw .unknownCollection(component, among: children.map(\.collectionName))
            }
            resource = child
        }
        guard let resource else { return .document }
        if components.count.isMultiple(of: 2) {
            let identifier = parents.removeLast()
            return .item(resource.id, parents: parents, identifier: identifier)
        }
        if resource.isSingleton {
            return .item(resource.id, parents: parents, identifier: parents[parents.count - 1])
        }
        return .collection(resource.id, parents: parents)
    }

    private init(scope: Scope?, place: FixturePlace) {
        self.scope = scope
        self.place = place
    }
}

extension DocumentProblem {
    /// The problem of a folder or file with a name that is none of `names`, the collections of its parent.
    fileprivate static func unknownCollection(_ name: String, among names: [String]) -> DocumentProblem {
        DocumentProblem(
            found: "\"\(name)\"",
            expected: names.isEmpty
                ? "nothing below this resource" : "one of \(names.joined(separator: ", "))",
            suggestion: nearestName(to: name, among: names))
    }
}

/// Whether `text` is an AWS account id.
package func isAccount(_ text: String) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy(\.isDigit)
}
