/// The bytes of an HTTP/1.1 answer of the admin API in, its status, its body and its mistakes as lines out.
/// Refuses what is no whole HTTP answer. The bytes end where the server closes (RFC 9112 section 6.3).

internal import JSON

/// A whole answer of the admin API, as the commands read it.
package struct AdminAnswer: Sendable {
    package let status: Int
    /// The first line, such as `HTTP/1.1 200 OK`.
    package let statusLine: String
    package let body: [UInt8]

    package init(reading bytes: [UInt8]) throws(AdminAnswerError) {
        guard !bytes.isEmpty else { throw AdminAnswerError("the answer was empty") }
        var lines: [String] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes[start..<end], as: UTF8.self)
            start = end + 1
            if line == "\r" || line == "\r\n" || line.isEmpty { break }
            lines.append(line.last == "\r" ? String(line.dropLast()) : line)
        }
        let parts = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard let version = parts.first, version.hasPrefix("HTTP/1."), parts.count > 1,
            let status = Int(parts[1])
        else { throw AdminAnswerError("the answer was no HTTP") }
        self.status = status
        statusLine = lines[0]
        body = Array(bytes[start...])
        let length = lines.dropFirst().compactMap(Self.contentLength).first
        if let length, length != body.count {
            throw AdminAnswerError("the answer broke off after \(body.count) of \(length) bytes")
        }
    }

    private static func contentLength(_ line: String) -> Int? {
        guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-length" else {
            return nil
        }
        return Int(line[line.index(after: colon)...].filter { $0 != " " })
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// Whether this is the answer of `--tls only` to a client without TLS.
    package var refusesPlainText: Bool {
        String(decoding: body, as: UTF8.self).contains(#"{"message":"This port speaks TLS"#)
    }

    /// The JSON of the body; nil for another body.
    var document: JSONNode? {
        do throws(JSONError) {
            return try JSONDocument(parsing: body).root
        } catch {
            return nil
        }
    }

    /// Whether the server refuses the parameter `name` of the query.
    package func refuses(parameter name: String) -> Bool {
        guard status == 400, let errors = document?["errors"] else { return false }
        return errors.elements.contains { $0["path"]?.string == "/\(name)" }
    }

    /// The server's own words for a refusal: a sentence, then a line a mistake. `file` is the name of the
    /// document that was sent, for its lines and columns.
    package func mistakes(in file: String? = nil) -> [String] {
        guard let document, let message = document["message"]?.string else {
            return ["the server answered \(status)"]
        }
        let lines = document["errors"].map { errors in errors.elements.map { Self.line($0, file) } } ?? []
        let names = document["rules"] ?? document["available"]
        let others = names.map { names in names.elements.compactMap(\.string) } ?? []
        return ([message] + lines + others.map { "  \($0)" }).map(TerminalStyle.visible)
    }

    private static func line(_ mistake: JSONNode, _ file: String?) -> String {
        var places: [String] = []
        if let name = mistake["file"]?.string ?? file, !name.isEmpty { places.append(name) }
        if let line = mistake["line"]?.integer, let column = mistake["column"]?.integer {
            places.append("\(line):\(column)")
        }
        var text = mistake["message"]?.string ?? ""
        if let found = mistake["found"]?.string, let expected = mistake["expected"]?.string {
            text = "found \(found), expected \(expected)"
            if let suggestion = mistake["suggestion"]?.string { text += "; did you mean \(suggestion)?" }
        }
        let parts = [places.joined(separator: ":"), mistake["path"]?.string ?? "", text]
        return parts.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// The reason why bytes are no answer, as a clause.
package struct AdminAnswerError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
