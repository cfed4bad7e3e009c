/// The table of addresses by descriptors: descriptors that are used again or share a place, and clients that
/// have gone.

import Glibc
import HTTPWire
import SocketServer
import Testing

/// A client with an address of its own, and the server's end of its connection.
private final class Pair {
    let client: ClientSocket
    let descriptor: FileDescriptor

    init(_ listener: borrowing Listener, number: UInt8) throws {
        client = try ClientSocket(port: listener.port, number: number)
        // The connection is in the queue, because the client is connected.
        guard let accepted = try listener.accept() else { throw ClientError(call: "accept", errno: EAGAIN) }
        descriptor = accepted.release()
    }

    /// Puts the other connection on the descriptor of this one, as after a close.
    func replace(by other: Pair) {
        #expect(dup2(other.descriptor.rawValue, descriptor.rawValue) == descriptor.rawValue)
    }
}

/// A copy of the pair's descriptor, which has the place of `descriptor` in the table.
private func copy(_ pair: Pair, sharingWith descriptor: Int32) throws -> Int32 {
    for distance in 1...3 {
        let wanted = descriptor + Int32(distance * ClientAddresses.placeCount)
        let copy = fcntl(pair.descriptor.rawValue, F_DUPFD_CLOEXEC, wanted)
        if copy == wanted { return copy }
        // Another test has that number.
        if copy >= 0 { close(copy) }
    }
    throw ClientError.last("fcntl")
}

struct ClientAddressesTests {
    private let addresses = ClientAddresses()
    private let first = ConnectionID(rawValue: 1)
    private let second = ConnectionID(rawValue: 2)

    @Test func `a descriptor that is used again has the address of its new client`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, backlog: 8)
        let (before, after) = (try Pair(listener, number: 2), try Pair(listener, number: 3))
        let descriptor = before.descriptor.rawValue
        #expect(addresses.address(.remote, of: first, descriptor)?.host == "127.0.0.2")

        before.replace(by: after)

        #expect(addresses.address(.remote, of: second, descriptor)?.host == "127.0.0.3")
        let local = addresses.address(.local, of: second, descriptor)
        #expect(local?.host == "127.0.0.1")
        #expect(local?.port == listener.port)
    }

    @Test func `the system is asked once for each end of a connection`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, backlog: 8)
        let (before, after) = (try Pair(listener, number: 2), try Pair(listener, number: 3))
        let descriptor = before.descriptor.rawValue
        let remote = addresses.address(.remote, of: first, descriptor)

        before.replace(by: after)

        // The connection is the same by its identity, and so the system was not asked again.
        #expect(addresses.address(.remote, of: first, descriptor)?.host == "127.0.0.2")
        #expect(addresses.address(.remote, of: first, descriptor)?.port == remote?.port)
    }

    @Test func `connections that share a place have addresses of their own`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, backlog: 8)
        let (one, other) = (try Pair(listener, number: 2), try Pair(listener, number: 3))
        let descriptor = one.descriptor.rawValue
        let far = try FileDescriptor(adopting: copy(other, sharingWith: descriptor))

        for _ in 0..<2 {
            #expect(addresses.address(.remote, of: first, descriptor)?.host == "127.0.0.2")
            #expect(addresses.address(.remote, of: second, far.rawValue)?.host == "127.0.0.3")
        }
    }

    @Test func `a known address stays known when the client has gone`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, backlog: 8)
        let pair = try Pair(listener, number: 2)
        let descriptor = pair.descriptor.rawValue
        #expect(addresses.address(.remote, of: first, descriptor)?.host == "127.0.0.2")

        // A reset takes the address away, as far as the system knows it.
        try pair.client.reset()
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = Int32(ClientSocket.deadlineSeconds * 1_000)
        #expect(unsafe poll(&event, 1, deadline) == 1)

        #expect(addresses.address(.remote, of: first, descriptor)?.host == "127.0.0.2")
        #expect(addresses.address(.remote, of: second, descriptor) == nil)
    }
}
