/// Heads and targets without their signatures, because a journal is copied into bug reports. A client that
/// reached this server by mistake has a signature that is valid at the real service.

internal import HTTPWire

/// The text in the place of secrets.
private let redacted = "***"

/// Names of query items and fields with a secret value, in lower case.
private let secretNames: Set<String> = ["x-amz-signature", "x-amz-security-token"]

/// The value of the field `name` for display.
func redactedValue(_ value: String, ofField name: String) -> String {
    let name = name.lowercased()
    if secretNames.contains(name) { return redacted }
    guard name == "authorization" else { return value }
    guard value.hasPrefix("AWS4-") else {
        // In any other scheme the text after its name is the secret.
        let parts = value.split(separator: " ", maxSplits: 1)
        return parts.count == 2 ? "\(parts[0]) \(redacted)" : value.isEmpty ? "" : redacted
    }
    return withoutSignature(value)
}

/// The parameters with the signature hidden. Spaces and commas divide them. By bytes: the journal's file has
/// one for each signed request, where texts took half of the time of a line.
private func withoutSignature(_ value: String) -> String {
    let bytes = Array(value.utf8)
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count)
    var index = 0
    var isBegin = true
    while index < bytes.count {
        if isBegin, bytes[index...].starts(with: signatureName) {
            shown += signatureName
            shown.append(contentsOf: redacted.utf8)
            while index < bytes.count, !isDivider(bytes[index]) { index += 1 }
            isBegin = false
        } else {
            isBegin = isDivider(bytes[index])
            shown.append(bytes[index])
            index += 1
        }
    }
    return String(decoding: shown, as: UTF8.self)
}

private let signatureName = Array("Signature=".utf8)

private func isDivider(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: ",") }

/// The target for display. A presigned URL has its signature in the query.
func redactedTarget(_ target: String) -> String {
    // By bytes: every request that a rule answers is looked through.
    guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
    let items = target[target.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
    let shown = items.map { item -> Substring in
        let name = item.prefix { $0 != "=" }
        return secretNames.contains(name.lowercased()) ? name + "=" + redacted : item
    }
    return target[...mark] + shown.joined(separator: "&")
}
