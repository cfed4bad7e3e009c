/// An error that a function raised, or its runtime, as one line for the log: `ValueError: no such order`.

internal import HTTPWire
internal import JSON

/// The error in a request or a payload.
struct RuntimeError {
    /// The type of an error, as a header field or behind a streamed answer.
    static let typeField = "Lambda-Runtime-Function-Error-Type"
    /// Bytes of a body that is shown because it is no error object.
    private static let excerptBytes = 300

    let text: String
    /// Whether the payload has the members of an error and none of an answer to an API.
    let isWhole: Bool

    /// The error that a runtime posts: `{"errorMessage": …, "errorType": …, "stackTrace": […]}`.
    init(_ request: HTTPRequest) {
        if let error = RuntimeError(payload: request.body) {
            self = error
        } else {
            let type = request.fields[Self.typeField] ?? request.trailers[Self.typeField]
            let excerpt = String(decoding: request.body.prefix(Self.excerptBytes), as: UTF8.self)
            text = [type ?? "", excerpt].filter { !$0.isEmpty }.joined(separator: ": ").oneLine
            isWhole = false
        }
    }

    /// Nil for a payload that is no error object.
    init?(payload: [UInt8]) {
        let root: JSONNode
        do throws(JSONError) {
            root = try JSONDocument(parsing: payload).root
        } catch {
            return nil
        }
        guard let message = root["errorMessage"]?.string else { return nil }
        let type = root["errorType"]?.string
        text = [type ?? "", message].filter { !$0.isEmpty }.joined(separator: ": ").oneLine
        isWhole = type != nil && root["statusCode"] == nil
    }
}

extension String {
    /// The text with blanks for its line breaks.
    fileprivate var oneLine: String {
        split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
