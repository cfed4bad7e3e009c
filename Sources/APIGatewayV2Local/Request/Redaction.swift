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
    return value.split(separator: ",", omittingEmptySubsequences: false).map { parameters in
        parameters.split(separator: " ", omittingEmptySubsequences: false).map { parameter in
            parameter.hasPrefix("Signature=") ? "Signature=\(redacted)" : String(parameter)
        }.joined(separator: " ")
    }.joined(separator: ",")
}

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
