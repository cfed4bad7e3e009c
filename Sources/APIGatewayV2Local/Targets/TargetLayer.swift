/// The targets of one source, such as a file, with its functions ready to be called. A layer never changes: a
/// new one takes over the functions whose place is the same, so that their runtimes stay.

internal import APIGatewayV2Invoke
internal import SocketServer

/// Functions and servers of one source.
final class TargetLayer: Sendable {
    let settings: TargetSettings
    private let functions: [String: FunctionTargets]
    private let settingsByKey: [String: FunctionSetting]
    private let lambdaEndpoint: RemoteFunction?

    /// A layer of `settings`, with the functions of `former` that have not changed. `make` prepares a
    /// function that has.
    init(
        _ settings: TargetSettings, replacing former: TargetLayer? = nil,
        make: (FunctionSetting) -> FunctionTargets
    ) {
        var functions: [String: FunctionTargets] = [:]
        var settingsByKey: [String: FunctionSetting] = [:]
        for setting in settings.functions {
            let isKept = former?.settingsByKey[setting.key] == setting
            functions[setting.key] = isKept ? former?.functions[setting.key] : make(setting)
            settingsByKey[setting.key] = setting
        }
        self.settings = settings
        self.functions = functions
        self.settingsByKey = settingsByKey
        lambdaEndpoint = settings.lambdaEndpoint.map { RemoteFunction(url: $0, form: .invokeAPI) }
    }

    func beginStop() {
        for function in functions.values { function.beginStop() }
    }

    /// The place of the function itself; nil if the layer has none.
    func target(of function: LambdaFunction) -> (any FunctionTarget)? {
        let own = function.qualifier.flatMap { functions["\(function.name):\($0)"] }
        return (own ?? functions[function.name])?.target(of: function)
    }

    /// The place of all functions that have none of their own.
    var endpoint: (any FunctionTarget)? { lambdaEndpoint }

    /// Starts the functions that `former` lacks. Throws, and changes nothing, if a port is in use.
    func start(replacing former: TargetLayer) throws(FunctionStartError) {
        // A port may pass from one function to another.
        let leaving = former.functions(notIn: self).filter { key, _ in
            guard let port = former.settingsByKey[key]?.runtimePort else { return false }
            return settingsByKey.values.contains { $0.runtimePort == port }
        }
        for (_, function) in leaving { function.stop() }
        var started: [FunctionTargets] = []
        do throws(FunctionStartError) {
            for (_, function) in functions(notIn: former) {
                try function.start()
                started.append(function)
            }
        } catch {
            for function in started { function.stop() }
            for (_, function) in leaving { try function.start() }
            throw error
        }
    }

    /// Stops the functions that `next` does not have, and returns when they have ended.
    func stop(for next: TargetLayer) {
        for (_, function) in functions(notIn: next) { function.stop() }
    }

    private func functions(notIn other: TargetLayer) -> [(key: String, value: FunctionTargets)] {
        functions.filter { other.functions[$0.key] !== $0.value }.sorted { $0.key < $1.key }
    }
}
