/// A resource as the store keeps it: the bytes of its answer, and the names and keys by which it is found.

/// One resource as it is stored.
package struct Record: Sendable {
    /// The answer to a GET, complete.
    package let body: [UInt8]
    /// What no sibling may share: a route's key, a stage's name.
    package let uniqueName: String?
    /// What a list shows, where that is not the body.
    package let listBody: [UInt8]?
    /// The keys by which the record is found among its siblings. A key that begins with `/` is the path of
    /// another resource, and also finds the collection that the record is in.
    package let indexKeys: [String]

    package init(
        body: [UInt8], uniqueName: String? = nil, listBody: [UInt8]? = nil, indexKeys: [String] = []
    ) {
        self.body = body
        self.uniqueName = uniqueName
        self.listBody = listBody
        self.indexKeys = indexKeys
    }

    /// Whether an index key is the path of another resource.
    static func isPath(_ key: String) -> Bool { key.utf8.first == UInt8(ascii: "/") }
}
