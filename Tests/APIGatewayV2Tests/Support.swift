/// What the suites of this target share: a request, a loader and a service over a few written-out fixtures.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

let scope = Scope(account: "000000000000", region: "us-east-1")

func request(_ method: HTTPMethod, _ path: String, body: [UInt8] = []) throws -> HTTPRequest {
    HTTPRequest(method: method, target: try RequestTarget(parsing: path), body: body)
}

func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}

/// Loads documents as a folder of files would, in the order given.
func loaded(_ files: [(path: String, text: String)]) throws -> LoadedFixtures {
    var loader = FixtureLoader(defaultScope: scope)
    for file in files {
        let components = file.path.split(separator: "/").map(String.init)
        let location = try #require(try FixtureLocation(components: components))
        loader.load(file.path, at: location, bytes: Array(file.text.utf8))
    }
    return loader.finish()
}

/// The same of some files.
func loader(_ files: (path: String, text: String)...) throws -> LoadedFixtures {
    try loaded(files)
}

/// The lines that a user would read.
func lines(_ files: (path: String, text: String)...) throws -> [String] {
    try loaded(files).problems.map(\.line)
}
