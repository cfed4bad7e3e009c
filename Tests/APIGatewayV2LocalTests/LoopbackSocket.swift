/// A blocking connection to a port of this machine, for the clients of these tests. A read that takes a
/// minute fails the test.

import Glibc

/// One connection. It closes with the last reference.
final class LoopbackSocket {
    private let descriptor: Int32

    /// The call that failed, and its reason.
    struct Failure: Error {
        let call: String
        let errno: Int32
    }

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw Failure(call: "socket", errno: errno) }
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        let result = unsafe withUnsafeBytes(of: address) { bytes in
            unsafe connect(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        if result != 0 { throw Failure(call: "connect", errno: errno) }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { throw Failure(call: "send", errno: errno) }
            sent += count
        }
    }

    /// The bytes that come next, at most `count`; nil at the end of the connection, also by a reset.
    func receive(atMost count: Int = 65_536) throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: min(count, 65_536))
        let received = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
        }
        if received < 0, errno != ECONNRESET { throw Failure(call: "recv", errno: errno) }
        return received > 0 ? Array(buffer[..<received]) : nil
    }

    /// Ends the connection, as the end of a process does.
    func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
