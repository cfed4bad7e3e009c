/// The service's tables for people and for programs, as the command `operations` prints them.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// The operations of the service.
package enum OperationList {
    private struct Row {
        let name: String
        let method: String
        let path: String
        let status: String

        init(_ operation: APIGatewayV2.Operation) {
            name = operation.name
            method = operation.method.rawValue
            path = operation.path
            status = String(operation.status)
        }
    }

    /// The operations, sorted by name.
    private static var rows: [Row] {
        Catalogue.service.operations.map(Row.init).sorted { $0.name < $1.name }
    }

    /// The operations in columns.
    package static var text: String {
        let rows = rows
        let widths = [\Row.name, \.method, \.path].map { column in
            rows.map { $0[keyPath: column].count }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip([row.name, row.method, row.path], widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return (cells + [row.status]).joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// The text of docs/operations.md.
    package static var markdown: String { OperationDocument.text }

    /// The whole catalogue with all members; see `Catalogue.json`.
    package static var json: String {
        var bytes: [UInt8] = []
        JSONWriter.append(Catalogue.service.json, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
