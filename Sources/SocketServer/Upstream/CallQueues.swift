/// The calls of a loop by the server that they go to: those that are on their way, and the order of those
/// that wait. libcurl looks each name up on a thread, so one call at a time goes to a server whose name is
/// not known yet, and no more than a few such servers are looked for at once.

/// The identity of a call on its loop. The serial number tells it from earlier ones in the same place.
package struct CallID: Sendable, Hashable {
    let place: Int32
    let serial: UInt32

    package init(place: Int32, serial: UInt32) {
        self.place = place
        self.serial = serial
    }
}

/// The queues of all servers that calls of a loop go to.
package struct CallQueues {
    private struct Queue {
        /// Calls that have begun and not ended.
        var begun = 0
        /// Calls that wait, from `first` on. Some have left already.
        var waiting: [CallID] = []
        var first = 0
        /// Calls in `waiting` from `first` on that have left.
        var left = 0
        /// The call that finds out the address of the server; nil if none does.
        var probe: CallID?
        /// The monotonic time until which libcurl remembers the address; nil if it was never asked for.
        var isKnownUntil: Duration?
        /// Whether the server waits in `stalled`.
        var isStalled = false

        var count: Int { waiting.count - first }
    }

    /// libcurl remembers an address for 60 seconds (CURLOPT_DNS_CACHE_TIMEOUT). Less, so that it still does.
    private static let addressLifetime: Duration = .seconds(50)

    private var queues: [String: Queue] = [:]
    /// Servers that wait for another's address to be found.
    private var stalled: [String] = []
    private var probes = 0
    private let begunMax: Int
    private let probesMax: Int

    /// `begunMax` is how many calls to one server are on their way at once, `probesMax` how many names are
    /// looked up at once.
    package init(begunMax: Int, probesMax: Int) {
        self.begunMax = begunMax
        self.probesMax = probesMax
    }

    package mutating func append(_ call: CallID, to server: String) {
        queues[server, default: Queue()].waiting.append(call)
    }

    /// Takes the next call that may begin, and says whether it finds out the address. Nil if none may.
    /// `needsAddress` is false for a server whose address its URL is.
    package mutating func next(
        to server: String, needsAddress: Bool, at now: Duration, isWaiting: (CallID) -> Bool
    ) -> (call: CallID, isProbe: Bool)? {
        guard var queue = queues[server], queue.begun < begunMax else { return nil }
        defer { keep(queue, of: server) }
        dropLeft(of: &queue, isWaiting)
        guard queue.count > 0 else { return nil }
        let isProbe = needsAddress && queue.isKnownUntil.map { $0 <= now } ?? true
        if isProbe {
            guard queue.probe == nil else { return nil }
            guard probes < probesMax else {
                if !queue.isStalled { stalled.append(server) }
                queue.isStalled = true
                return nil
            }
            probes += 1
            queue.probe = queue.waiting[queue.first]
        }
        queue.first += 1
        queue.begun += 1
        return (queue.waiting[queue.first - 1], isProbe)
    }

    /// Notes that the address is found.
    package mutating func found(_ server: String, by call: CallID, at now: Duration) {
        guard queues[server]?.probe == call else { return }
        queues[server]?.probe = nil
        queues[server]?.isKnownUntil = now + CallQueues.addressLifetime
        probes -= 1
    }

    /// Counts a call that has begun and ended.
    package mutating func end(_ call: CallID, to server: String) {
        guard var queue = queues[server] else { return }
        queue.begun -= 1
        if queue.probe == call {
            queue.probe = nil
            probes -= 1
        }
        keep(queue, of: server)
    }

    /// Counts a call that ended while it waited. From now on `isWaiting` must say so of it.
    package mutating func leave(_ server: String, isWaiting: (CallID) -> Bool) {
        guard var queue = queues[server] else { return }
        queue.left += 1
        // At least half of the entries go, so that each costs a look or two.
        if queue.left * 2 > queue.count {
            queue.waiting = queue.waiting[queue.first...].filter(isWaiting)
            queue.first = 0
            queue.left = 0
        }
        keep(queue, of: server)
    }

    /// Takes all calls that wait, because there is no such server.
    package mutating func takeAll(to server: String, isWaiting: (CallID) -> Bool) -> [CallID] {
        guard var queue = queues[server] else { return [] }
        let calls = queue.waiting[queue.first...].filter(isWaiting)
        queue.waiting = []
        queue.first = 0
        queue.left = 0
        keep(queue, of: server)
        return calls
    }

    /// A server that waited for another's address, and now may ask for its own. Nil if there is none.
    package mutating func nextStalled() -> String? {
        guard probes < probesMax, !stalled.isEmpty else { return nil }
        let server = stalled.removeFirst()
        queues[server]?.isStalled = false
        return server
    }

    private func dropLeft(of queue: inout Queue, _ isWaiting: (CallID) -> Bool) {
        while queue.count > 0, !isWaiting(queue.waiting[queue.first]) {
            queue.first += 1
            queue.left -= 1
        }
    }

    private mutating func keep(_ queue: Queue, of server: String) {
        var queue = queue
        if queue.first > 64, queue.first * 2 > queue.waiting.count {
            queue.waiting.removeFirst(queue.first)
            queue.first = 0
        }
        queues[server] = queue.begun == 0 && queue.count == 0 ? nil : queue
    }
}
