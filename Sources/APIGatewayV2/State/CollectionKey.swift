/// The places of records. A collection is named by its resource and parent, a record by its collection and
/// its identifier.

/// Names the records of one resource under one parent.
package struct CollectionKey: Hashable, Sendable {
    package let resource: ResourceID
    /// The identifiers of the parents, outermost first, joined by `/`; empty at the root.
    package let parent: String

    package init(resource: ResourceID, parent: String) {
        self.resource = resource
        self.parent = parent
    }

    /// A single parent, the common case, costs nothing.
    package static func parentPath(_ identifiers: ArraySlice<String>) -> String {
        switch identifiers.count {
        case 0: ""
        case 1: identifiers[identifiers.startIndex]
        default: identifiers.joined(separator: "/")
        }
    }
}

/// Names one record.
package struct RecordKey: Hashable, Sendable {
    package let collection: CollectionKey
    package let identifier: String

    package init(collection: CollectionKey, identifier: String) {
        self.collection = collection
        self.identifier = identifier
    }
}
