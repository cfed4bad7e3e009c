/// Mapping templates in the Velocity Template Language: a text is parsed once and rendered with variables
/// many times. The language is that of Apache Velocity 1.7 (velocity.apache.org/engine/1.7/user-guide.html),
/// which the developer guide names ("Mapping template and access logging variable reference").

package import JSON

/// A parsed template.
package struct Template: Sendable {
    let statements: [Statement]
    /// The text, for the places of problems.
    let source: [UInt8]
    /// The names of all references. Only these variables have an effect.
    package let names: Set<String>
    package let limits: TemplateLimits

    /// Throws `TemplateProblem` for a text that Velocity refuses too, and for directives that mapping
    /// templates lack.
    package init(parsing text: String, limits: TemplateLimits = TemplateLimits()) throws(TemplateProblem) {
        self.limits = limits
        let source = Array(text.utf8)
        var parser = TemplateParser(text: source, limits: limits)
        do throws(SyntaxFailure) {
            statements = try parser.parse()
            names = parser.names
            self.source = source
        } catch {
            throw TemplateProblem(error.message, at: error.offset, in: source)
        }
    }

    /// The output for these variables, which are used up, by their names without the dollar sign. A reference
    /// without a value gives its own text, or nothing if its variable is in `omitted`.
    package func render(
        with variables: [String: TemplateValue], omitting omitted: Set<String> = []
    ) throws(TemplateProblem) -> String {
        String(decoding: try bytes(with: variables, omitting: omitted), as: UTF8.self)
    }

    /// The same output as UTF-8.
    package func bytes(
        with variables: [String: TemplateValue], omitting omitted: Set<String> = []
    ) throws(TemplateProblem) -> [UInt8] {
        var renderer = Renderer(variables: variables, omitted: omitted, limits: limits)
        do throws(RenderFailure) {
            return try renderer.render(statements)
        } catch {
            throw TemplateProblem(error.message, at: error.offset, in: source)
        }
    }
}

/// The bounds of parsing and rendering. A template that passes one fails. It can't hold the server.
package struct TemplateLimits: Sendable {
    /// Blocks, parentheses, lists and maps within each other.
    package var depthMax = 64
    /// Arrays and objects within each other in a JSON text that a template reads.
    package var jsonDepthMax = 64
    /// Statements, expressions and passes of loops in one rendering.
    package var stepsMax = 100_000
    /// Bytes of output, of one string in it, and of one in a call of `$util`. The service bounds a mapping
    /// template at 300 KB (developer guide, "Quotas for configuring and running a WebSocket API").
    package var outputBytesMax = 10_485_760
    /// Elements of a range such as `[1..1000]`, and passes of one loop. The service bounds a `#foreach` at
    /// 1,000 passes (developer guide, "Quotas … for creating, deploying and managing an API").
    package var passesMax = 1_000
    /// Steps of one match of a regular expression, also in the pattern of a schema and in the key of an
    /// integration response. Expressions that go back and forth without end reach it.
    package var matchStepsMax = 200_000
    /// Values that one JSON path visits, also in mappings and selection expressions. Each `..` behind another
    /// one multiplies them.
    package var pathStepsMax = 1_000_000

    package init() {}
}

/// The first mistake of a template, with its place.
package struct TemplateProblem: Error, Equatable, CustomStringConvertible {
    package let message: String
    package let position: TextPosition

    init(_ message: String, at offset: Int, in source: [UInt8]) {
        self.message = message
        position = TextPosition(ofByte: min(offset, source.count), in: source)
    }

    /// `3:14: #end is missing`, lines and columns from 1.
    package var description: String { "\(position.line):\(position.column): \(message)" }
}
