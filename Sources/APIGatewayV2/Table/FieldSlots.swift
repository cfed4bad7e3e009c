/// The fields of a table, sorted once by the needs of writes, so that a write visits only the fields
/// concerned.

/// Slots are ascending indexes of `Resource.fields`.
package struct FieldSlots: Sendable {
    let byName: [String: Int]
    /// The fields that a create request must have.
    let required: [Int]
    /// The fields that an update request must have.
    let requiredOnUpdate: [Int]
    /// The fields with a default in the table.
    let defaulted: [Int]
    /// The fields that the service makes.
    let generated: [Int]
    /// The fields that the service makes again for each update.
    let regenerated: [Int]
    /// The fields that HTTP APIs do not have.
    private let foreignToHTTP: [Int]
    private let foreignToWebSocket: [Int]
    /// The fields that a body shows.
    let shown: [Int]
    /// The beginning of each field in a body after the first, `,"name":`, one after the other.
    private let beginnings: [UInt8]
    /// The start of each beginning, and the end of the last one.
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

    /// The fields that APIs of this kind do not have.
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
