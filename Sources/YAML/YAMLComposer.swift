/// Events in, one JSON value out. It is iterative, so that the depth of a text takes no stack. Aliases become
/// copies, which share storage, within `YAMLLimits.expandedSizeMax`. `<<` merges mappings as in YAML 1.1,
/// because documents in use need it. Refuses duplicate names, names that are not scalars, unknown tags and
/// more than one document.

import JSON

struct YAMLComposer {
    /// A sequence or a mapping that is not yet closed.
    private struct Container {
        let event: YAMLEvent
        let sizeBefore: Int
        let isMapping: Bool
        var elements: [JSON] = []
        var members: [JSONObject.Member] = []
        var names: Set<String> = []
        /// The name of the next value.
        var name: String?
        /// Whether the name is a plain `<<`.
        var isMerge = false
        var merged: [JSONObject] = []
    }

    private struct Anchor {
        let value: JSON
        let size: Int
    }

    private var open: [Container] = []
    private var anchors: [String: Anchor] = [:]
    private var size = 0
    private var documentCount = 0
    private var result: JSON?

    /// The document's value, after the last event.
    func value() throws(YAMLError) -> JSON {
        guard let result else { throw YAMLError(line: 1, column: 1, problem: "found no document") }
        return result
    }

    mutating func add(_ event: YAMLEvent) throws(YAMLError) {
        switch event.kind {
        case .streamStart, .streamEnd, .documentEnd: break
        case .documentStart:
            documentCount += 1
            if documentCount > 1 { throw event.error("found a second document") }
        case .scalar(let text, let isPlain): try addScalar(text, isPlain: isPlain, event)
        case .alias: try addAlias(event)
        case .sequenceStart: try openContainer(event, isMapping: false)
        case .mappingStart: try openContainer(event, isMapping: true)
        case .sequenceEnd, .mappingEnd: try closeContainer()
        }
    }

    // MARK: Values

    private mutating func addScalar(_ text: String, isPlain: Bool, _ event: YAMLEvent) throws(YAMLError) {
        let sizeBefore = size
        try grow(by: 1 + text.utf8.count, event)
        if expectsName {
            try setName(text, isMerge: isPlain && event.tag == nil && text == "<<", event)
            anchor(.string(text), event, since: sizeBefore)
            return
        }
        let value: JSON?
        if let tag = event.tag {
            value = YAMLScalar.value(of: text, tag: tag)
        } else {
            value = isPlain ? YAMLScalar.value(ofPlain: text) : .string(text)
        }
        guard let value else {
            throw event.error("found a value that JSON cannot hold, or not of its tag")
        }
        anchor(value, event, since: sizeBefore)
        try add(value, event)
    }

    private mutating func addAlias(_ event: YAMLEvent) throws(YAMLError) {
        guard let name = event.anchor, let anchor = anchors[name] else {
            throw event.error("found an alias to what is not anchored before it")
        }
        try grow(by: anchor.size, event)
        if expectsName {
            guard case .string(let text) = anchor.value else { throw event.error(Self.badName) }
            try setName(text, isMerge: false, event)
        } else {
            try add(anchor.value, event)
        }
    }

    private static let badName = "found a name that is no string"

    private var expectsName: Bool {
        open.last.map { $0.isMapping && $0.name == nil } ?? false
    }

    private mutating func setName(_ text: String, isMerge: Bool, _ event: YAMLEvent) throws(YAMLError) {
        if !isMerge, !open[open.count - 1].names.insert(text).inserted {
            throw event.error("found the name \(text) a second time")
        }
        open[open.count - 1].name = text
        open[open.count - 1].isMerge = isMerge
    }

    private mutating func anchor(_ value: JSON, _ event: YAMLEvent, since sizeBefore: Int) {
        if let name = event.anchor { anchors[name] = Anchor(value: value, size: size - sizeBefore) }
    }

    private mutating func grow(by count: Int, _ event: YAMLEvent) throws(YAMLError) {
        size += count
        if size > YAMLLimits.expandedSizeMax {
            throw event.error(
                "found more than \(YAMLLimits.expandedSizeMax) bytes with every alias written out")
        }
    }

    // MARK: Sequences and mappings

    private mutating func openContainer(_ event: YAMLEvent, isMapping: Bool) throws(YAMLError) {
        if expectsName { throw event.error(Self.badName) }
        if let tag = event.tag, tag != "!", tag != "tag:yaml.org,2002:\(isMapping ? "map" : "seq")" {
            throw event.error("found the unknown tag \(tag)")
        }
        guard open.count < YAMLLimits.depthMax else {
            throw event.error("found more than \(YAMLLimits.depthMax) levels")
        }
        let sizeBefore = size
        try grow(by: 1, event)
        open.append(Container(event: event, sizeBefore: sizeBefore, isMapping: isMapping))
    }

    private mutating func closeContainer() throws(YAMLError) {
        let container = open.removeLast()
        let value: JSON
        if container.isMapping {
            value = .object(merging(container))
        } else {
            value = .array(container.elements)
        }
        anchor(value, container.event, since: container.sizeBefore)
        try add(value, container.event)
    }

    private mutating func add(_ value: JSON, _ event: YAMLEvent) throws(YAMLError) {
        guard let last = open.indices.last else {
            result = value
            return
        }
        guard open[last].isMapping, let name = open[last].name else {
            open[last].elements.append(value)
            return
        }
        open[last].name = nil
        if open[last].isMerge {
            try open[last].merged.append(contentsOf: mappings(in: value, event))
        } else {
            open[last].members.append(JSONObject.Member(name: name, value: value))
        }
    }

    // MARK: Merging

    /// The mappings of a `<<`, which is a mapping or a sequence of mappings.
    private func mappings(in value: JSON, _ event: YAMLEvent) throws(YAMLError) -> [JSONObject] {
        switch value {
        case .object(let object): return [object]
        case .array(let elements):
            var objects: [JSONObject] = []
            for element in elements {
                guard case .object(let object) = element else {
                    throw event.error("found a merge of what is no mapping")
                }
                objects.append(object)
            }
            return objects
        default: throw event.error("found a merge of what is no mapping")
        }
    }

    /// The mapping's own members, then the other members of each merged mapping.
    private func merging(_ container: Container) -> JSONObject {
        guard !container.merged.isEmpty else { return JSONObject(container.members) }
        var members = container.members
        var names = container.names
        for object in container.merged {
            members += object.members.filter { names.insert($0.name).inserted }
        }
        return JSONObject(members)
    }
}

extension YAMLEvent {
    fileprivate func error(_ problem: String) -> YAMLError {
        YAMLError(line: line, column: column, problem: problem)
    }
}
