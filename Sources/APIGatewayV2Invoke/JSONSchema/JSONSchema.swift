/// A JSON schema of draft 4, compiled once: the models of WebSocket APIs are such schemas (developer guide,
/// "Data models for WebSocket APIs"). Follows draft-zyp-json-schema-04 and its draft about validation.
/// Refuses references to other documents but the schema of draft 4 itself, because no schema is fetched.

package import JSON
internal import VTL

/// A compiled schema.
package struct JSONSchema: Sendable {
    /// The reason why a text is no schema.
    package struct Problem: Error, Sendable, Equatable {
        package let text: String

        package init(text: String) {
            self.text = text
        }
    }

    /// The bounds of schemas and their use.
    package struct Limits: Sendable {
        /// Schemas within each other, and steps from a value into the next, with references.
        package var depthMax = 256
        /// Schemas in one document.
        package var schemasMax = 10_000
        /// Comparisons of values with schemas in one check.
        package var stepsMax = 100_000
        /// Steps of one match of a pattern. With more the text does not match.
        package var matchStepsMax = TemplateLimits().matchStepsMax

        package init() {}
    }

    let nodes: [SchemaNode]
    let root: Int
    let limits: Limits

    /// Compiles the JSON text of a schema.
    package init(parsing text: String, limits: Limits = Limits()) throws(Problem) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: Array(text.utf8))
        } catch {
            throw Problem(text: "the schema is no JSON: \(error)")
        }
        try self.init(document.root.json, limits: limits)
    }

    package init(_ schema: JSON, limits: Limits = Limits()) throws(Problem) {
        var compiler = try SchemaCompiler(schema, limits: limits)
        root = try compiler.compileRoot()
        nodes = compiler.finished
        self.limits = limits
    }

    /// The first rule that `value` breaks, with its place; nil for a valid value.
    package func problem(in value: JSON) -> String? {
        var check = SchemaCheck(schema: self)
        let problem = check.problem(value, root, place: "#", depth: 0)
        return check.excess ?? problem
    }
}

/// One schema: a rule for each of its keywords. Numbers are indexes of other schemas.
struct SchemaNode: Sendable {
    enum Additional: Sendable {
        case allowed
        case refused
        case schema(Int)
    }

    enum Items: Sendable {
        case any
        case all(Int)
        case tuple([Int])
    }

    enum Dependency: Sendable {
        case members([String])
        case schema(Int)
    }

    /// The schema that takes this one's place. Its other keywords then do not count.
    var reference: Int?
    /// Nil for every type.
    var types: [String]?
    var values: [JSON]?
    var minimum: Double?
    var maximum: Double?
    var isMinimumExclusive = false
    var isMaximumExclusive = false
    var multipleOf: Double?
    var lengthMin: Int?
    var lengthMax: Int?
    var pattern: TextPattern?
    var items = Items.any
    var additionalItems = Additional.allowed
    var itemsMin: Int?
    var itemsMax: Int?
    var hasUniqueItems = false
    var properties: [String: Int] = [:]
    var patternProperties: [(pattern: TextPattern, schema: Int)] = []
    var additionalProperties = Additional.allowed
    var required: [String] = []
    var membersMin: Int?
    var membersMax: Int?
    var dependencies: [(name: String, rule: Dependency)] = []
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?
}
