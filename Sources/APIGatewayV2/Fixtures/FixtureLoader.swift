/// Fixture documents in, a store's state out. Every value passes the tables of requests, and all resources
/// the same checks. The loader collects every mistake of every file. It drops nothing, and adds only the
/// identifier in a file's name. Files of parents must come first (see `FixturePlace.depth`).

import JSON

/// All fixtures, loaded and checked.
package struct LoadedFixtures: Sendable {
    /// The records of every scope, without refused ones.
    package let state: State
    /// The mistakes of all files. `state` is complete only if there are none.
    package let problems: [DocumentProblem]
    /// The accounts by access key id, from documents that have them.
    package let accessKeyAccounts: [String: String]
}

/// Takes fixture files one by one, and collects their resources.
package struct FixtureLoader {
    /// The most names to compare for suggestions, over all broken references together, so that many mistakes
    /// do not take long to report. Fixed, because the mistakes are reported without suggestions too.
    package static let comparisonsMax = 50_000

    let catalogue: Catalogue
    private let defaultScope: Scope
    var problems: [DocumentProblem] = []
    var accessKeyAccounts: [String: String] = [:]
    var records = FixtureRecords()
    /// The parent of the last loaded resources, because files of one parent mostly follow each other.
    private var lastParent: (siblings: FixtureSiblings, identifier: String, parent: FixtureParent)?
    /// The files so far. Bytes are kept only of files with resources that have checks, because a breach is
    /// found after the last file and needs its place.
    private(set) var files: [(name: String, bytes: [UInt8]?)] = []
    /// Whether the present file has a resource with checks.
    private var hasCheckedResources = false
    /// The mistakes of the present file.
    var pending = DocumentProblems()

    package init(catalogue: Catalogue = .service, defaultScope: Scope) {
        self.catalogue = catalogue
        self.defaultScope = defaultScope
    }

    /// Loads one file. `name` is its name in messages.
    package mutating func load(_ name: String, at location: FixtureLocation, bytes: [UInt8]) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            return refuse(DocumentProblem(error, in: bytes, file: name), at: location)
        }
        files.append((name, nil))
        let scope = location.scope ?? defaultScope
        switch location.place {
        case .document:
            loadDocument(document.root, scope: scope)
        case .collection(let id, let parents):
            let family = family(of: catalogue[id], parents: parents, scope: scope)
            loadCollection(document.root, of: family, at: [])
        case .item(let id, let parents, let identifier):
            let family = family(of: catalogue[id], parents: parents, scope: scope)
            loadItem(document.root, of: family, named: identifier, at: [])
        }
        problems += pending.positioned(in: document, file: name, order: .asNoted)
        pending = DocumentProblems()
        if hasCheckedResources { files[files.count - 1].bytes = bytes }
        hasCheckedResources = false
    }

    /// Notes a mistake in a file's name or place.
    package mutating func report(_ problem: DocumentProblem) {
        problems.append(problem)
    }

    /// Notes an unreadable file. References to the resources in its path do not count as broken.
    package mutating func refuse(_ problem: DocumentProblem, at location: FixtureLocation) {
        report(problem)
        files.append((problem.file ?? "", nil))
        let scope = location.scope ?? defaultScope
        switch location.place {
        case .document:
            records.markUnread()
        case .collection(let id, let parents):
            records.markIncomplete(siblings(of: id, under: parents, scope: scope))
        case .item(let id, let parents, let identifier):
            let origin = FixtureOrigin(file: UInt32(files.count - 1), node: 0)
            _ = records.claim(identifier, of: siblings(of: id, under: parents, scope: scope), at: origin)
        }
    }

    // MARK: Resources

    /// Loads an array, or the answer of a list operation: `{"items": […], "nextToken": null}`.
    mutating func loadCollection(_ node: JSONNode, of family: FixtureFamily, at path: [PathStep]) {
        var path = path
        var items = node
        let listMember = family.resource.names.listMember
        if node.kind == .object {
            let known = [listMember, "nextToken", FixtureFamily.sdkMetadata]
            for member in node.members where !known.contains(where: { member.isNamedOnWire($0) }) {
                pending.note(
                    path + [.member(member.name)], offset: member.nameOffset, found: "an unknown member",
                    expected: "one of \(listMember), nextToken")
            }
            guard let member = node.members.first(where: { $0.isNamedOnWire(listMember) })
            else {
                records.markIncomplete(family.siblings)
                return pending.note(
                    node, at: path,
                    found: "an object without \(listMember)", expected: "an array or an object with them")
            }
            path.append(.member(member.name))
            items = member.value
        }
        guard items.kind == .array else {
            records.markIncomplete(family.siblings)
            return pending.note(
                items, at: path, expected: "an array of \(family.resource.collectionName)")
        }
        for (index, item) in items.elements.enumerated() {
            loadItem(item, of: family, named: nil, at: path + [.element(index)])
        }
    }

    /// Loads one resource. `name` is the identifier in the file's name; if nil, the document must have it.
    mutating func loadItem(
        _ node: JSONNode, of family: FixtureFamily, named name: String?, at path: [PathStep]
    ) {
        if case .missing = family.parent { noteOrphan(node, family, at: path) }
        let protocolType = protocolType(of: node, family)
        var validation = Validation(at: path, protocolType: protocolType)
        var members = validation.stored(
            node, as: family.resource, foreignMembers: family.foreignMembers,
            expected: { family.foreignMembers(in: protocolType) })
        let identifier = identify(&members, from: node, named: name, at: path)
        validation.checkRules(of: members, parent: family.parent.members, in: node)
        for violation in validation.violations { pending.note(violation) }
        guard let identifier else {
            return records.markIncomplete(family.siblings)
        }
        guard claim(identifier, of: family, node: node, at: path) else { return }
        let isRight = validation.violations.isEmpty
        if isRight { insert(members, as: identifier, of: family, node: node, at: path) }
        guard validation.hasForeignMembers else { return }
        if family.resource.id == .deployment,
            let member = node.members.first(where: { $0.isNamed(StateDocument.snapshotMember) })
        {
            loadSnapshot(member.value, of: identifier, in: family, at: path + [.member(member.name)])
        }
        let parent = isRight ? FixtureParent.found(members, protocolType) : .refused
        for child in family.children {
            guard let member = node.members.first(where: { $0.isNamed(child.collectionName) }) else {
                continue
            }
            let children = FixtureFamily(
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

    private mutating func insert(
        _ members: Members, as identifier: String, of family: FixtureFamily, node: JSONNode,
        at path: [PathStep]
    ) {
        let record = members.record
        if family.isChecked { hasCheckedResources = true }
        if let unique = members.resource.uniqueName, let name = record.uniqueName,
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

    mutating func family(of resource: Resource, parents: [String], scope: Scope) -> FixtureFamily {
        let parent = parent(of: resource, parents: parents, scope: scope)
        return FixtureFamily(resource, parents: parents, scope: scope, parent: parent, in: catalogue)
    }

    private mutating func parent(of resource: Resource, parents: [String], scope: Scope) -> FixtureParent {
        guard let resource = resource.parent, let identifier = parents.last else { return .none }
        let siblings = siblings(of: resource.id, under: parents.dropLast(), scope: scope)
        if let last = lastParent, last.identifier == identifier, last.siblings == siblings {
            return last.parent
        }
        guard let record = records.record(identifier, in: siblings) else {
            return records.mayBeRefused(identifier, in: siblings) ? .refused : .missing
        }
        let members = Members(resource, record)
        let apis = self.siblings(of: .api, under: [], scope: scope)
        let protocolType =
            resource.id == .api
            ? members.protocolType
            : records.record(parents[0], in: apis).flatMap { Members(.api, $0).protocolType }
        let parent = FixtureParent.found(members, protocolType)
        lastParent = (siblings, identifier, parent)
        return parent
    }

    private func siblings(
        of resource: ResourceID, under parents: some Collection<String>, scope: Scope
    ) -> FixtureSiblings {
        let parent = CollectionKey.parentPath(Array(parents)[...])
        return FixtureSiblings(scope: scope, collection: CollectionKey(resource: resource, parent: parent))
    }

    /// The kind of API that decides on the members.
    private func protocolType(of node: JSONNode, _ family: FixtureFamily) -> ProtocolType? {
        if family.resource.id == .api {
            return node.wireMember("protocolType")?.string.flatMap(ProtocolType.init(rawValue:))
        }
        return family.parent.protocolType
    }

    private mutating func noteOrphan(_ node: JSONNode, _ family: FixtureFamily, at path: [PathStep]) {
        let parent = family.resource.parent?.noun ?? ""
        let scope = family.siblings.scope
        pending.note(
            node, at: path,
            found: "\(family.resource.noun) of \(family.owner), which no fixture of "
                + "account \(scope.account) in \(scope.region) holds",
            expected: "that \(parent) too")
    }

    /// The identifier. The document and the file's name must agree on it.
    private mutating func identify(
        _ members: inout Members, from node: JSONNode, named name: String?, at path: [PathStep]
    ) -> String? {
        let member = members.resource.identifierName
        guard let slot = members.resource.slot(of: member) else { return name }
        guard let identifier = members.values[slot].flatMap(String.init) else {
            let written = node.wireMember(member)
            if let name, written == nil { members.values[slot] = .string(name) }
            if name == nil, written == nil, node.kind == .object {
                pending.note(
                    node, at: path, found: "an object without \(member)", expected: "one with it")
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

    /// Notes `identifier`. Returns whether no other resource has it.
    private mutating func claim(
        _ identifier: String, of family: FixtureFamily, node: JSONNode, at path: [PathStep]
    ) -> Bool {
        let origin = FixtureOrigin(file: UInt32(files.count - 1), node: UInt32(node.index))
        guard let first = records.claim(identifier, of: family.siblings, at: origin) else { return true }
        let member = family.resource.identifierName
        let place = first.file == origin.file ? "this file" : files[Int(first.file)].name
        pending.note(
            node.wireMember(member) ?? node, at: path + [.member(member)],
            found: "\(member) \"\(identifier)\" a second time", expected: "it once (first in \(place))")
        return false
    }
}
