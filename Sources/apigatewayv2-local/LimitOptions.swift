/// The options that bound what a peer may ask for: one for each property of the library's `Limits`, whose
/// defaults stand when neither flag nor variable is given.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The bounds of the wire.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Bytes of a request line; one more is 414. (default: 65536)", valueName: "bytes"),
        transform: Setting.count(Self.lineBytes))
    var requestLineBytesMax: Int?

    @Option(
        help: ArgumentHelp(
            "Bytes of a header section; one more is 431. (default: 65536)", valueName: "bytes"),
        transform: Setting.count(Self.lineBytes))
    var fieldSectionBytesMax: Int?

    @Option(
        help: ArgumentHelp("Fields of a header section; one more is 431. (default: 128)", valueName: "count"),
        transform: Setting.count(Self.fields))
    var fieldsMax: Int?

    @Option(
        help: ArgumentHelp("Bytes of a body; one more is 413. (default: 10485760)", valueName: "bytes"),
        transform: Setting.count(Self.bodyBytes))
    var bodyBytesMax: Int?

    @Option(
        help: ArgumentHelp(
            "Open connections; more wait to be accepted. (default: 10000)", valueName: "count"),
        transform: Setting.count(Self.connections))
    var connectionsMax: Int?

    @Option(
        help: ArgumentHelp("Time for a header section to arrive. (default: 10s)", valueName: "time"),
        transform: Setting.duration)
    var headerTimeout: Duration?

    @Option(
        help: ArgumentHelp("Time without a byte either way. (default: 75s)", valueName: "time"),
        transform: Setting.duration)
    var idleTimeout: Duration?

    @Option(
        help: ArgumentHelp("Time for requests in flight when stopping. (default: 5s)", valueName: "time"),
        transform: Setting.duration)
    var drainTimeout: Duration?

    private static let lineBytes = 16...(16 * 1024 * 1024)
    private static let fields = 1...10_000
    private static let bodyBytes = 0...(1024 * 1024 * 1024)
    private static let connections = 1...1_000_000

    func limits() throws -> Limits {
        var limits = Limits()
        try set(
            \.requestLineBytesMax, of: &limits, "request-line-bytes-max", requestLineBytesMax, Self.lineBytes)
        try set(
            \.fieldSectionBytesMax, of: &limits, "field-section-bytes-max", fieldSectionBytesMax,
            Self.lineBytes)
        try set(\.fieldsMax, of: &limits, "fields-max", fieldsMax, Self.fields)
        try set(\.bodyBytesMax, of: &limits, "body-bytes-max", bodyBytesMax, Self.bodyBytes)
        try set(\.connectionsMax, of: &limits, "connections-max", connectionsMax, Self.connections)
        try set(\.headerTimeout, of: &limits, "header-timeout", headerTimeout)
        try set(\.idleTimeout, of: &limits, "idle-timeout", idleTimeout)
        try set(\.drainTimeout, of: &limits, "drain-timeout", drainTimeout)
        return limits
    }

    private func set(
        _ limit: WritableKeyPath<Limits, Int>, of limits: inout Limits, _ option: String, _ flag: Int?,
        _ range: ClosedRange<Int>
    ) throws {
        if let value = try Setting.value(option, flag, Setting.count(range)) {
            limits[keyPath: limit] = value
        }
    }

    private func set(
        _ limit: WritableKeyPath<Limits, Duration>, of limits: inout Limits, _ option: String,
        _ flag: Duration?
    ) throws {
        if let value = try Setting.value(option, flag, Setting.duration) { limits[keyPath: limit] = value }
    }
}
