/// One request on its way by libcurl: its options, and the answer as it comes; or the way to a connection
/// alone. It turns off everything that libcurl adds by default: redirects, proxies, credentials of the
/// environment, fields and other protocols.

internal import CCurl
internal import HTTPWire

/// A transfer. Only its loop uses it. It must live until the multi handle has released it.
@safe final class CurlTransfer {
    let call: CallID
    let pointer: OpaquePointer
    // The table of functions must live longer than the transfer.
    private let library: CurlLibrary
    private let openCalls: OpenCalls
    private var collector: ResponseCollector
    /// The number of bytes of the answer that `openCalls` counts.
    private(set) var heldBytes = 0
    /// The reason to refuse the rest of the answer; nil if there is none.
    private var refusal: OutgoingFailure?
    /// Whether the request may be sent again when a kept connection ends without a byte of an answer.
    private let isRepeatable: Bool
    /// Whether the transfer ends as soon as it has its connection.
    let connectsOnly: Bool
    private var hasBegun = false
    /// Whether the host's address is known, and no thread looks for it any more.
    private(set) var isResolved = false

    /// A whole exchange with a server of `https`, or, with another server, the way to its connection alone.
    init(
        _ request: borrowing OutgoingRequest, to target: borrowing OutgoingTarget, of server: OutgoingServer,
        _ call: CallID, by library: CurlLibrary, _ openCalls: OpenCalls, headBytesMax: Int
    ) throws(OutgoingFailure) {
        guard let pointer = unsafe ccurl_new_transfer(library.pointer) else {
            throw .libraryMissing("libcurl has no memory")
        }
        unsafe self.pointer = pointer
        self.call = call
        self.library = library
        self.openCalls = openCalls
        connectsOnly = !target.isEncrypted
        isRepeatable = request.isIdempotent
        collector = ResponseCollector(headBytesMax: headBytesMax, bodyBytesMax: request.bodyBytesMax)
        try setUp(request, to: target, of: server)
    }

    deinit { unsafe ccurl_free_transfer(pointer) }

    /// The outcome, to be read when libcurl reports the end of the transfer.
    func outcome(_ code: CURLcode, of request: OutgoingRequest) -> Result<OutgoingResponse, OutgoingFailure> {
        if let refusal { return .failure(refusal) }
        if code == CURLE_OK {
            // libcurl reports a head that breaks off as a whole one.
            guard let response = collector.response else {
                return .failure(.brokeOff("the head of the answer has no end"))
            }
            return .success(response)
        }
        return .failure(failure(code, of: request))
    }

    /// The connection of a transfer that connects only, to be taken before the transfer is released.
    func connection(_ code: CURLcode, for request: OutgoingRequest) throws(OutgoingFailure) -> Socket {
        guard code == CURLE_OK else { throw failure(code, of: request) }
        let descriptor = unsafe ccurl_copy_socket(pointer)
        guard descriptor >= 0 else { throw .unreachable("the system gives no descriptor") }
        return Socket(adopting: FileDescriptor(adopting: descriptor))
    }

    private func failure(_ code: CURLcode, of request: OutgoingRequest) -> OutgoingFailure {
        let reason = unsafe String(cString: ccurl_reason(pointer, code))
        return OutgoingFailure(code, reason, connectTimeout: request.connectTimeout)
    }
}

/// The request.
extension CurlTransfer {
    private func setUp(
        _ request: borrowing OutgoingRequest, to target: borrowing OutgoingTarget, of server: OutgoingServer
    ) throws(OutgoingFailure) {
        let isReceiving = unsafe ccurl_set_receiver(
            pointer, CurlTransfer.takeLine, CurlTransfer.takeBody, CurlTransfer.noteProgress,
            Unmanaged.passUnretained(self).toOpaque())
        guard isReceiving else { throw .libraryMissing("it is older than libcurl 7.80") }
        if unsafe !ccurl_is_prepared(pointer) {
            try prepare()
            unsafe ccurl_note_preparation(pointer)
        }
        guard unsafe ccurl_set_url(pointer, server.origin.pointer, target.path) else {
            throw .invalidRequest("libcurl does not take the path \(target.path)")
        }
        try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.wholeMilliseconds))
        if let file = request.authoritiesFile, unsafe !ccurl_set_authorities(pointer, file) {
            throw .invalidRequest("libcurl does not take \(file)")
        }
        if let place = server.place, unsafe !ccurl_connect_to(pointer, place) {
            throw .invalidRequest("libcurl does not take \(place) for a place to connect to")
        }
        if connectsOnly {
            guard unsafe ccurl_connect_only(pointer) else {
                throw .libraryMissing("libcurl does not connect alone")
            }
        } else {
            try setMethod(request)
            try setFields(request, of: target)
        }
    }

    /// Sets the options that are the same for every call.
    private func prepare() throws(OutgoingFailure) {
        // Without signals for timeouts of the resolver, and without a wait for its thread at the end of a
        // call.
        try set(CURLOPT_NOSIGNAL, 1)
        _ = unsafe ccurl_set_number(pointer, CURLOPT_QUICK_EXIT, 1)
        _ = unsafe ccurl_set_text(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "*")
        try set(CURLOPT_NETRC, 0)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_PATH_AS_IS, 1)
    }

    private func setMethod(_ request: borrowing OutgoingRequest) throws(OutgoingFailure) {
        guard HTTPFields.isName(request.method.rawValue) else {
            throw .invalidRequest("\(request.method.rawValue) is no method")
        }
        if request.method == .head {
            // The name of another method would stand before that of libcurl.
            _ = unsafe ccurl_set_text(pointer, CURLOPT_CUSTOMREQUEST, nil)
            return try set(CURLOPT_NOBODY, 1)
        }
        if request.hasFramedBody {
            let isTaken = unsafe request.body.withUnsafeBufferPointer {
                unsafe ccurl_set_body(pointer, $0.baseAddress, $0.count)
            }
            guard isTaken else { throw .libraryMissing("libcurl has no memory") }
        }
        // Without a body libcurl's own method is GET.
        if request.method == .get, !request.hasFramedBody {
            _ = unsafe ccurl_set_text(pointer, CURLOPT_CUSTOMREQUEST, nil)
        } else {
            try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func set(_ option: CURLoption, _ value: Int) throws(OutgoingFailure) {
        guard unsafe ccurl_set_number(pointer, option, value) else {
            throw .libraryMissing("libcurl does not take the option \(option.rawValue)")
        }
    }

    private func set(_ option: CURLoption, _ value: String) throws(OutgoingFailure) {
        guard unsafe ccurl_set_text(pointer, option, value) else {
            throw .invalidRequest("libcurl does not take \(value)")
        }
    }
}

/// The answer. libcurl calls these functions on the loop's thread, during a call of the multi handle.
extension CurlTransfer {
    private static let takeLine: curl_write_callback = { bytes, _, count, context in
        unsafe CurlTransfer.of(context)?.take(bytes, count) { transfer, line throws(OutgoingFailure) in
            try transfer.collector.takeLine(unsafe line.span)
        } ?? 0
    }

    private static let takeBody: curl_write_callback = { bytes, _, count, context in
        unsafe CurlTransfer.of(context)?.take(bytes, count) { transfer, piece throws(OutgoingFailure) in
            try transfer.collector.takeBody(unsafe piece.span)
        } ?? 0
    }

    private static let noteProgress: @convention(c) (UnsafeMutableRawPointer?, Bool) -> Bool = {
        context, isConnected in
        unsafe CurlTransfer.of(context)?.noteProgress(isConnected: isConnected) ?? false
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        unsafe context.map { unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Returns whether the request may be sent. libcurl sends each request again whose kept connection ends
    /// before the answer, and a server may have acted on it (RFC 9110 section 9.2.2).
    private func noteProgress(isConnected: Bool) -> Bool {
        isResolved = true
        guard isConnected else { return true }
        if hasBegun, !isRepeatable {
            refusal = .brokeOff("a kept connection ended before the answer")
            return false
        }
        hasBegun = true
        return true
    }

    /// Counts the bytes and takes them. Returns the number of taken bytes. Fewer than `count` end the
    /// transfer.
    private func take(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
        _ collect: (CurlTransfer, UnsafeBufferPointer<UInt8>) throws(OutgoingFailure) -> Void
    ) -> Int {
        let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        do throws(OutgoingFailure) {
            guard openCalls.hold(count) else { throw .outOfRoom(bytesMax: openCalls.bytesMax) }
            heldBytes += count
            try unsafe collect(self, raw.assumingMemoryBound(to: UInt8.self))
            return count
        } catch {
            refusal = error
            return count == 0 ? 1 : 0
        }
    }
}

extension Duration {
    /// The duration in milliseconds, rounded up.
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int(seconds) * 1000 + Int(milliseconds)
    }
}

extension OutgoingFailure {
    /// The failure for libcurl's `code`.
    fileprivate init(_ code: CURLcode, _ reason: String, connectTimeout: Duration) {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: self = .invalidRequest(reason)
        case CURLE_COULDNT_RESOLVE_HOST: self = .unknownName(reason)
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: self = .unreachable(reason)
        // libcurl has only a timeout for the connection.
        case CURLE_OPERATION_TIMEDOUT: self = .connectTimedOut(after: connectTimeout)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            self = .malformed(reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            self = .refusedTLS(reason)
        default: self = .brokeOff(reason)
        }
    }
}
