/// Bytes from a server in, frames out, and a line of text for each that a test can expect. Header sections
/// are unpacked by libnghttp2's own HPACK, which keeps the table of a whole connection.

import CNghttp2

/// The reading half of a client.
@safe package final class HTTP2Reader {
    private let inflater: OpaquePointer
    private var rest: [UInt8] = []

    package init() {
        var inflater: OpaquePointer?
        let result = unsafe nghttp2_hd_inflate_new(&inflater)
        guard result == 0, let inflater = unsafe inflater else { preconditionFailure("There is no memory.") }
        unsafe self.inflater = inflater
    }

    deinit { unsafe nghttp2_hd_inflate_del(inflater) }

    /// The frames that are whole; the rest waits for more.
    package func frames(in bytes: [UInt8]) -> [HTTP2Frame] {
        rest += bytes
        var frames: [HTTP2Frame] = []
        while rest.count >= 9 {
            let length = Int(rest[0]) << 16 | Int(rest[1]) << 8 | Int(rest[2])
            guard rest.count >= 9 + length else { break }
            frames.append(
                HTTP2Frame(
                    type: rest[3], flags: rest[4], stream: number(rest[5..<9]),
                    payload: Array(rest[9..<(9 + length)])))
            rest.removeFirst(9 + length)
        }
        return frames
    }

    /// The frames as lines: `1 HEADERS 200 end`, `1 DATA 5 end`, `1 RST_STREAM CANCEL`, `GOAWAY 1 NO_ERROR`,
    /// `PING ack`.
    package func lines(of bytes: [UInt8]) -> [String] {
        frames(in: bytes).map(line)
    }

    /// The fields of a HEADERS frame. To be asked for once, and of every such frame, because they build on
    /// each other.
    package func fields(of frame: HTTP2Frame) -> [(name: String, value: String)] {
        var fields: [(String, String)] = []
        var start = 0
        while true {
            var field = unsafe nghttp2_nv()
            var flags: Int32 = 0
            let taken = unsafe frame.payload[start...].withUnsafeBufferPointer { buffer in
                unsafe nghttp2_hd_inflate_hd2(inflater, &field, &flags, buffer.baseAddress, buffer.count, 1)
            }
            precondition(taken >= 0, "The server's header section is no HPACK: \(taken).")
            start += taken
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                let name = unsafe UnsafeBufferPointer(start: field.name, count: field.namelen)
                let value = unsafe UnsafeBufferPointer(start: field.value, count: field.valuelen)
                unsafe fields.append(
                    (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
            }
            guard flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) == 0 else { break }
        }
        unsafe nghttp2_hd_inflate_end_headers(inflater)
        return fields
    }

    private func line(of frame: HTTP2Frame) -> String {
        let end = frame.flags & HTTP2Frame.endStream == 0 ? "" : " end"
        let acknowledged = end.isEmpty ? "" : " ack"
        switch frame.kind {
        case .headers: return "\(frame.stream) HEADERS \(fields(of: frame).first?.value ?? "none")\(end)"
        case .data: return "\(frame.stream) DATA \(frame.payload.count)\(end)"
        case .resetStream: return "\(frame.stream) RST_STREAM \(codeName(frame.payload[...]))"
        case .goAway:
            return "GOAWAY \(number(frame.payload[..<4])) \(codeName(frame.payload[4..<8]))"
        case .settings: return "SETTINGS\(acknowledged)"
        case .ping: return "PING\(acknowledged)"
        case .windowUpdate: return "\(frame.stream) WINDOW_UPDATE \(number(frame.payload[...]))"
        default: return "\(frame.stream) frame \(frame.type)"
        }
    }
}

private func codeName(_ bytes: ArraySlice<UInt8>) -> String {
    let names = [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ]
    let code = Int(number(bytes))
    return names.indices.contains(code) ? names[code] : "\(code)"
}

private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
}
