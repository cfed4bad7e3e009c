/// A resource as the store keeps it: the bytes of its answer, and its names and keys for look-ups.

/// One stored resource.
package struct Record: Sendable {
    /// The whole answer to a GET.
    package let body: [UInt8]
    /// The name that no sibling may have, such as a route's key or a stage's name; nil if there is none.
    package let uniqueName: String?
    /// The form of the record in a list; nil if it is `body`.
    package let listBody: [UInt8]?
    /// The keys for finding the record among its siblings. A key that begins with `/` is the path of another
    /// resource. It also finds the collection of the record.
    package let indexKeys: IndexKeys

    package init(
        body: [UInt8], uniqueName: String? = nil, listBody: [UInt8]? = nil, indexKeys: IndexKeys = []
    ) {
        self.body = body
        self.uniqueName = uniqueName
        self.listBody = listBody
        self.indexKeys = indexKeys
    }

    /// Whether an index key is the path of another resource.
    static func isPath(_ key: String) -> Bool { key.utf8.first == UInt8(ascii: "/") }
}
