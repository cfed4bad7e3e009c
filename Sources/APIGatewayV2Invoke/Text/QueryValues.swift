/// The query of a request in events: decoded, `+` as a space, sorted by name. Recorded (AWS's Lambda test
/// tool, April 2025; voker, July 2026).

internal import HTTPWire
internal import JSON

/// The parameters of a query.
struct QueryValues {
    /// The query as sent, without the question mark.
    let raw: String
    /// The names in ascending order, each with its values in the order of the query.
    private(set) var items: [(name: String, values: [String])] = []

    init(_ target: RequestTarget) {
        raw = Self.raw(target)
        var byName: [String: [String]] = [:]
        for item in raw.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            byName[Self.decoded(parts[0]), default: []].append(parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
        items = byName.map { (name: $0.key, values: $0.value) }.sorted { $0.name < $1.name }
    }

    /// The query of `target` as sent, without the question mark.
    static func raw(_ target: RequestTarget) -> String {
        let text = target.text
        return text.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(text[$0...].dropFirst()) } ?? ""
    }

    /// Every value of `name`, in the order of the query. Names are case-sensitive.
    func values(of name: String) -> [String] { items.first { $0.name == name }?.values ?? [] }

    /// The values of format 2.0: several values are joined by commas.
    var joined: JSON { object { .string($0.joined(separator: ",")) } }
    /// The values of format 1.0: the last of each name.
    var last: JSON { object { .string($0[$0.count - 1]) } }
    /// The lists of format 1.0: every value of each name.
    var all: JSON { object { .array($0.map(JSON.string)) } }

    private func object(_ value: ([String]) -> JSON) -> JSON {
        .object(JSONObject(items.map { .init(name: $0.name, value: value($0.values)) }))
    }

    /// The decoded text. Text that does not decode stays as it is.
    static func decoded(_ text: Substring) -> String {
        let bytes = text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        do throws(HTTPParseError) {
            return try PercentCoding.decoded(bytes.span)
        } catch {
            return String(text)
        }
    }
}
