/// The document that a command sends: JSON on the command line, a file, standard input, or the short forms of
/// rules. The server checks it, so that there is one place of checks and one wording.

internal import APIGatewayV2
internal import JSON
internal import SocketServer

/// A body, and the name that its mistakes are told with.
package struct AdminBody: Sendable {
    package let bytes: [UInt8]
    package let name: String

    /// `source` is JSON if it begins with a brace or a bracket, standard input if it is `-`, else a path.
    package init(_ source: String) throws(DocumentError) {
        if source.hasPrefix("{") || source.hasPrefix("[") {
            (bytes, name) = (Array(source.utf8), "")
            return
        }
        name = source == "-" ? "standard input" : source
        bytes = try FileSystem.document(
            source == "-" ? "/dev/stdin" : source, as: name, expected: "a file, JSON, or - for stdin")
    }

    /// The rules of `--fail` and `--delay`, as JSON.
    package init(rules: [FaultRule]) {
        var bytes: [UInt8] = []
        JSONWriter.append(FaultRule.json(rules), to: &bytes)
        (self.bytes, name) = (bytes, "")
    }

    /// The document that turns a rule on or off.
    package init(ruleIsOn isOn: Bool) {
        (bytes, name) = (Array(#"{"enabled":\#(isOn)}"#.utf8), "")
    }

    /// An object with `members`, all strings.
    package init(members: [(name: String, value: String)]) {
        var bytes: [UInt8] = []
        let object = JSONObject(members.map { JSONObject.Member(name: $0.name, value: .string($0.value)) })
        JSONWriter.append(object, to: &bytes)
        (self.bytes, name) = (bytes, "")
    }
}
