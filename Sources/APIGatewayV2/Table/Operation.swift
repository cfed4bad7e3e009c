/// One operation of the service as a value: its method, path and behaviour.

package import HTTPWire
package import JSON

/// The values of an operation's path parameters in a request.
package struct PathParameters: Sendable {
    package let operation: Operation
    /// The decoded values, in the order of the path.
    package let values: [String]

    package init(of operation: Operation, values: [String]) {
        self.operation = operation
        self.values = values
    }

    /// The value of the parameter called `name`, without braces.
    package subscript(name: String) -> String? {
        operation.parameterNames.firstIndex(of: name).map { values[$0] }
    }
}

/// The input of an operation.
package struct Call: Sendable {
    package let parameters: PathParameters
    package let request: HTTPRequest
    package let store: Store
    package let context: WriteContext
}

extension Call {
    package var scope: Scope { context.scope }

    /// The request's body as a document with an object as its root. An empty body is an empty object.
    package func input() throws(ServiceError) -> JSONNode {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: request.body.isEmpty ? Array("{}".utf8) : request.body)
        } catch {
            throw .serialization("Invalid JSON at byte \(error.offset): \(error)")
        }
        guard document.root.kind == .object else {
            throw .serialization("Invalid JSON: found \(document.root.excerpt), expected an object")
        }
        return document.root
    }
}

/// A method and a path of the service, with its success status and its behaviour. It is a class, so that a
/// request holds one reference, and its identity finds data about the operation.
package final class Operation: Sendable {
    /// The way in which an operation answers.
    package enum Behaviour: Sendable {
        /// Returns the body of the success.
        case perform(@Sendable (Call) throws(ServiceError) -> [UInt8])
        /// Returns another document than the service's JSON, with its media type.
        case document(@Sendable (Call) throws(ServiceError) -> (body: [UInt8], contentType: String))
    }

    package let name: String
    package let method: HTTPMethod
    /// The path with parameters in braces, as in the model.
    package let path: String
    /// The status of a success.
    package let status: Int
    package let behaviour: Behaviour
    /// The parts of `path` between its slashes.
    let segments: [String]
    package let parameterNames: [String]

    package init(_ name: String, _ method: HTTPMethod, _ path: String, status: Int, _ behaviour: Behaviour) {
        self.name = name
        self.method = method
        self.path = path
        self.status = status
        self.behaviour = behaviour
        // By bytes, because each start makes a hundred operations, and characters take longer.
        segments = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        parameterNames = segments.filter(Self.isParameter).map {
            String(Substring($0.utf8.dropFirst().dropLast()))
        }
    }

    /// Whether a segment of a path is a parameter.
    static func isParameter(_ segment: String) -> Bool { segment.utf8.first == UInt8(ascii: "{") }
}

extension Operation: Hashable {
    package static func == (one: Operation, other: Operation) -> Bool { one === other }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}
