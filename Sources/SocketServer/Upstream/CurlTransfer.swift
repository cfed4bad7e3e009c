/// One request on its way by libcurl: its options, and the answer as it comes. Everything that libcurl would
/// do of its own accord is turned off: redirects, proxies and credentials of the environment, fields, other
/// protocols.

internal import CCurl
internal import HTTPWire

/// A transfer. Confined to its loop. It must live until the multi handle has let go of it.
@safe final class CurlTransfer {
    let call: CallID
    let pointer: OpaquePointer
    // The table of functions must outlive the transfer.
    private let library: CurlLibrary
    private let openCalls: OpenCalls
    private var collector: ResponseCollector
    /// Bytes of the answer that are counted in `openCalls`.
    private(set) var heldBytes = 0
    /// The reason why the rest of the answer is not taken.
    private var refusal: OutgoingFailure?
    /// Whether the host's name is known, so that no thread looks for it any more.
    private(set) var isResolved = false

    init(
        _ request: OutgoingRequest, to target: OutgoingTarget, of call: CallID, by library: CurlLibrary,
        _ openCalls: OpenCalls, headBytesMax: Int
    ) throws(OutgoingFailure) {
        guard let pointer = unsafe ccurl_new_transfer(library.pointer) else {
            throw .libraryMissing("libcurl has no memory")
        }
        unsafe self.pointer = pointer
        self.call = call
        self.library = library
        self.openCalls = openCalls
        collector = ResponseCollector(headBytesMax: headBytesMax, bodyBytesMax: request.bodyBytesMax)
        try setUp(request, to: target)
    }

    deinit { unsafe ccurl_free_transfer(pointer) }

    /// The outcome, to be asked for when libcurl calls the transfer over.
    func outcome(_ code: CURLcode, of request: OutgoingRequest) -> Result<OutgoingResponse, OutgoingFailure> {
        if let refusal { return .failure(refusal) }
        if code == CURLE_OK {
            // libcurl takes a head that breaks off for a whole one.
            guard let response = collector.response else {
                return .failure(.brokeOff("the head of the answer has no end"))
            }
            return .success(response)
        }
        let reason = unsafe String(cString: ccurl_reason(pointer, code))
        return .failure(OutgoingFailure(code, reason, connectTimeout: request.connectTimeout))
    }
}

/// The request.
extension CurlTransfer {
    private func setUp(_ request: OutgoingRequest, to target: OutgoingTarget) throws(OutgoingFailure) {
        let isReceiving = unsafe ccurl_set_receiver(
            pointer, CurlTransfer.takeLine, CurlTransfer.takeBody, CurlTransfer.noteProgress,
            Unmanaged.passUnretained(self).toOpaque())
        guard isReceiving else { throw .libraryMissing("it is older than libcurl 7.80") }
        // Without a signal for the resolver's time, and without waiting for its thread when a call ends.
        try set(CURLOPT_NOSIGNAL, 1)
        _ = unsafe ccurl_set_number(pointer, CURLOPT_QUICK_EXIT, 1)
        _ = unsafe ccurl_set_text(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "*")
        try set(CURLOPT_NETRC, 0)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_URL, target.url(serverName: request.serverName))
        try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.wholeMilliseconds))
        if let file = request.authoritiesFile {
            try set(CURLOPT_CAINFO, file)
            // Without the system's authorities, so that a certificate of theirs does not pass by chance.
            _ = unsafe ccurl_set_text(pointer, CURLOPT_CAPATH, nil)
        }
        if let place = target.place(request), unsafe !ccurl_connect_to(pointer, place) {
            throw .invalidRequest("libcurl does not take \(place) for a place to connect to")
        }
        try setMethod(request)
        try addFields(request, to: target)
    }

    private func setMethod(_ request: OutgoingRequest) throws(OutgoingFailure) {
        guard HTTPFields.isName(request.method.rawValue) else {
            throw .invalidRequest("\(request.method.rawValue) is no method")
        }
        if request.method == .head { return try set(CURLOPT_NOBODY, 1) }
        if request.hasFramedBody {
            let isTaken = unsafe request.body.withUnsafeBufferPointer {
                unsafe ccurl_set_body(pointer, $0.baseAddress, $0.count)
            }
            guard isTaken else { throw .libraryMissing("libcurl has no memory") }
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    /// Adds the request's fields, and keeps away those that libcurl adds where they are missing.
    private func addFields(
        _ request: OutgoingRequest, to target: OutgoingTarget
    ) throws(OutgoingFailure) {
        var missing: Set = ["accept", "content-type", "expect", "host"]
        for index in request.fields.lines.indices {
            let name = request.fields.name(at: index)
            let lowercased = name.lowercased()
            missing.remove(lowercased)
            switch lowercased {
            case "transfer-encoding": continue
            case "content-length":
                if request.method == .head { continue }
                try add("\(name): \(request.body.count)")
            default:
                let value = request.fields.valueBytes(at: index)
                guard HTTPFields.isName(name), value.allSatisfy({ $0 != 0 && $0 != 0x0A && $0 != 0x0D })
                else {
                    throw .invalidRequest("the field \(name) has a name or a value that no field has")
                }
                // A field that ends with its colon is one that libcurl leaves out.
                try add(value.isEmpty ? "\(name);" : request.fields.line(at: index))
            }
        }
        if missing.remove("host") != nil, request.serverName != nil {
            try add("Host: \(target.authority)")
        }
        for name in missing.sorted() { try add("\(name):") }
    }

    private func add(_ line: String) throws(OutgoingFailure) {
        guard unsafe ccurl_add_field(pointer, line) else { throw .libraryMissing("libcurl has no memory") }
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

/// The answer. libcurl calls these on the loop's thread, within a call of the multi handle.
extension CurlTransfer {
    private static let takeLine: curl_write_callback = { bytes, _, count, context in
        unsafe CurlTransfer.of(context)?.take(bytes, count) { transfer, line throws(OutgoingFailure) in
            try unsafe transfer.collector.takeLine(Array(line))
        } ?? 0
    }

    private static let takeBody: curl_write_callback = { bytes, _, count, context in
        unsafe CurlTransfer.of(context)?.take(bytes, count) { transfer, piece throws(OutgoingFailure) in
            try unsafe transfer.collector.takeBody(piece)
        } ?? 0
    }

    private static let noteProgress: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
        unsafe CurlTransfer.of(context)?.isResolved = true
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        unsafe context.map { unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Counts the bytes and takes them. Returns how many were taken: fewer than `count` end the transfer.
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

extension OutgoingRequest {
    /// Whether the head says how long the body is, although there may be none (RFC 9110 section 8.6).
    fileprivate var hasFramedBody: Bool {
        !body.isEmpty || [.post, .put, .patch].contains(method)
    }
}

extension HTTPFields {
    /// The line as it was appended or received, without its end.
    fileprivate func line(at index: Int) -> String {
        let line = lines[index]
        return String(decoding: bytes[Int(line.nameStart)..<Int(line.valueEnd)], as: UTF8.self)
    }
}

extension Duration {
    /// Rounded up.
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int(seconds) * 1000 + Int(milliseconds)
    }
}

extension OutgoingFailure {
    /// The failure that libcurl tells by `code`.
    fileprivate init(_ code: CURLcode, _ reason: String, connectTimeout: Duration) {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: self = .invalidRequest(reason)
        case CURLE_COULDNT_RESOLVE_HOST: self = .unknownName(reason)
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: self = .unreachable(reason)
        // The only time that libcurl is told of is the one for a connection.
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
