/// Places in a document: steps from the root towards a value, and the JSON pointer that messages show.

/// A step from a document's root towards a value.
package enum PathStep: Sendable, Equatable {
    case member(String)
    case element(Int)
}

/// A place in a document as a JSON pointer (RFC 6901). The root is shown as `/`.
package func pointer(to path: [PathStep]) -> String {
    guard !path.isEmpty else { return "/" }
    return path.map { step in
        switch step {
        case .member(let name): "/" + escaped(name)
        case .element(let index): "/\(index)"
        }
    }.joined()
}

private func escaped(_ name: String) -> String {
    name.reduce(into: "") { text, character in
        switch character {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.append(character)
        }
    }
}
