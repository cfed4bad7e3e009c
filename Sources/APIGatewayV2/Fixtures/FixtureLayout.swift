/// A fixture file's path below its folder to what the file holds. The layout mirrors the service's URLs
/// without `/v2`: `apis.json`, `apis/{apiId}.json`, `apis/{apiId}/integrations.json`,
/// `apis/{apiId}/integrations/{integrationId}.json`, all of it optionally below `{account}/{region}/`.

import HTTPWire

/// What a fixture file is.
package enum FixturePlace: Equatable, Sendable {
    /// A tree of resources, or what one AWS CLI command printed.
    case document
    /// A list of resources under the parents with these identifiers.
    case collection(ResourceID, parents: [String])
    /// One resource.
    case item(ResourceID, parents: [String], identifier: String)

    /// How many parents must be loaded before this.
    package var depth: Int {
        switch self {
        case .document: 0
        case .collection(_, let parents), .item(_, let parents, _): parents.count
        }
    }
}

/// A file's place and the scope that its path names, if it does.
package struct FixtureLocation: Equatable, Sendable {
    package let scope: Scope?
    package let place: FixturePlace

    /// A file that was named itself, not found in a folder.
    package static let single = FixtureLocation(scope: nil, place: .document)

    /// Reads a path below a fixtures folder. Nil for what lies there without being a fixture: any
    /// top-level folder whose name is not close to a collection's. `catalogue` tells which collections
    /// there are.
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
    /// A folder or file whose name is no collection of the resource above it. `names` are those collections.
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
