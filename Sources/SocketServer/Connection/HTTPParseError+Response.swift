/// The response to a parse error: its status and `{"message": "<reason>"}`. Every parse error becomes a
/// response here.

package import HTTPWire

extension HTTPResponse {
    /// The last answer to a peer that has sent a malformed request. A 426 names the version of WebSocket that
    /// the server speaks (RFC 6455 section 4.4).
    package init(refusing error: HTTPParseError) {
        var body = Array(#"{"message":""#.utf8)
        for byte in error.reason.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                body.append(UInt8(ascii: "\\"))
                body.append(byte)
            case 0..<0x20:
                // A reason is one sentence, so that a control character in it came from the peer.
                body.append(UInt8(ascii: "?"))
            default:
                body.append(byte)
            }
        }
        body.append(contentsOf: #""}"#.utf8)
        self.init(status: error.status, contentType: "application/json", body: body)
        if error.status == 426 { fields.append("Sec-WebSocket-Version", "13") }
    }
}
