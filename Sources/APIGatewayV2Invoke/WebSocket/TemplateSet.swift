/// The mapping templates of an integration's request or response: the key that the selection expression gives
/// chooses one, else `$default` (developer guide, "Template selection expressions").

internal import HTTPWire
internal import JSON
internal import VTL

/// A template, and the variables that it names. Each variable costs more than the rendering of a short
/// template, so that only named ones are made.
struct MappingTemplate: Sendable {
    private let template: Template
    private let (namesInput, namesUtil, namesContext, namesStageVariables): (Bool, Bool, Bool, Bool)

    init(_ template: Template) {
        self.template = template
        let names = template.names
        namesInput = names.contains("input")
        namesUtil = names.contains("util")
        namesContext = names.contains("context")
        namesStageVariables = names.contains("stageVariables")
    }

    /// The variables that give nothing where they have no value.
    private static let omitted: Set<String> = ["input", "context", "stageVariables"]

    /// The output for `event`, whose `$input` has `body`.
    func output(
        for event: WebSocketEvent, body: [UInt8], payload: JSON?, context: @autoclosure () -> JSONObject
    ) throws(WebSocketFailure) -> [UInt8] {
        var variables: [String: TemplateValue] = [:]
        if namesInput {
            variables["input"] = .object(
                InputObject(
                    body: body, payload: payload, parameters: event.templateParameters,
                    pathStepsMax: template.limits.pathStepsMax))
        }
        if namesUtil { variables["util"] = .object(UtilObject(template.limits)) }
        if namesContext { variables["context"] = TemplateValue(.object(context())) }
        if namesStageVariables {
            let members = event.connection.stageVariables.map {
                JSONObject.Member(name: $0.name, value: .string($0.value))
            }
            variables["stageVariables"] = TemplateValue(.object(JSONObject(members)))
        }
        do throws(TemplateProblem) {
            return try template.bytes(with: variables, omitting: Self.omitted)
        } catch {
            throw WebSocketFailure(.integration, cause: "the template fails at \(error)")
        }
    }
}

/// Templates by their keys, compiled.
struct TemplateSet: Sendable {
    private var templates: [String: MappingTemplate] = [:]
    /// The template with the key `$default`.
    private let standard: MappingTemplate?
    private let selection: SelectionExpression?

    var isEmpty: Bool { templates.isEmpty }

    /// Problems of the templates and of the expression are appended to `problems`, with `place`.
    init(
        _ texts: JSONObject?, selection: String?, member: String, of place: String, _ limits: TemplateLimits,
        _ problems: inout [UnsupportedSetting]
    ) {
        for entry in texts?.members ?? [] {
            do throws(TemplateProblem) {
                templates[entry.name] = MappingTemplate(
                    try Template(parsing: entry.value.text ?? "", limits: limits))
            } catch {
                let (line, column) = (error.position.line, error.position.column)
                problems.append(
                    UnsupportedSetting(
                        member, entry.name, at: place, reason: "is not read",
                        detail: "line \(line), column \(column): \(error.message)"))
            }
        }
        standard = templates["$default"]
        self.selection = selection.flatMap { SelectionExpression($0, pathStepsMax: limits.pathStepsMax) }
        if let selection, self.selection == nil {
            problems.append(
                UnsupportedSetting(
                    "templateSelectionExpression", at: place, reason: "is \(selection), which is not read"))
        }
    }

    /// The template for `event`; nil if none fits.
    func template(for event: WebSocketEvent, answer: EndpointAnswer? = nil) -> MappingTemplate? {
        if let selection, let chosen = templates[event.text(of: selection, answer: answer)] { return chosen }
        return standard
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
