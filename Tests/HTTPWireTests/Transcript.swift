/// Plays the connection's part for the decoder: keeps the buffer, passes again what is not consumed, and
/// notes what comes out, so that two ways of cutting the same bytes can be compared.

import HTTPWire

/// Everything that a decoder made of some bytes.
struct Transcript: Sendable {
    private(set) var requests: [HTTPRequest] = []
    private(set) var isKeptAlive: [Bool] = []
    private(set) var error: HTTPParseError?
    /// Whether a request has begun and is not whole after the last byte.
    private(set) var isUnfinished = false
    /// How often a `100 Continue` was asked for, and the most bytes ever left over: these two depend on the
    /// cut.
    private(set) var continueCount = 0
    private(set) var leftOverMax = 0

    /// Decodes `bytes` in one piece, or cut at each offset of `cuts`, which ascend.
    init(of bytes: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits()) {
        var decoder = HTTP1Decoder(limits: limits)
        var buffer: [UInt8] = []
        var start = 0
        do throws(HTTPParseError) {
            for end in cuts + [bytes.count] {
                buffer += bytes[start..<end]
                start = end
                try drain(&decoder, &buffer)
                leftOverMax = max(leftOverMax, buffer.count)
            }
        } catch {
            self.error = error
        }
        isUnfinished = decoder.hasBegunRequest
    }

    init(of text: String, limits: HTTPLimits = HTTPLimits()) {
        self.init(of: Array(text.utf8), limits: limits)
    }

    static func byteByByte(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) -> Transcript {
        Transcript(of: bytes, cuts: Array(0..<bytes.count), limits: limits)
    }

    /// Takes requests until the decoder wants more bytes.
    private mutating func drain(_ decoder: inout HTTP1Decoder, _ buffer: inout [UInt8]) throws(HTTPParseError)
    {
        while true {
            let unread = buffer
            switch try decoder.decode(unread.span) {
            case .needMore(let consumed):
                buffer.removeFirst(consumed)
                return
            case .expectContinue(let consumed):
                buffer.removeFirst(consumed)
                continueCount += 1
                return
            case .request(let request, let consumed, let keepAlive):
                buffer.removeFirst(consumed)
                requests.append(request)
                isKeptAlive.append(keepAlive)
            }
        }
    }

    /// What must not depend on the cut, in the form of the corpus (fixtures/wire/README.md).
    func lines(withFields: Bool) -> [String] {
        var lines: [String] = []
        for (request, isKeptAlive) in zip(requests, isKeptAlive) {
            let connection = isKeptAlive ? "keep-alive" : "close"
            lines.append(
                "\(request.method.rawValue) \(request.target.text) \(request.version.rawValue) \(connection)")
            if let authority = request.target.authority { lines.append("  authority \(authority)") }
            if withFields { lines += fieldLines(request.fields, "field") }
            if !request.body.isEmpty { lines.append("  body \(WireText.escaped(request.body))") }
            lines += fieldLines(request.trailers, "trailer")
        }
        if let error { lines.append("\(error.status) \(error.reason)") }
        if isUnfinished { lines.append("unfinished") }
        return lines
    }

    private func fieldLines(_ fields: HTTPFields, _ word: String) -> [String] {
        (0..<fields.count).map { index in
            let value = WireText.escaped(Array(fields.value(at: index).utf8))
            return "  \(word) \(fields.name(at: index)):\(value.isEmpty ? "" : " ")\(value)"
        }
    }
}

/// The escapes of the corpus.
enum WireText {
    static func escaped(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\t"): text += "\\t"
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0: text += "\\0"
            case 0x20...0x7e: text += String(UnicodeScalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text
    }

    /// Nil if an escape is none.
    static func bytes(of text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "0"): bytes.append(0)
            case UInt8(ascii: "x"):
                guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                    return nil
                }
                bytes.append(code)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        return bytes
    }
}
