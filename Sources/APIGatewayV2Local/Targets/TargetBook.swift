/// The targets that may change while the server runs: closures of the program, the targets of
/// `PUT /__admin/targets`, and those of the file of `--targets`. The options stand before the file alone.
/// Usually there are none, and an invocation costs one load.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import Dispatch
internal import SocketServer
internal import Synchronization

/// Keeps the two layers.
package final class TargetBook: Sendable {
    /// The layers at one time.
    struct Layers: Sendable {
        /// Closures of the program that holds the server, before all others, by function.
        var handlers: [String: HandlerFunction] = [:]
        /// Of requests to the admin API, before the options.
        var added: TargetLayer
        /// Of the file, behind the options.
        var file: TargetLayer

        fileprivate var isEmpty: Bool {
            handlers.isEmpty && added.settings.isEmpty && file.settings.isEmpty
        }

        /// The place of the function before the options; nil if they are asked next.
        func target(of function: LambdaFunction) -> (any FunctionTarget)? {
            let own = function.qualifier.flatMap { handlers["\(function.name):\($0)"] }
            return own ?? handlers[function.name] ?? added.target(of: function)
        }
    }

    /// The targets of options, which do not change.
    let options: TargetSettings
    /// The targets of variables, which stand behind all others.
    let variables: TargetSettings
    private let layers: Mutex<Layers>
    private let isEmpty: Atomic<Bool>
    /// Replaces one after the other, off the event loops, because runtimes take time to end.
    private let queue = DispatchQueue(label: "apigatewayv2-local.targets")
    private let make: @Sendable (FunctionSetting) -> FunctionTargets

    /// `make` prepares a function that is not started.
    package init(
        options: TargetSettings = TargetSettings(), variables: TargetSettings = TargetSettings(),
        file settings: TargetSettings = TargetSettings(),
        make: @escaping @Sendable (FunctionSetting) -> FunctionTargets = { FunctionTargets([$0]) }
    ) {
        let layers = Layers(
            added: TargetLayer(TargetSettings(), make: make), file: TargetLayer(settings, make: make))
        self.options = options
        self.variables = variables
        self.layers = Mutex(layers)
        isEmpty = Atomic(layers.isEmpty)
        self.make = make
    }

    /// The layers; nil if both are empty.
    var current: Layers? {
        isEmpty.load(ordering: .acquiring) ? nil : layers.withLock { $0 }
    }

    /// The settings of requests and of the file.
    var settings: (added: TargetSettings, file: TargetSettings) {
        layers.withLock { ($0.added.settings, $0.file.settings) }
    }

    /// Starts the functions of the file.
    func start() throws(FunctionStartError) {
        let file = layers.withLock { $0.file }
        try file.start(replacing: TargetLayer(TargetSettings(), make: make))
    }

    /// Announces the stop of the server.
    func beginStop() {
        let layers = layers.withLock { $0 }
        for layer in [layers.added, layers.file] { layer.beginStop() }
    }

    /// Stops all functions, and returns when they have ended.
    func stop() {
        queue.sync {
            let former = replace { Layers(added: empty($0.added), file: empty($0.file)) }
            former.added.stop(for: empty(former.added))
            former.file.stop(for: empty(former.file))
        }
    }

    /// Replaces the targets of requests. `whenDone` is called when the new ones can be called, or with the
    /// reason why nothing was changed.
    func replaceAdded(
        by settings: TargetSettings, whenDone: @escaping @Sendable (DocumentError?) -> Void
    ) {
        queue.async { [self] in
            do throws(DocumentError) {
                try replace(\.added, by: settings)
                whenDone(nil)
            } catch {
                whenDone(error)
            }
        }
    }

    /// Makes the closure a function; nil takes it away.
    func setHandler(_ handler: FunctionHandler?, of function: String) {
        replace { layers in
            var layers = layers
            layers.handlers[function] = handler.map(HandlerFunction.init)
            return layers
        }
    }

    /// Drops the targets of requests. Their runtimes end later.
    func reset() {
        if layers.withLock({ $0.added.settings.isEmpty }) { return }
        let former = replace { layers in
            var layers = layers
            layers.added = empty(layers.added)
            return layers
        }.added
        queue.async { [self] in former.stop(for: empty(former)) }
    }

    /// Replaces the targets of the file. Waits for runtimes to end. Throws, and changes nothing, if a new one
    /// does not start.
    func replaceFile(by settings: TargetSettings) throws(DocumentError) {
        // Typed errors do not pass through `sync`.
        let outcome: Result<Void, DocumentError> = queue.sync {
            do throws(DocumentError) {
                return .success(try replace(\.file, by: settings))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private func replace(
        _ part: any WritableKeyPath<Layers, TargetLayer> & Sendable, by settings: TargetSettings
    ) throws(DocumentError) {
        let former = layers.withLock { $0[keyPath: part] }
        let next = TargetLayer(settings, replacing: former, make: make)
        do throws(FunctionStartError) {
            try next.start(replacing: former)
        } catch {
            throw DocumentError(
                found: "port \(error.port) for function \(error.function): "
                    + FileSystem.reason(error.error),
                expected: "a port that is free")
        }
        replace { layers in
            var layers = layers
            layers[keyPath: part] = next
            return layers
        }
        former.stop(for: next)
    }

    @discardableResult
    private func replace(_ next: (Layers) -> Layers) -> Layers {
        layers.withLock { layers in
            let former = layers
            layers = next(former)
            isEmpty.store(layers.isEmpty, ordering: .releasing)
            return former
        }
    }

    private func empty(_ former: TargetLayer) -> TargetLayer {
        TargetLayer(TargetSettings(), replacing: former, make: make)
    }
}
