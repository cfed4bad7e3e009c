/// The nine bytes at the start of each HTTP/2 frame. Reads them and refuses nothing. Follows RFC 9113 section
/// 4.1.

/// The types of frames that this program needs to know (RFC 9113 section 6). libnghttp2 handles the others.
enum HTTP2FrameType: UInt8 {
    case data = 0
    case headers = 1
    case priority = 2
    case resetStream = 3
    case continuation = 9
}

/// The length, type, flags and stream of one frame.
struct HTTP2FrameHeader: Sendable {
    static let byteCount = 9

    let payloadBytes: Int
    /// The type; nil for one that this program need not know.
    let type: HTTP2FrameType?
    let stream: Int32
    private let flags: UInt8

    /// Reads the nine bytes at `start`.
    init(_ bytes: Span<UInt8>, at start: Int) {
        payloadBytes = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
        type = HTTP2FrameType(rawValue: bytes[start + 3])
        flags = bytes[start + 4]
        let number =
            UInt32(bytes[start + 5]) << 24 | UInt32(bytes[start + 6]) << 16 | UInt32(bytes[start + 7]) << 8
            | UInt32(bytes[start + 8])
        // The highest bit is reserved and to be ignored.
        stream = Int32(number & 0x7fff_ffff)
    }

    /// Whether DATA or HEADERS is the last frame of a message on its stream.
    var endsStream: Bool { flags & 0x1 != 0 }
    /// Whether a HEADERS or CONTINUATION frame is the last of its header section.
    var endsSection: Bool { flags & 0x4 != 0 }

    /// A whole RST_STREAM frame (RFC 9113 section 6.4).
    static func resetStream(_ stream: Int32, _ code: HTTP2ErrorCode) -> [UInt8] {
        [0, 0, 4, HTTP2FrameType.resetStream.rawValue, 0] + bigEndian(UInt32(stream))
            + bigEndian(code.rawValue)
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
