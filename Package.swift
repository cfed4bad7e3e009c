// swift-tools-version: 6.2
import PackageDescription

/// One list for every Swift target: Swift 6 mode, complete checking, no warning left standing.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// For `make static`: the functions of libraries that are otherwise loaded at their first use are linked in.
let linkedIn: [CSetting] = [.define("APIGATEWAYV2_LOCAL_STATIC", .when(traits: ["Static"]))]

/// Links a library that the program otherwise loads at its first use.
func link(_ libraries: String...) -> [LinkerSetting] {
    libraries.map { .linkedLibrary($0, .when(traits: ["Static"])) }
}

let package = Package(
    name: "apigatewayv2-local",
    products: [
        .executable(name: "apigatewayv2-local", targets: ["apigatewayv2-local"]),
        .library(name: "APIGatewayV2Local", targets: ["APIGatewayV2Local"]),
    ],
    traits: [
        .trait(name: "Static", description: "Links every library into the program, which then loads none.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        .target(name: "CCurl", cSettings: linkedIn, linkerSettings: link("curl")),
        .systemLibrary(name: "CEpoll"),
        .target(
            name: "CFoundationStandIns",
            cSettings: [.define("STAND_INS", .when(configuration: .release))]),
        .systemLibrary(name: "CNghttp2"),
        .target(name: "COpenSSL", cSettings: linkedIn, linkerSettings: link("ssl", "crypto")),
        .target(name: "CPCRE2", cSettings: linkedIn, linkerSettings: link("pcre2-8")),
        .systemLibrary(name: "CSQLite"),
        .target(name: "CWebSocket", cSettings: linkedIn, linkerSettings: link("wslay", "z")),
        .systemLibrary(name: "CYaml"),
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "VTL", dependencies: ["CPCRE2", "JSON"], swiftSettings: strict),
        .target(name: "YAML", dependencies: ["CYaml", "JSON"], swiftSettings: strict),
        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: strict),
        .target(name: "HTTPWire", dependencies: ["CNghttp2", "CWebSocket"], swiftSettings: strict),
        .target(
            name: "SocketServer", dependencies: ["CCurl", "CEpoll", "COpenSSL", "HTTPWire"],
            swiftSettings: strict),
        .target(name: "APIGatewayV2", dependencies: ["HTTPWire", "JSON", "YAML"], swiftSettings: strict),
        .target(
            name: "APIGatewayV2Invoke", dependencies: ["APIGatewayV2", "HTTPWire", "JSON", "VTL"],
            swiftSettings: strict),
        .target(
            name: "APIGatewayV2Local",
            dependencies: [
                "APIGatewayV2", "APIGatewayV2Invoke", "HTTPWire", "JSON", "SocketServer", "SQLite", "VTL",
            ],
            // The page of the admin API is part of the program.
            resources: [.embedInCode("Page")],
            swiftSettings: strict),
        .executableTarget(
            name: "apigatewayv2-local",
            // Only the first is imported. The others' types are within its own, and a build that does not
            // name them here keeps the program as it was when the layout of one of them changes.
            dependencies: [
                "APIGatewayV2Local", "APIGatewayV2", "APIGatewayV2Invoke", "CFoundationStandIns",
                "HTTPWire", "JSON", "SocketServer", "SQLite", "VTL",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // The clock and the random numbers of all tests.
        .target(
            name: "TestSupport", dependencies: ["SocketServer"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "VTLTests", dependencies: ["JSON", "VTL"], swiftSettings: strict),
        .testTarget(name: "YAMLTests", dependencies: ["JSON", "YAML"], swiftSettings: strict),
        // A client for tests, which writes frames that no good client would.
        .target(
            name: "HTTP2Peer", dependencies: ["CNghttp2"], path: "Tests/HTTP2Peer", swiftSettings: strict),
        .testTarget(
            name: "HTTPWireTests", dependencies: ["HTTP2Peer", "HTTPWire", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SocketServerTests",
            dependencies: ["COpenSSL", "HTTP2Peer", "HTTPWire", "SocketServer", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "APIGatewayV2Tests", dependencies: ["APIGatewayV2", "HTTPWire", "JSON", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "APIGatewayV2InvokeTests",
            dependencies: ["APIGatewayV2", "APIGatewayV2Invoke", "HTTPWire", "JSON"],
            exclude: ["JSONSchemaTestSuite", "Recordings"], swiftSettings: strict),
        .testTarget(
            name: "APIGatewayV2LocalTests",
            dependencies: [
                "APIGatewayV2", "APIGatewayV2Invoke", "APIGatewayV2Local", "HTTPWire", "JSON",
                "SocketServer", "SQLite", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ])

// libFuzzer brings a main function of its own, so these are built by `make fuzz` alone.
if Context.environment["APIGATEWAYV2_LOCAL_FUZZ"] != nil {
    let wire: [Target.Dependency] = ["HTTP2Peer", "HTTPWire"]
    let invoke: [Target.Dependency] = ["APIGatewayV2", "APIGatewayV2Invoke", "HTTPWire", "JSON"]
    for (name, dependencies) in [
        ("FuzzHTTP1", wire), ("FuzzHTTP2", wire), ("FuzzWebSocket", wire), ("FuzzInvocation", invoke),
        ("FuzzJWT", invoke), ("FuzzMapping", invoke), ("FuzzExpression", invoke), ("FuzzSchema", invoke),
        ("FuzzTemplate", invoke + ["VTL"]), ("FuzzResponse", ["HTTPWire", "SocketServer"]),
    ] {
        package.targets.append(
            .executableTarget(
                name: name, dependencies: dependencies, path: "Tests/Fuzz/\(name)",
                swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
    }
}
