/// A server's store at its start. It holds the resources of the state file, or of the fixtures if there is no
/// state file or a new one. Refuses a file that cannot keep the state.

internal import APIGatewayV2

/// A store, the generator of its identifiers, and its state file.
struct KeptStore: Sendable {
    let store: Store
    let random: RandomSource
    /// The writer of the state file; nil for a store in memory.
    let keeper: StateKeeper?

    init(_ configuration: LocalServer.Configuration, seed: UInt64, fixtures: State) throws(StartError) {
        // A separate sequence from that of the requests, because their number depends on the clients.
        let seed = seed ^ 0x7265_736f_7572_6365
        guard let path = configuration.state else {
            store = Store(seed: fixtures, limits: configuration.limits.store)
            random = RandomSource(seed: seed)
            keeper = nil
            return
        }
        do throws(StateFileError) {
            let file = try StateFile.open(path)
            let contents = try file.contents()
            store = Store(
                seed: fixtures, state: file.isNew ? fixtures : contents.state, isRecorded: true,
                limits: configuration.limits.store)
            random = RandomSource(seed: seed, drawn: contents.drawn)
            if file.isNew { try file.write([.replaced(account: nil, by: fixtures)], drawn: 0) }
            keeper = StateKeeper(
                store: store, random: random, file: file,
                onFailure: configuration.onStateFailure ?? { preconditionFailure($0) })
        } catch {
            throw StartError(error, path: path)
        }
    }
}
