/// The parts of a YAML text in reading order, as libyaml reports them. They hold no pointers, so that all
/// code after `YAMLParser` is ordinary Swift.

struct YAMLEvent {
    enum Kind {
        /// `isPlain` is true without quotation marks and block form, where the form decides the type.
        case scalar(text: String, isPlain: Bool)
        case alias
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
        case documentStart, documentEnd
        case streamStart, streamEnd
    }

    let kind: Kind
    /// The name after `&`, or the name after `*` of an alias.
    let anchor: String?
    /// The full tag, such as `tag:yaml.org,2002:str` for `!!str`.
    let tag: String?
    let line: Int
    let column: Int
}
