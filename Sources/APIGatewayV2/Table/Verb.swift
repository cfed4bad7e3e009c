/// The verbs of a resource, and how their operations are called and answer.

package import HTTPWire

/// What can be done with every instance of a resource in the same way.
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

/// What the verbs' operations are called and which member a list's items are in. The pattern is the
/// service's usual one; resources that break it name what differs.
package struct OperationNames: Sendable {
    package let list: String
    /// The member of a list's answer that holds the items.
    package let listMember: String
    /// How many of them one answer may hold.
    package let listItemsMax: Int
    /// The method of the update.
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
