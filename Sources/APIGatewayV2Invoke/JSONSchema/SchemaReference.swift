/// The URIs of schemas: resolution of references (RFC 3986 section 5.2) and JSON pointers in fragments
/// (RFC 6901). Only the forms that schemas have.

internal import HTTPWire

/// An absolute or relative URI, with its fragment apart.
struct SchemaURI: Hashable, Sendable {
    /// The text without a fragment; empty for a document without an identifier.
    let resource: String
    /// The text after `#`, as written; empty without one.
    let fragment: String

    init(_ text: String) {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        resource = parts.first.map(String.init) ?? ""
        fragment = parts.count > 1 ? String(parts[1]) : ""
    }

    private init(resource: String, fragment: String) {
        self.resource = resource
        self.fragment = fragment
    }

    var text: String { fragment.isEmpty ? resource : resource + "#" + fragment }

    /// The same resource without a fragment.
    var whole: SchemaURI { SchemaURI(resource: resource, fragment: "") }

    /// `reference` as seen from this URI.
    func resolving(_ reference: String) -> SchemaURI {
        let other = SchemaURI(reference)
        if other.resource.isEmpty { return SchemaURI(resource: resource, fragment: other.fragment) }
        if Self.scheme(of: other.resource) != nil || resource.isEmpty { return other }
        guard let scheme = Self.scheme(of: resource) else {
            return SchemaURI(
                resource: Self.merged(other.resource, onto: resource), fragment: other.fragment)
        }
        let start = String(resource.dropFirst(scheme.count + 1))
        guard start.hasPrefix("//") else { return other }
        if other.resource.hasPrefix("//") {
            return SchemaURI(resource: "\(scheme):\(other.resource)", fragment: other.fragment)
        }
        let authority = String(start.dropFirst(2).prefix { $0 != "/" })
        let path = String(start.dropFirst(2 + authority.count))
        return SchemaURI(
            resource: "\(scheme)://\(authority)\(Self.merged(other.resource, onto: path))",
            fragment: other.fragment)
    }

    private static func scheme(of text: String) -> String? {
        guard let colon = text.firstIndex(of: ":"), let first = text.first, first.isLetter,
            text[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
        else { return nil }
        return String(text[..<colon])
    }

    private static func merged(_ path: String, onto base: String) -> String {
        if path.hasPrefix("/") { return withoutDots(path) }
        guard let slash = base.lastIndex(of: "/") else { return "/" + path }
        return withoutDots(String(base[...slash]) + path)
    }

    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
            if segment == "." { continue }
            if segment == ".." {
                if kept.count > 1 { kept.removeLast() }
            } else {
                kept.append(segment)
            }
        }
        return kept.joined(separator: "/")
    }

    /// The names of a JSON pointer; nil if the fragment is none.
    var pointer: [String]? {
        if fragment.isEmpty { return [] }
        guard fragment.hasPrefix("/") else { return nil }
        let text: String
        do throws(HTTPParseError) {
            let bytes = Array(fragment.utf8)
            text = try PercentCoding.decoded(bytes.span)
        } catch {
            return nil
        }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.name)
    }

    /// A name of a pointer, in which `~1` is a slash and `~0` a tilde.
    private static func name(_ text: Substring) -> String {
        guard text.contains("~") else { return String(text) }
        var name = ""
        var rest = text
        while let tilde = rest.firstIndex(of: "~") {
            name += rest[..<tilde]
            let after = rest[rest.index(after: tilde)...]
            switch after.first {
            case "0": name += "~"
            case "1": name += "/"
            default: name += "~"
            }
            rest = after.first == "0" || after.first == "1" ? after.dropFirst() : after
        }
        return name + rest
    }
}
