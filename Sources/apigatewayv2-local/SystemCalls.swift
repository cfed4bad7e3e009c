/// The command's own calls to the kernel: the environment, descriptors, signals and the terminal. Commands
/// that ask a server exchange bytes over TCP. Only this file of the command hands out pointers.

internal import Glibc

/// The calls, each behind a safe function.
enum SystemCalls {
    /// The value of an environment variable; nil if it is not set.
    static func environmentVariable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Writes all of `bytes`. A closed or broken descriptor loses its bytes. Returns the error number
    /// then, else nil.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0 {
                guard errno == EINTR else { return errno }
                continue
            }
            offset += count
        }
        return nil
    }

    /// Lets `descriptor` be the file at `path` from now on, opened to append. Writes of other threads go
    /// to the old file or to the new one. Returns the error number if the file cannot be opened, and
    /// changes nothing then.
    static func reopen(_ path: String, as descriptor: Int32) -> Int32? {
        // Without O_NONBLOCK a pipe without a reader would hold the caller.
        let opened = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard opened >= 0 else { return errno }
        defer { close(opened) }
        let flags = fcntl(opened, F_GETFL)
        guard flags >= 0, fcntl(opened, F_SETFL, flags & ~O_NONBLOCK) >= 0,
            dup2(opened, descriptor) >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) >= 0
        else { return errno }
        return nil
    }

    /// The system's words for an error number.
    static func text(ofError number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }

    /// Whether the descriptor is a pipe or a socket.
    static func isPipe(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return false }
        return [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }

    /// Whether the descriptor is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1
    }

    /// Whether a short write would not wait.
    static func isWritable(_ descriptor: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A broken descriptor counts as writable, because a write to it comes back at once.
        return unsafe poll(&polled, 1, 0) != 0
    }

    /// A descriptor for writing at the end of a file, which is made if it is not there. Nil if it cannot be
    /// opened.
    static func openToAppend(_ path: String) -> Int32? {
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        return descriptor < 0 ? nil : descriptor
    }

    /// Ignores `signal`, so that it does not end the process.
    static func ignore(_ signal: Int32) {
        _ = Glibc.signal(signal, SIG_IGN)
    }

    /// Whether the parent made the process ignore `signal`, as nohup(1) does.
    static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Whether the process has a controlling terminal. The kernel takes it away when the terminal closes or
    /// its connection is lost.
    static var hasTerminal: Bool {
        let descriptor = unsafe open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    /// Ends the process.
    static func exit(_ status: Int32) -> Never {
        Glibc.exit(status)
    }

    /// Sends the result of `reply` to a TCP port: first for no bytes, then for each piece from the peer. Each
    /// step may take `milliseconds`. Refuses more than `bytesMax` bytes from the peer.
    static func converse(
        with host: String, port: UInt16, milliseconds: Int32, bytesMax: Int,
        _ reply: (_ received: [UInt8]) throws(ExchangeError) -> [UInt8]
    ) throws(ExchangeError) {
        let descriptor = try connect(to: host, port: port, milliseconds: milliseconds)
        defer { close(descriptor) }
        try send(try reply([]), to: descriptor, milliseconds)
        var receivedCount = 0
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            guard wait(for: POLLIN, on: descriptor, milliseconds: milliseconds) else {
                throw ExchangeError("no answer came within \(milliseconds) ms", isTimeout: true)
            }
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
            }
            if count == 0 { break }
            guard count > 0 else { throw ExchangeError("no answer came", errno: errno) }
            receivedCount += count
            guard receivedCount <= bytesMax else {
                throw ExchangeError("the answer has more than \(bytesMax) bytes")
            }
            try send(try reply(Array(buffer[..<count])), to: descriptor, milliseconds)
        }
    }

    private static func send(
        _ bytes: [UInt8], to descriptor: Int32, _ milliseconds: Int32
    ) throws(ExchangeError) {
        var offset = 0
        while offset < bytes.count {
            guard wait(for: POLLOUT, on: descriptor, milliseconds: milliseconds) else {
                throw ExchangeError("the request was not taken within \(milliseconds) ms")
            }
            let sent = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset,
                    Int32(MSG_NOSIGNAL))
            }
            if sent < 0 {
                // A server that refuses a body may close before it has all of it. Its answer is still there.
                if [EPIPE, ECONNRESET].contains(errno) { return }
                throw ExchangeError("the request could not be sent", errno: errno)
            }
            offset += sent
        }
    }

    /// A socket that is connected to the first of the host's addresses with a listener.
    private static func connect(
        to host: String, port: UInt16, milliseconds: Int32
    ) throws(ExchangeError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0 else {
            throw ExchangeError("the host has no address")
        }
        defer { unsafe freeaddrinfo(found) }
        var failure = ExchangeError("the host has no address")
        var next = unsafe found
        while let candidate = unsafe next {
            let address = unsafe candidate.pointee
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = unsafe socket(address.ai_family, type, 0)
            guard descriptor >= 0 else { throw ExchangeError("no socket could be opened", errno: errno) }
            let result = unsafe Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen)
            let isUnderWay = result != 0 && errno == EINPROGRESS
            if isUnderWay, !wait(for: POLLOUT, on: descriptor, milliseconds: milliseconds) {
                failure = ExchangeError("no connection came about within \(milliseconds) ms")
            } else {
                let error = isUnderWay ? pendingError(of: descriptor) : (result == 0 ? 0 : errno)
                if error == 0 { return descriptor }
                failure = ExchangeError("nothing listens there", errno: error)
            }
            close(descriptor)
            unsafe next = address.ai_next
        }
        throw failure
    }

    private static func wait(for events: Int32, on descriptor: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) == 1
    }

    private static func pendingError(of descriptor: Int32) -> Int32 {
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        return result == 0 ? error : errno
    }
}

/// The reason of a failed exchange, as a clause.
struct ExchangeError: Error, CustomStringConvertible {
    let description: String
    /// Whether the peer was there and said nothing in time.
    let isTimeout: Bool

    init(_ reason: String, errno: Int32? = nil, isTimeout: Bool = false) {
        self.isTimeout = isTimeout
        guard let errno, let text = unsafe strerror(errno) else {
            description = reason
            return
        }
        description = unsafe "\(reason) (\(String(cString: text)))"
    }
}
