/// The bounds of a store's work under its lock, each with its default.

/// Bounds of one store.
package struct StoreLimits: Sendable {
    /// The most scopes to search for the API or domain of a call, because all other requests wait meanwhile.
    /// With more scopes the search finds none.
    package var scopesSearchedMax = 1_000
    /// The most merges of a reload, if each one but the last was overtaken by a change. The last one holds
    /// the lock.
    package var mergesMax = 5

    package init() {}
}
