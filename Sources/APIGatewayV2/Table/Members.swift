/// The members of one resource while code checks, merges or reads them: a value for each field of its table.
/// Rules and operations use a `Key`, so that no member's name is written twice.

import JSON

/// The members of one resource, by key or by slot.
package struct Members: Sendable {
    package let resource: Resource
    /// The values in the order of `resource.fields`; nil for an absent member.
    package var values: MemberValues

    package init(_ resource: Resource) {
        self.resource = resource
        values = MemberValues(count: resource.fields.count)
    }

    init(_ resource: Resource, _ values: MemberValues) {
        self.resource = resource
        self.values = values
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

    /// The member of `key`; nil if it is absent.
    package subscript<Value: MemberValue>(key: Key<Value>) -> Value? {
        get { values.value(at: key.slot(in: resource)) }
        set { values[key.slot(in: resource)] = newValue?.json }
    }

    /// Whether the member is present. The value is not read.
    package func has<Value: MemberValue>(_ key: Key<Value>) -> Bool {
        values.isPresent(key.slot(in: resource))
    }

    /// Whether the member is `text`. No String is made.
    package func member(_ key: Key<String>, is text: String) -> Bool {
        values.isString(text, at: key.slot(in: resource))
    }

    /// Whether the member is `value`. No value is made.
    package func member(_ key: Key<ProtocolType>, is value: ProtocolType) -> Bool {
        values.isString(value.rawValue, at: key.slot(in: resource))
    }

    /// The result of `body` for the bytes of the text; nil if the member is absent.
    package func withUTF8<Result>(of key: Key<String>, _ body: (Span<UInt8>) -> Result) -> Result? {
        values.withUTF8(at: key.slot(in: resource), body)
    }

    /// The map of `key`, whose entries are read without a String; nil if the member is absent.
    func map(of key: Key<JSONObject>) -> TextMap? {
        values.map(at: key.slot(in: resource))
    }

    /// The kind of API; nil for another resource.
    package var protocolType: ProtocolType? {
        resource.id == .api ? self[ProtocolType.key] : nil
    }

    /// The present members as the service sends them, in the table's order.
    package var body: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.byteCountHint)
        let slots = resource.slots
        for slot in slots.shown where values.isPresent(slot) {
            slots.appendBeginning(of: slot, to: &bytes)
            values.append(slot, to: &bytes)
        }
        if bytes.isEmpty { bytes.append(UInt8(ascii: "{")) } else { bytes[0] = UInt8(ascii: "{") }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

extension Members {
    /// The same members; none stay here. The receiver alone holds them and changes them in place.
    mutating func moved() -> Members {
        var values = MemberValues(count: 0)
        swap(&values, &self.values)
        return Members(resource, values)
    }

    /// Replaces the values of `members`, which must be in the table; null removes one.
    mutating func replace(_ members: JSONObject) {
        for member in members.members {
            guard let slot = resource.slot(of: member.name) else {
                preconditionFailure("\(resource.noun) has no member called \(member.name).")
            }
            values[slot] = member.value == .null ? nil : member.value
        }
    }
}
