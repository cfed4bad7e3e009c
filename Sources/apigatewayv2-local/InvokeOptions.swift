/// The options of invocations: the places of functions.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The options of the data plane.
struct InvokeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where a function runs: NAME=http://HOST:PORT, a Runtime Interface Emulator; \
            NAME=runtime:PORT, for a runtime with AWS_LAMBDA_RUNTIME_API=127.0.0.1:PORT; or \
            NAME=run:COMMAND, a runtime that the server starts. NAME may end in :ALIAS; may be repeated.
            """,
            valueName: "name=place"),
        transform: Setting.function)
    var lambda: [FunctionSetting] = []

    @Option(
        help: ArgumentHelp(
            "The most processes of a function with run:, such as resize=4; may be repeated. (default: 1)",
            valueName: "name=count"),
        transform: Setting.functionConcurrency)
    var lambdaConcurrency: [FunctionConcurrency] = []

    @Option(
        help: ArgumentHelp(
            """
            A server of the Lambda Invoke API for all other functions. (default: AWS_ENDPOINT_URL_LAMBDA, \
            else none)
            """, valueName: "url"),
        transform: Setting.lambdaEndpoint)
    var lambdaEndpoint: String?

    @Option(
        help: ArgumentHelp(
            "An API key that handshakes of WebSocket APIs may have, such as phone=Zm9vYmFy; may be repeated.",
            valueName: "name=value"),
        transform: Setting.apiKey)
    var apiKey: [InvokeConfiguration.APIKey] = []

    /// Sets the options and variables that are given.
    func apply(to configuration: inout LocalServer.Configuration) throws {
        // A command may hold every character but a line break.
        var functions = try Setting.values("lambda", lambda, separator: "\n", Setting.function)
        for (index, function) in functions.enumerated()
        where functions[..<index].contains(where: { $0.key == function.key }) {
            throw ValidationError("found --lambda \(function.key)=… twice, expected one place a function")
        }
        for (index, function) in functions.enumerated() {
            do throws(DocumentError) {
                try function.checkPort(against: functions[..<index])
            } catch {
                throw ValidationError("--lambda: \(error)")
            }
        }
        let concurrencies = try Setting.values(
            "lambda-concurrency", lambdaConcurrency, separator: ",", Setting.functionConcurrency)
        for concurrency in concurrencies {
            do throws(DocumentError) {
                try concurrency.apply(to: &functions)
            } catch {
                throw ValidationError("\(error)")
            }
        }
        configuration.invoke.functions = functions
        for key in try Setting.values("api-key", apiKey, separator: ",", Setting.apiKey) {
            configuration.invoke.add(key)
        }
        configuration.invoke.lambdaEndpoint = try Setting.value(
            "lambda-endpoint", lambdaEndpoint,
            orVariable: EndpointVariables.areIgnored ? nil : EndpointVariables.functions,
            Setting.lambdaEndpoint)
    }
}

extension Setting {
    static let apiKey: SettingReader<InvokeConfiguration.APIKey> = {
        try InvokeConfiguration.APIKey(parsing: $0)
    }
    static let function: SettingReader<FunctionSetting> = { try FunctionSetting(parsing: $0) }
    static let functionConcurrency: SettingReader<FunctionConcurrency> = {
        try FunctionConcurrency(parsing: $0)
    }
    static let lambdaEndpoint: SettingReader<String> = { try InvokeConfiguration.endpoint(parsing: $0) }
}
