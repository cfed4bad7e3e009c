/// Single documents: a tree of resources with account and region, or the output of one AWS CLI command. An
/// unknown member is an error with its place.

import JSON

extension FixtureLoader {
    mutating func loadDocument(_ node: JSONNode, scope: Scope) {
        guard node.kind == .object else {
            records.markUnread()
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

    /// Loads `{"account": …, "region": …, "accessKeys": {…}, "apis": […]}`. The member `scopes` at the root
    /// may hold several of these, without access keys.
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
}
