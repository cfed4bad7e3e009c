/// One member of a resource as a value: its name on the wire, what it may hold, when it may be there and
/// what stands in for it. Everything that checks, merges, encodes or documents a member reads it from
/// here.

package import JSON

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

extension FieldKind {
    fileprivate var withoutBounds: FieldKind {
        switch self {
        case .string: .string(nil)
        case .integer: .integer(nil)
        case .choice, .boolean, .number, .timestamp, .list, .map, .object: self
        }
    }
}

/// What stands in for a member that a create request leaves out.
package enum DefaultValue: Sendable {
    case none
    case constant(JSON)
    /// From the members so far and the parent's; nil leaves the member out.
    case derived(@Sendable (_ members: Members, _ parent: Members?) -> JSON?)
    /// What only the service knows: identifiers, dates, endpoints. Always put in, whatever a request says.
    case generated(@Sendable (_ change: Change, _ members: Members) -> JSON?)
}

/// One member of a resource or of an object within it. A class, so that walking over a table copies one
/// reference a field.
package final class Field: Sendable {
    /// What a member is besides its kind.
    package enum Trait: Sendable, Equatable {
        /// A create request without it is refused, and so is a fixture.
        case required
        /// In answers and fixtures, never taken from a request.
        case readOnly
        /// In requests, never in answers.
        case inputOnly
        /// An update request without it is refused.
        case requiredOnUpdate
        /// Taken from a create request only.
        case createOnly
        /// Taken from an update request only.
        case updateOnly
        /// An update may give the empty string, which removes the member.
        case clearable
        /// An update may give an empty value (`""`, `{}`), which changes nothing.
        case keptWhenEmpty
        /// An update's entries join those that are there; an empty one (`""`, `{}`) removes its entry.
        case merged
        /// An entry whose name begins so may be empty.
        case emptyEntries(String)
        /// Generated again by every update.
        case regenerated
        /// Only APIs of this kind have it.
        case only(ProtocolType)
        /// A request is held to the bounds by the resource's rules alone, since what the service says of a
        /// breach depends on other members.
        case boundsByRule
        /// What the service says of a value that breaks the member's bounds, or of none where one is
        /// required.
        case refusal(String)
    }

    package let name: String
    /// The name as SDKs and the AWS CLI spell it: with a capital first letter.
    package let capitalizedName: String
    /// How many bytes of UTF-8 `name` has.
    package let nameByteCount: Int
    package let kind: FieldKind
    package let defaultValue: DefaultValue
    package let isRequired: Bool
    package let isRequiredOnUpdate: Bool
    package let isReadOnly: Bool
    package let isInputOnly: Bool
    package let isCreateOnly: Bool
    package let isUpdateOnly: Bool
    package let isClearable: Bool
    package let isKeptWhenEmpty: Bool
    package let isMerged: Bool
    /// What the names of entries that may be empty begin with.
    package let emptyEntryPrefix: String?
    package let isRegenerated: Bool
    package let onlyIn: ProtocolType?
    package let refusal: String?
    /// What a request may hold.
    package let requestKind: FieldKind

    private init(_ name: String, _ kind: FieldKind, _ traits: [Trait], _ defaultValue: DefaultValue) {
        self.name = name
        nameByteCount = name.utf8.count
        self.kind = kind
        self.defaultValue = defaultValue
        capitalizedName = name.prefix(1).uppercased() + name.dropFirst()
        isRequired = traits.contains(.required)
        isRequiredOnUpdate = traits.contains(.requiredOnUpdate)
        isReadOnly = traits.contains(.readOnly)
        isInputOnly = traits.contains(.inputOnly)
        isCreateOnly = traits.contains(.createOnly)
        isUpdateOnly = traits.contains(.updateOnly)
        isClearable = traits.contains(.clearable)
        isKeptWhenEmpty = traits.contains(.keptWhenEmpty)
        isMerged = traits.contains(.merged)
        emptyEntryPrefix =
            traits.lazy.compactMap { if case .emptyEntries(let prefix) = $0 { prefix } else { nil } }.first
        isRegenerated = traits.contains(.regenerated)
        onlyIn = ProtocolType.allCases.first { traits.contains(.only($0)) }
        requestKind = traits.contains(.boundsByRule) ? kind.withoutBounds : kind
        refusal = traits.lazy.compactMap { if case .refusal(let message) = $0 { message } else { nil } }.first
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

    package static func number(
        _ name: String, _ traits: Trait..., default value: DefaultValue = .none
    ) -> Field {
        Field(name, .number, traits, value)
    }

    package static func timestamp(
        _ name: String, _ traits: Trait..., default value: DefaultValue = .none
    ) -> Field {
        Field(name, .timestamp, traits, value)
    }

    package static func list(
        _ name: String, of kind: FieldKind, _ traits: Trait..., default value: DefaultValue = .none
    ) -> Field {
        Field(name, .list(kind), traits, value)
    }

    package static func map(
        _ name: String, of kind: FieldKind, _ traits: Trait..., default value: DefaultValue = .none
    ) -> Field {
        Field(name, .map(kind), traits, value)
    }

    package static func object(
        _ name: String, _ fields: [Field], _ traits: Trait..., default value: DefaultValue = .none
    ) -> Field {
        Field(name, .object(fields), traits, value)
    }
}
