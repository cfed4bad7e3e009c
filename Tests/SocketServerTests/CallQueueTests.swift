/// The order of calls that wait for another one, and how many names are looked up at once.

import SocketServer
import Testing

struct CallQueueTests {
    private static func id(_ number: Int) -> CallID { CallID(place: Int32(number), serial: UInt32(number)) }

    /// Queues in which the calls of `left` have left.
    private struct Bench {
        var queues: CallQueues
        private var servers: [String: CallQueue] = [:]
        var left: Set<CallID> = []
        var now: Duration = .zero

        init(begunMax: Int = 100, probesMax: Int = 100) {
            queues = CallQueues(begunMax: begunMax, probesMax: probesMax)
        }

        /// The queue of the server with this name.
        subscript(name: String) -> CallQueue {
            mutating get {
                let queue = servers[name] ?? CallQueue()
                servers[name] = queue
                return queue
            }
        }

        mutating func append(_ numbers: ClosedRange<Int>, to server: String) {
            for number in numbers { queues.append(id(number), to: self[server]) }
        }

        mutating func leave(_ number: Int, _ server: String) {
            left.insert(id(number))
            queues.leave(self[server]) { !left.contains($0) }
        }

        /// The calls that may begin now.
        mutating func begin(to server: String, needsAddress: Bool = false) -> [CallID] {
            var begun: [CallID] = []
            while let (call, _) = queues.next(
                to: self[server], needsAddress: needsAddress, at: now, isWaiting: { !left.contains($0) })
            {
                begun.append(call)
            }
            return begun
        }
    }

    @Test func `as many calls to one server begin as may, in order`() {
        var bench = Bench(begunMax: 2)
        bench.append(1...4, to: "a")
        bench.append(5...5, to: "b")

        #expect(bench.begin(to: "a") == [Self.id(1), Self.id(2)])
        #expect(bench.begin(to: "b") == [Self.id(5)])
        bench.queues.end(Self.id(2), to: bench["a"])
        #expect(bench.begin(to: "a") == [Self.id(3)])
    }

    @Test(arguments: [[1], [2, 3], [4, 3, 2, 1], [3, 1, 2]])
    func `a call that has left does not begin`(leaving: [Int]) {
        var bench = Bench(begunMax: 1)
        bench.append(0...5, to: "a")
        #expect(bench.begin(to: "a") == [Self.id(0)])

        for number in leaving { bench.leave(number, "a") }

        var begun: [CallID] = []
        for number in 0...5 where !leaving.contains(number) {
            bench.queues.end(Self.id(number), to: bench["a"])
            begun += bench.begin(to: "a")
        }
        #expect(begun == (1...5).filter { !leaving.contains($0) }.map(Self.id))
    }

    @Test func `one call finds out the address for the others`() {
        var bench = Bench()
        bench.append(1...3, to: "a")

        #expect(bench.begin(to: "a", needsAddress: true) == [Self.id(1)])
        bench.queues.found(bench["a"], by: Self.id(1), at: bench.now)
        #expect(bench.begin(to: "a", needsAddress: true) == [Self.id(2), Self.id(3)])
        // The address is forgotten in time, while a call is still on its way.
        bench.append(4...5, to: "a")
        bench.now = .seconds(50)
        #expect(bench.begin(to: "a", needsAddress: true) == [Self.id(4)])
    }

    @Test func `a call that ends before it has the address leaves the search to the next`() {
        var bench = Bench()
        bench.append(1...3, to: "a")
        _ = bench.begin(to: "a", needsAddress: true)

        bench.queues.end(Self.id(1), to: bench["a"])

        #expect(bench.begin(to: "a", needsAddress: true) == [Self.id(2)])
    }

    @Test func `all calls that wait for a server without an address are taken`() {
        var bench = Bench()
        bench.append(1...4, to: "a")
        _ = bench.begin(to: "a", needsAddress: true)
        bench.leave(3, "a")

        let taken = bench.queues.takeAll(to: bench["a"]) { [left = bench.left] in !left.contains($0) }
        bench.queues.end(Self.id(1), to: bench["a"])
        bench.append(5...5, to: "a")

        #expect(taken == [Self.id(2), Self.id(4)])
        #expect(bench.begin(to: "a", needsAddress: true) == [Self.id(5)])
    }

    @Test func `as many names are looked up at once as may be`() {
        var bench = Bench(probesMax: 1)
        for (number, server) in ["a", "b", "c"].enumerated() { bench.append(number...number, to: server) }

        #expect(bench.begin(to: "a", needsAddress: true) == [Self.id(0)])
        #expect(bench.begin(to: "b", needsAddress: true) == [])
        #expect(bench.begin(to: "b", needsAddress: true) == [])
        #expect(bench.begin(to: "c", needsAddress: true) == [])
        #expect(bench.queues.nextStalled() == nil)
        bench.queues.found(bench["a"], by: Self.id(0), at: bench.now)

        #expect(bench.queues.nextStalled() === bench["b"])
        #expect(bench.begin(to: "b", needsAddress: true) == [Self.id(1)])
        bench.queues.end(Self.id(1), to: bench["b"])
        #expect(bench.queues.nextStalled() === bench["c"])
        #expect(bench.queues.nextStalled() == nil)
    }
}
