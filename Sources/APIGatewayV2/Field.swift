/// One member of a resource as a value: its name on the wire, what it may hold, when it may be there and what
/// stands in for it. Everything that checks, merges, encodes or documents a member reads it from here.

package import JSON

/// The two kinds of API, which have different members, defaults and bounds.
package enum ProtocolType: String, Sendable, CaseIterable {
    case http = "HTTP"
    case webSocket = "WEBSOCKET"
}

/// What a member may hold. Bounds count Unicode scalars (Smithy's `length`), entries, or the number itself.
package indirect enum FieldKind: Sendable {
    case string(ClosedRange<Int>?)
    /// One of the names of an enumeration, in the model's order.
    case choice([String])
    case boolean
    case integer(ClosedRange<Int>?)
    case number
    /// `YYYY-MM-DDThh:mm:ssZ`.
    case timestamp
    case list(FieldKind)
    /// Names are free, values are of one kind.
    case map(FieldKind)
    case object([Field])
}

/// What stands in for a member that a create request leaves out.
package enum DefaultValue: Sendable {
    case none
    case constant(JSON)
    /// From the draft so far and the parent's; nil leaves the member out.
    case derived(@Sendable (_ draft: Draft, _ parent: Draft?) -> JSON?)
}

/// One member of a resource or of an object within it.
package struct Field: Sendable {
    /// What a member is besides its kind.
    package enum Trait: Sendable, Equatable {
        /// A create request without it is refused, and so is a fixture.
        case required
        /// In answers and fixtures, never taken from a request.
        case readOnly
        /// Only APIs of this kind have it.
        case only(ProtocolType)
    }

    package let name: String
    /// The name as SDKs and the AWS CLI spell it: with a capital first letter.
    package let capitalizedName: String
    package let kind: FieldKind
    package let isRequired: Bool
    package let isReadOnly: Bool
    package let onlyIn: ProtocolType?
    package let defaultValue: DefaultValue

    private init(_ name: String, _ kind: FieldKind, _ traits: [Trait], _ defaultValue: DefaultValue) {
        self.name = name
        capitalizedName = name.prefix(1).uppercased() + name.dropFirst()
        self.kind = kind
        self.defaultValue = defaultValue
        isRequired = traits.contains(.required)
        isReadOnly = traits.contains(.readOnly)
        onlyIn = ProtocolType.allCases.first { traits.contains(.only($0)) }
    }

    package static func string(
        _ name: String, _ length: ClosedRange<Int>? = nil, _ traits: Trait...,
        default value: DefaultValue = .none
    ) -> Field {
        Field(name, .string(length), traits, value)
    }

    package static func choice(
        _ name: String, _ names: [String], _ traits: Trait..., default value: DefaultValue = .none
    ) -> Field {
        Field(name, .choice(names), traits, value)
    }

    package static func boolean(
        _ name: String, _ traits: Trait..., default value: DefaultValue = .none
    ) -> Field {
        Field(name, .boolean, traits, value)
    }

    package static func integer(
        _ name: String, _ range: ClosedRange<Int>? = nil, _ traits: Trait...,
        default value: DefaultValue = .none
    ) -> Field {
        Field(name, .integer(range), traits, value)
    }

    package static func timestamp(_ name: String, _ traits: Trait...) -> Field {
        Field(name, .timestamp, traits, .none)
    }

    package static func list(_ name: String, of kind: FieldKind, _ traits: Trait...) -> Field {
        Field(name, .list(kind), traits, .none)
    }

    package static func map(_ name: String, of kind: FieldKind, _ traits: Trait...) -> Field {
        Field(name, .map(kind), traits, .none)
    }

    package static func object(_ name: String, _ fields: [Field], _ traits: Trait...) -> Field {
        Field(name, .object(fields), traits, .none)
    }
}
