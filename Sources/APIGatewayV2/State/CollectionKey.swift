/// The places of records. A resource and a parent name a collection. The collection and an identifier name a
/// record.

/// The name of the records of one resource under one parent.
package struct CollectionKey: Hashable, Sendable {
    package let resource: ResourceID
    /// The identifiers of the parents, outermost first, joined by `/`; empty at the root.
    package let parent: String

    package init(resource: ResourceID, parent: String) {
        self.resource = resource
        self.parent = parent
    }

    /// The text of `parent`. A single parent, the common case, needs no new text.
    package static func parentPath(_ identifiers: ArraySlice<String>) -> String {
        switch identifiers.count {
        case 0: ""
        case 1: identifiers[identifiers.startIndex]
        default: identifiers.joined(separator: "/")
        }
    }
}

/// The name of one record.
package struct RecordKey: Hashable, Sendable {
    package let collection: CollectionKey
    package let identifier: String

    package init(collection: CollectionKey, identifier: String) {
        self.collection = collection
        self.identifier = identifier
    }
}
