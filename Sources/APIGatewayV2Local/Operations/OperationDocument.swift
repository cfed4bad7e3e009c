/// The service's tables as a document for people, docs/operations.md. A test compares that page with this
/// text. For each resource it has its operations, its members, and behaviour of the service that this program
/// lacks.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// The document.
enum OperationDocument {
    static var text: String {
        let catalogue = Catalogue.service
        let sections = catalogue.resources.map { section(of: $0, catalogue.operations(of: $0)) }
        return (introduction(of: catalogue) + sections + [tags(catalogue.otherOperations)])
            .joined(separator: "\n\n")
    }

    private static func introduction(of catalogue: Catalogue) -> [String] {
        [
            "# Operations",
            "<!-- Made by `apigatewayv2-local operations --format markdown`. Change the tables instead. -->",
            """
            All \(catalogue.operations.count) operations of the service, from the tables that the server is \
            made of. Each is modelled whole: its members, bounds, defaults and errors, and what it does to \
            other resources. The exceptions stand below each resource. The sources are in \
            [fidelity.md](fidelity.md), [fidelity-apis.md](fidelity-apis.md), \
            [fidelity-domains.md](fidelity-domains.md) and [fidelity-openapi.md](fidelity-openapi.md).
            """,
            """
            An unknown identifier is 404. A body that is no JSON, or has a value of another type, is 400 \
            `SerializationException`. A broken bound is 400 `BadRequestException`. Lists take `maxResults` \
            and `nextToken`.
            """,
        ]
    }

    private static func section(of resource: Resource, _ operations: [APIGatewayV2.Operation]) -> String {
        let head = ["## \(resource.noun)", table(of: operations)]
        let members = ["| member | value | notes |", "| --- | --- | --- |"] + resource.fields.map(row)
        let gaps = resource.notModelled.map { "- \($0)" }
        let tail = gaps.isEmpty ? [] : ["Not modelled:", gaps.joined(separator: "\n")]
        return (head + [members.joined(separator: "\n")] + tail).joined(separator: "\n\n")
    }

    private static func tags(_ operations: [APIGatewayV2.Operation]) -> String {
        """
        ## Tags

        \(table(of: operations))

        Of APIs, stages, domain names, VPC links, portals and portal products, by ARN.
        """
    }

    private static func table(of operations: [APIGatewayV2.Operation]) -> String {
        let head = ["| operation | method | path | status |", "| --- | --- | --- | --- |"]
        let rows = operations.map {
            "| \($0.name) | \($0.method.rawValue) | `\($0.path)` | \($0.status) |"
        }
        return (head + rows).joined(separator: "\n")
    }

    private static func row(of field: Field) -> String {
        "| `\(field.name)` | \(field.kind.words) | \(notes(on: field).joined(separator: ", ")) |"
    }

    private static func notes(on field: Field) -> [String] {
        var notes: [String] = []
        if field.isRequired, !field.isReadOnly { notes.append("required") }
        if field.isRequiredOnUpdate { notes.append("required by updates too") }
        if field.isReadOnly { notes.append("read-only") }
        if field.isInputOnly { notes.append("in requests only") }
        if field.isCreateOnly { notes.append("in create requests only") }
        if field.isUpdateOnly { notes.append("in update requests only") }
        if let kind = field.onlyIn { notes.append("\(kind.rawValue) APIs only") }
        if case .constant(let value) = field.defaultValue {
            var bytes: [UInt8] = []
            JSONWriter.append(value, to: &bytes)
            notes.append("default `\(String(decoding: bytes, as: UTF8.self))`")
        }
        return notes
    }
}

extension FieldKind {
    /// The kind with its bounds.
    fileprivate var words: String {
        switch self {
        case .string(let length): "string" + FieldKind.words(length, "characters")
        case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
        case .boolean: "true or false"
        case .integer(let range): "integer" + FieldKind.words(range, nil)
        case .number: "number"
        case .timestamp: "date-time"
        case .list(let element): "list of \(element.words)"
        case .map(let value): "map of \(value.words)"
        case .object(let fields): fields.isEmpty ? "empty object" : "object of " + FieldKind.names(of: fields)
        }
    }

    private static func names(of fields: [Field]) -> String {
        fields.map { "`\($0.name)`" }.joined(separator: ", ")
    }

    private static func words(_ range: ClosedRange<Int>?, _ unit: String?) -> String {
        guard let range else { return "" }
        return ", \(range.lowerBound) to \(range.upperBound)" + (unit.map { " " + $0 } ?? "")
    }
}
