/// Fixture documents to a store's state. Every value passes the same tables as a request's; every mistake
/// of every file is collected, and nothing is dropped or made up but the identifier that a file's own
/// name gives. Files must come parents first (see `FixturePlace.depth`).

import JSON

/// Takes fixture files one by one and holds what they amount to.
package struct FixtureLoader {
    package private(set) var problems: [DocumentProblem] = []
    /// The account of an access key, where a document names one.
    package private(set) var accessKeyAccounts: [String: String] = [:]

    private let catalogue: Catalogue
    private let defaultScope: Scope
    private var records = FixtureRecords()
    /// The parent of the resources that were loaded last, whose files mostly come in a row.
    private var lastParent: (siblings: FixtureSiblings, identifier: String, parent: Parent)?
    private var files: [String] = []
    /// The mistakes of the file that is being loaded.
    private var pending = DocumentProblems()

    package init(catalogue: Catalogue = .service, defaultScope: Scope) {
        self.catalogue = catalogue
        self.defaultScope = defaultScope
    }

    /// What a store is made with.
    package var state: State { records.state }

    /// Loads one file, called `name` in messages.
    package mutating func load(_ name: String, at location: FixtureLocation, bytes: [UInt8]) {
        files.append(name)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            problems.append(DocumentProblem(error, in: bytes, file: name))
            return
        }
        let scope = location.scope ?? defaultScope
        switch location.place {
        case .document:
            loadDocument(document.root, scope: scope)
        case .collection(let id, let parents):
            let family = family(of: Catalogue.resource(id), parents: parents, scope: scope)
            loadCollection(document.root, of: family, at: [])
        case .item(let id, let parents, let identifier):
            let family = family(of: Catalogue.resource(id), parents: parents, scope: scope)
            loadItem(document.root, of: family, named: identifier, at: [])
        }
        problems += pending.positioned(in: document, file: name, order: .asNoted)
        pending = DocumentProblems()
    }

    /// Notes a mistake in a file's name or place.
    package mutating func report(_ problem: DocumentProblem) {
        problems.append(problem)
    }

    // MARK: Single documents

    private mutating func loadDocument(_ node: JSONNode, scope: Scope) {
        guard node.kind == .object else {
            return pending.note(node, at: [], expected: "an object")
        }
        if let items = node.wireMember("items") {
            // An empty list is the same for every resource.
            guard let first = items.elements.first(where: { _ in true }) else { return }
            guard let root = root(identifiedIn: first) else { return noteWithoutParent(node, like: first) }
            return loadCollection(node, of: family(of: root, parents: [], scope: scope), at: [])
        }
        if let root = root(identifiedIn: node) {
            return loadItem(node, of: family(of: root, parents: [], scope: scope), named: nil, at: [])
        }
        if catalogue.resources.contains(where: { node.wireMember($0.identifierName) != nil }) {
            return noteWithoutParent(node, like: node)
        }
        loadTree(node, scope: scope, at: [])
    }

    private func root(identifiedIn node: JSONNode) -> Resource? {
        catalogue.children(of: nil).first { node.wireMember($0.identifierName) != nil }
    }

    private mutating func noteWithoutParent(_ node: JSONNode, like example: JSONNode) {
        let resource = catalogue.resources.first { example.wireMember($0.identifierName) != nil }
        let place = resource.map { $0.path.dropFirst("/v2/".count) + ".json" } ?? "its place"
        pending.note(
            node, at: [],
            found: "\(resource?.noun ?? "something") without its parent",
            expected: "it in a folder as \(place)")
    }

    /// `{"account": …, "region": …, "accessKeys": {…}, "apis": […]}`; `scopes` at the root of a document
    /// holds several of these, without access keys.
    private mutating func loadTree(_ node: JSONNode, scope: Scope, at place: [PathStep]) {
        let account = settings(in: node, "account", at: place) ?? scope.account
        let region = settings(in: node, "region", at: place) ?? scope.region
        let scope = Scope(account: account, region: region)
        let roots = catalogue.children(of: nil)
        let isDocument = place.isEmpty
        for member in node.members {
            let path = place + [.member(member.name)]
            if let root = roots.first(where: { member.isNamed($0.collectionName) }) {
                loadCollection(member.value, of: family(of: root, parents: [], scope: scope), at: path)
            } else if isDocument, member.isNamed("accessKeys") {
                loadAccessKeys(member.value, at: path)
            } else if isDocument, member.isNamed("scopes") {
                loadScopes(member.value, scope: scope, at: path)
            } else if !member.isNamed("account"), !member.isNamed("region") {
                let others = isDocument ? ["accessKeys", "scopes"] : []
                let names = ["account", "region"] + others + roots.map(\.collectionName)
                pending.note(
                    path, offset: member.nameOffset, found: "an unknown member",
                    expected: "one of \(names.joined(separator: ", "))",
                    suggestion: nearestName(to: member.name, among: names))
            }
        }
    }

    private mutating func loadScopes(_ node: JSONNode, scope: Scope, at path: [PathStep]) {
        guard node.kind == .array else {
            return pending.note(node, at: path, expected: "an array of accounts and regions")
        }
        for (index, element) in node.elements.enumerated() {
            let place = path + [.element(index)]
            if element.kind == .object {
                loadTree(element, scope: scope, at: place)
            } else {
                pending.note(element, at: place, expected: "an object")
            }
        }
    }

    private mutating func settings(in node: JSONNode, _ name: String, at path: [PathStep]) -> String? {
        guard let value = node[name] else { return nil }
        let isAccepted = value.string.map { name == "account" ? isAccount($0) : !$0.isEmpty } ?? false
        guard isAccepted else {
            let expected = name == "account" ? "an account of 12 digits" : "a region such as \"us-east-1\""
            pending.note(value, at: path + [.member(name)], expected: expected)
            return nil
        }
        return value.string
    }

    private mutating func loadAccessKeys(_ node: JSONNode, at path: [PathStep]) {
        guard node.kind == .object else {
            return pending.note(
                node, at: path, expected: "an object of access key ids and accounts")
        }
        for member in node.members {
            guard let account = member.value.string, isAccount(account) else {
                pending.note(
                    member.value, at: path + [.member(member.name)],
                    expected: "an account of 12 digits")
                continue
            }
            accessKeyAccounts[member.name] = account
        }
    }

    // MARK: Resources

    /// An array, or what a list operation answers: `{"items": […], "nextToken": null}`.
    private mutating func loadCollection(_ node: JSONNode, of family: Family, at path: [PathStep]) {
        var path = path
        var items = node
        let listMember = family.resource.names.listMember
        if node.kind == .object {
            let known = [listMember, "nextToken", Self.sdkMetadata]
            for member in node.members where !known.contains(where: { member.isNamedOnWire($0) }) {
                pending.note(
                    path + [.member(member.name)], offset: member.nameOffset, found: "an unknown member",
                    expected: "one of \(listMember), nextToken")
            }
            guard let member = node.members.first(where: { $0.isNamedOnWire(listMember) })
            else {
                return pending.note(
                    node, at: path,
                    found: "an object without \(listMember)", expected: "an array or an object with them")
            }
            path.append(.member(member.name))
            items = member.value
        }
        guard items.kind == .array else {
            return pending.note(
                items, at: path,
                expected: "an array of \(family.resource.collectionName)")
        }
        for (index, item) in items.elements.enumerated() {
            loadItem(item, of: family, named: nil, at: path + [.element(index)])
        }
    }

    /// What an SDK puts beside the members of an answer when that is printed whole.
    private static let sdkMetadata = "ResponseMetadata"

    /// `name` is the identifier that the file's name gives; without it the document must.
    private mutating func loadItem(
        _ node: JSONNode, of family: Family, named name: String?, at path: [PathStep]
    ) {
        if case .missing = family.parent { noteOrphan(node, family, at: path) }
        let protocolType = protocolType(of: node, family)
        var validation = Validation(at: path, protocolType: protocolType)
        var draft = validation.stored(node, as: family.resource, foreignMembers: family.foreignMembers)
        validation.checkRules(of: draft, parent: family.parent.draft, in: node)
        for violation in validation.violations { pending.note(violation) }
        guard let identifier = identify(&draft, from: node, named: name, at: path) else { return }
        guard claim(identifier, of: family, node: node, at: path) else { return }
        let isRight = validation.violations.isEmpty
        if isRight { store(draft, as: identifier, of: family, node: node, at: path) }
        guard validation.hasForeignMembers else { return }
        let parent = isRight ? Parent.found(draft, protocolType) : .refused
        for child in family.children {
            guard let member = node.members.first(where: { $0.isNamed(child.collectionName) }) else {
                continue
            }
            let children = Family(
                child, parents: family.parents + [identifier], scope: family.siblings.scope, parent: parent,
                in: catalogue)
            let place = path + [.member(member.name)]
            if child.isSingleton {
                loadItem(member.value, of: children, named: identifier, at: place)
            } else {
                loadCollection(member.value, of: children, at: place)
            }
        }
    }

    private mutating func store(
        _ draft: Draft, as identifier: String, of family: Family, node: JSONNode, at path: [PathStep]
    ) {
        let record = draft.record
        if let unique = draft.resource.uniqueName, let name = record.uniqueName,
            let holder = records.identifier(named: name, in: family.siblings)
        {
            pending.note(
                node.wireMember(unique.memberName) ?? node, at: path + [.member(unique.memberName)],
                found: "\(unique.memberName) \"\(name)\", which \"\(holder)\" has", expected: "another")
            return
        }
        records.insert(record, as: identifier, in: family.siblings)
    }

    // MARK: Parents

    /// What is known of the resource that others are under.
    private enum Parent {
        /// They are roots.
        case none
        case found(Draft, ProtocolType?)
        /// Its own fixture was refused, which is reported there.
        case refused
        case missing

        var draft: Draft? {
            if case .found(let draft, _) = self { draft } else { nil }
        }
    }

    /// What all resources of one kind under one parent share.
    private struct Family {
        let resource: Resource
        let parents: [String]
        let siblings: FixtureSiblings
        let parent: Parent
        let children: [Resource]
        /// Members that are not the resource's own.
        let foreignMembers: [String]

        init(
            _ resource: Resource, parents: [String], scope: Scope, parent: Parent, in catalogue: Catalogue
        ) {
            self.resource = resource
            self.parents = parents
            self.parent = parent
            let collection = CollectionKey(
                resource: resource.id, parent: CollectionKey.parentPath(parents[...]))
            siblings = FixtureSiblings(scope: scope, collection: collection)
            children = catalogue.children(of: resource.id)
            foreignMembers = children.map(\.collectionName) + [FixtureLoader.sdkMetadata]
        }
    }

    private mutating func family(of resource: Resource, parents: [String], scope: Scope) -> Family {
        let parent = parent(of: resource, parents: parents, scope: scope)
        return Family(resource, parents: parents, scope: scope, parent: parent, in: catalogue)
    }

    private mutating func parent(of resource: Resource, parents: [String], scope: Scope) -> Parent {
        guard let id = resource.parent, let identifier = parents.last else { return .none }
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents.dropLast()))
        let siblings = FixtureSiblings(scope: scope, collection: collection)
        if let last = lastParent, last.identifier == identifier, last.siblings == siblings {
            return last.parent
        }
        guard let record = records.record(identifier, in: siblings) else {
            return records.origin(of: identifier, in: siblings) == nil ? .missing : .refused
        }
        let draft = Draft(Catalogue.resource(id), record)
        let apis = FixtureSiblings(scope: scope, collection: CollectionKey(resource: .api, parent: ""))
        let protocolType =
            id == .api
            ? draft.protocolType
            : records.record(parents[0], in: apis).flatMap { Draft(.api, $0).protocolType }
        let parent = Parent.found(draft, protocolType)
        lastParent = (siblings, identifier, parent)
        return parent
    }

    /// The kind of API that decides which members there may be.
    private func protocolType(of node: JSONNode, _ family: Family) -> ProtocolType? {
        if family.resource.id == .api {
            return node.wireMember("protocolType")?.string.flatMap(ProtocolType.init(rawValue:))
        }
        if case .found(_, let type) = family.parent { return type }
        return nil
    }

    private mutating func noteOrphan(_ node: JSONNode, _ family: Family, at path: [PathStep]) {
        let parent = family.resource.parent.map { Catalogue.resource($0).noun } ?? ""
        let identifier = family.parents.last ?? ""
        let scope = family.siblings.scope
        pending.note(
            node, at: path,
            found: "\(family.resource.noun) of \(parent) \"\(identifier)\", which no fixture of "
                + "account \(scope.account) in \(scope.region) holds",
            expected: "that \(parent) too")
    }

    /// The identifier, which the document and the file's name must agree on.
    private mutating func identify(
        _ draft: inout Draft, from node: JSONNode, named name: String?, at path: [PathStep]
    ) -> String? {
        let member = draft.resource.identifierName
        guard let slot = draft.resource.slot(of: member) else { return name }
        guard let identifier = draft.slots[slot].flatMap(String.init) else {
            let written = node.wireMember(member)
            if let name, written == nil { draft.slots[slot] = .string(name) }
            if name == nil, written == nil, node.kind == .object {
                pending.note(node, at: path, found: "no member \(member)", expected: "it")
            }
            return name
        }
        if let name, name != identifier, let written = node.wireMember(member) {
            pending.note(
                written, at: path + [.member(member)],
                expected: "\"\(name)\", as the file is called")
        }
        return identifier
    }

    /// Whether `identifier` is the first of its name.
    private mutating func claim(
        _ identifier: String, of family: Family, node: JSONNode, at path: [PathStep]
    ) -> Bool {
        guard let first = records.claim(identifier, of: family.siblings, by: files.count - 1) else {
            return true
        }
        let member = family.resource.identifierName
        let place = first == files.count - 1 ? "this file" : files[first]
        pending.note(
            node.wireMember(member) ?? node, at: path + [.member(member)],
            found: "\(member) \"\(identifier)\" a second time", expected: "it once (first in \(place))")
        return false
    }
}
