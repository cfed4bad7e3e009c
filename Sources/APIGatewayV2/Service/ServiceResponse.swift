/// An operation's answer before it becomes an HTTP response, and the fields of every answer of the service.
/// The forms are the real front end's: see docs/fidelity.md, "Headers" and "Errors".

package import HTTPWire
package import JSON

/// An answer of the service, or of a fault rule in its place, without the identifiers of the request.
package struct ServiceResponse: Sendable {
    package var status: Int
    /// The value of `x-amzn-ErrorType`; nil for a success.
    package var errorType: String?
    package var body: [UInt8]
    /// The Content-Type; nil sends none.
    package var contentType: String?
    /// Further header fields, sent after the service's own.
    package var extraFields: [(name: String, value: String)] = []

    package init(status: Int, errorType: String? = nil, body: [UInt8]) {
        self.status = status
        self.errorType = errorType
        self.body = body
        contentType = body.isEmpty ? nil : "application/json"
    }

    /// A modelled error. Its body ends in a newline, like the service's own errors (recorded on the v1
    /// control plane, which has the same host and front end).
    package init(_ error: ServiceError) {
        var members = JSONObject([JSONObject.Member(name: "message", value: .string(error.message))])
        if let extra = error.extraMember { members[extra.name] = .string(extra.value) }
        self.init(error: error.name, status: error.status, members: members)
    }

    /// An error of the front end, by name and with any members, which the model does not have.
    package init(error name: String, status: Int, members: JSONObject) {
        var body: [UInt8] = []
        JSONWriter.append(.object(members), to: &body)
        body.append(UInt8(ascii: "\n"))
        self.init(status: status, errorType: name, body: body)
    }

    /// The front end's answer to a path or method without an operation. It is recorded for `OPTIONS
    /// /v2/apis`: 73 bytes with a capital M and no newline.
    package static let unknownOperation = ServiceResponse(
        status: 403, errorType: "AccessDeniedException",
        body: Array(#"{"Message":"Unable to determine service/operation name to be authorized"}"#.utf8))

    /// The front end's answer to a request without credentials (42 bytes; measured on sibling services).
    package static let missingAuthenticationToken = ServiceResponse(
        status: 403, errorType: "MissingAuthenticationTokenException",
        body: Array(#"{"message":"Missing Authentication Token"}"#.utf8))

    /// The response with the fields of the real front end, in its order.
    package func httpResponse(for id: RequestID) -> HTTPResponse {
        let form = isPlain ? FieldForm.plain : FieldForm(errorType: errorType, extraFields)
        return HTTPResponse(
            status: status, contentType: contentType, fields: form.fields(for: id),
            body: body)
    }

    private var isPlain: Bool { errorType == nil && extraFields.isEmpty }
}

/// The fields of answers that differ only in their identifiers. Successes copy one form and overwrite the
/// identifiers, which takes fewer instructions than appending fields (`make instructions`).
private struct FieldForm {
    static let plain = FieldForm(errorType: nil, [])

    private var form = HTTPFields()
    private let extendedIDLine: Int

    init(errorType: String?, _ extraFields: [(name: String, value: String)]) {
        form.append("x-amzn-RequestId", room(for: RequestID.requestIDBytes))
        if let errorType { form.append("x-amzn-ErrorType", errorType) }
        extendedIDLine = form.count
        form.append("x-amz-apigw-id", room(for: RequestID.extendedIDBytes))
        form.append("X-Amzn-Trace-Id", room(for: RequestID.traceIDBytes))
        for field in extraFields { form.append(field.name, field.value) }
    }

    func fields(for id: RequestID) -> HTTPFields {
        var fields = form
        fields.overwriteValue(at: 0) { id.writeRequestID(to: &$0) }
        fields.overwriteValue(at: extendedIDLine) { id.writeExtendedID(to: &$0) }
        fields.overwriteValue(at: extendedIDLine + 1) { id.writeTraceID(to: &$0) }
        return fields
    }
}

/// By bytes, because `String(repeating:count:)` appends character by character, at each answer of a fault
/// rule.
private func room(for count: Int) -> String {
    String(decoding: repeatElement(UInt8(ascii: "-"), count: count), as: UTF8.self)
}
