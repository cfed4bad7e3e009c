/// Every bound of reading YAML. An OpenAPI import is the one document that comes as YAML; it arrives as a
/// request's body and is bounded there too.

/// What a text may ask of the reader.
package enum YAMLLimits {
    /// Bytes of a text: as many as a request's body may have.
    package static let bytesMax = 10 * 1024 * 1024
    /// Levels of sequences and mappings. The deepest OpenAPI documents in use have about forty.
    package static let depthMax = 128
    /// What a document may come to with each alias counted as a copy of what it names: one for each value
    /// and the bytes of each scalar. A text without aliases stays below its own size; ten lines of aliases
    /// to aliases could stand for billions of values ("billion laughs").
    package static let expandedSizeMax = 16 * 1024 * 1024
}
