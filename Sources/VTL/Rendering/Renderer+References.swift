/// The values of references, and assignments to them.

extension Renderer {
    mutating func value(of reference: Reference) throws(RenderFailure) -> TemplateValue {
        try count(at: reference.offset)
        return try walk(reference.steps[...], of: reference)
    }

    /// The value behind the first steps. Null as soon as one step has none.
    private mutating func walk(
        _ steps: ArraySlice<Reference.Step>, of reference: Reference
    ) throws(RenderFailure) -> TemplateValue {
        var value = variables[reference.name] ?? .null
        for step in steps {
            if value.isNull { return .null }
            value = try self.value(of: step, in: value, at: reference.offset)
        }
        return value
    }

    private mutating func value(
        of step: Reference.Step, in owner: TemplateValue, at offset: Int
    ) throws(RenderFailure) -> TemplateValue {
        switch step {
        case .property(let name): return owner.property(name) ?? .null
        case .index(let expression):
            return try element(of: owner, at: try value(of: expression), offset: offset)
        case .call(let name, let expressions):
            var arguments: [TemplateValue] = []
            for expression in expressions { arguments.append(try value(of: expression)) }
            keep(owner)
            do throws(MethodFailure) {
                let result = try owner.call(name, arguments, limits: limits) ?? .null
                keep(result)
                return result
            } catch {
                throw RenderFailure("\(name)(…): \(error.message)", at: offset)
            }
        }
    }

    /// A list counts from its end below zero. A place outside of it ends the rendering, as in Velocity.
    private func element(
        of owner: TemplateValue, at index: TemplateValue, offset: Int
    ) throws(RenderFailure) -> TemplateValue {
        switch (owner, index) {
        case (.map(let map), _): return map[index] ?? .null
        case (.list(let list), .integer(let integer)):
            let place = integer < 0 ? list.elements.count + integer : integer
            guard list.elements.indices.contains(place) else {
                throw RenderFailure("a list of \(list.elements.count) has no element \(integer)", at: offset)
            }
            return list.elements[place]
        default: return .null
        }
    }

    /// A value of null changes nothing, as Velocity's default is.
    mutating func set(_ target: Reference, to expression: Expression) throws(RenderFailure) {
        let value = try value(of: expression)
        guard !value.isNull else { return }
        guard let last = target.steps.last else {
            variables[target.name] = value
            return
        }
        try count(at: target.offset)
        let owner = try walk(target.steps.dropLast(), of: target)
        keep(owner)
        switch (owner, last) {
        case (.map(let map), .property(let name)): map[.string(name)] = value
        case (.map(let map), .index(let key)): map[try self.value(of: key)] = value
        case (.list(let list), .index(let index)):
            guard case .integer(let integer) = try self.value(of: index) else { return }
            let place = integer < 0 ? list.elements.count + integer : integer
            guard list.elements.indices.contains(place) else {
                throw RenderFailure(
                    "a list of \(list.elements.count) has no element \(integer)", at: target.offset)
            }
            list.elements[place] = value
        // Velocity logs an assignment that it can't make, and goes on.
        default: return
        }
    }
}
