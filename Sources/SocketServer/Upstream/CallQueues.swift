/// The calls of a loop by server: those under way, and the order of those that wait. libcurl looks up each
/// name on a thread. One call at a time therefore goes to a server without a known address, and only a few
/// such servers are looked up at once.

/// The identity of a call on its loop. The serial number tells it from earlier calls in the same place.
package struct CallID: Sendable, Hashable {
    let place: Int32
    let serial: UInt32

    package init(place: Int32, serial: UInt32) {
        self.place = place
        self.serial = serial
    }
}

/// The queues of all servers of a loop's calls.
package struct CallQueues {
    private struct Queue {
        /// The number of calls that have begun and not ended.
        var begun = 0
        /// The calls that wait, from `first` on. Some have left the queue already.
        var waiting: [CallID] = []
        var first = 0
        /// The number of calls in `waiting`, from `first` on, that have left.
        var left = 0
        /// The call that looks up the address of the server; nil if there is none.
        var probe: CallID?
        /// The monotonic time until which libcurl remembers the address; nil before the first look-up.
        var isKnownUntil: Duration?
        /// Whether the server waits in `stalled`.
        var isStalled = false

        var count: Int { waiting.count - first }
    }

    /// The time for which an address counts as known, below the 60 seconds of libcurl
    /// (CURLOPT_DNS_CACHE_TIMEOUT).
    private static let addressLifetime: Duration = .seconds(50)

    private var queues: [String: Queue] = [:]
    /// The servers that wait for the look-up of another's address.
    private var stalled: [String] = []
    private var probes = 0
    private let begunMax: Int
    private let probesMax: Int

    /// `begunMax` is the most calls under way to one server. `probesMax` is the most look-ups of names at
    /// once.
    package init(begunMax: Int, probesMax: Int) {
        self.begunMax = begunMax
        self.probesMax = probesMax
    }

    package mutating func append(_ call: CallID, to server: String) {
        queues[server, default: Queue()].waiting.append(call)
    }

    /// Takes the next call that may begin, and tells whether it looks up the address. Nil if none may.
    /// `needsAddress` is false for a server with its address in the URL.
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

    /// Notes that the address is known.
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

    /// Counts a call that ended while it waited. From now on `isWaiting` must be false for it.
    package mutating func leave(_ server: String, isWaiting: (CallID) -> Bool) {
        guard var queue = queues[server] else { return }
        queue.left += 1
        // At least half of the entries go, so that each costs one or two looks.
        if queue.left * 2 > queue.count {
            queue.waiting = queue.waiting[queue.first...].filter(isWaiting)
            queue.first = 0
            queue.left = 0
        }
        keep(queue, of: server)
    }

    /// Takes all waiting calls, because there is no such server.
    package mutating func takeAll(to server: String, isWaiting: (CallID) -> Bool) -> [CallID] {
        guard var queue = queues[server] else { return [] }
        let calls = queue.waiting[queue.first...].filter(isWaiting)
        queue.waiting = []
        queue.first = 0
        queue.left = 0
        keep(queue, of: server)
        return calls
    }

    /// A server that waited for another's address, and may now look up its own; nil if there is none.
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
