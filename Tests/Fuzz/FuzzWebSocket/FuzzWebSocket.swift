/// A libFuzzer target: any bytes through the receiving half of a WebSocket connection, with packed messages
/// and without. The events must be the same wherever the bytes are cut, within the limits, and text must be
/// UTF-8. `make fuzz` runs it, with a bound of memory.

import HTTPWire

/// The first byte says where the rest is cut. The lowest bits of the second choose the agreement.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard input.count > 2 else { return 0 }
    precondition(WebSocketFrames.missingLibrary() == nil && WebSocketInflater.missingLibrary() == nil)
    let bytes = Array(input.dropFirst(2))
    let cut = Int(input[0]) * bytes.count / 256
    let whole = Reading(choice: input[1], pieces: [bytes])
    let divided = Reading(choice: input[1], pieces: [Array(bytes[..<cut]), Array(bytes[cut...])])
    precondition(whole == divided, "A cut changes nothing.")
    let single = Reading(choice: input[1], pieces: bytes.map { [$0] })
    precondition(whole == single, "No cut changes anything.")
    return 0
}

/// The events of some bytes, and the mistake at their end.
private struct Reading: Equatable {
    private(set) var events: [WebSocketReceiver.Event] = []
    private(set) var mistake: WebSocketCloseCode?

    init(choice: UInt8, pieces: [[UInt8]]) {
        var limits = HTTPLimits()
        limits.webSocketFrameBytesMax = 1024
        limits.webSocketMessageBytesMax = 4096
        let frames = WebSocketFrames()
        let agreed = Self.agreement(choice)
        let inflater = agreed == nil ? nil : WebSocketInflater()
        var receiver = WebSocketReceiver(limits: limits, agreed: agreed)
        for piece in pieces {
            var taken = 0
            do throws(WebSocketClosure) {
                while let event = try receiver.next(in: piece.span, taken: &taken, by: frames, inflater) {
                    check(event, by: frames, agreed)
                    events.append(event)
                }
            } catch {
                mistake = error.code
                return
            }
            precondition(taken == piece.count, "The bytes are all taken.")
        }
    }

    private static func agreement(_ choice: UInt8) -> WebSocketExtension? {
        let offers = [
            "", "permessage-deflate", "permessage-deflate; client_no_context_takeover",
            "permessage-deflate; server_max_window_bits=9",
        ]
        var fields = HTTPFields()
        fields.append("Sec-WebSocket-Extensions", offers[Int(choice % 4)])
        let target = RequestTarget(text: "/", pathSegments: [])
        return WebSocketExtension(offeredIn: HTTPRequest(method: .get, target: target, fields: fields))
    }

    /// Checks the bounds of an event, and that its message comes back as it is packed.
    private func check(
        _ event: WebSocketReceiver.Event, by frames: WebSocketFrames, _ agreed: WebSocketExtension?
    ) {
        switch event {
        case .message(let message):
            precondition(message.bytes.count <= 4096, "A message has its limit.")
            if case .text(let text) = message {
                precondition(String(validating: text, as: UTF8.self) != nil, "A text is UTF-8.")
            }
            if let bits = agreed?.windowBits { checkPacking(message.bytes, bits, by: frames) }
        case .ping(let payload): precondition(payload.count <= 125, "A control frame is short.")
        case .close(let closure):
            precondition(closure.code == .noStatus || closure.code.mayBeSent, "A code is known.")
        case .pong: break
        }
    }

    private func checkPacking(_ message: [UInt8], _ windowBits: Int, by frames: WebSocketFrames) {
        guard let packed = WebSocketDeflater(windowBits: windowBits).pack(message) else { return }
        do throws(WebSocketInflater.Failure) {
            let unpacked = try Self.unpacked(packed + [0, 0, 0xff, 0xff])
            precondition(unpacked == message, "Packing loses nothing.")
        } catch {
            preconditionFailure("The packer makes what the unpacker reads: \(error)")
        }
    }

    private static func unpacked(_ packed: [UInt8]) throws(WebSocketInflater.Failure) -> [UInt8] {
        let inflater = WebSocketInflater()
        var unpacked: [UInt8] = []
        inflater.begin(behind: [])
        try inflater.unpack(packed.span, to: &unpacked, bytesMax: 4096)
        return unpacked
    }
}
