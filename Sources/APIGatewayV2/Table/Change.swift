/// A write under way, for the closures of a resource's table. All of it runs under the store's lock. Checks
/// run before the first record changes, so that a refusal leaves no half write.

package import JSON

/// The settings of all writes of a service. It is a class, because each call has it.
package final class WriteSettings: Sendable {
    package let catalogue: Catalogue
    package let random: RandomSource
    package let quotas: Quotas
    package let delays: LifecycleDelays

    package init(
        catalogue: Catalogue, random: RandomSource, quotas: Quotas, delays: LifecycleDelays
    ) {
        self.catalogue = catalogue
        self.random = random
        self.quotas = quotas
        self.delays = delays
    }
}

/// The scope and the time of a write.
package struct WriteContext: Sendable {
    package let scope: Scope
    /// The time since 1970 on the emulator's clock.
    package let now: Duration
    private let settings: WriteSettings
    /// Whether a change deploys the API to its stages with autoDeploy. False for the parts of a greater
    /// change.
    package var deploysAutomatically = true

    package init(scope: Scope, now: Duration, settings: WriteSettings) {
        self.scope = scope
        self.now = now
        self.settings = settings
    }

    package var catalogue: Catalogue { settings.catalogue }
    package var random: RandomSource { settings.random }
    package var quotas: Quotas { settings.quotas }
    package var delays: LifecycleDelays { settings.delays }

    /// `now` in the form of the wire.
    package var timestamp: JSON {
        .string(Timestamp(secondsSince1970: Int(now.components.seconds)).text)
    }
}

/// One resource before and after a write.
package struct Change: Sendable {
    package let resource: Resource
    /// The identifiers of the parents, outermost first.
    package let parents: [String]
    package let identifier: String
    /// The former members; nil for a creation.
    package let old: Members?
    /// The new members; nil for a deletion. Members that the service makes are added after the checks.
    package internal(set) var new: Members?
    package let parent: Members?
    package let context: WriteContext

    /// The collection of the resource's siblings.
    package var siblings: CollectionKey {
        CollectionKey(resource: resource.id, parent: CollectionKey.parentPath(parents[...]))
    }

    /// The collection of resources of another kind under the same parents.
    package func siblings(_ resource: ResourceID) -> CollectionKey {
        CollectionKey(resource: resource, parent: CollectionKey.parentPath(parents[...]))
    }
}

extension Change {
    /// A stored record, for the checks of its resource.
    init(
        checking record: Record, as identifier: String, of resource: Resource, parents: [String],
        parent: Members?, in scope: Scope, _ catalogue: Catalogue
    ) {
        let settings = WriteSettings(
            catalogue: catalogue, random: RandomSource(seed: 0), quotas: .off, delays: LifecycleDelays())
        self.init(
            resource: resource, parents: parents, identifier: identifier, old: nil,
            new: Members(resource, record), parent: parent,
            context: WriteContext(scope: scope, now: .zero, settings: settings))
    }
}

/// A consequence of a change elsewhere, made after it. It cannot refuse.
package typealias Effect = @Sendable (_ change: Change, _ tables: inout Tables) -> Void

/// A step between the merge of an update request and the rules. `patch` is the request alone, and `new` the
/// resource with the request merged in. It refuses a request that lacks a necessary companion of one of its
/// members. In `new` it makes the changes that the request implies.
package typealias UpdateStep =
    @Sendable (_ patch: Members, _ old: Members, _ new: inout Members) throws(ServiceError) -> Void
