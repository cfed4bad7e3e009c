/// The mapping templates of an integration's request or response: the key that the selection expression gives
/// chooses one, else `$default` (developer guide, "Template selection expressions").

internal import HTTPWire
internal import JSON
internal import VTL

/// Templates by their keys, compiled.
struct TemplateSet: Sendable {
    private var templates: [String: Template] = [:]
    private let selection: SelectionExpression?

    var isEmpty: Bool { templates.isEmpty }

    /// Problems of the templates and of the expression are appended to `problems`, with `place`.
    init(
        _ texts: JSONObject?, selection: String?, member: String, of place: String,
        _ problems: inout [UnsupportedSetting]
    ) {
        for entry in texts?.members ?? [] {
            do throws(TemplateProblem) {
                templates[entry.name] = try Template(parsing: entry.value.text ?? "")
            } catch {
                let reason = "has the template \(entry.name), which is not read: \(error)"
                problems.append(UnsupportedSetting(member, at: place, reason: reason))
            }
        }
        self.selection = selection.flatMap { SelectionExpression($0) }
        if let selection, self.selection == nil {
            problems.append(
                UnsupportedSetting(
                    "templateSelectionExpression", at: place, reason: "is \(selection), which is not read"))
        }
    }

    /// The template for `event`; nil if none fits.
    func template(for event: WebSocketEvent, answer: EndpointAnswer? = nil) -> Template? {
        if let selection, let chosen = templates[event.text(of: selection, answer: answer)] { return chosen }
        return templates["$default"]
    }

    /// The output of `template`, whose `$input` has `body`.
    static func output(
        of template: Template, _ event: WebSocketEvent, body: [UInt8], payload: JSON?,
        context: JSONObject
    ) throws(WebSocketFailure) -> [UInt8] {
        let variables: [String: TemplateValue] = [
            "input": .object(
                InputObject(
                    body: String(decoding: body, as: UTF8.self), payload: payload,
                    parameters: event.templateParameters)),
            "util": .object(UtilObject()),
            "context": TemplateValue(.object(context)),
            "stageVariables": TemplateValue(
                .object(
                    JSONObject(
                        event.connection.stageVariables.map {
                            .init(name: $0.name, value: .string($0.value))
                        }))),
        ]
        do throws(TemplateProblem) {
            let text = try template.render(
                with: variables, omitting: ["input", "context", "stageVariables"])
            return Array(text.utf8)
        } catch {
            throw WebSocketFailure(.integration, cause: "the template fails at \(error)")
        }
    }
}

extension WebSocketEvent {
    /// The parameters of `$input.params()`. Only a handshake has some.
    fileprivate var templateParameters: JSONObject {
        guard let request else { return JSONObject() }
        var headers = JSONObject()
        for index in 0..<request.fields.count {
            headers[request.fields.name(at: index)] = .string(request.fields.value(at: index))
        }
        return ["header": .object(headers), "querystring": QueryValues(request.target).last, "path": [:]]
    }
}
