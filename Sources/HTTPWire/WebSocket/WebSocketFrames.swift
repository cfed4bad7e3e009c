/// Frames by libwslay: bytes in, pieces of frames out, and frames in, bytes out. Keeps the start of a frame
/// between two reads. Its event functions are not used. They answer a malformed frame by a close
/// without a code, copy each message, and hold 8 KB for each connection.

internal import CWebSocket

/// A reader and writer of frames. It takes 4 KB, so that a connection borrows one while a frame is under way.
@safe package final class WebSocketFrames {
    /// The header of a frame.
    struct Header: Sendable, Equatable {
        let isFinal: Bool
        /// RSV1 is 4, RSV2 is 2 and RSV3 is 1.
        let reserved: UInt8
        let opcode: UInt8
        let isMasked: Bool
        let payloadBytes: UInt64

        /// The bytes of the header on the wire.
        var byteCount: Int {
            2 + (payloadBytes < 126 ? 0 : payloadBytes < 65_536 ? 2 : 8) + (isMasked ? 4 : 0)
        }
    }

    /// The result of one read.
    enum Piece: Equatable {
        /// No more frame is there.
        case none
        /// A part of a frame's payload is in `payload`. It may be empty.
        case part(Header, isFirst: Bool, isLast: Bool)
        /// The header of the frame breaks the protocol.
        case malformed
    }

    /// The memory that libwslay's callbacks use during a call.
    @safe struct Exchange {
        var input: UnsafeBufferPointer<UInt8> = unsafe UnsafeBufferPointer(start: nil, count: 0)
        var output: [UInt8] = []
    }

    private let context: OpaquePointer
    private let exchange: UnsafeMutablePointer<Exchange>
    /// Bytes that libwslay has taken, and that belong to no finished piece.
    private var unread = 0
    /// Bytes of the payload of the present frame that have not come; nil between two frames.
    private var rest: UInt64?
    /// The last piece of a payload, unmasked.
    private(set) var payload: [UInt8] = []

    /// Loads libwslay. Returns nil, or the reason why there is no WebSocket.
    package static func missingLibrary() -> String? {
        guard let missing = unsafe cwslay_load() else { return nil }
        return "WebSocket needs libwslay (Debian: libwslay1), which cannot be loaded: "
            + (unsafe String(cString: missing))
    }

    /// To be called after `missingLibrary` has returned nil.
    package init() {
        unsafe exchange = UnsafeMutablePointer<Exchange>.allocate(capacity: 1)
        unsafe exchange.initialize(to: Exchange())
        var callbacks = unsafe wslay_frame_callbacks(
            send_callback: send, recv_callback: receive, genmask_callback: nil)
        var context: OpaquePointer?
        let result = unsafe cwslay().pointee.wslay_frame_context_init(&context, &callbacks, exchange)
        guard result == 0, let context = unsafe context else {
            preconditionFailure("libwslay has no memory for frames.")
        }
        unsafe self.context = context
    }

    deinit {
        unsafe cwslay().pointee.wslay_frame_context_free(context)
        unsafe exchange.deinitialize(count: 1)
        unsafe exchange.deallocate()
    }

    /// Whether no frame has begun that is not whole. Another connection may then use the reader.
    package var isBetweenFrames: Bool { unread == 0 && rest == nil }

    /// Reads the next piece, first from bytes that libwslay has kept, then from `bytes`. `taken` grows by the
    /// bytes that need not be passed again.
    func read(_ bytes: Span<UInt8>, taken: inout Int) -> Piece {
        var block = unsafe wslay_frame_iocb()
        let kept = taken
        let result = unsafe bytes.extracting(kept...).withUnsafeBufferPointer { buffer in
            unsafe exchange.pointee.input = buffer
            let result = unsafe cwslay().pointee.wslay_frame_recv(context, &block)
            taken += unsafe buffer.count - exchange.pointee.input.count
            unsafe exchange.pointee.input = UnsafeBufferPointer(start: nil, count: 0)
            return result
        }
        unread += taken - kept
        guard result >= 0 else {
            return result == Int(WSLAY_ERR_WANT_READ.rawValue) ? .none : .malformed
        }
        return unsafe piece(block)
    }

    private func piece(_ block: wslay_frame_iocb) -> Piece {
        let header = unsafe Header(
            isFinal: block.fin != 0, reserved: block.rsv, opcode: block.opcode, isMasked: block.mask != 0,
            payloadBytes: block.payload_length)
        let isFirst = rest == nil
        let count = unsafe block.data_length
        let left = (rest ?? header.payloadBytes) - UInt64(count)
        unread -= count + (isFirst ? header.byteCount : 0)
        rest = left == 0 ? nil : left
        payload.removeAll(keepingCapacity: true)
        unsafe payload.append(contentsOf: UnsafeBufferPointer(start: block.data, count: count))
        return .part(header, isFirst: isFirst, isLast: left == 0)
    }

    /// Appends one whole frame, without a mask.
    package func write(
        _ opcode: WebSocketOpcode, _ payload: Span<UInt8>, isPacked: Bool = false,
        to output: inout [UInt8]
    ) {
        unsafe swap(&exchange.pointee.output, &output)
        defer { unsafe swap(&exchange.pointee.output, &output) }
        let count = payload.count
        let result = unsafe payload.withUnsafeBufferPointer { buffer in
            var block = unsafe wslay_frame_iocb(
                fin: 1, rsv: isPacked ? 4 : 0, opcode: opcode.rawValue,
                payload_length: UInt64(count), mask: 0, data: buffer.baseAddress, data_length: count)
            return unsafe cwslay().pointee.wslay_frame_send(context, &block)
        }
        precondition(result == count, "libwslay sends a whole frame, because the output takes all of it.")
    }
}

private func exchanged(_ userData: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<WebSocketFrames.Exchange>
{
    guard let userData = unsafe userData else { preconditionFailure("A context has user data.") }
    return unsafe userData.assumingMemoryBound(to: WebSocketFrames.Exchange.self)
}

/// Gives bytes of the input to libwslay. With -1 it asks again at the next read.
private func receive(
    _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int, _ flags: Int32, _ userData: UnsafeMutableRawPointer?
) -> Int {
    let exchange = unsafe exchanged(userData)
    let input = unsafe exchange.pointee.input
    let given = min(count, input.count)
    guard given > 0, let bytes = unsafe bytes, let start = input.baseAddress else { return -1 }
    unsafe bytes.update(from: start, count: given)
    unsafe exchange.pointee.input = UnsafeBufferPointer(rebasing: input.dropFirst(given))
    return given
}

/// Takes bytes of a frame into the output, all of them.
private func send(
    _ bytes: UnsafePointer<UInt8>?, _ count: Int, _ flags: Int32, _ userData: UnsafeMutableRawPointer?
) -> Int {
    unsafe exchanged(userData).pointee.output.append(
        contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    return count
}
