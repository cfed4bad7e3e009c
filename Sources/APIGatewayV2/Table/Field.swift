/// One member of a resource as a value: its name on the wire, its kind, its traits and its default. All code
/// that checks, merges, encodes or documents a member reads this value.

package import JSON

/// The kind of a member's value. Bounds count Unicode scalars (Smithy's `length`), entries, or the number
/// itself.
package indirect enum FieldKind: Sendable {
    case string(ClosedRange<Int>?)
    /// One of the names of an enumeration, in the model's order.
    case choice([String])
    case boolean
    case integer(ClosedRange<Int>?)
    case number
    /// A time as `YYYY-MM-DDThh:mm:ssZ`.
    case timestamp
    case list(FieldKind)
    /// Any names, with values of one kind.
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

/// The value of a member that a create request leaves out.
package enum DefaultValue: Sendable {
    case none
    case constant(JSON)
    /// Made from the members so far and the parent's; nil leaves the member out.
    case derived(@Sendable (_ members: Members, _ parent: Members?) -> JSON?)
    /// A value that only the service knows, such as identifiers, dates and endpoints. It replaces the value
    /// of a request.
    case generated(@Sendable (_ change: Change, _ members: Members) -> JSON?)
}

/// One member of a resource or of an object within it. It is a class, so that walking over a table copies one
/// reference for each field.
package final class Field: Sendable {
    /// A property of a member besides its kind.
    package enum Trait: Sendable, Equatable {
        /// A create request or a fixture without the member is refused.
        case required
        /// The member is in answers and fixtures, and ignored in requests.
        case readOnly
        /// The member is in requests, and not in answers.
        case inputOnly
        /// An update request without the member is refused.
        case requiredOnUpdate
        /// The member is ignored in update requests.
        case createOnly
        /// The member is ignored in create requests.
        case updateOnly
        /// The empty string in an update removes the member.
        case clearable
        /// An empty value (`""`, `{}`) in an update changes nothing.
        case keptWhenEmpty
        /// Entries of an update are added to the present ones. An empty one (`""`, `{}`) removes its entry.
        case merged
        /// An entry with this prefix of its name may be empty.
        case emptyEntries(String)
        /// Every update generates the member again.
        case regenerated
        /// Only APIs of this kind have the member.
        case only(ProtocolType)
        /// Only the resource's rules check the bounds in a request, because the service's message depends on
        /// other members.
        case boundsByRule
        /// The service's message for a value out of bounds, or for a missing one that is required.
        case refusal(String)
    }

    package let name: String
    /// The name as SDKs and the AWS CLI spell it, with a capital first letter.
    package let capitalizedName: String
    /// The number of bytes of UTF-8 in `name`.
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
    /// The prefix of names of entries that may be empty; nil if none may.
    package let emptyEntryPrefix: String?
    package let isRegenerated: Bool
    package let onlyIn: ProtocolType?
    package let refusal: String?
    /// The kind of the value in a request.
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
