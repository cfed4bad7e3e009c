/// One mapping template of a file, rendered with a payload and variables of the user: the `template` command.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import JSON
internal import SocketServer
internal import VTL

/// A parsed template and the variables that it is rendered with.
public struct MappingTemplateFile: Sendable {
    private let template: Template
    private let path: String

    /// Reads and parses the template. Throws with the line and column of the first mistake.
    public init(path: String) throws(DocumentError) {
        self.path = path
        let bytes = try FileSystem.document(path, expected: "a mapping template")
        do throws(TemplateProblem) {
            template = try Template(parsing: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Self.error(error, in: path)
        }
    }

    /// The output. `input` is the payload, and need not be JSON. `context` and `stageVariables` hold
    /// `$context` and
    /// `$stageVariables`. `parameters` has objects `path`, `querystring` and `header`. Each is the path of a
    /// file, or JSON itself if it begins with a brace or a bracket.
    public func render(
        input: String?, context: String?, parameters: String?, stageVariables: String?
    ) throws(DocumentError) -> String {
        let body = try input.map { text throws(DocumentError) in try Self.bytes(ofFileOrJSON: text) } ?? []
        let payload = Self.json(of: body)
        let objects = try Self.object(parameters, of: "--parameters")
        let variables: [String: TemplateValue] = [
            "input": .object(
                InputObject(
                    body: body, payload: payload, parameters: objects,
                    pathStepsMax: template.limits.pathStepsMax)),
            "util": .object(UtilObject(template.limits)),
            "context": TemplateValue(.object(try Self.object(context, of: "--context"))),
            "stageVariables": TemplateValue(
                .object(try Self.object(stageVariables, of: "--stage-variables"))),
        ]
        do throws(TemplateProblem) {
            return try template.render(with: variables, omitting: ["input", "context", "stageVariables"])
        } catch {
            throw Self.error(error, in: path)
        }
    }

    private static func error(_ problem: TemplateProblem, in path: String) -> DocumentError {
        DocumentError(line: "\(path):\(problem)")
    }

    private static func object(_ text: String?, of option: String) throws(DocumentError) -> JSONObject {
        guard let text else { return JSONObject() }
        let file = isJSON(text) ? option : text
        let document = try JSONDocument(reading: try bytes(ofFileOrJSON: text), file: file)
        guard case .object(let object) = document.root.json else {
            throw DocumentError([
                DocumentProblem(file: file, found: document.root.excerpt, expected: "an object")
            ])
        }
        return object
    }

    /// Nil for a payload that is no JSON.
    private static func json(of bytes: [UInt8]) -> JSON? {
        do throws(JSONError) {
            return try JSONDocument(parsing: bytes).root.json
        } catch {
            return nil
        }
    }

    private static func isJSON(_ text: String) -> Bool {
        text.hasPrefix("{") || text.hasPrefix("[")
    }

    private static func bytes(ofFileOrJSON text: String) throws(DocumentError) -> [UInt8] {
        isJSON(text) ? Array(text.utf8) : try FileSystem.document(text, expected: "a file, or JSON")
    }
}
