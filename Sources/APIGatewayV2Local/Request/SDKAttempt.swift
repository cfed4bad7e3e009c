/// The attempt of a call, by the client's fields. Go v2, botocore and most others send `amz-sdk-request:
/// attempt=2; max=3`, with `ttl=` too and in any order. PHP sends `aws-sdk-retry: {retries}/{delay}`. A
/// request without a readable field is a first attempt.

package import HTTPWire

/// The attempt's number, from 1.
package func sdkAttempt(in fields: HTTPFields) -> Int {
    if let value = fields["amz-sdk-request"] {
        for part in value.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map(trimmed)
            guard pair.count == 2, pair[0] == "attempt" else { continue }
            guard let attempt = pair[1].wholeNumber, attempt >= 1 else { return 1 }
            return attempt
        }
    }
    if let value = fields["aws-sdk-retry"], let first = value.split(separator: "/").first,
        let retries = trimmed(first).wholeNumber, retries < Int.max
    {
        return retries + 1
    }
    return 1
}

/// The client's name for the call of this attempt; nil if it gives none.
func sdkInvocationID(in fields: HTTPFields) -> String? {
    fields["amz-sdk-invocation-id"] ?? fields["aws-sdk-invocation-id"]
}

private func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
}
