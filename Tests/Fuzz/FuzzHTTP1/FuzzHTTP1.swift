/// A libFuzzer target: any bytes through the HTTP/1 decoder, whole and in two pieces, which must come to the
/// same. `make fuzz` runs it; what it finds is a file that it takes as an argument.

import HTTPWire

/// The first byte says where the rest is cut.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let cut = bytes.isEmpty ? 0 : Int(first) * bytes.count / 256

    let whole = outcomes([bytes])
    let pieces = outcomes([Array(bytes[..<cut]), Array(bytes[cut...])])

    precondition(whole == pieces, "The cut at \(cut) changes what the bytes are.")
    return 0
}

private func outcomes(_ pieces: [[UInt8]]) -> [String] {
    var limits = HTTPLimits()
    limits.requestLineBytesMax = 512
    limits.fieldSectionBytesMax = 1024
    limits.fieldsMax = 16
    limits.bodyBytesMax = 4096
    var decoder = HTTP1Decoder(limits: limits)
    var buffer: [UInt8] = []
    var outcomes: [String] = []
    do {
        for piece in pieces {
            buffer += piece
            while let outcome = try next(of: &decoder, in: &buffer) { outcomes.append(outcome) }
            precondition(buffer.count <= 512 + 1024 + 64, "More is left over than the longest head.")
        }
    } catch {
        outcomes.append("\(error.status) \(error.reason)")
    }
    return outcomes
}

private func next(
    of decoder: inout HTTP1Decoder, in buffer: inout [UInt8]
) throws(HTTPParseError) -> String? {
    let unread = buffer
    switch try decoder.decode(unread.span) {
    case .needMore(let consumed), .expectContinue(let consumed):
        buffer.removeFirst(consumed)
        return nil
    case .request(let request, let consumed, let isKeptAlive):
        buffer.removeFirst(consumed)
        return line(for: request) + (isKeptAlive ? "" : " last")
    }
}

private func line(for request: HTTPRequest) -> String {
    let fields = request.fields.lines.indices.map {
        request.fields.name(at: $0) + ":" + request.fields.value(at: $0)
    }
    let trailers = request.trailers.lines.indices.map { request.trailers.value(at: $0) }
    return "\(request.method.rawValue) \(request.target.text) \(request.target.pathSegments) "
        + "\(fields) \(request.body.count) \(trailers)"
}
