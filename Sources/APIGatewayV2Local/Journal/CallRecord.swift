/// A call of a deployed API and its answer, as the journal gets it and packs it. It becomes an object, a
/// `JournalRecord`, only if somebody waits for it.

internal import APIGatewayV2
internal import HTTPWire

/// One call of a deployed API. It cannot be copied, because each closure on its way into the journal would
/// copy it. A copy takes a third of the instructions of packing.
struct CallRecord: ~Copyable, Sendable {
    let invocation: JournalInvocation
    let messages: CallMessages
    let connection: ConnectionID
    /// The real time of arrival.
    let arrival: Duration
    /// The time of arrival since 1970, on the emulator's clock.
    let time: Duration
    let scope: Scope
    /// The status; nil if nothing of the answer is sent.
    let status: Int?
    let duration: Duration
    let fault: String?
    /// The number of bytes of the whole request body.
    let bodyCount: Int

    /// At least the bytes of the packed record.
    var byteCount: Int {
        scope.account.utf8.count + scope.region.utf8.count + (fault?.utf8.count ?? 0)
            + invocation.byteCount + messages.byteCount + Self.numbersRoom
    }

    /// Room for the numbers and the counts of texts.
    private static let numbersRoom =
        5 * PackedRoom.count + 3 * PackedRoom.time + 2 * PackedRoom.optionalCount

    /// Appends the record, but for its routes. The identifier comes first.
    func pack(into packer: inout OutputSpan<UInt8>) {
        packer.append(messages.requestID)
        packer.append(arrival)
        packer.append(time)
        packer.append(count: Int(connection.rawValue))
        packer.append(count: bodyCount)
        packer.append(scope.account)
        packer.append(scope.region)
        packer.append(status != nil)
        if let status { packer.append(count: status) }
        packer.append(duration)
        packer.append(fault)
        invocation.pack(into: &packer)
        messages.pack(into: &packer)
    }
}
