/// The key of an API mapping: a path of a domain name, in one or several levels. Refuses in the service's
/// words: docs/fidelity.md, "ApiMapping".

internal import HTTPWire

/// The form of a key.
enum ApiMappingKey {
    /// Characters of a key with all its levels. Fixed by the service.
    static let lengthMax = 300

    /// The service's message for a refused key; nil if the key is accepted. A slash only separates levels.
    /// The last character is checked first, so that `/` gets the message about the end.
    static func breach(of key: String) -> String? {
        if key.hasSuffix("/") { return "API mapping key should not end with a '/'." }
        if key.hasPrefix("/") || key.contains("//") {
            return "API mapping key should not start with a '/' or have consecutive '/'s."
        }
        guard key.utf8.allSatisfy(isByte) else {
            return "An API mapping key may contain only letters, numbers and one of $-_.+!*'(), characters."
        }
        return key.utf8.count > lengthMax
            ? "ApiMapping key length must be under \(lengthMax) characters." : nil
    }

    /// Whether the byte may be in a key: letters, digits, the characters of the message, and the slash
    /// between levels, a later feature.
    static func isByte(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || "$-_.+!*'(),/".utf8.contains(byte)
    }
}
