/// The requests that a server has answered, the newest of them: written by the event loops, read by a test.
/// Bounded (`JournalLimits`). A writer holds the lock to exchange one reference. A reader takes the ring, or
/// the entries behind a number, and works on them outside the lock.

internal import APIGatewayV2
internal import HTTPWire
internal import Synchronization

/// Why the journal cannot say what it is asked.
public enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The server was started without one.
    case off
    /// The filter makes no sense; nothing would ever match it.
    case filter(DocumentError)

    /// One line for each mistake.
    public var description: String {
        switch self {
        case .off: "The journal is off: start the server with room for one entry at least."
        case .filter(let error): error.description
        }
    }
}

/// The requests that a `LocalServer` was asked, and its answers. Requests under `/__admin` are not in it, nor
/// are those that were refused on the wire before they were whole.
public final class Journal: Sendable {
    /// How much is kept.
    public let limits: JournalLimits
    private let ring: Mutex<JournalRing>
    private let watch = JournalWatch()
    private let lookup: OperationLookup

    init(limits: JournalLimits = JournalLimits(), lookup: @escaping OperationLookup) {
        self.limits = limits
        self.lookup = lookup
        ring = Mutex(JournalRing(limits: limits))
    }

    /// Whether anything is kept.
    public var isOn: Bool { limits.entriesMax > 0 }

    /// Entries that made room for newer ones, since the start or since all were removed.
    public var overwrittenCount: Int { ring.withLock { $0.overwrittenCount } }

    /// Entries that are kept now.
    public var entryCount: Int { ring.withLock { $0.count } }

    /// The entries that `filter` is about, newest last.
    public func entries(_ filter: JournalFilter = JournalFilter()) throws(JournalError) -> [JournalEntry] {
        try slots(filter).map(JournalEntry.init)
    }

    /// How many entries `filter` is about.
    public func count(_ filter: JournalFilter = JournalFilter()) throws(JournalError) -> Int {
        try slots(filter).count
    }

    /// How many entries both `filter` and `match` are about; `match` has been checked.
    func count(_ filter: JournalFilter, and match: FaultMatch) throws(JournalError) -> Int {
        let compiled = CompiledJournalFilter(JournalFilter(match: match), lookup: lookup)
        return try slots(filter).count(where: compiled.holds)
    }

    /// The entry whose answer had this `x-amzn-RequestId`.
    public func entry(requestID: String) throws(JournalError) -> JournalEntry? {
        guard isOn else { throw .off }
        return all.last { $0.record.id.requestID == requestID }.map(JournalEntry.init)
    }

    /// The calls that have an attempt for which `filter` holds, newest last. Each has all its attempts that
    /// are kept. `limit` counts calls.
    public func calls(_ filter: JournalFilter = JournalFilter()) throws(JournalError) -> [JournalCall] {
        var unlimited = filter
        unlimited.limit = nil
        let meant = Set(try slots(unlimited).map(\.number))
        try check(filter)
        let calls = JournalCall.calls(of: all.map(JournalEntry.init)).filter { call in
            call.attempts.contains { meant.contains($0.entry.number) }
        }
        return filter.limit.map(calls.suffix) ?? calls
    }

    /// Forgets all entries, or those of one account.
    public func removeAll(account: String? = nil) {
        // Let go of without the lock.
        _ = ring.withLock { ring in
            let before = ring
            ring.removeAll { account != nil && $0.scope.account != account }
            return before
        }
    }

    func append(_ record: JournalRecord) {
        // The same: what is overwritten is freed behind the lock.
        let (slot, _) = ring.withLock { $0.append(record) }
        watch.tell(of: slot)
    }

    /// Calls `found` for each later entry that `filter` is about, on the thread that answered its request,
    /// until `unwatch` is called with the key. `isThere` says whether there is one already.
    func watch(
        _ filter: JournalFilter, found: @escaping @Sendable () -> Void
    ) throws(JournalError) -> (key: Int, isThere: Bool) {
        try check(filter)
        // In this order, so that no entry comes between the two.
        let key = watch.add(CompiledJournalFilter(filter, lookup: lookup), found: found)
        return (key, try count(filter) > 0)
    }

    func unwatch(_ key: Int) {
        watch.remove(key)
    }

    private var all: [JournalRing.Slot] { ring.withLock { $0 }.all }

    private func slots(_ filter: JournalFilter) throws(JournalError) -> [JournalRing.Slot] {
        try check(filter)
        let compiled = CompiledJournalFilter(filter, lookup: lookup)
        let candidates = filter.after.map { number in ring.withLock { $0.slots(after: number) } } ?? all
        let slots = candidates.filter(compiled.holds)
        return filter.limit.map(slots.suffix) ?? slots
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
