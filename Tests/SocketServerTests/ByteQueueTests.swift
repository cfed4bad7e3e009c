/// The queue of bytes: order, memory that is used again, and the memory that a turn lends.
/// A scripted stream stands for the socket.

import HTTPWire
import SocketServer
import Testing

struct ByteQueueTests {
    private func bytes(of queue: ByteQueue) -> [UInt8] {
        queue.withSpan { span in span.indices.map { span[$0] } }
    }

    @Test func `bytes leave in the order in which they came`() throws {
        var stream = ScriptedStream()
        stream.incoming = [1, 2, 3, 4, 5]
        var queue = ByteQueue()

        let received = try queue.receive(from: &stream, cap: 3)
        queue.consume(2)
        let more = try queue.receive(from: &stream, cap: 3)

        #expect([received, more] == [.bytes(3), .bytes(2)])
        #expect(bytes(of: queue) == [3, 4, 5])
        #expect(queue.count == 3)
    }

    @Test func `what a stream takes is forgotten`() throws {
        let stream = ScriptedStream()
        stream.room = 3
        var queue = ByteQueue()
        queue.append { $0 += [1, 2, 3, 4, 5] }

        let taken = try queue.send(to: stream)
        queue.append { $0 += [6] }

        #expect(taken == 3)
        #expect(stream.sent == [1, 2, 3])
        #expect(bytes(of: queue) == [4, 5, 6])
    }

    @Test func `a queue that is filled and emptied again and again keeps its memory`() throws {
        let stream = ScriptedStream()
        var queue = ByteQueue(capacity: 1_000)
        let capacity = queue.capacity

        for _ in 0..<100 {
            queue.append { $0 += Array(repeating: 1, count: 600) }
            _ = try queue.send(to: stream)
        }

        #expect(queue.capacity == capacity)
        #expect(stream.sent.count == 60_000)
    }

    @Test func `a queue that is never empty does not grow with what has passed through`() throws {
        let stream = ScriptedStream()
        var queue = ByteQueue()
        queue.append { $0 += Array(repeating: 1, count: 100) }

        for _ in 0..<1_000 {
            queue.append { $0 += Array(repeating: 1, count: 100) }
            stream.room = 100
            _ = try queue.send(to: stream)
        }

        #expect(queue.count == 100)
        #expect(queue.capacity < 1_000)
    }

    @Test func `a full queue reads into twice the memory`() throws {
        var stream = ScriptedStream()
        stream.incoming = Array(repeating: 7, count: 100_000)
        var queue = ByteQueue()

        var reads = 0
        while !stream.incoming.isEmpty {
            _ = try queue.receive(from: &stream, cap: 100_000)
            reads += 1
        }

        #expect(queue.count == 100_000)
        // Eight times from 1 KiB on, and now and then one into what the allocator gave on top.
        #expect(reads <= 12)
    }

    @Test func `a tight copy holds the same bytes in less memory`() {
        var queue = ByteQueue(capacity: 100_000)
        queue.append { $0 += [1, 2, 3] }
        queue.consume(1)

        let tight = queue.tight()

        #expect(bytes(of: tight) == [2, 3])
        #expect(tight.capacity < 1_000)
    }
}
