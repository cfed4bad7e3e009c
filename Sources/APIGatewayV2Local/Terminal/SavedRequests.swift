/// The file of `--journal-file` in, the lines of `tail --from` out. A line that is no entry, such as the last
/// of a server that was killed, is left out and told.

internal import APIGatewayV2
internal import JSON
internal import SocketServer

/// The entries of a file, filtered as far as that needs no server.
package struct SavedRequests: Sendable {
    private let path: String
    private let bytes: [UInt8]

    /// The filters that need no server.
    private static let names = ["operation", "status", "account", "plane", "fault"]

    package init(path: String) throws(DocumentError) {
        self.path = path
        bytes = try FileSystem.document(path, expected: "a file of --journal-file")
    }

    /// The last `last` matching entries, or all, and the mistakes of the file.
    package func lines(
        matching filters: [(name: String, value: String)], last: Int?, asJSON: Bool, style: TerminalStyle
    ) throws(DocumentError) -> (lines: [String], mistakes: [String]) {
        for filter in filters where !Self.names.contains(filter.name) {
            throw DocumentError(
                found: "the filter \(filter.name)",
                expected: "one of \(Self.names.joined(separator: ", ")): others need a server, not a file")
        }
        let conditions = filters.map { (name: $0.name, value: $0.value, pattern: Glob($0.value)) }
        var lines: [String] = []
        var mistakes: [String] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let entry = Self.entry(line) else {
                mistakes.append("\(path):\(index + 1): found no entry of a journal; it is left out")
                continue
            }
            guard conditions.allSatisfy({ Self.matches(entry, $0.name, $0.value, $0.pattern) }) else {
                continue
            }
            lines.append(asJSON ? AdminView.compact(entry) : RequestLine(entry).line(style))
        }
        return (last.map { Array(lines.suffix($0)) } ?? lines, mistakes)
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> JSONNode? {
        do throws(JSONError) {
            let root = try JSONDocument(parsing: Array(line)).root
            return root["number"]?.integer == nil ? nil : root
        } catch {
            return nil
        }
    }

    private static func matches(
        _ entry: JSONNode, _ name: String, _ value: String, _ pattern: Glob
    ) -> Bool {
        guard let member = entry[name] else { return false }
        if name == "status" { return member.integer.map(String.init) == value }
        return member.string.map(pattern.matches) ?? false
    }
}
