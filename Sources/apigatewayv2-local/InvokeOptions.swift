/// The options of invocations: the places of functions.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The options of the data plane.
struct InvokeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where a function runs: NAME=http://HOST:PORT, a Runtime Interface Emulator; or \
            NAME=runtime:PORT, for a runtime with AWS_LAMBDA_RUNTIME_API=127.0.0.1:PORT. NAME may end in \
            :ALIAS; may be repeated.
            """,
            valueName: "name=place"),
        transform: Setting.function)
    var lambda: [FunctionSetting] = []

    @Option(
        help: ArgumentHelp(
            "A server of the Lambda Invoke API for all other functions. (default: none)", valueName: "url"),
        transform: Setting.lambdaEndpoint)
    var lambdaEndpoint: String?

    /// Sets the options and variables that are given.
    func apply(to configuration: inout LocalServer.Configuration) throws {
        // A command may hold every character but a line break.
        let functions = try Setting.values("lambda", lambda, separator: "\n", Setting.function)
        for (index, function) in functions.enumerated()
        where functions[..<index].contains(where: { $0.key == function.key }) {
            throw ValidationError("found --lambda \(function.key)=… twice, expected one place a function")
        }
        configuration.invoke.functions = functions
        configuration.invoke.lambdaEndpoint = try Setting.value(
            "lambda-endpoint", lambdaEndpoint, Setting.lambdaEndpoint)
    }
}

extension Setting {
    static let function: SettingReader<FunctionSetting> = { try FunctionSetting(parsing: $0) }
    static let lambdaEndpoint: SettingReader<String> = { try InvokeConfiguration.endpoint(parsing: $0) }
}
