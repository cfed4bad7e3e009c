/// Conditions on journal entries: the value, its checks, and the compiled form for each record. A filter that
/// can never match is refused, because a test that expects no calls could pass by mistake.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire

/// Conditions on journal entries. A missing condition holds for every entry, and all others must hold.
public struct JournalFilter: Sendable, Hashable {
    /// Conditions on the request, in the form of a fault rule.
    public var match: FaultMatch
    /// The identifier of a connection of a WebSocket API.
    public var connectionID: String?
    /// The answer's status.
    public var status: Int?
    /// A pattern for the name of the fault rule that fired; `*` means any rule.
    public var fault: String?
    /// The earliest time of arrival, since 1970, on the emulator's clock.
    public var since: Duration?
    /// The `number` of an entry. Only later entries match.
    public var after: Int?
    /// The most entries to return, the newest ones.
    public var limit: Int?

    /// Conditions. A missing one holds for every entry.
    public init(
        match: FaultMatch = FaultMatch(), status: Int? = nil, fault: String? = nil, since: Duration? = nil,
        after: Int? = nil, limit: Int? = nil, connectionID: String? = nil
    ) {
        self.match = match
        self.connectionID = connectionID
        self.status = status
        self.fault = fault
        self.since = since
        self.after = after
        self.limit = limit
    }
}

extension JournalFilter {
    /// The filter for calls. It is about the control plane if it does not ask for invocations, because only
    /// clients of the control plane name their calls.
    var forCalls: JournalFilter {
        var filter = self
        let asksForInvocations =
            match.api != nil || match.stage != nil || match.route != nil || connectionID != nil
            || !match.eventConditions.isEmpty
        filter.match.plane = match.plane ?? (asksForInvocations ? .invoke : .control)
        return filter
    }

    /// The filter for calls of deployed APIs.
    var forInvocations: JournalFilter {
        var filter = self
        filter.match.plane = .invoke
        return filter
    }

    /// Notes the mistakes by which the filter can never match.
    func check(into problems: inout DocumentProblems) {
        match.check(for: .filter, at: [], into: &problems)
        if let status { problems.check(status, in: FaultLimits.statuses, at: [.member("status")]) }
        if let limit {
            problems.check(limit, in: 1...JournalLimits.entries.upperBound, at: [.member("limit")])
        }
        if connectionID != nil, match.plane == .control {
            problems.note(
                [.member("connectionId")], found: "a connection beside plane control",
                expected: "plane invoke: only calls of deployed APIs have connections")
        }
        if fault == "" {
            problems.note([.member("fault")], found: quoted(""), expected: "a pattern; * matches anything")
        }
    }
}

/// Finds the operation of a request.
typealias OperationLookup = @Sendable (HTTPRequest) -> RoutedOperation?

/// An entry for filters. All of them share the values of its request, which the first that needs them makes.
struct FilteredEntry {
    let numbered: JournalRing.NumberedRecord
    private let lookup: OperationLookup
    /// The record, made once.
    lazy var record = numbered.record
    /// The values of the request, with its route in the control plane or its place in a deployed API.
    lazy var facts = record.facts(lookup)

    init(_ numbered: JournalRing.NumberedRecord, _ lookup: @escaping OperationLookup) {
        self.numbered = numbered
        self.lookup = lookup
    }
}

extension JournalRecord {
    fileprivate func facts(_ lookup: OperationLookup) -> RequestFacts {
        let request = request
        if let invocation {
            return RequestFacts(
                request, in: scope,
                at: InvokedPlace(
                    api: invocation.api ?? "", stage: invocation.stage ?? "", route: invocation.route,
                    path: invocation.path(of: request)?.decoded, event: invocation.event,
                    direction: invocation.isOutbound(request) ? .outbound : .inbound))
        }
        let credential = Credential(of: request)
        let identity = Identity(scope: scope, hasCredentials: credential != nil, credential: credential)
        return RequestFacts(request, lookup(request), of: identity)
    }
}

/// A filter in its compiled form. It checks the cheapest condition first.
struct CompiledJournalFilter {
    private let filter: JournalFilter
    private let match: CompiledMatch?
    private let fault: Glob?
    private let lookup: OperationLookup

    /// `filter` must have been checked.
    init(_ filter: JournalFilter, lookup: @escaping OperationLookup) {
        self.filter = filter
        match = filter.match == FaultMatch() ? nil : CompiledMatch(filter.match)
        fault = filter.fault.map(Glob.init)
        self.lookup = lookup
    }

    func holds(_ numbered: JournalRing.NumberedRecord) -> Bool {
        var entry = FilteredEntry(numbered, lookup)
        return holds(&entry)
    }

    /// The same for an entry that several filters look at.
    func holds(_ entry: inout FilteredEntry) -> Bool {
        if let after = filter.after, entry.numbered.number <= after { return false }
        let record = entry.record
        if let since = filter.since, record.time < since { return false }
        if let status = filter.status, record.status != status { return false }
        if let connectionID = filter.connectionID, record.invocation?.connectionID != connectionID {
            return false
        }
        if let fault {
            guard let name = record.fault, fault.matches(name) else { return false }
        }
        guard let match else { return true }
        let canMatch =
            if record.invocation != nil {
                match.canMatchInvocations
            } else {
                record.operation.map(match.canMatch) ?? match.canMatchNoOperation
            }
        return canMatch && match.matches(&entry.facts)
    }
}
