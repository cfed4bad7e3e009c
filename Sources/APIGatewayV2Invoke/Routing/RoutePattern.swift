/// A parsed route key: its method, the segments of its path, and the values of its variables in a path.

/// The pattern of one route. `$default` has neither method nor segments.
package struct RoutePattern: Sendable, Equatable {
    /// One segment of a route's path.
    package enum Segment: Sendable, Equatable {
        case literal(String)
        /// `{name}`, which matches one segment.
        case variable(String)
        /// `{name+}`, which matches all remaining segments, at least one.
        case greedy(String)

        /// The text in the route key.
        package var text: String {
            switch self {
            case .literal(let text): text
            case .variable(let name): "{\(name)}"
            case .greedy(let name): "{\(name)+}"
            }
        }
    }

    package let key: String
    /// The method; nil for `$default`.
    package let method: String?
    package let segments: [Segment]

    package init(_ key: String) {
        self.key = key
        let parts = key.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else {
            (method, segments) = (nil, [])
            return
        }
        method = String(parts[0])
        segments = parts[1].split(separator: "/").map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(String(segment)) }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("+") ? .greedy(String(name.dropLast())) : .variable(String(name))
        }
    }

    /// Whether this is the route for all requests without another route.
    package var isDefault: Bool { key == "$default" }

    /// The path of the key, such as `/pets/{id}`; `$default` for itself.
    package var resource: String {
        key.split(separator: " ", maxSplits: 1).last.map(String.init) ?? key
    }

    /// The values of the variables, by name. A greedy value has no slash at its ends.
    func parameters(of path: [RequestPath.Segment]) -> [PathParameter] {
        var parameters: [PathParameter] = []
        for (index, segment) in segments.enumerated() where index < path.count {
            switch segment {
            case .literal: continue
            case .variable(let name):
                parameters.append(
                    PathParameter(
                        name: name, value: path[index].decoded, encodedValue: path[index].encoded))
            case .greedy(let name):
                let rest = path[index...]
                parameters.append(
                    PathParameter(
                        name: name, value: rest.map(\.decoded).joined(separator: "/"),
                        encodedValue: rest.map(\.encoded).joined(separator: "/")))
            }
        }
        return parameters.sorted { $0.name < $1.name }
    }
}
