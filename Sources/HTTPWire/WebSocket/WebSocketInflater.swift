/// Packed messages in, their bytes out, by zlib (RFC 7692 section 7.2.2). Gives no more bytes than its caller
/// allows, because DEFLATE can make a thousand bytes of one. Keeps the state of one message, and nothing
/// between two, so that connections lend it to one another.

internal import CWebSocket

/// An unpacker. It takes about 40 KB.
@safe package final class WebSocketInflater {
    /// The reason why a message cannot be unpacked.
    package enum Failure: Error, Equatable {
        case malformed
        case tooLong
    }

    private let stream: UnsafeMutablePointer<z_stream>

    /// Loads zlib. Returns nil, or the reason why no message is packed.
    package static func missingLibrary() -> String? {
        unsafe czlib_load().map { unsafe String(cString: $0) }
    }

    /// To be called after `missingLibrary` has returned nil.
    package init() {
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // The largest window reads messages of every smaller one. Below zero there is no header of zlib.
        let result = unsafe czlib().pointee.inflateInit2_(
            stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has no memory for an unpacker.")
    }

    deinit {
        _ = unsafe czlib().pointee.inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Begins a message, whose references may reach back into `window`.
    package func begin(behind window: [UInt8]) {
        let result = unsafe czlib().pointee.inflateReset(stream)
        precondition(result == Z_OK, "zlib resets a stream that it has begun.")
        guard !window.isEmpty else { return }
        let set = unsafe window.withUnsafeBufferPointer { buffer in
            unsafe czlib().pointee.inflateSetDictionary(stream, buffer.baseAddress, UInt32(buffer.count))
        }
        precondition(set == Z_OK, "A window of at most 32 KB is a dictionary.")
    }

    /// Appends the bytes that `packed` becomes. Throws if the output would have more than `bytesMax` bytes.
    package func unpack(_ packed: Span<UInt8>, to output: inout [UInt8], bytesMax: Int) throws(Failure) {
        var given = 0
        // zlib may hold bytes that had no room, also when it has taken all of the input.
        var mayHoldMore = false
        while given < packed.count || mayHoldMore {
            // One byte beyond the limit shows that there are more.
            let room = min(max(4 * (packed.count - given), Self.pieceBytesMin), bytesMax + 1 - output.count)
            guard room > 0 else { throw .tooLong }
            let (taken, made, result) = step(packed.extracting(given...), to: &output, room: room)
            given += taken
            guard result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END else { throw .malformed }
            mayHoldMore = made == room
            if result == Z_STREAM_END {
                // A final block may be followed by others only in a new stream (RFC 7692 section 7.2.3.5).
                guard unsafe czlib().pointee.inflateReset(stream) == Z_OK else { throw .malformed }
                mayHoldMore = false
            } else if taken == 0, made == 0 {
                break
            }
        }
        guard output.count <= bytesMax else { throw .tooLong }
    }

    private func step(
        _ packed: Span<UInt8>, to output: inout [UInt8], room: Int
    ) -> (taken: Int, made: Int, result: Int32) {
        let start = output.count
        var taken = 0
        var made = 0
        var result = Z_OK
        output.reserveCapacity(start + room)
        output.append(contentsOf: repeatElement(0, count: room))
        unsafe packed.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(input.count)
                unsafe stream.pointee.next_out = output.baseAddress?.advanced(by: start)
                unsafe stream.pointee.avail_out = UInt32(room)
                result = unsafe czlib().pointee.inflate(stream, Z_SYNC_FLUSH)
                taken = unsafe input.count - Int(stream.pointee.avail_in)
                made = unsafe room - Int(stream.pointee.avail_out)
            }
        }
        output.removeLast(room - made)
        return (taken, made, result)
    }

    /// Bytes that one call of zlib may make at least. Fixed, because it bounds only the number of calls.
    private static let pieceBytesMin = 512
}
