/// A blocking TCP client for tests, by POSIX calls: sends what it is told, byte by byte if need be, and reads
/// until it has seen what it waits for. A read that takes longer than `deadlineSeconds` fails the test
/// instead of hanging it.

import Glibc
import SocketServer

/// What a client saw go wrong.
struct ClientError: Error, Equatable, CustomStringConvertible {
    let call: String
    let errno: Int32

    var description: String { "\(call): errno \(errno)" }

    static func last(_ call: String) -> ClientError { ClientError(call: call, errno: Glibc.errno) }
}

/// One blocking connection.
final class ClientSocket {
    /// Only a broken server takes as long: nothing here waits for time to pass.
    static let deadlineSeconds = 60

    private var owned: FileDescriptor?
    /// Bytes received and not yet asked for.
    private var received: [UInt8] = []
    private var tls: TLSPeer?

    init(adopting descriptor: Int32) throws {
        owned = FileDescriptor(adopting: descriptor)
        var deadline = timeval(tv_sec: ClientSocket.deadlineSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            let result = unsafe setsockopt(
                descriptor, SOL_SOCKET, option, &deadline, socklen_t(MemoryLayout<timeval>.size))
            if result != 0 { throw ClientError.last("setsockopt") }
        }
    }

    /// Connects over loopback. A small `receiveBufferBytes` makes a slow reader of this client. Its own
    /// address is 127.0.0.`number`.
    convenience init(
        port: UInt16, isIPv6: Bool = false, receiveBufferBytes: Int32? = nil, number: UInt8 = 1
    ) throws {
        let family = isIPv6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw ClientError.last("socket") }
        try self.init(adopting: descriptor)
        if var bytes = receiveBufferBytes {
            let length = socklen_t(MemoryLayout<Int32>.size)
            if unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, length) != 0 {
                throw ClientError.last("setsockopt")
            }
        }
        let result: Int32
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            result = connectSocket(descriptor, to: &address)
        } else {
            if number != 1 {
                var own = loopback(number: number, port: 0)
                if bindSocket(descriptor, to: &own) != 0 { throw ClientError.last("bind") }
            }
            var address = loopback(number: 1, port: port)
            result = connectSocket(descriptor, to: &address)
        }
        if result != 0 { throw ClientError.last("connect") }
    }

    /// A connected pair: what the client holds, and a non-blocking socket as the server holds it.
    static func pair() throws -> (client: ClientSocket, server: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        if unsafe socketpair(AF_UNIX, type, 0, &ends) != 0 { throw ClientError.last("socketpair") }
        if fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0 { throw ClientError.last("fcntl") }
        return (try ClientSocket(adopting: ends[0]), ends[1])
    }

    private var descriptor: Int32 { owned?.rawValue ?? -1 }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        try sendRaw(tls?.encrypt(bytes) ?? bytes)
    }

    /// From here on everything travels in TLS.
    func startTLS(_ peer: TLSPeer) throws {
        var flight = peer.handshake()
        while true {
            try sendRaw(flight)
            if peer.isOpen { break }
            if let failure = peer.failure { throw TLSError(failure) }
            guard let answer = try receiveRaw() else { throw ClientError(call: "end of handshake", errno: 0) }
            flight = peer.handshake(answer)
        }
        tls = peer
        // Tickets, which may come with the last flight of the handshake.
        received += peer.decrypt([])
    }

    /// Bytes as they travel.
    func sendRaw(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 { throw ClientError.last("send") }
            sent += count
        }
    }

    /// Reads until `count` bytes are there and takes them; throws at the end of the stream.
    func receive(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try fill() else { throw ClientError(call: "end of stream", errno: 0) }
        }
        let taken = Array(received[..<count])
        received.removeFirst(count)
        return taken
    }

    /// Reads to the end of the stream.
    func receiveToEnd() throws -> [UInt8] {
        while try fill() {}
        defer { received = [] }
        return received
    }

    func receiveTextToEnd() throws -> String {
        String(decoding: try receiveToEnd(), as: UTF8.self)
    }

    /// Reads one response: its head as text, and the body that Content-Length announces.
    func receiveResponse(hasBody: Bool = true) throws -> (head: String, body: [UInt8]) {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            head += String(decoding: try receive(1), as: UTF8.self)
        }
        let lengths = head.split(separator: "\r\n").compactMap { line -> Int? in
            line.lowercased().hasPrefix("content-length:")
                ? Int(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) : nil
        }
        return (head, try receive(hasBody ? lengths.first ?? 0 : 0))
    }

    func shutDownSending() throws {
        if let tls { try sendRaw(tls.close()) }
        if shutdown(descriptor, Int32(SHUT_WR)) != 0 { throw ClientError.last("shutdown") }
    }

    /// Whether the server has said in TLS that no more will come.
    var hasTLSEnded: Bool { tls?.hasServerClosed ?? false }

    func close() { owned = nil }

    /// Closes so that the peer gets a reset, whatever is still under way.
    func reset() throws {
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        let length = socklen_t(MemoryLayout<linger>.size)
        if unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, length) != 0 {
            throw ClientError.last("setsockopt")
        }
        close()
    }

    /// Whether a byte or the end of the stream is there within `milliseconds`.
    func isReadable(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe !received.isEmpty || poll(&entry, 1, milliseconds) > 0
    }

    /// Reads once. False at the end of the stream.
    private func fill() throws -> Bool {
        guard let bytes = try receiveRaw() else { return false }
        received += tls?.decrypt(bytes) ?? bytes
        return true
    }

    /// Bytes as they travel, nil at their end.
    func receiveRaw() throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 { throw ClientError.last("recv") }
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}

private func connectSocket<Address>(_ descriptor: Int32, to address: inout Address) -> Int32 {
    unsafe withUnsafePointer(to: &address) { pointer in
        unsafe connect(
            descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
            socklen_t(MemoryLayout<Address>.size))
    }
}

private func bindSocket(_ descriptor: Int32, to address: inout sockaddr_in) -> Int32 {
    unsafe withUnsafePointer(to: &address) { pointer in
        unsafe bind(
            descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
            socklen_t(MemoryLayout<sockaddr_in>.size))
    }
}

/// 127.0.0.`number`.
private func loopback(number: UInt8, port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = in_addr(s_addr: (0x7f00_0000 + UInt32(number)).bigEndian)
    return address
}
