/// Method and path to operation: a trie over path segments in one array, built once. A literal segment is
/// tried before a parameter. Refuses nothing: what it does not know is nil, and the caller says what that
/// means.

package import HTTPWire

/// An operation and the values that the path gave its parameters.
package struct RoutedOperation: Sendable {
    package let parameters: PathParameters

    package var operation: Operation { parameters.operation }
}

/// Finds the operation that a request asks for.
package struct Router: Sendable {
    private struct Node: Sendable {
        var literals: [(segment: String, node: Int)] = []
        var parameter: Int?
        var operations: [Operation] = []

        // By index, because `first(where:)` copies each element that it asks.
        func literal(_ segment: String) -> Int? {
            for index in literals.indices where literals[index].segment == segment {
                return literals[index].node
            }
            return nil
        }

        func operation(for method: HTTPMethod) -> Operation? {
            for index in operations.indices where operations[index].method == method {
                return operations[index]
            }
            return nil
        }
    }

    private var nodes = [Node()]

    package init(_ operations: [Operation]) {
        for operation in operations { add(operation) }
    }

    private mutating func add(_ operation: Operation) {
        var current = 0
        for segment in operation.segments {
            current =
                Operation.isParameter(segment)
                ? parameterNode(under: current) : literalNode(segment, under: current)
        }
        nodes[current].operations.append(operation)
    }

    private mutating func literalNode(_ segment: String, under parent: Int) -> Int {
        if let known = nodes[parent].literal(segment) { return known }
        nodes.append(Node())
        nodes[parent].literals.append((segment, nodes.count - 1))
        return nodes.count - 1
    }

    private mutating func parameterNode(under parent: Int) -> Int {
        if let known = nodes[parent].parameter { return known }
        nodes.append(Node())
        nodes[parent].parameter = nodes.count - 1
        return nodes.count - 1
    }

    /// The operation for `method` on the decoded `segments`. A trailing slash is passed over, as the
    /// service does (`GET /v2/apis/` is GetApis: moto's own test, written against AWS).
    package func route(_ method: HTTPMethod, _ segments: [String]) -> RoutedOperation? {
        var current = 0
        var values: [String] = []
        let end = segments.last == "" ? segments.count - 1 : segments.count
        for segment in segments[..<end] {
            if let literal = nodes[current].literal(segment) {
                current = literal
            } else if let parameter = nodes[current].parameter, !segment.isEmpty {
                values.append(segment)
                current = parameter
            } else {
                return nil
            }
        }
        guard let operation = nodes[current].operation(for: method) else { return nil }
        return RoutedOperation(parameters: PathParameters(of: operation, values: values))
    }
}
