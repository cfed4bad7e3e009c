/// Fixture documents to a store's state. Every value passes the same tables as a request's; every mistake of
/// every file is collected, and nothing is dropped or made up but the identifier that a file's own name
/// gives. Files must come parents first (see `FixturePlace.depth`).

import JSON

/// Takes fixture files one by one and holds what they amount to.
package struct FixtureLoader {
    package private(set) var problems: [FixtureProblem] = []
    package private(set) var state: State = [:]
    /// The account of an access key, where a document names one.
    package private(set) var accessKeyAccounts: [String: String] = [:]

    private let catalogue: Catalogue
    private let defaultScope: Scope
    /// Which file each record came from, by index into `files`; also of records that were refused, so that
    /// their children are not reported as orphans.
    private var origins: [Scope: [CollectionKey: [String: Int]]] = [:]
    /// The drafts of resources that have children, whose rules read them.
    private var parentDrafts: [Scope: [CollectionKey: [String: Draft]]] = [:]
    private var files: [String] = []
    /// The mistakes of the file at hand, whose places are still byte offsets.
    private var pending: [(offset: Int, path: [PathStep], explanation: String)] = []

    package init(catalogue: Catalogue = .service, defaultScope: Scope) {
        self.catalogue = catalogue
        self.defaultScope = defaultScope
    }

    /// Loads one file, called `name` in messages.
    package mutating func load(_ name: String, at location: FixtureLocation, bytes: [UInt8]) {
        files.append(name)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            let position = TextPosition(ofByte: error.offset, in: bytes)
            problems.append(FixtureProblem(file: name, position: position, explanation: error.description))
            return
        }
        let scope = location.scope ?? defaultScope
        switch location.place {
        case .document:
            loadDocument(document.root, scope: scope)
        case .collection(let id, let parents):
            loadCollection(document.root, of: Catalogue.resource(id), parents: parents, scope: scope, at: [])
        case .item(let id, let parents, let identifier):
            let resource = Catalogue.resource(id)
            loadItem(document.root, of: resource, named: identifier, parents: parents, scope: scope, at: [])
        }
        reportPending(in: document, file: name)
    }

    /// Notes a mistake in a file's name or place.
    package mutating func report(_ problem: FixtureProblem) {
        problems.append(problem)
    }

    private mutating func reportPending(in document: JSONDocument, file: String) {
        let positions = document.positions(ofBytes: pending.map(\.offset))
        for (problem, position) in zip(pending, positions) {
            problems.append(
                FixtureProblem(
                    file: file, position: position, pointer: pointer(to: problem.path),
                    explanation: problem.explanation)
            )
        }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func note(_ node: JSONNode, at path: [PathStep], _ explanation: String) {
        pending.append((node.offset, path, explanation))
    }

    // MARK: Single documents

    private mutating func loadDocument(_ node: JSONNode, scope: Scope) {
        guard node.kind == .object else {
            return note(node, at: [], "found \(node.excerpt), expected an object")
        }
        if let items = node.wireMember("items") {
            // An empty list is the same for every resource.
            guard let first = items.elements.first(where: { _ in true }) else { return }
            guard let root = root(identifiedIn: first) else { return noteWithoutParent(node, like: first) }
            return loadCollection(node, of: root, parents: [], scope: scope, at: [])
        }
        if let root = root(identifiedIn: node) {
            return loadItem(node, of: root, named: nil, parents: [], scope: scope, at: [])
        }
        if catalogue.resources.contains(where: { node.wireMember($0.identifierName) != nil }) {
            return noteWithoutParent(node, like: node)
        }
        loadTree(node, scope: scope)
    }

    private func root(identifiedIn node: JSONNode) -> Resource? {
        catalogue.children(of: nil).first { node.wireMember($0.identifierName) != nil }
    }

    private mutating func noteWithoutParent(_ node: JSONNode, like example: JSONNode) {
        let resource = catalogue.resources.first { example.wireMember($0.identifierName) != nil }
        let place = resource.map { $0.path.dropFirst("/v2/".count) + ".json" } ?? "its place"
        note(
            node, at: [],
            "found \(resource?.noun ?? "something") without its parent, expected it in a folder as \(place)")
    }

    /// `{"account": …, "region": …, "accessKeys": {…}, "apis": […]}`.
    private mutating func loadTree(_ node: JSONNode, scope: Scope) {
        let account = settings(in: node, "account") ?? scope.account
        let region = settings(in: node, "region") ?? scope.region
        let scope = Scope(account: account, region: region)
        let roots = catalogue.children(of: nil)
        for member in node.members {
            let path = [PathStep.member(member.name)]
            if let root = roots.first(where: { member.isNamed($0.collectionName) }) {
                loadCollection(member.value, of: root, parents: [], scope: scope, at: path)
            } else if member.isNamed("accessKeys") {
                loadAccessKeys(member.value, at: path)
            } else if !member.isNamed("account"), !member.isNamed("region") {
                let names = ["account", "region", "accessKeys"] + roots.map(\.collectionName)
                let nearest = nearestName(to: member.name, among: names).map { "; did you mean \($0)?" } ?? ""
                pending.append(
                    (
                        member.nameOffset, path,
                        "found an unknown member, expected one of \(names.joined(separator: ", "))\(nearest)"
                    ))
            }
        }
    }

    private mutating func settings(in node: JSONNode, _ name: String) -> String? {
        guard let value = node[name] else { return nil }
        let isAccepted = value.string.map { name == "account" ? isAccount($0) : !$0.isEmpty } ?? false
        guard isAccepted else {
            let expected = name == "account" ? "an account of 12 digits" : "a region such as \"us-east-1\""
            note(value, at: [.member(name)], "found \(value.excerpt), expected \(expected)")
            return nil
        }
        return value.string
    }

    private mutating func loadAccessKeys(_ node: JSONNode, at path: [PathStep]) {
        guard node.kind == .object else {
            return note(
                node, at: path, "found \(node.excerpt), expected an object of access key ids and accounts")
        }
        for member in node.members {
            guard let account = member.value.string, isAccount(account) else {
                note(
                    member.value, at: path + [.member(member.name)],
                    "found \(member.value.excerpt), expected an account of 12 digits")
                continue
            }
            accessKeyAccounts[member.name] = account
        }
    }

    // MARK: Resources

    /// An array, or what a list operation answers: `{"items": […], "nextToken": null}`.
    private mutating func loadCollection(
        _ node: JSONNode, of resource: Resource, parents: [String], scope: Scope, at path: [PathStep]
    ) {
        var path = path
        var items = node
        if node.kind == .object {
            for member in node.members
            where !["items", "Items", "nextToken", "NextToken"].contains(member.name) {
                guard !member.isNamed(Self.sdkMetadata) else { continue }
                pending.append(
                    (
                        member.nameOffset, path + [.member(member.name)],
                        "found an unknown member, expected one of items, nextToken"
                    ))
            }
            guard let member = node.members.first(where: { $0.isNamed("items") || $0.isNamed("Items") })
            else {
                return note(
                    node, at: path, "found an object without items, expected an array or an object with them")
            }
            path.append(.member(member.name))
            items = member.value
        }
        guard items.kind == .array else {
            return note(
                items, at: path, "found \(items.excerpt), expected an array of \(resource.collectionName)")
        }
        for (index, item) in items.elements.enumerated() {
            loadItem(
                item, of: resource, named: nil, parents: parents, scope: scope, at: path + [.element(index)])
        }
    }

    /// What an SDK puts beside the members of an answer when that is printed whole.
    private static let sdkMetadata = "ResponseMetadata"

    /// `name` is the identifier that the file's name gives; without it the document must.
    private mutating func loadItem(
        _ node: JSONNode, of resource: Resource, named name: String?, parents: [String], scope: Scope,
        at path: [PathStep]
    ) {
        let collection = CollectionKey(resource: resource.id, parent: CollectionKey.parentPath(parents[...]))
        let parent = parentDraft(of: resource, parents: parents, scope: scope)
        if resource.parent != nil, parent == nil { noteOrphan(node, resource, parents, scope, at: path) }
        let children = catalogue.children(of: resource.id)
        let ownType = node.wireMember("protocolType")?.string.flatMap(ProtocolType.init)
        var validation = Validation(
            at: path, protocolType: resource.id == .api ? ownType : parent?[Api.protocolType])
        var draft = validation.stored(
            node, as: resource, foreignMembers: children.map(\.collectionName) + [Self.sdkMetadata])
        validation.checkRules(of: draft, parent: parent, in: node)
        for violation in validation.violations {
            pending.append((violation.offset, violation.path, violation.explanation))
        }
        guard let identifier = identify(&draft, from: node, named: name, at: path) else { return }
        guard claim(identifier, in: collection, scope: scope, node: node, resource: resource, at: path) else {
            return
        }
        if !children.isEmpty {
            parentDrafts[scope, default: [:]][collection, default: [:]][identifier] = draft
        }
        if validation.violations.isEmpty {
            state[scope, default: Tables()].insert(Record(body: draft.body), as: identifier, in: collection)
        }
        for child in children {
            guard let member = node.members.first(where: { $0.isNamed(child.collectionName) }) else {
                continue
            }
            loadCollection(
                member.value, of: child, parents: parents + [identifier], scope: scope,
                at: path + [.member(member.name)])
        }
    }

    private func parentDraft(of resource: Resource, parents: [String], scope: Scope) -> Draft? {
        guard let parent = resource.parent, let identifier = parents.last else { return nil }
        let collection = CollectionKey(resource: parent, parent: CollectionKey.parentPath(parents.dropLast()))
        return parentDrafts[scope]?[collection]?[identifier]
    }

    private mutating func noteOrphan(
        _ node: JSONNode, _ resource: Resource, _ parents: [String], _ scope: Scope, at path: [PathStep]
    ) {
        let parent = resource.parent.map { Catalogue.resource($0).noun } ?? ""
        note(
            node, at: path,
            "found \(resource.noun) of \(parent) \"\(parents.last ?? "")\", which no fixture of account "
                + "\(scope.account) in \(scope.region) holds, expected that \(parent) too")
    }

    /// The identifier, which the document and the file's name must agree on.
    private mutating func identify(
        _ draft: inout Draft, from node: JSONNode, named name: String?, at path: [PathStep]
    ) -> String? {
        let member = draft.resource.identifierName
        let written = node.wireMember(member)
        guard let slot = draft.resource.slot(of: member) else { return name }
        guard let identifier = draft.slots[slot].flatMap(String.init) else {
            if let name, written == nil { draft.slots[slot] = .string(name) }
            if name == nil, written == nil, node.kind == .object {
                note(node, at: path, "found no member \(member), expected it")
            }
            return name
        }
        if let name, let written, name != identifier {
            note(
                written, at: path + [.member(member)],
                "found \(written.excerpt), expected \"\(name)\", as the file is called")
        }
        return identifier
    }

    /// Whether `identifier` is the first of its name.
    private mutating func claim(
        _ identifier: String, in collection: CollectionKey, scope: Scope, node: JSONNode, resource: Resource,
        at path: [PathStep]
    ) -> Bool {
        if let first = origins[scope]?[collection]?[identifier] {
            let place = first == files.count - 1 ? "this file" : files[first]
            note(
                node.wireMember(resource.identifierName) ?? node,
                at: path + [.member(resource.identifierName)],
                "found \(resource.identifierName) \"\(identifier)\" a second time, "
                    + "expected it once (first in \(place))")
            return false
        }
        origins[scope, default: [:]][collection, default: [:]][identifier] = files.count - 1
        return true
    }
}
