/// A document and a resource's table in, members and all violations out. Only this file checks members, for
/// fixtures and for requests. The bounds are the table's; see `Field`.

package import JSON

/// One check of one document.
package struct Validation {
    /// The origin of the document. In a fixture every member must be right, in a request only those that the
    /// service reads.
    private enum Origin {
        case fixture, request
    }

    package private(set) var violations: [Violation] = []
    /// Whether there are foreign members, which the caller checks.
    package private(set) var hasForeignMembers = false
    private var origin = Origin.fixture
    /// Whether `""` is valid for any string, because it removes an entry.
    private var isEmptyTaken = false
    /// The prefix of names of entries that may be empty.
    private var emptyEntryPrefix: String?
    private var path: [PathStep]
    private let protocolType: ProtocolType?
    private let readsInFull: Bool

    /// `path` is the place of the document. `protocolType` is the API's kind; nil without an API. With
    /// `readsInFull` the check skips the quick look at values. Its members and violations must be the same.
    package init(at path: [PathStep] = [], protocolType: ProtocolType?, readsInFull: Bool = false) {
        self.path = path
        self.protocolType = protocolType
        self.readsInFull = readsInFull
    }

    /// The members of a stored resource. Their names are in the wire's casing, or in the AWS CLI's (`ApiId`).
    /// The caller checks `foreignMembers`. `expected` gives those of them for messages about unknown members.
    /// The caller also checks for a missing identifier, because a path may have it.
    package mutating func stored(
        _ node: JSONNode, as resource: Resource, foreignMembers: [String] = [],
        expected: () -> [String] = { [] }
    ) -> Members {
        var members = Members(resource)
        guard node.kind == .object else {
            report(node, .type(expected: "an object"))
            return members
        }
        members.values = storedMembers(
            of: node, fields: resource.fields, foreignMembers: foreignMembers, expected: expected)
        for (slot, field) in resource.fields.enumerated()
        where field.isRequired && slot != resource.identifierSlot && !members.values.isPresent(slot)
            && node.wireMember(field.name) == nil
        {
            report(node, .missingMember(field.name))
        }
        return members
    }

    /// The members of a create or an update request. It ignores unknown members, and members that the request
    /// may not set. A `null` is an absent member.
    package mutating func input(_ node: JSONNode, as resource: Resource, isUpdate: Bool) -> Members {
        origin = .request
        var members = Members(resource)
        var guess = 0
        for member in node.members {
            let given = member.value
            guard given.kind != .null, let slot = resource.fields.index(named: member, guess: guess) else {
                continue
            }
            guess = slot + 1
            let field = resource.fields[slot]
            if field.isReadOnly || (isUpdate ? field.isCreateOnly : field.isUpdateOnly) { continue }
            if isMet(field.requestKind, by: given) {
                members.values.setWritten(given, at: slot)
                continue
            }
            path.append(.member(field.name))
            if isUpdate, field.isClearable, given.isString("") {
                members.values[slot] = .string("")
            } else {
                isEmptyTaken = isUpdate && field.isMerged
                emptyEntryPrefix = field.emptyEntryPrefix
                members.values[slot] = value(given, of: field.requestKind)
                (isEmptyTaken, emptyEntryPrefix) = (false, nil)
            }
            path.removeLast()
        }
        return members
    }

    /// The values of `fields` in a request for an operation whose input is no resource.
    package mutating func input(_ node: JSONNode, fields: [Field]) -> MemberValues {
        origin = .request
        return requestMembers(of: node, fields: fields)
    }

    /// Checks the rules between members. `node` is the document of `members`.
    package mutating func checkRules(of members: Members, parent: Members?, in node: JSONNode) {
        var told: Set<String> = []
        for rule in members.resource.rules {
            // A rule of a member relies on the rules before it.
            guard let message = rule.breach(members, parent), told.insert(rule.member).inserted else {
                continue
            }
            guard let value = node.wireMember(rule.member) else {
                let found = "an object without \(rule.member)"
                violations.append(
                    Violation(path: path, offset: node.offset, found: found, constraint: .rule(message)))
                continue
            }
            path.append(.member(rule.member))
            report(value, .rule(message))
            path.removeLast()
        }
    }

    /// The members of an object within a request. It ignores members that the service does not read.
    private mutating func requestMembers(of node: JSONNode, fields: [Field]) -> MemberValues {
        var values = MemberValues(count: fields.count)
        for member in node.members where member.value.kind != .null {
            guard let slot = fields.firstIndex(where: { member.isNamed($0.name) }), !fields[slot].isReadOnly
            else { continue }
            fill(&values, slot, with: member, fields[slot].kind)
        }
        return values
    }

    /// The members of a stored object. Members of requests alone are unknown here, because a stored resource
    /// has their values in other members.
    private mutating func storedMembers(
        of node: JSONNode, fields: [Field], foreignMembers: [String] = [], expected: () -> [String] = { [] }
    ) -> MemberValues {
        var values = MemberValues(count: fields.count)
        var seen: UInt64 = 0
        var guess = 0
        for member in node.members {
            let found = fields.index(of: member, guess: guess)
            guard let slot = found, !fields[slot].isInputOnly else {
                if foreignMembers.contains(where: { member.isNamed($0) }) {
                    hasForeignMembers = true
                } else {
                    report(member, .unknownMember(among: fields.names(in: protocolType) + expected()))
                }
                continue
            }
            guess = slot + 1
            let field = fields[slot]
            if seen & 1 << UInt64(slot) != 0 { report(member, .repeatedMember) }
            seen |= 1 << UInt64(slot)
            if let only = field.onlyIn, let protocolType, only != protocolType {
                report(member, .protocolType(only: only))
            } else {
                emptyEntryPrefix = field.emptyEntryPrefix
                fill(&values, slot, with: member, field.kind)
                emptyEntryPrefix = nil
            }
        }
        return values
    }

    private mutating func fill(
        _ values: inout MemberValues, _ slot: Int, with member: JSONNode.Member, _ kind: FieldKind
    ) {
        if isMet(kind, by: member.value) { return values.setWritten(member.value, at: slot) }
        path.append(.member(member.name))
        values[slot] = value(member.value, of: kind)
        path.removeLast()
    }

    private func isMet(_ kind: FieldKind, by node: JSONNode) -> Bool {
        !readsInFull && kind.isMet(by: node)
    }

    private mutating func value(_ node: JSONNode, of kind: FieldKind) -> JSON? {
        switch kind {
        case .string(let length): string(node, length)
        case .choice(let names): choice(node, names)
        case .boolean: boolean(node)
        case .integer(let range): integer(node, range)
        case .number: number(node)
        case .timestamp: timestamp(node)
        case .list(let element): list(node, of: element)
        case .map(let element): map(node, of: element)
        case .object(let fields): object(node, fields)
        }
    }

    private mutating func string(_ node: JSONNode, _ length: ClosedRange<Int>?) -> JSON? {
        guard let text = node.string else { return report(node, .type(expected: "a string")) }
        if isEmptyTaken, text.isEmpty { return .string(text) }
        if let length, !length.contains(text.utf8.count) || length.lowerBound > 1 {
            let scalars = text.unicodeScalars.count
            if !length.contains(scalars) { return report(node, .length(length, actual: scalars)) }
        }
        return .string(text)
    }

    private mutating func choice(_ node: JSONNode, _ names: [String]) -> JSON? {
        guard let text = node.string else { return report(node, .type(expected: "a string")) }
        guard names.contains(text) else { return report(node, .choice(names)) }
        return .string(text)
    }

    private mutating func boolean(_ node: JSONNode) -> JSON? {
        guard let value = node.bool else { return report(node, .type(expected: "true or false")) }
        return .bool(value)
    }

    private mutating func integer(_ node: JSONNode, _ range: ClosedRange<Int>?) -> JSON? {
        guard let value = node.integer else { return report(node, .type(expected: "a whole number")) }
        if let range, !range.contains(value) { return report(node, .range(range)) }
        return .integer(value)
    }

    private mutating func number(_ node: JSONNode) -> JSON? {
        guard let value = node.number else { return report(node, .type(expected: "a number")) }
        return .number(value)
    }

    private mutating func timestamp(_ node: JSONNode) -> JSON? {
        let time =
            switch origin {
            case .request: node.string.flatMap { Timestamp(parsing: $0) }
            case .fixture:
                node.string.flatMap { Timestamp(printed: $0) }
                    ?? node.number.flatMap { Timestamp(printed: $0) }
            }
        guard let time else { return report(node, .timestamp) }
        return .string(time.text)
    }

    private mutating func list(_ node: JSONNode, of kind: FieldKind) -> JSON? {
        guard node.kind == .array else { return report(node, .type(expected: "an array")) }
        var elements: [JSON] = []
        for (index, element) in node.elements.enumerated() {
            path.append(.element(index))
            if let value = value(element, of: kind) { elements.append(value) }
            path.removeLast()
        }
        return .array(elements)
    }

    private mutating func map(_ node: JSONNode, of kind: FieldKind) -> JSON? {
        guard node.kind == .object else { return report(node, .type(expected: "an object")) }
        var entries: [JSONObject.Member] = []
        for member in node.members {
            if entries.contains(where: { $0.name == member.name }) { report(member, .repeatedMember) }
            path.append(.member(member.name))
            let wasEmptyTaken = isEmptyTaken
            if let emptyEntryPrefix, member.name.hasPrefix(emptyEntryPrefix) { isEmptyTaken = true }
            defer { isEmptyTaken = wasEmptyTaken }
            if let value = value(member.value, of: kind) {
                entries.append(JSONObject.Member(name: member.name, value: value))
            }
            path.removeLast()
        }
        return .object(JSONObject(entries))
    }

    private mutating func object(_ node: JSONNode, _ fields: [Field]) -> JSON? {
        guard node.kind == .object else { return report(node, .type(expected: "an object")) }
        let values: MemberValues
        switch origin {
        case .fixture: values = storedMembers(of: node, fields: fields)
        case .request: values = requestMembers(of: node, fields: fields)
        }
        for (field, slot) in zip(fields, values) where field.isRequired && slot == nil {
            if origin == .request, field.isReadOnly { continue }
            guard node.wireMember(field.name)?.isNull ?? true else { continue }
            report(node, .missingMember(field.name))
        }
        let present = zip(fields, values).compactMap { field, slot in
            slot.map { JSONObject.Member(name: field.name, value: $0) }
        }
        return .object(JSONObject(present))
    }

    /// Notes a violation at `node`. Returns nil, for the caller to return.
    @discardableResult
    private mutating func report(_ node: JSONNode, _ constraint: Violation.Constraint) -> JSON? {
        violations.append(
            Violation(path: path, offset: node.offset, found: node.excerpt, constraint: constraint))
        return nil
    }

    /// Notes a violation by the presence of a member.
    private mutating func report(_ member: JSONNode.Member, _ constraint: Violation.Constraint) {
        violations.append(
            Violation(
                path: path + [.member(member.name)], offset: member.nameOffset, found: member.value.excerpt,
                constraint: constraint))
    }
}
