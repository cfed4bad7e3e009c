/// The journal: the newest requests that a server has answered, with their answers. Event loops write it, and
/// tests read it. `JournalLimits` bounds it. A writer holds the lock to exchange one reference. A reader
/// copies the ring, or the newer entries, and works outside the lock.

internal import APIGatewayV2
internal import HTTPWire
internal import Synchronization

/// The reason why the journal has no answer.
public enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The server has no journal.
    case off
    /// The filter has mistakes, or no entry could match it.
    case filter(DocumentError)
    /// Fewer entries than expected came in time.
    case tooFew(found: Int, expected: Int)

    /// One line for each mistake.
    public var description: String {
        switch self {
        case .off: "The journal is off: start the server with room for one entry at least."
        case .filter(let error): error.description
        case .tooFew(let found, let expected): "found \(found) entries in time, expected \(expected)"
        }
    }
}

/// The requests to a `LocalServer`, and its answers, of the service and of deployed APIs. Requests under
/// `/__admin`, and malformed requests, are not in it.
public final class Journal: Sendable {
    /// The bounds of the journal.
    public let limits: JournalLimits
    private let ring: Mutex<JournalRing>
    private let watch: JournalWatch
    private let lookup: OperationLookup
    /// The file that gets every entry; nil without one.
    let file: JournalFile?

    init(
        limits: JournalLimits = JournalLimits(), file: JournalFile? = nil, lookup: @escaping OperationLookup
    ) {
        self.limits = limits
        self.file = file
        self.lookup = lookup
        watch = JournalWatch(lookup: lookup)
        ring = Mutex(JournalRing(limits: limits))
    }

    /// Whether the journal keeps entries.
    public var isOn: Bool { limits.entriesMax > 0 }

    /// The number of entries that made room for newer ones, since the start or since the last `removeAll`.
    public var overwrittenCount: Int { ring.withLock { $0.overwrittenCount } }

    /// The number of entries that the journal holds now.
    public var entryCount: Int { ring.withLock { $0.count } }

    /// The entries that match `filter`, newest last.
    public func entries(_ filter: JournalFilter = JournalFilter()) throws(JournalError) -> [JournalEntry] {
        try records(filter).map(JournalEntry.init)
    }

    /// The number of entries that match `filter`.
    public func count(_ filter: JournalFilter = JournalFilter()) throws(JournalError) -> Int {
        try records(filter).count
    }

    /// The number of entries that match both `filter` and `match`, which must have been checked. Like a rule,
    /// a match without a plane is of the control plane.
    func count(_ filter: JournalFilter, and match: FaultMatch) throws(JournalError) -> Int {
        var match = match
        match.plane = match.plane ?? .control
        let compiled = CompiledJournalFilter(JournalFilter(match: match), lookup: lookup)
        return try records(filter).count(where: compiled.holds)
    }

    /// The entry with this `x-amzn-RequestId`, or `Apigw-Requestid`, in its answer.
    public func entry(requestID: String) throws(JournalError) -> JournalEntry? {
        try record(requestID: requestID).map(JournalEntry.init)
    }

    /// The same as a record.
    func record(requestID: String) throws(JournalError) -> JournalRing.NumberedRecord? {
        guard isOn else { throw .off }
        return all.last { $0.shownID == requestID }
    }

    /// The calls with an attempt that matches `filter`, newest last. Each call has all its attempts in the
    /// journal. With `filter.after`, attempts before the last first attempt of a call are left out. `limit`
    /// counts calls. A filter without a plane is about calls of the service.
    public func calls(_ filter: JournalFilter = JournalFilter()) throws(JournalError) -> [JournalCall] {
        let filter = filter.forCalls
        try check(filter)
        let candidates = candidates(filter)
        let compiled = CompiledJournalFilter(filter, lookup: lookup)
        let meant = candidates.filter(compiled.holds)
        let numbers = Set(meant.map(\.number))
        let names = Set(meant.compactMap { CallAttempt($0).call })
        // The other attempts of these calls need not match.
        let newer = candidates.filter { numbered in
            numbers.contains(numbered.number) || CallAttempt(numbered).call.map(names.contains) ?? false
        }
        let records = earlierAttempts(than: newer, of: filter) + newer
        let calls = JournalCall.calls(of: records.map(JournalEntry.init))
        return filter.limit.map(calls.suffix) ?? calls
    }

    /// The attempts up to `filter.after` of the calls that `newer` goes on with. None without `after`,
    /// because `newer` then has them all.
    private func earlierAttempts(
        than newer: [JournalRing.NumberedRecord], of filter: JournalFilter
    ) -> [JournalRing.NumberedRecord] {
        guard let number = filter.after else { return [] }
        return CallAttempt.earlierAttempts(
            than: newer.map(CallAttempt.init),
            in: ring.withLock { $0 }.recordsBackwards(from: number), attempt: CallAttempt.init)
    }

    /// The reports of the calls of deployed APIs that match `filter`, newest last.
    func invocations(_ filter: JournalFilter) throws(JournalError) -> [InvocationReport] {
        try records(filter.forInvocations).compactMap(InvocationReport.init)
    }

    /// The report of the call with this `Apigw-Requestid` in its answer.
    func invocation(requestID: String) throws(JournalError) -> InvocationReport? {
        guard isOn else { throw .off }
        return all.last { $0.plane == .invoke && $0.shownID == requestID }
            .flatMap(InvocationReport.init)
    }

    /// Removes the entries of one plane, or of one account in it.
    func removeAll(of plane: Plane, account: String?) {
        // The removed records are freed outside the lock.
        _ = ring.withLock { ring in
            let before = ring
            ring.removeAll {
                $0.plane != plane || account != nil && $0.record.scope.account != account
            }
            return before
        }
    }

    /// Removes all entries, or those of one account.
    public func removeAll(account: String? = nil) {
        // The removed records are freed outside the lock.
        _ = ring.withLock { ring in
            let before = ring
            ring.removeAll { account != nil && $0.record.scope.account != account }
            return before
        }
    }

    /// Appends a request of the control plane.
    func append(_ record: JournalRecord) {
        // The overwritten record, too, is freed outside the lock.
        let (number, _) = ring.withLock { $0.append(record) }
        tell(of: JournalRing.NumberedRecord(number, record, byteCount: record.byteCount))
    }

    /// Appends a call of a deployed API.
    func append(_ call: borrowing CallRecord) {
        let (number, byteCount, _) = ring.withLock { $0.append(call) }
        guard watch.hasReaders || file != nil else { return }
        tell(of: JournalRing.NumberedRecord(number, JournalRecord(call), byteCount: byteCount))
    }

    private func tell(of numbered: JournalRing.NumberedRecord) {
        watch.tell(of: numbered)
        if let file { file.append(numbered) }
    }

    /// Calls `found` for each later entry that matches `filter`, on the thread of its request, until
    /// `unwatch` gets the key. `isThere` is true if there is a matching entry already. The caller has checked
    /// `filter`.
    func watch(
        _ filter: JournalFilter, found: @escaping @Sendable () -> Void
    ) throws(JournalError) -> (key: Int, isThere: Bool) {
        guard isOn else { throw .off }
        // The order matters: no entry can come between the two.
        let key = watch.add(filter, found: found)
        let compiled = CompiledJournalFilter(filter, lookup: lookup)
        return (key, candidates(filter).contains(where: compiled.holds))
    }

    /// The same for every later entry, for a reader that looks for earlier ones itself.
    func watchAll(found: @escaping @Sendable () -> Void) -> Int {
        watch.add(JournalFilter(), found: found)
    }

    /// The number of the newest entry ever; 0 before the first.
    var lastNumber: Int { ring.withLock { $0.lastNumber } }

    /// The newest records after the entry `number` and up to `last`, at most `limit`, newest last.
    func newest(_ limit: Int, after number: Int, through last: Int) -> [JournalRing.NumberedRecord] {
        ring.withLock { $0.newest(limit, after: number, through: last) }
    }

    func unwatch(_ key: Int) {
        watch.remove(key)
    }

    private var all: [JournalRing.NumberedRecord] { ring.withLock { $0 }.all }

    /// The records that match `filter`, newest last.
    func records(_ filter: JournalFilter) throws(JournalError) -> [JournalRing.NumberedRecord] {
        try check(filter)
        let compiled = CompiledJournalFilter(filter, lookup: lookup)
        let records = candidates(filter).filter(compiled.holds)
        return filter.limit.map(records.suffix) ?? records
    }

    /// The entries after `filter.after`; all without it.
    private func candidates(_ filter: JournalFilter) -> [JournalRing.NumberedRecord] {
        filter.after.map { number in ring.withLock { $0.records(after: number) } } ?? all
    }

    private func check(_ filter: JournalFilter) throws(JournalError) {
        guard isOn else { throw .off }
        var problems = DocumentProblems()
        filter.check(into: &problems)
        do throws(DocumentError) {
            try problems.check()
        } catch {
            throw .filter(error)
        }
    }
}
