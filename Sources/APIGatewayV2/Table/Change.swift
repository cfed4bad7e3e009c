/// A write while it happens, as the closures of a resource's table see it. All of it runs under the
/// store's lock and before the first record is touched, so that a refusal leaves nothing half done.

package import JSON

/// What all writes of a service have in common. A class, since each call carries it.
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

/// Where and when a write takes place.
package struct WriteContext: Sendable {
    package let scope: Scope
    /// Time since 1970 by the emulator's clock.
    package let now: Duration
    private let settings: WriteSettings
    /// Whether a change deploys the API to its stages with autoDeploy; false for the parts of a greater
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

    /// `now` as the wire has it.
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
    /// Nil while it is being created.
    package let old: Members?
    /// Nil when it is being deleted. Members that the service makes join it after the checks.
    package internal(set) var new: Members?
    package let parent: Members?
    package let context: WriteContext

    /// Where the resource's siblings are.
    package var siblings: CollectionKey {
        CollectionKey(resource: resource.id, parent: CollectionKey.parentPath(parents[...]))
    }

    /// Where resources of another kind under the same parents are.
    package func siblings(_ resource: ResourceID) -> CollectionKey {
        CollectionKey(resource: resource, parent: CollectionKey.parentPath(parents[...]))
    }
}

extension Change {
    /// A record that is stored already, as the checks of its resource see it.
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

/// What a change brings about elsewhere, after it has been made. Cannot refuse.
package typealias Effect = @Sendable (_ change: Change, _ tables: inout Tables) -> Void

/// Runs between the merge of an update request and the rules. `patch` is the request alone, `new` the
/// resource with the request merged in. Refuses a request that leaves out a member which belongs to one that
/// it has, and changes in `new` what the request implies.
package typealias UpdateStep =
    @Sendable (_ patch: Members, _ old: Members, _ new: inout Members) throws(ServiceError) -> Void
