/// The parts of a YAML text in reading order, as libyaml reports them. Free of pointers, so that everything
/// after `YAMLParser` is ordinary Swift.

struct YAMLEvent {
    enum Kind {
        /// `isPlain` when it stands without quotation marks and is no block text, so that its form decides
        /// its type.
        case scalar(text: String, isPlain: Bool)
        case alias
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
        case documentStart, documentEnd
        case streamStart, streamEnd
    }

    let kind: Kind
    /// The name after `&`, or after `*` of an alias.
    let anchor: String?
    /// In full: `tag:yaml.org,2002:str` for `!!str`.
    let tag: String?
    let line: Int
    let column: Int
}
