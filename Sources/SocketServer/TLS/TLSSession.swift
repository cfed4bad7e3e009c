/// One TLS connection over a socket that it does not own: encrypted bytes in the socket, plain bytes for the
/// caller. It never waits, and keeps plain bytes of at most one record. A broken session throws the
/// `SystemError` of the socket, or EPROTO.

internal import COpenSSL
internal import Glibc

/// OpenSSL's state of one connection. Only the loop that serves the connection uses it.
@safe final class TLSSession {
    private let pointer: OpaquePointer
    private let context: TLSContext
    /// The place where OpenSSL leaves the socket's error; the session owns it.
    private let socket: UnsafeMutablePointer<copenssl_socket>
    /// Whether the handshake is under way.
    private(set) var isOpening = true
    /// Whether the client has agreed on HTTP/2 by ALPN.
    private(set) var speaksHTTP2 = false
    /// Whether to read when the socket can be written, or at once. OpenSSL then holds bytes that no poller
    /// knows, or could not write.
    private(set) var readsWhenWritable = false
    /// Whether nothing can be sent any more, not even the close of TLS.
    private var hasFailed = false

    /// Takes over `pointer`, whose end, client or server, is set. If memory is out, frees it and returns nil.
    init?(
        adopting pointer: OpaquePointer, over descriptor: Int32, early: ArraySlice<UInt8>,
        of context: TLSContext
    ) {
        let made = unsafe early.withUnsafeBufferPointer { bytes in
            unsafe copenssl_new_socket(descriptor, bytes.baseAddress, bytes.count)
        }
        guard let bio = unsafe made else {
            unsafe copenssl().pointee.SSL_free(pointer)
            return nil
        }
        unsafe copenssl().pointee.SSL_set_bio(pointer, bio, bio)
        unsafe self.pointer = pointer
        self.context = context
        unsafe socket = copenssl_socket_of(bio)
    }

    deinit {
        unsafe copenssl().pointee.SSL_free(pointer)
        context.sessionEnded()
    }

    /// Whether ALPN chose `h2`. Asked once, after the handshake.
    private func hasChosenHTTP2() -> Bool {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe copenssl().pointee.SSL_get0_alpn_selected(pointer, &name, &count)
        return unsafe UnsafeBufferPointer(start: name, count: Int(count)).elementsEqual("h2".utf8)
    }

    /// Goes on with the handshake. Throws the reason of a failure in words, for the people who set the client
    /// up.
    func open() throws(TLSError) {
        copenssl_forget_errors()
        let result = unsafe copenssl().pointee.SSL_do_handshake(pointer)
        readsWhenWritable = false
        guard result != 1 else {
            isOpening = false
            speaksHTTP2 = hasChosenHTTP2()
            // No poller reports bytes that came in the same packet as the end of the handshake.
            readsWhenWritable = unsafe copenssl().pointee.SSL_has_pending(pointer) == 1
            return
        }
        switch unsafe copenssl().pointee.SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ: return
        case SSL_ERROR_WANT_WRITE: readsWhenWritable = true
        case SSL_ERROR_SSL:
            hasFailed = true
            throw TLSError(TLSLibrary.takeReason())
        default:
            hasFailed = true
            throw TLSError("the client closed the connection")
        }
    }

    /// Reads records until it has `count` bytes or the socket has no more.
    func receive(
        appendingTo buffer: inout [UInt8], atMost count: Int
    ) throws(SystemError) -> Received {
        readsWhenWritable = false
        copenssl_forget_errors()
        var total = 0
        var result: Int32 = 1
        buffer.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { bytes, initialized in
                // After the last whole record the loop does not read the socket again, which would cost a
                // call for each request. The poller reports later bytes.
                repeat {
                    var taken = 0
                    result = unsafe copenssl().pointee.SSL_read_ex(
                        pointer, bytes.baseAddress?.advanced(by: total), count - total, &taken)
                    total += taken
                } while result == 1 && total < count
                    && (unsafe copenssl().pointee.SSL_has_pending(pointer) == 1)
                initialized = total
            }
        }
        if result == 1 {
            readsWhenWritable = unsafe copenssl().pointee.SSL_has_pending(pointer) == 1
            return .bytes(total)
        }
        let error = unsafe copenssl().pointee.SSL_get_error(pointer, result)
        if total > 0 {
            // The next call finds the end or the failure again, and nothing but this setting brings about
            // that call.
            readsWhenWritable = error != SSL_ERROR_WANT_READ
            return .bytes(total)
        }
        switch error {
        case SSL_ERROR_WANT_READ: return .nothing
        case SSL_ERROR_WANT_WRITE:
            readsWhenWritable = true
            return .nothing
        case SSL_ERROR_ZERO_RETURN: return .end
        default: throw failure("SSL_read")
        }
    }

    /// Writes records until the socket takes no more, at most `sentAtOnceMax` bytes, so that other
    /// connections have their turn.
    func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int {
        copenssl_forget_errors()
        let end = min(bytes.count, offset + TLSSession.sentAtOnceMax)
        var total = 0
        var result: Int32 = 1
        unsafe bytes.withUnsafeBytes { bytes in
            while result == 1, offset + total < end {
                var taken = 0
                result = unsafe copenssl().pointee.SSL_write_ex(
                    pointer, bytes.baseAddress?.advanced(by: offset + total), end - offset - total, &taken)
                total += taken
            }
        }
        if result == 1 { return total }
        switch unsafe copenssl().pointee.SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_WRITE, SSL_ERROR_WANT_READ: return total
        default: throw failure("SSL_write")
        }
    }

    /// Tells the peer that no more comes. Returns false if the socket took no bytes now.
    func close() -> Bool {
        guard !isOpening, !hasFailed else { return true }
        copenssl_forget_errors()
        let result = unsafe copenssl().pointee.SSL_shutdown(pointer)
        // 0 and 1 tell whether the peer has closed too. This end does not wait for that.
        guard result < 0 else { return true }
        let isFull = unsafe copenssl().pointee.SSL_get_error(pointer, result) == SSL_ERROR_WANT_WRITE
        hasFailed = !isFull
        return !isFull
    }

    /// Makes `close` send nothing.
    func abort() { hasFailed = true }

    private func failure(_ call: String) -> SystemError {
        hasFailed = true
        copenssl_forget_errors()
        let errno = unsafe socket.pointee.failure
        return SystemError(call: call, errno: errno == 0 ? EPROTO : errno)
    }

    /// About as many bytes as a plain socket's buffer takes at once. Fixed, because the rest follows at once.
    private static let sentAtOnceMax = 256 * 1024
}
