/// Statements in, output out. The variables live for one rendering, and each step counts against a bound.

/// The state of one rendering.
struct Renderer {
    var variables: [String: TemplateValue]
    private let omitted: Set<String>
    let limits: TemplateLimits
    private var output: [UInt8] = []
    private var steps = 0
    /// All lists and maps that the template made or may have changed. They are emptied at the end: one that
    /// holds itself would never be freed, and a long chain would be freed by a deep recursion.
    private var containers: [any ValueContainer] = []
    /// The loops under way, the innermost last.
    var passes: [LoopPass] = []

    init(variables: [String: TemplateValue], omitted: Set<String>, limits: TemplateLimits) {
        self.variables = variables
        self.omitted = omitted
        self.limits = limits
    }

    /// How a block ended.
    private enum Ending {
        case whole, left, stopped
    }

    mutating func render(_ statements: [Statement]) throws(RenderFailure) -> [UInt8] {
        defer { for container in containers { container.removeAll() } }
        _ = try run(statements)
        return output
    }

    mutating func keep(_ value: TemplateValue) {
        if let container = value.container { containers.append(container) }
    }

    /// The output of a string's inside. `#stop` and `#break` in it end the string alone.
    mutating func interpolate(_ statements: [Statement]) throws(RenderFailure) -> String {
        let outer = output
        output = []
        _ = try run(statements)
        defer { output = outer }
        return String(decoding: output, as: UTF8.self)
    }

    mutating func count(at offset: Int) throws(RenderFailure) {
        steps += 1
        if steps > limits.stepsMax {
            throw RenderFailure("the template takes more than \(limits.stepsMax) steps", at: offset)
        }
    }

    private mutating func append(_ bytes: some Collection<UInt8>, at offset: Int) throws(RenderFailure) {
        guard bytes.count <= limits.outputBytesMax - output.count else {
            throw RenderFailure("the output is longer than \(limits.outputBytesMax) bytes", at: offset)
        }
        output.append(contentsOf: bytes)
    }

    private mutating func run(_ statements: [Statement]) throws(RenderFailure) -> Ending {
        for statement in statements {
            switch statement {
            case .text(let bytes): try append(bytes, at: 0)
            case .reference(let reference): try render(reference)
            case .set(let target, let value): try set(target, to: value)
            case .stop: return .stopped
            case .leave: return .left
            case .choose(let branches):
                let ending = try choose(branches)
                if ending != .whole { return ending }
            case .loop(let loop): if try repeatBody(of: loop) == .stopped { return .stopped }
            }
        }
        return .whole
    }

    private mutating func choose(_ branches: [Branch]) throws(RenderFailure) -> Ending {
        for branch in branches {
            let holds = try branch.condition.map { condition throws(RenderFailure) in try isTrue(condition) }
            if holds ?? true { return try run(branch.body) }
        }
        return .whole
    }

    /// A reference without a value gives itself, or nothing if it is quiet.
    private mutating func render(_ reference: Reference) throws(RenderFailure) {
        let value = try value(of: reference)
        let backslash = UInt8(ascii: "\\")
        guard !value.isNull else {
            try append(repeatElement(backslash, count: reference.escapes), at: reference.offset)
            let isOmitted =
                (reference.isQuiet || omitted.contains(reference.name)) && reference.escapes % 2 == 0
            return try append(isOmitted ? [] : reference.literal, at: reference.offset)
        }
        if reference.escapes > 0 {
            try append(repeatElement(backslash, count: reference.escapes / 2), at: reference.offset)
        }
        if reference.escapes % 2 == 1 { return try append(reference.literal, at: reference.offset) }
        try append(try text(of: value, at: reference.offset).utf8, at: reference.offset)
    }

    func text(of value: TemplateValue, at offset: Int) throws(RenderFailure) -> String {
        guard let text = value.text(bytesMax: limits.outputBytesMax) else {
            throw RenderFailure(
                "a text is longer than \(limits.outputBytesMax) bytes, or too deep", at: offset)
        }
        return text
    }

    /// A loop's variable has its former value again behind the loop.
    private mutating func repeatBody(of loop: Loop) throws(RenderFailure) -> Ending {
        guard let values = try elements(of: loop) else { return .whole }
        guard values.count <= limits.passesMax else {
            throw RenderFailure("#foreach has more than \(limits.passesMax) passes", at: loop.offset)
        }
        guard !values.isEmpty else { return .whole }
        let outer = (variables[loop.variable], variables["foreach"], variables["velocityCount"])
        defer { (variables[loop.variable], variables["foreach"], variables["velocityCount"]) = outer }
        let pass = LoopPass(count: values.count, parent: passes.last)
        passes.append(pass)
        defer { passes.removeLast() }
        variables["foreach"] = .object(pass)
        for (index, value) in values.enumerated() {
            try count(at: loop.offset)
            pass.index = index
            variables["velocityCount"] = .integer(index + 1)
            variables[loop.variable] = value
            switch try run(loop.body) {
            case .whole: continue
            case .left: return .whole
            case .stopped: return .stopped
            }
        }
        return .whole
    }

    /// The values of a list or a map; nil for anything else, which has no passes.
    private mutating func elements(of loop: Loop) throws(RenderFailure) -> [TemplateValue]? {
        switch try value(of: loop.values) {
        case .list(let list): list.elements
        case .map(let map): map.entries.map(\.value)
        default: nil
        }
    }
}

/// `$foreach` within a loop.
final class LoopPass: TemplateObject {
    var index = 0
    private let count: Int
    private let parent: LoopPass?

    init(count: Int, parent: LoopPass?) {
        self.count = count
        self.parent = parent
    }

    func property(_ name: String) -> TemplateValue? {
        switch name {
        case "index": .integer(index)
        case "count": .integer(index + 1)
        case "hasNext": .boolean(index + 1 < count)
        case "first": .boolean(index == 0)
        case "last": .boolean(index + 1 == count)
        case "parent": parent.map { .object($0) }
        case "topmost": .object(topmost)
        default: nil
        }
    }

    private var topmost: LoopPass { parent?.topmost ?? self }

    func call(_ name: String, _ arguments: [TemplateValue]) throws(MethodFailure) -> TemplateValue? {
        name == "hasNext" && arguments.isEmpty ? property(name) : nil
    }
}

/// A rendering that can't go on.
struct RenderFailure: Error {
    let message: String
    let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}
