/// Arrays and objects of a document as sequences, and their values as `JSON`. Elements and members have the
/// order of the text, and nothing is stored while walking.

extension JSONNode {
    /// One name and its value. An object may hold the same name several times: see
    /// `JSONNode.duplicateMember`.
    package struct Member: Sendable {
        package let value: JSONNode

        /// The name, which precedes its value in the document. It is made on demand, because it retains the
        /// document.
        var nameNode: JSONNode { value.node(at: nameIndex) }

        private var nameIndex: Int { value.index - 1 }

        package var name: String {
            guard let name = nameNode.string else {
                preconditionFailure("The reader only accepts strings as names.")
            }
            return name
        }

        /// The number of bytes of UTF-8 in the name; nil if the name has escapes.
        package var plainNameByteCount: Int? { value.plainByteCount(at: nameIndex) }

        /// The offset of the name's opening quotation mark.
        package var nameOffset: Int { nameNode.offset }

        /// Calls `body` with the decoded bytes of the name.
        package func withNameUTF8(_ body: (Span<UInt8>) -> Void) { _ = value.withUTF8(at: nameIndex, body) }

        /// Whether the member has this name. It builds no `String`.
        package func isNamed(_ name: String) -> Bool { value.isString(name, at: nameIndex) }
    }

    /// The elements of an array; empty for every other value.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        fileprivate let tape: JSONTape
        fileprivate var position: Int
        fileprivate let end: Int

        package mutating func next() -> JSONNode? {
            guard position < end else { return nil }
            defer { position = tape.index(after: position) }
            return JSONNode(tape: tape, index: position)
        }
    }

    /// The members of an object; empty for every other value.
    package struct Members: Sequence, IteratorProtocol, Sendable {
        fileprivate let tape: JSONTape
        fileprivate var position: Int
        fileprivate let end: Int

        package mutating func next() -> Member? {
            guard position < end else { return nil }
            defer { position = tape.index(after: position + 1) }
            return Member(value: JSONNode(tape: tape, index: position + 1))
        }
    }

    package var elements: Elements {
        Elements(tape: tape, position: index + 1, end: kind == .array ? tape.index(after: index) : index)
    }

    package var members: Members {
        Members(tape: tape, position: index + 1, end: kind == .object ? tape.index(after: index) : index)
    }

    /// The number of elements or members, counted by walking over them; 0 for a value that holds none.
    package var count: Int {
        guard kind == .object || kind == .array else { return 0 }
        let step = kind == .object ? 1 : 0
        let end = tape.index(after: index)
        var (count, position) = (0, index + 1)
        while position < end {
            position = tape.index(after: position + step)
            count += 1
        }
        return count
    }

    /// The value of the member `name`, the last if there are several. Nil if there is none, or the value is
    /// no object.
    package subscript(_ name: String) -> JSONNode? {
        var found: JSONNode?
        for member in members where member.isNamed(name) { found = member.value }
        return found
    }

    /// The first member with the name of an earlier one. Names are compared byte for byte after decoding:
    /// `"a"` and `"\u0061"` are the same name.
    package var duplicateMember: Member? {
        // Most objects have a dozen members. A set of their names would cost more than the rest of reading
        // them.
        switch count {
        case 0...1: nil
        case 2...24: duplicateByComparing()
        default: duplicateByHashing()
        }
    }

    private func duplicateByComparing() -> Member? {
        var seen: UInt64 = 0
        for (position, member) in members.enumerated() {
            let bit: UInt64 = 1 << UInt64(member.nameNode.fingerprint % 64)
            if seen & bit != 0, members.prefix(position).contains(where: { $0.isNamed(as: member) }) {
                return member
            }
            seen |= bit
        }
        return nil
    }

    private func duplicateByHashing() -> Member? {
        var names: Set<[UInt8]> = []
        for member in members where !names.insert(member.nameNode.decodedBytes).inserted { return member }
        return nil
    }

    /// The value, without the document. Of duplicate names the last wins, at the place of the first.
    /// Recursive, because the depth of a document is bounded by its `depthMax`.
    package var json: JSON {
        if let bool { return .bool(bool) }
        if let integer { return .integer(integer) }
        if let number { return .number(number) }
        if let string { return .string(string) }
        return kind == .array ? .array(elements.map(\.json)) : kind == .object ? .object(jsonObject) : .null
    }

    private var jsonObject: JSONObject {
        guard duplicateMember != nil else {
            return JSONObject(members.map { JSONObject.Member(name: $0.name, value: $0.value.json) })
        }
        var places: [[UInt8]: Int] = [:]
        var kept: [Member] = []
        for member in members {
            let name = member.nameNode.decodedBytes
            if let place = places[name] {
                kept[place] = member
            } else {
                places[name] = kept.count
                kept.append(member)
            }
        }
        return JSONObject(kept.map { JSONObject.Member(name: $0.name, value: $0.value.json) })
    }
}

extension JSONNode.Member {
    fileprivate func isNamed(as other: JSONNode.Member) -> Bool { nameNode.isSameString(as: other.nameNode) }
}
