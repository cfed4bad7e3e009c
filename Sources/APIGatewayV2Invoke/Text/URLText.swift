/// Texts of URLs: a path with its forbidden characters encoded, and the parts of an URL. An URL is checked
/// only as far as its parts need it.

internal import HTTPWire

enum URLText {
    /// Encodes the characters that RFC 3986 section 3.3 forbids in a path. Slashes stay.
    static func encodedPath(_ path: String) -> String {
        var text = ""
        for scalar in path.unicodeScalars {
            let isPlain = scalar.isASCII && (allowed.contains(Character(scalar)) || isAlphanumeric(scalar))
            text += isPlain ? String(Character(scalar)) : PercentCoding.encoded(String(Character(scalar)))
        }
        return text
    }

    private static let allowed: Set<Character> = Set("-._~!$&'()*+,;=:@/")

    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}

/// The parts of an absolute URL of http or https.
struct URLParts: Equatable {
    /// The scheme in lower case.
    let scheme: String
    /// Host and port as written.
    let authority: String
    /// The path, which begins with a slash; empty if there is none.
    let path: String
    /// The query without the question mark; nil if there is none.
    let query: String?

    /// The URL with another path, and with `more` behind the query.
    func url(_ path: String, query more: String) -> String {
        // Piece by piece, because an interpolated text takes three times as many instructions.
        var url = scheme
        url += "://"
        url += authority
        url += path
        var separator = "?"
        for part in [query ?? "", more] where !part.isEmpty {
            url += separator
            url += part
            separator = "&"
        }
        return url
    }

    /// Nil for another scheme, without a host, and with user information.
    init?(_ text: String) {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8),
            bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else { return nil }
        scheme = text[..<colon].lowercased()
        let rest = bytes[bytes.index(colon, offsetBy: 3)...].prefix { $0 != UInt8(ascii: "#") }
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard scheme == "http" || scheme == "https", !authority.isEmpty,
            !authority.contains(UInt8(ascii: "@"))
        else { return nil }
        self.authority = String(Substring(authority))
        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        self.path = String(Substring(path))
        query =
            path.endIndex == target.endIndex ? nil : String(Substring(target[path.endIndex...].dropFirst()))
    }
}
