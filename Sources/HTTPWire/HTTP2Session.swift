/// One HTTP/2 connection by libnghttp2: bytes in, requests out, responses in, bytes out. Reads no clock and
/// no socket. Keeps only a reference to an answer until the peer's windows let the answer go. A peer that
/// breaks the protocol or a limit gets RST_STREAM or GOAWAY with a code of RFC 9113 section 7. Its later
/// bytes are ignored.

internal import CNghttp2

/// The server's end of one connection.
@safe package final class HTTP2Session {
    /// A whole request or its mistake, and the stream that waits for the answer.
    package struct Arrival: Sendable {
        package let stream: HTTP2StreamID
        package let content: Result<HTTPRequest, HTTPParseError>
        /// The head of a request with a mistake in its body; nil for other mistakes.
        package let refused: HTTPRequest?
    }

    /// The part of a response's body that is sent.
    package enum BodyDelivery: Sendable, Equatable {
        case whole
        /// At most `afterBytes` bytes, then RST_STREAM (INTERNAL_ERROR).
        case broken(afterBytes: Int)
        /// No bytes yet. `append` gives them later.
        case later
        /// The same for a body of unknown length.
        case open
    }

    private let session: OpaquePointer
    /// The records of the callbacks. C sees only this pointer.
    private let streams: UnsafeMutablePointer<HTTP2Streams>
    private var section = HTTP2ResponseSection()
    private var hasFailed = false
    /// Whether the session drops all further bytes.
    private var isOverForPeer = false
    /// The start of a frame's header that is not whole. The library gets a header whole or not at all.
    private var begunHeader: [UInt8] = []
    /// The bytes before the next header: the rest of the preface or of a frame.
    private var bytesToHeader = prefaceByteCount

    package init(limits: HTTPLimits, now: Duration) {
        unsafe streams = UnsafeMutablePointer<HTTP2Streams>.allocate(capacity: 1)
        unsafe streams.initialize(to: HTTP2Streams(limits: limits, now: now))
        unsafe session = HTTP2Callbacks.makeSession(limits: limits, recordingIn: streams)
        let settings = HTTP2Callbacks.settings(limits)
        let flags = noFlags
        unsafe expectSuccess(nghttp2_submit_settings(session, flags, settings, settings.count))
        unsafe expectSuccess(
            nghttp2_session_set_local_window_size(session, flags, 0, Int32(limits.connectionWindowBytes)))
    }

    deinit {
        unsafe nghttp2_session_del(session)
        unsafe streams.deinitialize(count: 1)
        unsafe streams.deallocate()
    }

    /// Whether the connection is over: GOAWAY was sent or received, and no stream is left.
    package var isOver: Bool {
        unsafe hasFailed
            || nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    /// Whether `write` has bytes to append.
    package var hasOutput: Bool { unsafe !hasFailed && nghttp2_session_want_write(session) != 0 }

    /// Whether a header section has begun that is not whole.
    package var isReadingHead: Bool { unsafe streams.pointee.isReadingHead }

    /// The number of bytes of answers that wait for the peer's windows or for `write`.
    package var unsentBytes: Int { unsafe streams.pointee.unsentBytes }

    /// The number of bytes of requests that have arrived and were not handed out.
    package var receivedBytes: Int { unsafe streams.pointee.receivedBytes }

    /// Refuses the requests whose body is arriving and has more than `count` bytes so far.
    package func refuseBodies(above count: Int, _ problem: HTTPParseError) {
        unsafe streams.pointee.refuseBodies(above: count, problem)
    }

    /// The number of bytes of answers that `write` has appended so far.
    package var sentBytes: Int { unsafe streams.pointee.sentBytes }

    /// Whether the peer has answered a PING, which `announceShutdown` sends.
    package var isPingAnswered: Bool { unsafe streams.pointee.isPingAnswered }

    /// Takes all bytes that have arrived. After a breach it ignores them.
    package func receive(_ bytes: Span<UInt8>, now: Duration) {
        unsafe streams.pointee.now = now
        var start = 0
        if !begunHeader.isEmpty {
            start = min(HTTP2FrameHeader.byteCount - begunHeader.count, bytes.count)
            begunHeader.append(bytes.extracting(..<start))
            guard begunHeader.count == HTTP2FrameHeader.byteCount else { return }
            let header = begunHeader
            begunHeader = []
            _ = readFrames(header.span)
        }
        let rest = bytes.extracting(start...)
        let end = readFrames(rest)
        if end < rest.count { begunHeader.append(rest.extracting(end...)) }
        if let breach = unsafe streams.pointee.breach { terminate(breach) }
    }

    /// Whether `nextRequest` may return a request.
    package var hasRequest: Bool { unsafe streams.pointee.hasRequest }

    /// The next request that waits for an answer.
    package func nextRequest() -> Arrival? {
        unsafe streams.pointee.nextRequest()
    }

    /// Whether the stream waits for an answer, or for the rest of one.
    package func isOpen(_ stream: HTTP2StreamID) -> Bool {
        unsafe streams.pointee.isOpen(stream)
    }

    /// Answers the request of a stream. If the peer has closed the stream, drops the answer.
    package func respond(
        _ response: HTTPResponse, date: HTTPDate, on stream: HTTP2StreamID, isHead: Bool,
        body: BodyDelivery = .whole
    ) {
        guard isOpen(stream), !hasFailed else { return }
        precondition((200...599).contains(response.status), "A final response has a status of 200 to 599.")
        let sendsBody = HTTP1Encoder.sendsBody(response, isHead: isHead)
        let content = sendsBody ? response.body : []
        switch body {
        case .whole where content.isEmpty:
            return submit(response, date, on: stream, hasBody: false)
        case .open where !sendsBody:
            return submit(response, date, on: stream, hasBody: false, hasLength: false)
        case .whole: unsafe streams.pointee.beginBody(content, .whole, on: stream)
        case .broken(let bytes): unsafe streams.pointee.beginBody(content, .broken(bytes: bytes), on: stream)
        case .later, .open: unsafe streams.pointee.beginBody([], .open, on: stream)
        }
        submit(response, date, on: stream, hasBody: true, hasLength: body != .open)
    }

    /// Adds bytes to a body that began as `later`.
    package func append(_ bytes: [UInt8], isLast: Bool, to stream: HTTP2StreamID) {
        guard isOpen(stream), !hasFailed else { return }
        unsafe streams.pointee.appendToBody(bytes, isLast: isLast, on: stream)
        // Refused if the stream was not waiting for bytes, because its windows are full. It then goes on by
        // itself.
        _ = unsafe nghttp2_session_resume_data(session, stream.number)
    }

    /// Ends a stream without the rest of its answer.
    package func reset(_ stream: HTTP2StreamID, _ code: HTTP2ErrorCode) {
        guard isOpen(stream), !hasFailed else { return }
        unsafe expectSuccess(
            nghttp2_submit_rst_stream(session, noFlags, stream.number, code.rawValue))
    }

    /// Announces that the server stops, without a last stream, and asks for an acknowledgement. Requests on
    /// their way are still answered (RFC 9113 section 6.8).
    package func announceShutdown() {
        guard !hasFailed else { return }
        unsafe expectSuccess(nghttp2_submit_shutdown_notice(session))
        unsafe expectSuccess(nghttp2_submit_ping(session, noFlags, nil))
    }

    /// Sends the last stream that is answered: the last that has begun or, without `keepingBegun`, the last
    /// with a request that was handed out. Later streams close, and the connection ends with the last answer.
    package func goAway(keepingBegun: Bool = true) {
        guard !hasFailed else { return }
        let begun = unsafe nghttp2_session_get_last_proc_stream_id(session)
        let last = unsafe keepingBegun ? begun : streams.pointee.lastTaken
        unsafe streams.pointee.lastStream = min(streams.pointee.lastStream, last)
        unsafe expectSuccess(
            nghttp2_submit_goaway(session, noFlags, last, HTTP2ErrorCode.noError.rawValue, nil, 0))
    }

    /// Ends the connection with a GOAWAY. No further stream is answered, and later bytes are ignored.
    package func terminate(_ code: HTTP2ErrorCode) {
        isOverForPeer = true
        guard !hasFailed else { return }
        unsafe expectSuccess(nghttp2_session_terminate_session(session, code.rawValue))
    }

    /// Appends frames until there are none or it has appended at least `bytesMax`. Returns whether there are
    /// no more.
    package func write(to output: inout [UInt8], bytesMax: Int) -> Bool {
        let end = output.count + bytesMax
        while output.count < end {
            var frame: UnsafePointer<UInt8>?
            let count = unsafe nghttp2_session_mem_send(session, &frame)
            guard count > 0 else {
                hasFailed = hasFailed || count < 0
                return true
            }
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: frame, count: count))
        }
        return false
    }

    /// Opens the first stream for the request that asked for the upgrade (RFC 7540 section 3.2). Returns nil
    /// if its settings are malformed.
    package func upgrade(settings: [UInt8], isHead: Bool) -> HTTP2StreamID? {
        let stream = unsafe streams.pointee.openUpgraded()
        let result = unsafe nghttp2_session_upgrade2(
            session, settings, settings.count, isHead ? 1 : 0, HTTP2Callbacks.pointer(to: stream.place))
        return result == 0 ? stream : nil
    }

    /// Checks the header of each frame and hands the frames to the library. Returns the start of a header
    /// that is not whole.
    private func readFrames(_ bytes: Span<UInt8>) -> Int {
        var given = 0
        var next = bytesToHeader
        while bytes.count - next >= HTTP2FrameHeader.byteCount {
            let position = next
            let header = HTTP2FrameHeader(bytes, at: position)
            next += HTTP2FrameHeader.byteCount + header.payloadBytes
            let verdict = unsafe streams.pointee.judge(header)
            guard verdict != .taken else { continue }
            give(bytes.extracting(given..<position))
            given = position
            heed(verdict, on: header.stream)
        }
        let end = min(next, bytes.count)
        bytesToHeader = next - end
        give(bytes.extracting(given..<end))
        return end
    }

    private func heed(_ verdict: HTTP2PeerStreams.Verdict, on stream: Int32) {
        guard mayRead else { return }
        switch verdict {
        case .taken: break
        case .idle: unsafe streams.pointee.countIdleFrame()
        case .connectionError(let code): terminate(code)
        case .streamClosed:
            // For DATA after END_STREAM on a stream that waits for its answer, the library would end the
            // connection. An RST_STREAM of the client, made up here, closes the stream at once. The library
            // then drops the DATA, and gives its bytes back to the window of the connection.
            give(HTTP2FrameHeader.resetStream(stream, .streamClosed).span)
            guard mayRead else { return }
            unsafe expectSuccess(
                nghttp2_submit_rst_stream(
                    session, noFlags, stream, HTTP2ErrorCode.streamClosed.rawValue))
        }
    }

    private var mayRead: Bool {
        unsafe !isOverForPeer && !hasFailed && streams.pointee.breach == nil
    }

    private func give(_ bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count, mayRead {
            let taken = unsafe bytes.extracting(start..<bytes.count).withUnsafeBufferPointer { buffer in
                unsafe nghttp2_session_mem_recv(session, buffer.baseAddress, buffer.count)
            }
            guard taken > 0 else { return fail(taken) }
            start += taken
        }
    }

    private func submit(
        _ response: HTTPResponse, _ date: HTTPDate, on stream: HTTP2StreamID, hasBody: Bool,
        hasLength: Bool = true
    ) {
        let provider = unsafe HTTP2Callbacks.bodyProvider(for: stream.place)
        let result = unsafe section.withFields(of: response, date, hasLength: hasLength) { fields in
            unsafe withUnsafePointer(to: provider) { provider in
                unsafe nghttp2_submit_response(
                    session, stream.number, fields.baseAddress, fields.count, hasBody ? provider : nil)
            }
        }
        // No other error is possible for an open stream.
        expectSuccess(result)
    }

    /// Ends the connection with a code for the library's error.
    private func fail(_ result: Int) {
        switch Int32(result) {
        case NGHTTP2_ERR_FLOODED.rawValue, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue:
            terminate(.enhanceYourCalm)
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue:
            terminate(.protocolError)
        default:
            terminate(.internalError)
        }
    }
}

/// The length of the connection preface of RFC 9113 section 3.4.
private let prefaceByteCount = 24
private let noFlags = UInt8(NGHTTP2_FLAG_NONE.rawValue)

/// If the library refuses the call, the caller has a bug or memory is out.
private func expectSuccess(_ result: Int32) {
    precondition(result == 0, "libnghttp2 refuses what is asked of it with \(result).")
}
