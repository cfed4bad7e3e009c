/// The POSIX layer by itself: addresses, errors by name, partial writes, the end of a stream.
/// Over loopback and over socket pairs, without a loop.

import Glibc
import SocketServer
import Testing

struct SocketTests {
    @Test func `a listener tells its address in figures and the port that it got`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, backlog: 8)

        #expect(listener.host == "127.0.0.1")
        #expect(listener.port != 0)
    }

    @Test(arguments: [("localhost", "127.0.0.1"), ("::1", "::1"), ("0.0.0.0", "0.0.0.0")])
    func `names and literals of both families are taken`(host: String, expected: String) throws {
        let listener = try Listener(host: host, port: 0, backlog: 8)

        #expect(listener.host == expected)
    }

    @Test func `the unspecified IPv6 address takes connections of both families`() throws {
        let listener = try Listener(host: "::", port: 0, backlog: 8)

        let clients = [
            try ClientSocket(port: listener.port), try ClientSocket(port: listener.port, isIPv6: true),
        ]

        for _ in clients {
            let isAccepted = try listener.accept() != nil
            #expect(isAccepted)
        }
    }

    @Test func `a taken port is the error of bind`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, backlog: 8)

        let error = #expect(throws: SystemError.self) {
            _ = try Listener(host: "127.0.0.1", port: listener.port, backlog: 8)
        }

        #expect(error == SystemError(call: "bind", errno: EADDRINUSE))
        #expect(error?.description == "bind: Address already in use")
    }

    @Test func `an unknown host name is the error of getaddrinfo`() throws {
        let error = #expect(throws: SystemError.self) {
            _ = try Listener(host: String(repeating: "a", count: 300), port: 0, backlog: 8)
        }

        #expect(error?.call == "getaddrinfo")
    }

    @Test func `accept gives nil when nobody waits and a socket without delay when somebody does`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, backlog: 8)

        let isEmpty = try listener.accept() == nil
        let client = try ClientSocket(port: listener.port)
        var isNoDelay = false
        if let accepted = try listener.accept() { isNoDelay = try accepted.isNoDelay() }

        #expect(isEmpty)
        #expect(isNoDelay)
        client.close()
    }

    @Test func `a full socket takes what fits and then nothing`() throws {
        let (client, server) = try ClientSocket.pair()
        let socket = Socket(adopting: FileDescriptor(adopting: server))
        let bytes = [UInt8](repeating: 1, count: 64 * 1024 * 1024)

        var sent = 0
        var last = -1
        while last != 0 {
            last = try socket.send(bytes, from: sent)
            sent += last
        }

        #expect(sent > 0 && sent < bytes.count)
        #expect(try client.receive(sent) == Array(bytes[..<sent]))
    }

    @Test func `reading tells bytes, nothing and the end apart`() throws {
        let (client, server) = try ClientSocket.pair()
        let socket = Socket(adopting: FileDescriptor(adopting: server))
        var buffer: [UInt8] = [1, 2]

        let early = try socket.receive(appendingTo: &buffer, atMost: 8)
        try client.send("abc")
        let some = try socket.receive(appendingTo: &buffer, atMost: 2)
        let rest = try socket.receive(appendingTo: &buffer, atMost: 2)
        client.close()
        let end = try socket.receive(appendingTo: &buffer, atMost: 8)

        #expect([early, some, rest, end] == [.nothing, .bytes(2), .bytes(1), .end])
        #expect(buffer == [1, 2, 97, 98, 99])
    }

    @Test func `writing to a peer that is gone is an error and no signal`() throws {
        let (client, server) = try ClientSocket.pair()
        let socket = Socket(adopting: FileDescriptor(adopting: server))

        client.close()
        let error = #expect(throws: SystemError.self) { _ = try socket.send([1], from: 0) }

        #expect(error == SystemError(call: "send", errno: EPIPE))
    }
}
