/// Method and path in, operation out: a trie over path segments in one array, built once. It tries a literal
/// segment before a parameter. Refuses nothing: an unknown path gives nil, and the caller decides on the
/// answer.

package import HTTPWire

/// An operation, and the values of its parameters in the path.
package struct RoutedOperation: Sendable {
    package let parameters: PathParameters

    package var operation: Operation { parameters.operation }
}

/// Finds the operation of a request.
package struct Router: Sendable {
    private struct Node: Sendable {
        var literals: [(segment: String, node: Int)] = []
        var parameter: Int?
        var operations: [Operation] = []

        // By index, because `first(where:)` copies each element.
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

    /// The operation for `method` on the decoded `segments`. A trailing slash is ignored, as by the service
    /// (`GET /v2/apis/` is GetApis in moto's own test, written against AWS).
    package func route(_ method: HTTPMethod, _ segments: [String]) -> RoutedOperation? {
        var current = 0
        var values: [String] = []
        let end = segments.last == "" ? segments.count - 1 : segments.count
        for segment in segments[..<end] {
            if let literal = nodes[current].literal(segment) {
                current = literal
            } else if let parameter = nodes[current].parameter, !segment.isEmpty {
                // Memory for all values is taken at once.
                if values.isEmpty { values.reserveCapacity(end) }
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
