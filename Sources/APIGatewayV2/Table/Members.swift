/// The members of one resource while they are being checked, merged or read: a value for each field of its
/// table. Rules and operations reach a member through a `Key`, so that no member's name is spelt twice.

package import JSON
internal import Synchronization

/// Names one member of one resource and the type it is read as. A class, because it remembers where the
/// member is in its table: a CreateIntegration asks for forty, and looking each up by its name took a tenth
/// of all its instructions.
package final class Key<Value: MemberValue>: Sendable {
    let resource: ResourceID
    let name: String
    /// Below zero until it is asked for: tables name keys, so a key cannot wait for its table.
    private let slot = Atomic<Int>(-1)

    package init(_ name: String, in resource: ResourceID) {
        self.name = name
        self.resource = resource
    }

    fileprivate func slot(in resource: Resource) -> Int {
        precondition(self.resource == resource.id, "\(name) was read from another resource than its own.")
        let known = slot.load(ordering: .relaxed)
        if known >= 0 { return known }
        guard let found = resource.slot(of: name) else {
            preconditionFailure("\(resource.noun) has no member called \(name).")
        }
        slot.store(found, ordering: .relaxed)
        return found
    }
}

/// A type that a member can be read as and written from.
package protocol MemberValue: Sendable {
    init?(_ json: JSON)
    /// The same of a value that is still in its document.
    init?(_ node: JSONNode)
    var json: JSON { get }
}

extension MemberValue {
    package init?(_ node: JSONNode) {
        self.init(node.json)
    }
}

/// The members of one resource, by key or by slot.
package struct Members: Sendable {
    package let resource: Resource
    /// In the order of `resource.fields`; nil where the member is absent.
    package var values: MemberValues

    package init(_ resource: Resource) {
        self.resource = resource
        values = MemberValues(count: resource.fields.count)
    }

    /// The members of a stored record.
    package init(_ resource: Resource, _ record: Record) {
        self.init(resource)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: record.body)
        } catch {
            preconditionFailure("A stored \(resource.noun) is no JSON: \(error).")
        }
        for member in document.root.members {
            guard let slot = resource.slot(of: member.name) else { continue }
            values.setWritten(member.value, at: slot)
        }
    }

    /// The member `key` names; nil when it is absent.
    package subscript<Value: MemberValue>(key: Key<Value>) -> Value? {
        get { values.value(at: key.slot(in: resource)) }
        set { values[key.slot(in: resource)] = newValue?.json }
    }

    /// Whether the member is present, found without reading it.
    package func has<Value: MemberValue>(_ key: Key<Value>) -> Bool {
        values.isPresent(key.slot(in: resource))
    }

    /// Whether the member is this text, found without reading it.
    package func member(_ key: Key<String>, is text: String) -> Bool {
        values.isString(text, at: key.slot(in: resource))
    }

    /// The members that are present, in the table's order, as the service sends them.
    package var body: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.byteCountHint)
        let fields = resource.fields
        for slot in fields.indices where values.isPresent(slot) && !fields[slot].isInputOnly {
            bytes.append(contentsOf: fields[slot].encodedName)
            values.append(slot, to: &bytes)
        }
        if bytes.isEmpty { bytes.append(UInt8(ascii: "{")) } else { bytes[0] = UInt8(ascii: "{") }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

extension String: MemberValue {
    package init?(_ json: JSON) {
        guard case .string(let value) = json else { return nil }
        self = value
    }

    package init?(_ node: JSONNode) {
        guard let value = node.string else { return nil }
        self = value
    }

    package var json: JSON { .string(self) }
}

extension Int: MemberValue {
    package init?(_ json: JSON) {
        guard case .integer(let value) = json else { return nil }
        self = value
    }

    package init?(_ node: JSONNode) {
        guard let value = node.integer else { return nil }
        self = value
    }

    package var json: JSON { .integer(self) }
}

extension Bool: MemberValue {
    package init?(_ json: JSON) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }

    package var json: JSON { .bool(self) }
}

extension JSONObject: MemberValue {
    package init?(_ json: JSON) {
        guard case .object(let value) = json else { return nil }
        self = value
    }

    package var json: JSON { .object(self) }
}

extension [JSON]: MemberValue {
    package init?(_ json: JSON) {
        guard case .array(let value) = json else { return nil }
        self = value
    }

    package var json: JSON { .array(self) }
}

extension ProtocolType: MemberValue {
    package init?(_ json: JSON) {
        guard case .string(let name) = json, let value = ProtocolType(rawValue: name) else { return nil }
        self = value
    }

    package init?(_ node: JSONNode) {
        guard let value = ProtocolType.allCases.first(where: { node.isString($0.rawValue) }) else {
            return nil
        }
        self = value
    }

    package var json: JSON { .string(rawValue) }
}
