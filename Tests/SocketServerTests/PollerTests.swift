/// Readiness as the loop sees it: level-triggered for sockets, once for each wake-up, generations told apart.
/// Socket pairs stand for connections.

import SocketServer
import Testing

struct PollerTests {
    @Test func `a readable descriptor is reported until it was read`() throws {
        let (client, server) = try ClientSocket.pair()
        let socket = Socket(adopting: FileDescriptor(adopting: server))
        var poller = try Poller(eventsMax: 8)
        try poller.add(server, generation: 5, interest: .read)

        let before = try poller.wait(.zero)
        try client.send("hello")
        let first = try poller.wait(.seconds(60))
        let second = try poller.wait(.seconds(60))
        let event = poller.event(at: 0)
        var buffer: [UInt8] = []
        let received = try socket.receive(appendingTo: &buffer, atMost: 16)
        let after = try poller.wait(.zero)

        #expect([before, first, second, after] == [0, 1, 1, 0])
        #expect(event.descriptor == server)
        #expect(event.generation == 5)
        #expect(event.isReadable && !event.isWritable && !event.isBroken)
        #expect(received == .bytes(5))
    }

    @Test func `write readiness comes only when it is asked for`() throws {
        let (client, server) = try ClientSocket.pair()
        let socket = Socket(adopting: FileDescriptor(adopting: server))
        var poller = try Poller(eventsMax: 8)
        try poller.add(socket.descriptor, generation: 1, interest: .read)

        let unasked = try poller.wait(.zero)
        try poller.change(socket.descriptor, generation: 1, interest: [.read, .write])
        let asked = try poller.wait(.seconds(60))

        #expect([unasked, asked] == [0, 1])
        #expect(poller.event(at: 0).isWritable)
        client.close()
    }

    @Test func `a stream that is gone is reported as broken whatever is asked for`() throws {
        let (client, server) = try ClientSocket.pair()
        let socket = Socket(adopting: FileDescriptor(adopting: server))
        var poller = try Poller(eventsMax: 8)
        try poller.add(socket.descriptor, generation: 1, interest: [])

        client.close()
        let count = try poller.wait(.seconds(60))

        #expect(count == 1)
        #expect(poller.event(at: 0).isBroken)
    }

    @Test func `a descriptor number that is used again carries its new generation`() throws {
        var poller = try Poller(eventsMax: 8)
        let (first, old) = try ClientSocket.pair()
        try poller.add(old, generation: 1, interest: .read)
        _ = FileDescriptor(adopting: old)
        first.close()

        let (second, new) = try ClientSocket.pair()
        let socket = Socket(adopting: FileDescriptor(adopting: new))
        try poller.add(socket.descriptor, generation: 2, interest: .read)
        try second.send("x")
        let count = try poller.wait(.seconds(60))

        #expect(count == 1)
        #expect(poller.event(at: 0).generation == 2)
    }

    @Test func `no more events than asked for come at once and the rest come next`() throws {
        var poller = try Poller(eventsMax: 2)
        let pairs = try (0..<3).map { _ in try ClientSocket.pair() }
        for (client, server) in pairs {
            try poller.add(server, generation: 1, interest: .read)
            try client.send("x")
        }

        var seen: Set<Int32> = []
        for _ in 0..<2 {
            let count = try poller.wait(.seconds(60))
            #expect(count == 2)
            for index in 0..<count { seen.insert(poller.event(at: index).descriptor) }
        }

        #expect(seen.count == 3)
        for (_, server) in pairs { _ = FileDescriptor(adopting: server) }
    }
}
