/// Messages in, their packed bytes out, by zlib (RFC 7692 section 7.2.1). Each message is packed alone, which
/// the client need not agree to. A connection therefore keeps no state, and a loop has one packer for all.

internal import CWebSocket

/// A packer for one size of window.
@safe package final class WebSocketDeflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// `windowBits` is 9 to 15. To be called after `WebSocketInflater.missingLibrary` has returned nil.
    package init(windowBits: Int) {
        precondition((9...15).contains(windowBits), "zlib packs with a window of 512 bytes to 32 KB.")
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let result = unsafe czlib().pointee.deflateInit2_(
            stream, Z_BEST_SPEED, Z_DEFLATED, -Int32(windowBits), Self.memoryLevel, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has no memory for a packer.")
    }

    deinit {
        _ = unsafe czlib().pointee.deflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// The packed form of the message; nil if it is not shorter.
    package func pack(_ message: [UInt8]) -> [UInt8]? {
        guard message.count > Self.tailBytes else { return nil }
        let result = unsafe czlib().pointee.deflateReset(stream)
        precondition(result == Z_OK, "zlib resets a stream that it has begun.")
        var made = 0
        var isWhole = false
        // The tail is not sent, so that as many bytes as the message has are room enough.
        var packed = [UInt8](repeating: 0, count: message.count)
        unsafe message.withUnsafeBufferPointer { input in
            unsafe packed.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(input.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(output.count)
                _ = unsafe czlib().pointee.deflate(stream, Z_SYNC_FLUSH)
                made = unsafe output.count - Int(stream.pointee.avail_out)
                // A flush is whole only if room is left.
                isWhole = unsafe stream.pointee.avail_out > 0
            }
        }
        guard isWhole, made > Self.tailBytes else { return nil }
        packed.removeLast(packed.count - made + Self.tailBytes)
        return packed
    }

    /// The empty block at the end of each message, 00 00 ff ff, which is not sent.
    private static let tailBytes = 4
    /// A level of 5 makes a reset, which each message needs, clear 8 KB; zlib's own level 8 clears 64 KB.
    private static let memoryLevel: Int32 = 5
}
