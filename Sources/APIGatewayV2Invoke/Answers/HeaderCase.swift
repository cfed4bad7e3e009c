/// The spelling of header names in answers over HTTP/1.1: a capital at the beginning and after each hyphen.
/// Recorded for `myheader` and `apigw-requestid` (AWS's Lambda test tool, April 2025). Over HTTP/2 the wire
/// writes every name in lower case.

enum HeaderCase {
    static func capitalized(_ name: String) -> String {
        var bytes = Array(name.utf8)
        var isStart = true
        for index in bytes.indices {
            if isStart, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[index]) { bytes[index] -= 32 }
            isStart = bytes[index] == UInt8(ascii: "-")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
