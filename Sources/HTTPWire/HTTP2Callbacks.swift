/// The functions that libnghttp2 calls while it reads and writes. They record in `HTTP2Streams`. Its address
/// is the user data of the session. Other code works on the records after the library has returned. A
/// stream's user data is its place plus one.

internal import CNghttp2

/// The C side of a session.
enum HTTP2Callbacks {
    /// A server's session with these callbacks, and with the library's limits.
    static func makeSession(
        limits: HTTPLimits, recordingIn streams: UnsafeMutablePointer<HTTP2Streams>
    ) -> OpaquePointer {
        var callbacks: OpaquePointer?
        var option: OpaquePointer?
        var session: OpaquePointer?
        let hasMemory =
            unsafe nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0
        precondition(hasMemory, "libnghttp2 has no memory for a session.")
        defer {
            unsafe nghttp2_session_callbacks_del(callbacks)
            unsafe nghttp2_option_del(option)
        }
        unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, beginFrame)
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHeaders)
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks, header)
        unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, invalidHeader)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, dataChunk)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frameReceived)
        unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, invalidFrame)
        unsafe nghttp2_session_callbacks_set_error_callback2(callbacks, mistakeFound)
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frameSent)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, streamClosed)
        // `HTTP2Streams` counts frames too: the library counts a frame 9 times if its 9 header bytes arrive
        // one by one.
        unsafe nghttp2_option_set_max_continuations(option, 9 * (limits.continuationsMax + 1))
        unsafe nghttp2_option_set_max_settings(option, limits.settingsPerFrameMax)
        unsafe nghttp2_option_set_max_outbound_ack(option, limits.unsentAcknowledgementsMax)
        // The library keeps no closed streams, which saves their memory.
        unsafe nghttp2_option_set_no_closed_streams(option, 1)
        // `HTTP2Streams` counts resets, because it uses the server's clock and counts provoked resets too.
        unsafe nghttp2_option_set_stream_reset_rate_limit(option, UInt64(UInt32.max), UInt64(UInt32.max))
        let result = unsafe nghttp2_session_server_new2(&session, callbacks, streams, option)
        guard result == 0, let session = unsafe session else {
            preconditionFailure("libnghttp2 has no memory for a session.")
        }
        return unsafe session
    }

    /// The settings that the server announces.
    static func settings(_ limits: HTTPLimits) -> [nghttp2_settings_entry] {
        func setting(_ name: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(name.rawValue), value: UInt32(clamping: value))
        }
        return [
            setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streamsMax),
            setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
            setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.fieldSectionBytesMax),
            // No priorities: their tree costs time and memory, and requests are answered in order.
            setting(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]
    }

    /// The user data of the stream at this place.
    static func pointer(to place: Int) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: place + 1)
    }

    /// The callback that the library calls for more of a body when there is room.
    static func bodyProvider(for place: Int) -> nghttp2_data_provider {
        unsafe nghttp2_data_provider(
            source: nghttp2_data_source(ptr: pointer(to: place)), read_callback: readBody)
    }
}

private typealias Streams = UnsafeMutablePointer<HTTP2Streams>

/// The streams to which a session's user data points.
private func recorded(_ userData: UnsafeMutableRawPointer?) -> Streams {
    guard let userData = unsafe userData else { preconditionFailure("A session has user data.") }
    return unsafe userData.assumingMemoryBound(to: HTTP2Streams.self)
}

/// The place of a stream; nil if the stream is not open, or was refused before.
private func place(of number: Int32, in session: OpaquePointer?) -> Int? {
    unsafe place(from: nghttp2_session_get_stream_user_data(session, number))
}

private func place(from pointer: UnsafeMutableRawPointer?) -> Int? {
    unsafe pointer.map { Int(bitPattern: $0) - 1 }
}

private let success: Int32 = 0
private let pause = NGHTTP2_ERR_PAUSE.rawValue
private let streamFailure = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue

private func beginFrame(
    _ session: OpaquePointer?, _ header: UnsafePointer<nghttp2_frame_hd>?,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let header = unsafe header?.pointee else { return success }
    unsafe recorded(userData).pointee.countFrame(of: header.type, stream: header.stream_id)
    return success
}

private func beginHeaders(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame?.pointee else { return success }
    let number = unsafe frame.hd.stream_id
    let streams = unsafe recorded(userData)
    if unsafe frame.headers.cat == NGHTTP2_HCAT_REQUEST {
        let place = unsafe streams.pointee.open(number).place
        unsafe streams.pointee.beginHead(place: place, isTrailer: false)
        return unsafe nghttp2_session_set_stream_user_data(session, number, HTTP2Callbacks.pointer(to: place))
    }
    if let place = unsafe place(of: number, in: session) {
        unsafe streams.pointee.beginHead(place: place, isTrailer: true)
    }
    return success
}

private func header(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ name: UnsafePointer<UInt8>?,
    _ nameCount: Int, _ value: UnsafePointer<UInt8>?, _ valueCount: Int, _ flags: UInt8,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    let streams = unsafe recorded(userData)
    unsafe streams.pointee.addField(
        UnsafeBufferPointer(start: name, count: nameCount).span,
        UnsafeBufferPointer(start: value, count: valueCount).span)
    return unsafe streams.pointee.breach == nil ? success : pause
}

/// A field that is not allowed makes the request malformed (RFC 9113 section 8.2.1). The library would only
/// drop the field.
private func invalidHeader(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ name: UnsafePointer<UInt8>?,
    _ nameCount: Int, _ value: UnsafePointer<UInt8>?, _ valueCount: Int, _ flags: UInt8,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    streamFailure
}

private func dataChunk(
    _ session: OpaquePointer?, _ flags: UInt8, _ number: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let place = unsafe place(of: number, in: session) else { return success }
    let chunk = unsafe UnsafeBufferPointer(start: bytes, count: count)
    guard let code = unsafe recorded(userData).pointee.addBody(chunk.span, place: place) else {
        return success
    }
    return unsafe nghttp2_submit_rst_stream(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), number, code.rawValue)
}

private func frameReceived(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame?.pointee else { return success }
    let streams = unsafe recorded(userData)
    let header = unsafe frame.hd
    let isEndOfStream = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch UInt32(header.type) {
    case NGHTTP2_HEADERS.rawValue:
        guard unsafe streams.pointee.endHead(isEndOfStream: isEndOfStream) else { return success }
        return unsafe submitContinue(session, header.stream_id)
    case NGHTTP2_DATA.rawValue where isEndOfStream:
        guard let place = unsafe place(of: header.stream_id, in: session) else { return success }
        unsafe streams.pointee.endRequest(place: place)
    case NGHTTP2_RST_STREAM.rawValue:
        unsafe streams.pointee.countReset()
    case NGHTTP2_PING.rawValue where header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0:
        unsafe streams.pointee.isPingAnswered = true
    default:
        break
    }
    return success
}

/// The library's words about a mistake. Only those about a pseudo-header field tell what the client wanted.
private func mistakeFound(
    _ session: OpaquePointer?, _ code: Int32, _ text: UnsafePointer<CChar>?, _ count: Int,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard code == NGHTTP2_ERR_HTTP_HEADER.rawValue, let text = unsafe text else { return success }
    let words = unsafe String(
        decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
    if words.contains("name: [:protocol]") { unsafe recorded(userData).pointee.noteExtendedConnect() }
    return success
}

/// The library never opens or closes a stream that it refuses because there are too many. It resets one with
/// a malformed header section.
private func invalidFrame(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ reason: Int32,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    if reason == NGHTTP2_ERR_HTTP_HEADER.rawValue || reason == NGHTTP2_ERR_HTTP_MESSAGING.rawValue {
        unsafe recorded(userData).pointee.noteMalformedHead()
        return success
    }
    guard reason == NGHTTP2_ERR_REFUSED_STREAM.rawValue, let number = unsafe frame?.pointee.hd.stream_id
    else { return success }
    unsafe recorded(userData).pointee.refuse(number)
    return success
}

/// The interim response to `Expect: 100-continue`.
private func submitContinue(_ session: OpaquePointer?, _ number: Int32) -> Int32 {
    let name: StaticString = ":status"
    let value: StaticString = "100"
    var field = unsafe nghttp2_nv(
        name: UnsafeMutablePointer(mutating: name.utf8Start),
        value: UnsafeMutablePointer(mutating: value.utf8Start), namelen: name.utf8CodeUnitCount,
        valuelen: value.utf8CodeUnitCount, flags: 0)
    return unsafe nghttp2_submit_headers(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), number, nil, &field, 1, nil)
}

private func frameSent(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame?.pointee, unsafe frame.hd.type == UInt8(NGHTTP2_RST_STREAM.rawValue),
        let code = unsafe HTTP2ErrorCode(rawValue: frame.rst_stream.error_code), code.isProvoked
    else { return success }
    unsafe recorded(userData).pointee.countReset()
    return success
}

private func streamClosed(
    _ session: OpaquePointer?, _ number: Int32, _ code: UInt32, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    if let place = unsafe place(of: number, in: session) {
        unsafe recorded(userData).pointee.close(place: place)
    }
    return success
}

private func readBody(
    _ session: OpaquePointer?, _ number: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int,
    _ flags: UnsafeMutablePointer<UInt32>?, _ source: UnsafeMutablePointer<nghttp2_data_source>?,
    _ userData: UnsafeMutableRawPointer?
) -> Int {
    guard let place = unsafe place(from: source?.pointee.ptr), let buffer = unsafe buffer,
        let flags = unsafe flags
    else {
        preconditionFailure("A body has a stream and a buffer.")
    }
    let (taken, end) = unsafe recorded(userData).pointee.readBody(place: place, atMost: count) {
        bytes, range in
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe buffer.update(from: start.advanced(by: range.lowerBound), count: range.count)
        }
    }
    switch end {
    case .whole: unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
    case .broken where taken == 0: return Int(streamFailure)
    case .open where taken == 0: return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    case .broken, .open, nil: break
    }
    return taken
}
