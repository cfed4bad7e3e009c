/// The verbs of a resource, and the names and statuses of their operations.

package import HTTPWire

/// An operation that is the same for every resource.
package enum Verb: Sendable, CaseIterable {
    /// `POST` on the collection.
    case create
    /// `GET` on the item.
    case get
    /// `GET` on the collection.
    case list
    /// `PATCH` on the item.
    case update
    /// `DELETE` on the item.
    case delete
}

/// The names of the verbs' operations, and the member with a list's items. The default is the service's usual
/// pattern. Other resources give the names that differ.
package struct OperationNames: Sendable {
    package let list: String
    /// The member of a list's answer with the items.
    package let listMember: String
    /// The most items of one answer.
    package let listItemsMax: Int
    /// The name and the method of the update.
    package let update: (name: String, method: HTTPMethod)
    /// The statuses of successes.
    package let createStatus: Int
    package let updateStatus: Int
    package let deleteStatus: Int

    /// The usual names of `noun`, with replacements.
    package init(
        _ noun: String, list: String? = nil, listMember: String = "items",
        listItemsMax: Int = Page.itemsMax, update: (name: String, method: HTTPMethod)? = nil,
        createStatus: Int = 201, updateStatus: Int = 200, deleteStatus: Int = 204
    ) {
        self.list = list ?? "Get\(noun)s"
        self.listMember = listMember
        self.listItemsMax = listItemsMax
        self.update = update ?? ("Update\(noun)", .patch)
        self.createStatus = createStatus
        self.updateStatus = updateStatus
        self.deleteStatus = deleteStatus
    }
}
