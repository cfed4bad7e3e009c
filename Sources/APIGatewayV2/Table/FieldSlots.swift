/// The fields of a table by the questions that each write asks about them, worked out once when the table is
/// made: a write then looks at the fields concerned alone.

/// Slots are places in `Resource.fields`, counted from 0, and ascend.
package struct FieldSlots: Sendable {
    let byName: [String: Int]
    /// Those without which a create request is refused.
    let required: [Int]
    /// Those without which an update request is refused.
    let requiredOnUpdate: [Int]
    /// Those with a default of the table's own.
    let defaulted: [Int]
    /// Those that the service makes.
    let generated: [Int]
    /// Those that the service makes again for each update.
    let regenerated: [Int]
    /// Those that only the other kind of API has.
    private let foreignToHTTP: [Int]
    private let foreignToWebSocket: [Int]
    /// Those that a body shows.
    let shown: [Int]
    /// How each field begins in a body where it is not the first, `,"name":`, one after the other.
    private let beginnings: [UInt8]
    /// Where the beginning of each field starts, and where the last one ends.
    private let offsets: [Int]

    init(of fields: [Field]) {
        func slots(_ isMeant: (Field) -> Bool) -> [Int] {
            fields.indices.filter { isMeant(fields[$0]) }
        }
        byName = Dictionary(
            fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        required = slots { $0.isRequired }
        requiredOnUpdate = slots { $0.isRequiredOnUpdate }
        defaulted = slots { field in
            switch field.defaultValue {
            case .constant, .derived: true
            case .none, .generated: false
            }
        }
        generated = slots { if case .generated = $0.defaultValue { true } else { false } }
        regenerated = slots { $0.isRegenerated }
        foreignToHTTP = slots { $0.onlyIn == .webSocket }
        foreignToWebSocket = slots { $0.onlyIn == .http }
        shown = slots { !$0.isInputOnly }
        let beginnings = fields.map { Array(",\"\($0.name)\":".utf8) }
        self.beginnings = Array(beginnings.joined())
        offsets = beginnings.reduce(into: [0]) { offsets, beginning in
            offsets.append(offsets[offsets.count - 1] + beginning.count)
        }
    }

    /// Those that APIs of this kind do not have.
    func foreign(to type: ProtocolType) -> [Int] {
        switch type {
        case .http: foreignToHTTP
        case .webSocket: foreignToWebSocket
        }
    }

    /// Appends `,"name":` of the field at `slot`.
    func appendBeginning(of slot: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: beginnings[offsets[slot]..<offsets[slot + 1]])
    }
}
