/// Every bound of reading YAML. Only an OpenAPI import can be YAML; as a request's body it is bounded there
/// too.

/// The bounds of one text.
package enum YAMLLimits {
    /// Bytes of a text, the same number as of a request's body. Fixed, because such a text is written by
    /// hand.
    package static let bytesMax = 10 * 1024 * 1024
    /// Levels of sequences and mappings. The deepest OpenAPI documents in use have about forty. Fixed,
    /// because the code is recursive.
    package static let depthMax = 128
    /// The size of a document with each alias counted as a copy: one for each value, and the bytes of each
    /// scalar. A text without aliases stays below its own size. Ten lines of aliases to aliases could become
    /// billions of values ("billion laughs"). Fixed, because a server parses the text while others wait.
    package static let expandedSizeMax = 16 * 1024 * 1024
}
