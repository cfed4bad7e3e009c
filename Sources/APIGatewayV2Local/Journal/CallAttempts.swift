/// The newer attempts of calls in, the earlier attempts of the same calls out. The search reads the journal
/// backwards. It ends at the first attempts of all the calls, and not at the journal's begin.

internal import APIGatewayV2
internal import HTTPWire

/// The name of a call. Clients of different accounts and regions may use the same identifier.
package struct CallName: Hashable, Sendable {
    package let invocationID: String
    package let account: String
    package let region: String

    /// Nil for a request without an identifier, which is a call by itself.
    package init?(_ invocationID: String?, account: String, region: String) {
        guard let invocationID else { return nil }
        self.invocationID = invocationID
        self.account = account
        self.region = region
    }
}

/// An attempt of a call.
package struct CallAttempt: Hashable, Sendable {
    /// Nil for a request without a name.
    package let call: CallName?
    /// The number of the attempt by the client's field, from 1.
    package let number: Int

    package init(_ call: CallName?, number: Int) {
        self.call = call
        self.number = number
    }

    init(_ numbered: JournalRing.NumberedRecord) {
        let record = numbered.record
        let fields = record.request.fields
        call = CallName(
            sdkInvocationID(in: fields), account: record.scope.account, region: record.scope.region)
        number = sdkAttempt(in: fields)
    }

    /// The elements of `earlier`, newest first, that are attempts of the same calls as `newer`, oldest first.
    /// The result is in the order of `newer`. A call with its first attempt in `newer` has no earlier one.
    package static func earlierAttempts<Earlier: Sequence>(
        than newer: [CallAttempt], in earlier: @autoclosure () -> Earlier,
        attempt: (Earlier.Element) -> CallAttempt
    ) -> [Earlier.Element] {
        var begun: Set<CallName> = []
        var open: Set<CallName> = []
        for attempt in newer {
            guard let call = attempt.call, begun.insert(call).inserted else { continue }
            if attempt.number > 1 { open.insert(call) }
        }
        // Without an open call, the sequence is not even made.
        guard !open.isEmpty else { return [] }
        var found: [Earlier.Element] = []
        for element in earlier() {
            let attempt = attempt(element)
            guard let call = attempt.call, open.contains(call) else { continue }
            found.append(element)
            if attempt.number == 1 { open.remove(call) }
            if open.isEmpty { break }
        }
        return found.reversed()
    }
}
