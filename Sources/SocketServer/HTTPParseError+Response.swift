/// A parse error as the peer is told of it: its status and `{"message": "<reason>"}`. The only place where
/// one becomes a response.

package import HTTPWire

extension HTTPResponse {
    /// The last answer to a peer whose bytes are no request.
    package init(refusing error: HTTPParseError) {
        var body = Array(#"{"message":""#.utf8)
        for byte in error.reason.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                body.append(UInt8(ascii: "\\"))
                body.append(byte)
            case 0..<0x20:
                // A reason is a sentence: a control character in it came from the peer.
                body.append(UInt8(ascii: "?"))
            default:
                body.append(byte)
            }
        }
        body.append(contentsOf: #""}"#.utf8)
        self.init(status: error.status, contentType: "application/json", body: body)
    }
}
