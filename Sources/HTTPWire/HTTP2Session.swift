/// One HTTP/2 connection by libnghttp2: bytes in, requests out, responses in, bytes out. Reads no clock and
/// no socket, and keeps nothing of an answer but a reference until the peer's windows let it go. A peer that
/// breaks the protocol or a limit gets RST_STREAM or GOAWAY with the code of RFC 9113 section 7, and is read
/// no more.

internal import CNghttp2

/// The server's end of one connection.
@safe package final class HTTP2Session {
    /// A request that is whole, or what is wrong with it, and the stream that waits for the answer.
    package struct Arrival: Sendable {
        package let stream: HTTP2StreamID
        package let content: Result<HTTPRequest, HTTPParseError>
    }

    /// How much of a response's body goes out.
    package enum BodyDelivery: Sendable, Equatable {
        case whole
        /// At most so many bytes, then RST_STREAM (INTERNAL_ERROR).
        case broken(afterBytes: Int)
        /// None yet: `append` brings them.
        case later
    }

    private let session: OpaquePointer
    /// What the callbacks record. Under a pointer of its own, which is all that C gets to see.
    private let streams: UnsafeMutablePointer<HTTP2Streams>
    private var section = HTTP2ResponseSection()
    private var hasFailed = false

    package init(limits: HTTPLimits, now: Duration) {
        unsafe streams = UnsafeMutablePointer<HTTP2Streams>.allocate(capacity: 1)
        unsafe streams.initialize(to: HTTP2Streams(limits: limits, now: now))
        unsafe session = HTTP2Callbacks.makeSession(limits: limits, recordingIn: streams)
        let settings = [
            setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streamsMax),
            setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
            setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.fieldSectionBytesMax),
            // The tree of priorities costs its keeping, and answers here are made in the order of requests.
            setting(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]
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

    /// Whether all is said: GOAWAY went one way or the other, and no stream is left.
    package var isOver: Bool {
        unsafe hasFailed
            || nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    /// Whether `write` would give out anything.
    package var hasOutput: Bool { unsafe !hasFailed && nghttp2_session_want_write(session) != 0 }

    /// Whether a header section has begun that is not whole.
    package var isReadingHead: Bool { unsafe streams.pointee.isReadingHead }

    /// Bytes of answers that wait for the peer's windows or for `write`.
    package var unsentBytes: Int { unsafe streams.pointee.unsentBytes }

    /// Bytes of answers that `write` has given out so far.
    package var sentBytes: Int { unsafe streams.pointee.sentBytes }

    /// Whether the peer has answered a PING, which `announceShutdown` sends.
    package var isPingAnswered: Bool { unsafe streams.pointee.isPingAnswered }

    /// Takes what has arrived, all of it. Behind a breach nothing more is looked at.
    package func receive(_ bytes: Span<UInt8>, now: Duration) {
        unsafe streams.pointee.now = now
        var start = 0
        while start < bytes.count, unsafe streams.pointee.breach == nil, !hasFailed {
            let taken = unsafe bytes.extracting(start..<bytes.count).withUnsafeBufferPointer { buffer in
                unsafe nghttp2_session_mem_recv(session, buffer.baseAddress, buffer.count)
            }
            guard taken > 0 else { return fail(taken) }
            start += taken
        }
        if let breach = unsafe streams.pointee.breach { terminate(breach) }
    }

    /// Whether `nextRequest` may have one.
    package var hasRequest: Bool { unsafe streams.pointee.hasRequest }

    /// The next request that waits for an answer.
    package func nextRequest() -> Arrival? {
        unsafe streams.pointee.nextRequest()
    }

    /// Whether the stream still waits for an answer, or for the rest of one.
    package func isOpen(_ stream: HTTP2StreamID) -> Bool {
        unsafe streams.pointee.isOpen(stream)
    }

    /// Answers. An answer to a stream that the peer has closed is dropped.
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
        case .whole: unsafe streams.pointee.beginBody(content, .whole, on: stream)
        case .broken(let bytes): unsafe streams.pointee.beginBody(content, .broken(bytes: bytes), on: stream)
        case .later: unsafe streams.pointee.beginBody([], .open, on: stream)
        }
        submit(response, date, on: stream, hasBody: true)
    }

    /// Brings more of a body that was to come later.
    package func append(_ bytes: [UInt8], isLast: Bool, to stream: HTTP2StreamID) {
        guard isOpen(stream), !hasFailed else { return }
        unsafe streams.pointee.appendToBody(bytes, isLast: isLast, on: stream)
        // Refused when the stream was not waiting, because its windows are full: then it goes on by itself.
        _ = unsafe nghttp2_session_resume_data(session, stream.number)
    }

    /// Ends a stream without the rest of its answer.
    package func reset(_ stream: HTTP2StreamID, _ code: HTTP2ErrorCode) {
        guard isOpen(stream), !hasFailed else { return }
        unsafe expectSuccess(
            nghttp2_submit_rst_stream(session, noFlags, stream.number, code.rawValue))
    }

    /// Says that the server stops, without a last stream, so that no request that is on its way is lost (RFC
    /// 9113 section 6.8), and asks for an answer to that.
    package func announceShutdown() {
        guard !hasFailed else { return }
        unsafe expectSuccess(nghttp2_submit_shutdown_notice(session))
        unsafe expectSuccess(nghttp2_submit_ping(session, noFlags, nil))
    }

    /// Names the last stream that is answered: the last that has begun, or, without `keepingBegun`, the last
    /// whose request was handed out. Later ones are closed, and the connection is over with the last answer.
    package func goAway(keepingBegun: Bool = true) {
        guard !hasFailed else { return }
        let begun = unsafe nghttp2_session_get_last_proc_stream_id(session)
        let last = unsafe keepingBegun ? begun : streams.pointee.lastTaken
        unsafe streams.pointee.lastStream = min(streams.pointee.lastStream, last)
        unsafe expectSuccess(
            nghttp2_submit_goaway(session, noFlags, last, HTTP2ErrorCode.noError.rawValue, nil, 0))
    }

    /// Ends the connection with a GOAWAY. No stream is answered any more.
    package func terminate(_ code: HTTP2ErrorCode) {
        guard !hasFailed else { return }
        unsafe expectSuccess(nghttp2_session_terminate_session(session, code.rawValue))
    }

    /// Appends what is to be sent, frame by frame, until there is nothing or at least `bytesMax`. Returns
    /// whether all of it was.
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

    /// Makes the request that asked for the upgrade the first stream (RFC 7540 section 3.2). Nil when the
    /// settings that came with it are none.
    package func upgrade(settings: [UInt8], isHead: Bool) -> HTTP2StreamID? {
        let stream = unsafe streams.pointee.open(1)
        let result = unsafe nghttp2_session_upgrade2(
            session, settings, settings.count, isHead ? 1 : 0, HTTP2Callbacks.pointer(to: stream.slot))
        guard result == 0 else { return nil }
        unsafe streams.pointee.endRequest(slot: stream.slot)
        return stream
    }

    private func submit(
        _ response: HTTPResponse, _ date: HTTPDate, on stream: HTTP2StreamID, hasBody: Bool
    ) {
        let provider = unsafe HTTP2Callbacks.bodyProvider(for: stream.slot)
        let result = unsafe section.withFields(of: response, date) { fields in
            unsafe withUnsafePointer(to: provider) { provider in
                unsafe nghttp2_submit_response(
                    session, stream.number, fields.baseAddress, fields.count, hasBody ? provider : nil)
            }
        }
        // Nothing else can be wrong with a stream that is open.
        expectSuccess(result)
    }

    /// Ends the connection, or what of it still can be.
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

/// A response's field section as libnghttp2 takes it. Its memory serves one response after the other, and is
/// looked at by one access for each: as properties of the class they took 1,000 instructions of a response.
@safe private struct HTTP2ResponseSection {
    private var fields: [nghttp2_nv] = unsafe []
    private var values: [UInt8] = []

    init() {
        unsafe fields.reserveCapacity(typicalFieldCount)
        values.reserveCapacity(typicalValueBytes)
    }

    /// Lets `use` see the fields of a response.
    mutating func withFields(
        of response: HTTPResponse, _ date: HTTPDate, _ use: (UnsafeBufferPointer<nghttp2_nv>) -> Int32
    ) -> Int32 {
        values.removeAll(keepingCapacity: true)
        values.appendDecimal(response.status)
        let contentTypeStart = values.count
        let mayHaveContent = HTTP1Encoder.mayHaveContent(response.status)
        if mayHaveContent, let type = response.contentType { values.append(contentsOf: type.utf8) }
        let lengthStart = values.count
        if mayHaveContent { values.appendDecimal(response.body.count) }
        var fields = unsafe take()
        let result = unsafe values.withUnsafeBufferPointer { values in
            unsafe date.bytes.withUnsafeBufferPointer { date in
                unsafe response.fields.bytes.withUnsafeBufferPointer { bytes in
                    unsafe add(":status", values, 0..<contentTypeStart, to: &fields)
                    unsafe add("date", date, 0..<date.count, to: &fields)
                    unsafe add("content-type", values, contentTypeStart..<lengthStart, to: &fields)
                    unsafe add("content-length", values, lengthStart..<values.count, to: &fields)
                    unsafe add(response.fields, bytes, to: &fields)
                    return unsafe fields.withUnsafeBufferPointer { unsafe use($0) }
                }
            }
        }
        unsafe self.fields = fields
        return result
    }

    /// The memory without what is in it.
    private mutating func take() -> [nghttp2_nv] {
        var taken: [nghttp2_nv] = unsafe []
        unsafe swap(&taken, &fields)
        unsafe taken.removeAll(keepingCapacity: true)
        return unsafe taken
    }

    /// A field of which there are no bytes is none. The name stays where it is, in lower case, and is not
    /// copied.
    private func add(
        _ name: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        to fields: inout [nghttp2_nv]
    ) {
        guard !range.isEmpty else { return }
        unsafe fields.append(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.utf8Start),
                value: UnsafeMutablePointer(mutating: bytes.baseAddress)?.advanced(by: range.lowerBound),
                namelen: name.utf8CodeUnitCount, valuelen: range.count,
                flags: UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue)))
    }

    /// The response's own fields. Their values are identifiers that never come again, which is why HPACK is
    /// told to leave them out of its table.
    private func add(
        _ section: HTTPFields, _ bytes: UnsafeBufferPointer<UInt8>, to fields: inout [nghttp2_nv]
    ) {
        guard let start = unsafe UnsafeMutablePointer(mutating: bytes.baseAddress) else { return }
        for line in section.lines where !section.isConnectionSpecific(line) {
            unsafe fields.append(
                nghttp2_nv(
                    name: start.advanced(by: Int(line.nameStart)),
                    value: start.advanced(by: Int(line.valueStart)),
                    namelen: Int(line.nameEnd - line.nameStart),
                    valuelen: Int(line.valueEnd - line.valueStart),
                    flags: UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)))
        }
    }
}

private let noFlags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
private let typicalFieldCount = 12
private let typicalValueBytes = 64

private func setting(_ name: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
    nghttp2_settings_entry(settings_id: Int32(name.rawValue), value: UInt32(clamping: value))
}

/// What the library refuses is our own mistake, or there is no memory.
private func expectSuccess(_ result: Int32) {
    precondition(result == 0, "libnghttp2 refuses what is asked of it with \(result).")
}

extension HTTPFields {
    /// Whether a line speaks of the connection, which HTTP/2 does by itself (RFC 9113 section 8.2.2).
    fileprivate func isConnectionSpecific(_ line: Line) -> Bool {
        let name = bytes.span.extracting(Int(line.nameStart)..<Int(line.nameEnd))
        return switch name.count {
        case 7: name.equalsIgnoringCase("upgrade")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 16: name.equalsIgnoringCase("proxy-connection")
        case 17: name.equalsIgnoringCase("transfer-encoding")
        default: false
        }
    }
}
