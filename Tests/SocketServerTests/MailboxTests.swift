/// What threads leave for a loop: it wakes the loop once, is collected once, and nothing is lost or leaked at
/// the end.

import Glibc
import SocketServer
import Testing

struct MailboxTests {
    @Test func `mail wakes the poller once however much there is`() throws {
        let mailbox = try Mailbox()
        var poller = try Poller(eventsMax: 8)
        try mailbox.register(with: poller)

        mailbox.stop()
        mailbox.announceRoom()
        let woken = try poller.wait(.seconds(60))
        let mail = mailbox.collect()
        let again = try poller.wait(.zero)

        #expect([woken, again] == [1, 0])
        #expect(poller.event(at: 0).descriptor == mailbox.descriptor)
        #expect(mail.isStopping && mail.hasRoomForConnections)
        #expect(!mailbox.collect().isStopping)
    }

    @Test func `mail after the collection wakes again`() throws {
        let mailbox = try Mailbox()
        var poller = try Poller(eventsMax: 8)
        try mailbox.register(with: poller)

        var counts: [Int] = []
        for _ in 0..<3 {
            let count = try mailbox.waiting(.seconds(60)) { most throws(SystemError) in
                mailbox.wake()
                return try poller.wait(most)
            }
            counts.append(count)
            _ = mailbox.collect()
        }

        #expect(counts == [1, 1, 1])
    }

    @Test func `mail for a loop in its turn wakes nobody and is seen before the next wait`() throws {
        let mailbox = try Mailbox()
        var poller = try Poller(eventsMax: 8)
        try mailbox.register(with: poller)

        try mailbox.waiting(.zero) { most throws(SystemError) in _ = try poller.wait(most) }
        mailbox.wake()
        let events = try poller.wait(.zero)
        let times = [Duration.seconds(60), nil].map { timeout in
            mailbox.waiting(timeout) { $0 }
        }
        let mail = mailbox.collect()
        let after = mailbox.waiting(.seconds(60)) { $0 }

        #expect(events == 0)
        #expect(times == [.zero, .zero])
        #expect(mail.hasClockMoved)
        #expect(after == .seconds(60))
    }

    @Test func `connections are collected in the order in which they were delivered`() throws {
        let mailbox = try Mailbox()
        let pairs = try (0..<3).map { _ in try ClientSocket.pair() }

        let areTaken = pairs.map { mailbox.deliver(FileDescriptor(adopting: $0.server)) }
        let collected = mailbox.collect().connections

        #expect(areTaken == [true, true, true])
        #expect(collected == pairs.map(\.server))
        for descriptor in collected { _ = FileDescriptor(adopting: descriptor) }
    }

    @Test func `a closed mailbox gives back what it holds and closes what comes later`() throws {
        let mailbox = try Mailbox()
        let (first, before) = try ClientSocket.pair()
        let (second, after) = try ClientSocket.pair()

        let isTakenBefore = mailbox.deliver(FileDescriptor(adopting: before))
        let uncollected = mailbox.close()
        let isTakenAfter = mailbox.deliver(FileDescriptor(adopting: after))

        #expect([isTakenBefore, isTakenAfter] == [true, false])
        #expect(uncollected == [before])
        #expect(try second.receiveToEnd().isEmpty)
        _ = FileDescriptor(adopting: before)
        #expect(try first.receiveToEnd().isEmpty)
    }

    @Test func `connections that nobody collects are closed with the mailbox`() throws {
        let (client, server) = try ClientSocket.pair()

        do {
            let mailbox = try Mailbox()
            _ = mailbox.deliver(FileDescriptor(adopting: server))
        }

        #expect(try client.receiveToEnd().isEmpty)
    }
}
