/// TCP by POSIX calls: listen, accept, read, write, options. Only this file of the socket layer hands
/// pointers to the kernel. All sockets are non-blocking and close on exec.

internal import CEpoll
internal import Glibc

/// One connected stream socket.
package struct Socket: ~Copyable, Sendable, Transport {
    private let owned: FileDescriptor

    /// Takes over a connected, non-blocking descriptor.
    package init(adopting descriptor: consuming FileDescriptor) {
        owned = descriptor
    }

    package var descriptor: Int32 { owned.rawValue }

    /// Gives the descriptor to the caller.
    package consuming func release() -> FileDescriptor { owned }

    package func receive(
        appendingTo buffer: inout [UInt8], atMost count: Int
    ) throws(SystemError) -> Received {
        precondition(count > 0, "There is room to read into.")
        let descriptor = owned.rawValue
        var received = -1
        var failure: Int32 = 0
        repeat {
            buffer.append(addingCapacity: count) { output in
                unsafe output.withUnsafeMutableBufferPointer { bytes, initialized in
                    received = unsafe recv(descriptor, bytes.baseAddress, count, 0)
                    failure = errno
                    initialized = max(received, 0)
                }
            }
        } while received < 0 && failure == EINTR
        if received > 0 { return .bytes(received) }
        if received == 0 { return .end }
        guard failure == EAGAIN else { throw SystemError(call: "recv", errno: failure) }
        return .nothing
    }

    package func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int {
        precondition(offset < bytes.count, "There is something to write.")
        let descriptor = owned.rawValue
        while true {
            // MSG_NOSIGNAL: for a peer that is gone the call fails with EPIPE, and no SIGPIPE ends the
            // process.
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: throw SystemError(call: "send", errno: errno)
            }
        }
    }

    package func shutDownSending() throws(SystemError) -> Bool {
        let descriptor = owned.rawValue
        _ = try repeatingOnInterrupt("shutdown") { shutdown(descriptor, Int32(SHUT_WR)) }
        return true
    }

    package func abortOnClose() throws(SystemError) {
        let descriptor = owned.rawValue
        // A linger time of 0: close(2) drops unsent bytes and sends RST (socket(7), SO_LINGER).
        var abort = linger(l_onoff: 1, l_linger: 0)
        _ = try repeatingOnInterrupt("setsockopt") {
            unsafe setsockopt(
                descriptor, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
        }
    }

    /// Whether small writes leave at once.
    package func isNoDelay() throws(SystemError) -> Bool {
        let descriptor = owned.rawValue
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = try repeatingOnInterrupt("getsockopt") {
            unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &length)
        }
        return value != 0
    }
}

/// One listening socket, and the address that it got.
package struct Listener: ~Copyable, Sendable {
    private let owned: FileDescriptor
    /// The numeric address, such as `127.0.0.1` or `::`.
    package let host: String
    /// The port of the listener; the system's choice if 0 was given.
    package let port: UInt16

    package var descriptor: Int32 { owned.rawValue }

    /// Binds and listens. `host` is an IPv4 or IPv6 literal or a name. A name's IPv4 address goes before its
    /// IPv6 address, because there is one listener, and many clients know IPv4 alone. `::` listens for both.
    package init(host: String, port: UInt16, backlog: Int32) throws(SystemError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &found)
        guard code == 0 else {
            throw SystemError(call: "getaddrinfo", errno: code == EAI_SYSTEM ? errno : code)
        }
        defer { unsafe freeaddrinfo(found) }

        var candidates: [UnsafeMutablePointer<addrinfo>] = unsafe []
        var next = unsafe found
        while let candidate = unsafe next {
            unsafe candidates.append(candidate)
            unsafe next = candidate.pointee.ai_next
        }
        let ordered =
            unsafe candidates.filter { unsafe $0.pointee.ai_family == AF_INET }
            + candidates.filter { unsafe $0.pointee.ai_family != AF_INET }
        var failure = SystemError(call: "getaddrinfo", errno: EAI_NONAME)
        for index in unsafe ordered.indices {
            do {
                let descriptor = try unsafe Listener.listen(at: ordered[index].pointee, backlog: backlog)
                (self.host, self.port) = try Listener.address(of: descriptor.rawValue)
                owned = descriptor
                return
            } catch {
                failure = error
                // A port in use is an error. Only a family that this machine lacks is a reason to try the
                // next address.
                guard error.errno == EAFNOSUPPORT || error.errno == EADDRNOTAVAIL else { break }
            }
        }
        throw failure
    }

    /// The next connection that waits, or nil when none does.
    package func accept() throws(SystemError) -> Socket? {
        let descriptor = owned.rawValue
        do {
            let accepted = try repeatingOnInterrupt("accept4") { cepoll_accept(descriptor) }
            return Socket(adopting: FileDescriptor(adopting: accepted))
        } catch {
            guard error.errno == EAGAIN else { throw error }
            return nil
        }
    }

    private static func listen(at address: addrinfo, backlog: Int32) throws(SystemError) -> FileDescriptor {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let family = unsafe address.ai_family
        let type = unsafe address.ai_socktype | flags
        let opened = try repeatingOnInterrupt("socket") { socket(family, type, 0) }
        let owned = FileDescriptor(adopting: opened)
        try setOption(SOL_SOCKET, SO_REUSEADDR, to: 1, on: opened)
        // Accepted sockets inherit the option, which saves one call for each.
        try setOption(Int32(IPPROTO_TCP), TCP_NODELAY, to: 1, on: opened)
        if family == AF_INET6 {
            try setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: 0, on: opened)
        }
        _ = try repeatingOnInterrupt("bind") { unsafe bind(opened, address.ai_addr, address.ai_addrlen) }
        _ = try repeatingOnInterrupt("listen") { Glibc.listen(opened, backlog) }
        return owned
    }

    private static func setOption(
        _ level: Int32, _ name: Int32, to value: Int32, on descriptor: Int32
    ) throws(SystemError) {
        var value = value
        _ = try repeatingOnInterrupt("setsockopt") {
            unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// An end of a socket.
    package enum End {
        case local
        case remote
    }

    /// The address at one end of a connected socket; nil when it has none any more. Mapped IPv4 addresses
    /// (RFC 4291 section 2.5.5.2) are shown as IPv4.
    static func address(_ end: End, of descriptor: Int32) -> (host: String, port: UInt16)? {
        do throws(SystemError) {
            let address = try address(of: descriptor, end)
            let mapped = "::ffff:"
            guard address.host.hasPrefix(mapped), address.host.contains(".") else { return address }
            return (String(address.host.dropFirst(mapped.count)), address.port)
        } catch {
            return nil
        }
    }

    private static func address(
        of descriptor: Int32, _ end: End = .local
    ) throws(SystemError) -> (host: String, port: UInt16) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = try repeatingOnInterrupt(end == .local ? "getsockname" : "getpeername") {
            unsafe withUnsafeMutableBytes(of: &storage) { bytes in
                let address = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
                return switch end {
                case .local: unsafe getsockname(descriptor, address, &length)
                case .remote: unsafe getpeername(descriptor, address, &length)
                }
            }
        }
        // An IPv6 address with the name of an interface.
        var host = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN) + 1 + Int(IF_NAMESIZE))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let code = unsafe withUnsafeBytes(of: &storage) { bytes in
            unsafe getnameinfo(
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, length, &host,
                socklen_t(host.count),
                &port, socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV)
        }
        guard code == 0, let number = UInt16(text(port)) else {
            throw SystemError(call: "getnameinfo", errno: code == EAI_SYSTEM ? errno : code)
        }
        return (text(host), number)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Raises the soft limit of open descriptors for this number of connections, as far as the hard limit allows.
/// Shells often set 1,024, because of programs that call select(2).
func raiseDescriptorLimit(toHold connections: Int) {
    // 256 more are room for the standard streams, the listener, pollers and files.
    let wanted = rlim_t(connections + 256)
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return }
    limit.rlim_cur = min(wanted, limit.rlim_max)
    // A refusal is harmless: accepting pauses at the limit that stays.
    _ = unsafe setrlimit(resource, &limit)
}

extension SystemError: CustomStringConvertible {
    /// `bind: Address already in use`.
    package var description: String {
        let isResolver = call == "getaddrinfo" && errno < 0
        let text = unsafe isResolver ? gai_strerror(errno) : UnsafePointer(strerror(errno))
        let reason = unsafe text.map { unsafe String(cString: $0) } ?? "error \(errno)"
        return "\(call): \(reason)"
    }
}
