/// The answers of Lambda authorizers, kept for as long as their authorizer says, on the emulator's clock.
/// ResetAuthorizersCache empties the part of a stage.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import Synchronization

/// Answers by the values of their identity sources.
final class AuthorizerCache: Sendable {
    private struct Entry {
        let answer: AuthorizerAnswer
        let end: Duration
    }

    private let store: Store
    private let cache: Mutex<Cache>
    private let entriesMax: Int

    private struct Cache {
        var entries: [AuthorizerCacheKey: Entry] = [:]
        /// Replacements of the store's state so far. Identifiers may name other authorizers after one.
        var replacements: Int
    }

    /// At `entriesMax` all answers are forgotten, and functions are asked again.
    init(_ store: Store, entriesMax: Int) {
        self.store = store
        self.entriesMax = entriesMax
        cache = Mutex(Cache(replacements: store.version.replacements))
    }

    /// The answer for `key`; nil where none is kept, or its time is over at `now`.
    func answer(of key: AuthorizerCacheKey, at now: Duration) -> AuthorizerAnswer? {
        cache.withLock { cache in
            renew(&cache)
            guard let entry = cache.entries[key] else { return nil }
            if now < entry.end { return entry.answer }
            cache.entries[key] = nil
            return nil
        }
    }

    func keep(_ answer: AuthorizerAnswer, of key: AuthorizerCacheKey, until end: Duration) {
        cache.withLock { cache in
            renew(&cache)
            if cache.entries.count >= entriesMax { cache.entries = [:] }
            cache.entries[key] = Entry(answer: answer, end: end)
        }
    }

    func removeAll(of apiId: String, stage: String) {
        cache.withLock { cache in
            cache.entries = cache.entries.filter { $0.key.apiId != apiId || $0.key.stage != stage }
        }
    }

    private func renew(_ cache: inout Cache) {
        let replacements = store.version.replacements
        if replacements != cache.replacements { cache = Cache(replacements: replacements) }
    }
}
