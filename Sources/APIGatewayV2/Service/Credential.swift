/// The credential of a request's signature (SigV4), such as
/// `AKID/20300101/us-east-1/apigateway/aws4_request`. It comes from `Authorization`, or from
/// `X-Amz-Credential` in a presigned URL. It is parsed in place in one pass, and text is made on demand.
/// Refuses nothing.

package import HTTPWire

/// The parts of a credential.
package struct Credential: Sendable {
    private let bytes: ArraySlice<UInt8>
    private let keyCount: Int
    /// The places of the third and fourth part; nil unless there are five parts. Asymmetric signatures
    /// (SigV4a) have four, and hold in every region.
    private let scopeRanges: (region: Range<Int>, service: Range<Int>)?

    package init(_ bytes: ArraySlice<UInt8>) {
        self.init(bytes, hasEnd: false)
    }

    /// The credential at the start of a list of words.
    private init(startOf words: ArraySlice<UInt8>) {
        self.init(words, hasEnd: true)
    }

    /// If `hasEnd`, the credential ends before the first byte between words.
    private init(_ bytes: ArraySlice<UInt8>, hasEnd: Bool) {
        let span = bytes.span
        var slashCount = 0
        var count = span.count
        var keyCount: Int?
        var (region, service) = (0..<0, 0..<0)
        var index = 0
        while index < count {
            let byte = span[index]
            let place = index
            index &+= 1
            // A slash and both bytes between words stand before all digits and letters.
            guard byte <= UInt8(ascii: "/") else { continue }
            if hasEnd, isBetweenWords(byte) {
                count = place
                break
            }
            guard byte == UInt8(ascii: "/") else { continue }
            slashCount += 1
            switch slashCount {
            case 1: keyCount = place
            case 2: region = index..<index
            case 3:
                region = region.lowerBound..<place
                service = index..<index
            case 4: service = service.lowerBound..<place
            default: break
            }
        }
        self.bytes = bytes.prefix(count)
        self.keyCount = keyCount ?? count
        scopeRanges = slashCount == 4 ? (region, service) : nil
    }

    /// The credential of the request; nil if it has none that can be read.
    package init?(of request: HTTPRequest) {
        if let index = request.fields.firstIndex(of: "Authorization") {
            self.init(authorization: request.fields.valueBytes(at: index))
        } else if let credential = request.target.query("X-Amz-Credential") {
            self.init(Array(credential.utf8)[...])
        } else {
            return nil
        }
    }

    /// The credential in `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with the parameters
    /// in any order.
    package init?(authorization value: ArraySlice<UInt8>) {
        // Nearly all headers begin so, and the credential then ends at the next comma.
        if value.span.begins(with: usualStart) {
            self.init(startOf: value.dropFirst(usualStart.utf8.count))
            return
        }
        guard let range = credentialRange(in: value.span) else { return nil }
        self.init(value[(value.startIndex + range.lowerBound)..<(value.startIndex + range.upperBound)])
    }

    package var isEmpty: Bool { bytes.isEmpty }

    /// The first part, which may be empty.
    package var key: ArraySlice<UInt8> { bytes.prefix(keyCount) }

    /// The third of five parts; nil if there are not five.
    package var region: ArraySlice<UInt8>? { scopeRanges.map { part($0.region) } }

    /// The fourth of five parts; nil if there are not five, or the last is not `aws4_request`.
    package var service: ArraySlice<UInt8>? {
        guard let range = scopeRanges?.service,
            part((range.upperBound + 1)..<bytes.count).span.equals("aws4_request")
        else { return nil }
        return part(range)
    }

    private func part(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[(bytes.startIndex + range.lowerBound)..<(bytes.startIndex + range.upperBound)]
    }

    /// The access key id; nil if it is empty.
    package var accessKeyID: String? {
        keyCount == 0 ? nil : String(decoding: key, as: UTF8.self)
    }
}

private let usualStart = "AWS4-HMAC-SHA256 Credential="

private func credentialRange(in value: Span<UInt8>) -> Range<Int>? {
    guard value.begins(with: "AWS4-") else { return nil }
    var start = end(ofWordAt: 0, in: value)
    while start < value.count {
        if isBetweenWords(value[start]) {
            start += 1
            continue
        }
        let end = end(ofWordAt: start, in: value)
        if value.extracting(start..<end).begins(with: "Credential=") {
            return (start + "Credential=".utf8.count)..<end
        }
        start = end
    }
    return nil
}

private func end(ofWordAt start: Int, in value: Span<UInt8>) -> Int {
    var end = start
    while end < value.count, !isBetweenWords(value[end]) { end += 1 }
    return end
}

private func isBetweenWords(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: ",")
}
