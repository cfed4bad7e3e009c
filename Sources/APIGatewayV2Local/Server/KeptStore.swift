/// A server's store at its start. It holds the resources of the state file, or the fixtures if that file is
/// new or there is none. Refuses a file that cannot keep the state.

internal import APIGatewayV2

/// A store, what names its resources, and what keeps it.
struct KeptStore: Sendable {
    let store: Store
    let random: RandomSource
    /// Nil for a store in memory.
    let keeper: StateKeeper?

    init(_ configuration: LocalServer.Configuration, seed: UInt64, fixtures: State) throws(StartError) {
        // Another sequence than that of the requests, whose number depends on who asks how often.
        let seed = seed ^ 0x7265_736f_7572_6365
        guard let path = configuration.state else {
            store = Store(seed: fixtures)
            random = RandomSource(seed: seed)
            keeper = nil
            return
        }
        do throws(StateFileError) {
            let file = try StateFile.open(path)
            let contents = try file.contents()
            store = Store(
                seed: fixtures, state: file.isNew ? fixtures : contents.state, isRecorded: true)
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
