/// A libFuzzer target: any bytes as the answer of another server, whole and in two pieces, which must come to
/// the same. `make fuzz` runs it; what it finds is a file that it takes as an argument.

import HTTPWire
import SocketServer

/// The first byte says where the rest is cut, and by its lowest bit whether the request was HEAD.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let cut = bytes.isEmpty ? 0 : Int(first) * bytes.count / 256

    let whole = outcome([bytes], answersHead: first & 1 == 1)
    let pieces = outcome([Array(bytes[..<cut]), Array(bytes[cut...])], answersHead: first & 1 == 1)

    precondition(whole == pieces, "The cut at \(cut) changes what the bytes are.")
    return 0
}

/// The answer as text. All failures are alike, because their words have as much of the answer as has come.
private func outcome(_ pieces: [[UInt8]], answersHead: Bool) -> String {
    var reader = ResponseReader(answersHead: answersHead, headBytesMax: 1024, bodyBytesMax: 4096)
    var unread: [UInt8] = []
    do throws(OutgoingFailure) {
        for piece in pieces {
            unread += piece
            let bytes = unread
            unread.removeFirst(try reader.read(bytes.span))
            precondition(
                reader.response != nil || unread.count <= 1024, "More is left over than the longest head.")
        }
        let isOver = reader.response != nil
        try reader.end()
        guard let response = reader.response else { preconditionFailure("An answer has ended.") }
        return text(of: response) + "\(isOver) \(reader.isKeptAlive) \(unread.count)"
    } catch {
        return "failed"
    }
}

private func text(of response: OutgoingResponse) -> String {
    let fields = response.fields.lines.indices.map {
        response.fields.name(at: $0) + ":" + response.fields.value(at: $0)
    }
    return "\(response.status) \(fields) \(response.body) "
}
