/// The payload of a function in, the API's answer out, by the response rules of both payload formats. They
/// are documented (developer guide, "Create AWS Lambda proxy integrations for HTTP APIs") and recorded (AWS's
/// Lambda test tool). A payload that breaks them gives the gateway's 500. Table: docs/fidelity-invoke.md,
/// "Lambda results".

package import HTTPWire
internal import JSON

/// The answer of a function, read by the rules of its payload format.
package enum LambdaResult {
    /// The rule that a payload breaks, for the log. The client gets a 500.
    package struct Problem: Error, Sendable, Equatable {
        /// The broken rule, such as `statusCode is 0, expected 200 to 599`.
        package let text: String
    }

    /// The answer to the client. `leftOut` gets a line for each part of the payload that no answer can have.
    package static func response(
        to payload: [UInt8], format: PayloadFormat, leftOut: (String) -> Void = { _ in }
    ) throws(Problem) -> HTTPResponse {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: payload)
        } catch {
            guard format == .version2 else { throw Problem(text: "the answer is no JSON: \(error)") }
            return bare(payload)
        }
        let root = document.root
        guard root.kind == .object, let status = root["statusCode"], !status.isNull else {
            guard format == .version2 else {
                throw Problem(text: "the answer is no object with a statusCode, which format 1.0 demands")
            }
            // A string is sent without its quotation marks.
            return bare(root.string.map { Array($0.utf8) } ?? payload)
        }
        if format == .version2, let cookies = root["cookies"], cookies.kind != .array, !cookies.isNull {
            leftOut("cookies is \(cookies.excerpt), expected a list")
        }
        return assembled(
            status: try Self.status(status), lines: try lines(of: root, format), body: try body(of: root),
            leftOut)
    }

    private static func bare(_ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: "application/json", body: body)
    }

    /// The status: a whole number, or its digits as text. 0 and fractions are malformed (0 is recorded).
    private static func status(_ node: JSONNode) throws(Problem) -> Int {
        let number = node.integer ?? node.string.flatMap { Int($0) }
        guard let number, (200...599).contains(number) else {
            throw Problem(text: "statusCode is \(node.excerpt), expected a whole number from 200 to 599")
        }
        return number
    }

    private static func body(of root: JSONNode) throws(Problem) -> [UInt8] {
        guard let node = root["body"], !node.isNull else { return [] }
        guard let text = node.string else {
            throw Problem(text: "body is \(node.excerpt), expected a string")
        }
        guard root["isBase64Encoded"]?.bool == true else { return Array(text.utf8) }
        guard let bytes = Base64.decoded(text) else {
            throw Problem(text: "isBase64Encoded is true and body is no base64")
        }
        return bytes
    }

    private typealias Line = (name: String, value: String)

    /// The header lines in order.
    private static func lines(of root: JSONNode, _ format: PayloadFormat) throws(Problem) -> [Line] {
        var lines: [Line] = []
        if format == .version2, let cookies = root["cookies"] {
            lines += cookies.elements.compactMap(\.string).map { (name: "Set-Cookie", value: $0) }
        }
        var lists: [(name: String, values: [String])] = []
        if format == .version1, let headers = root["multiValueHeaders"] {
            for member in headers.members {
                lists.append((member.name, member.value.elements.compactMap(text)))
            }
        }
        if let headers = root["headers"] { try add(headers, to: &lines, taking: &lists) }
        for header in lists { lines += header.values.map { (name: header.name, value: $0) } }
        return lines
    }

    private static func add(
        _ headers: JSONNode, to lines: inout [Line], taking lists: inout [(name: String, values: [String])]
    ) throws(Problem) {
        for member in headers.members where !member.value.isNull {
            guard let value = text(member.value) else {
                throw Problem(text: "header \(member.name) is \(member.value.excerpt), expected a string")
            }
            lines.append((member.name, value))
            // The single value comes first, then the values of the list (recorded).
            for index in lists.indices where lists[index].name.lowercased() == member.name.lowercased() {
                lines += lists[index].values.map { (name: member.name, value: $0) }
                lists[index].values = []
            }
        }
    }

    private static func text(_ node: JSONNode) -> String? {
        switch node.kind {
        case .string: node.string
        case .bool: node.bool.map { "\($0)" }
        case .integer: node.integer.map { "\($0)" }
        case .number: node.number.map { "\($0)" }
        case .null, .array, .object: nil
        }
    }

    private static func assembled(
        status: Int, lines: [Line], body: [UInt8], _ leftOut: (String) -> Void
    ) -> HTTPResponse {
        var response = HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: body)
        for line in lines {
            guard ResponseHeader.isSendable(line.name, line.value) else {
                if !HTTPFields.isName(line.name) {
                    leftOut("no header can have the name \(line.name)")
                } else if !HeaderValue.isOneLine(line.value) {
                    leftOut("header \(line.name) has a control character")
                }
                continue
            }
            let value = HeaderValue.trimmed(line.value)
            if line.name.lowercased() == "content-type" {
                response.contentType = value
            } else {
                response.fields.append(line.name, value)
            }
        }
        return response
    }
}

/// The header lines of functions and backends that may be sent.
enum ResponseHeader {
    /// Whether the line may be sent. The wire itself writes length, connection and date,
    /// for a backend those that it gave. A line break in a
    /// value could begin another header line.
    static func isSendable(_ name: String, _ value: String) -> Bool {
        let lowercased = name.lowercased()
        return HTTPFields.isName(name) && !ofTheWire.contains(lowercased)
            && !HopByHop.names.contains(lowercased) && HeaderValue.isOneLine(value)
    }

    /// The same for a line of a received section.
    static func isSendable(_ fields: HTTPFields, at index: Int) -> Bool {
        !fields.isNamed(unsent, at: index) && fields.hasToken(at: index) && fields.hasOneLine(at: index)
    }

    private static let ofTheWire: Set<String> = ["content-length", "date", "apigw-requestid"]
    private static let unsent = FieldNames(Array(ofTheWire)) + HopByHop.fieldNames
}
