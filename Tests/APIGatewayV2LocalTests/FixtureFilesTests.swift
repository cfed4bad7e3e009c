/// Files and folders of fixtures on a real disk: which are loaded, in which order, and what is said of the
/// others.

import APIGatewayV2
import APIGatewayV2Local
import Foundation
import SocketServer
import Testing

struct FixtureFilesTests {
    private let api = #"{"apiId": "a1b2c3d4e5", "name": "orders", "protocolType": "HTTP"}"#
    private let integration = #"{"integrationId": "abc123d", "integrationType": "HTTP_PROXY"}"#

    /// The lines about a folder, its own path left out.
    private func lines(_ files: [String: String], more: [String] = []) throws -> [String] {
        let folder = try FixtureFolder(files)
        let lines = LocalServer.checkFixtures([folder.path] + more).problems
        return lines.map { $0.replacing(folder.path + "/", with: "") }
    }

    @Test func `a folder that mirrors the URLs is loaded, parents before children`() throws {
        #expect(
            try lines([
                "apis/a1b2c3d4e5.json": api, "apis/a1b2c3d4e5/integrations/abc123d.json": integration,
                "apis/zzzzzzzzzz/integrations.json": #"{"Items": []}"#,
                "111122223333/eu-west-1/apis/a1b2c3d4e5.json": api,
            ]) == [])
    }

    @Test func `a parent in a later path is found by a child in an earlier one`() throws {
        let parent = try FixtureFolder(["apis/a1b2c3d4e5.json": api])

        #expect(
            try lines(["apis/a1b2c3d4e5/integrations/abc123d.json": integration], more: [parent.path + "/"])
                == [])
    }

    @Test func `a file that was named is a document of its own`() throws {
        let folder = try FixtureFolder(["everything.txt": #"{"apis": [\#(api)]}"#])

        #expect(
            LocalServer.checkFixtures([folder.path + "/everything.txt"]).problems == [])
    }

    @Test func `hidden files, other files and other folders are passed over`() throws {
        #expect(
            try lines([
                ".git/config": "x", "README.md": "x", "apis/.DS_Store": "x", "apis/notes.txt": "x",
                "apis/LICENSE": "x",
                "exchanges/one.json": "not JSON", "scenarios.yaml": "x",
            ]) == [])
    }

    @Test func `every mistake of every file is told`() throws {
        let found = try lines([
            "apis/a1b2c3d4e5.json": "{", "apis/a1b2c3d4e5/integrations/abc123d.json": integration,
            "apis/a1b2c3d4e5/routez/r.json": "{}", "apis/b.jsonn": "{}", "apis/c.yaml": "x",
            "apis/d.JSON": "{}",
            "apiz/e.json": "{}",
        ])

        #expect(
            found.sorted() == [
                "apis/a1b2c3d4e5.json:1:2: found the end of the text, expected a name in double quotation "
                    + "marks",
                "apis/a1b2c3d4e5/routez/r.json: found \"routez\", expected one of deployments, authorizers, "
                    + "integrations, models, routes, stages; did you mean routes?",
                "apis/b.jsonn: found a file that ends in .jsonn, expected JSON in b.json",
                "apis/c.yaml: found a file that ends in .yaml, expected JSON in c.json",
                "apis/d.JSON: found a file that ends in .JSON, expected JSON in d.json",
                "apiz/e.json: found \"apiz\", expected one of apis, domainnames, vpclinks, portals, "
                    + "portalproducts; did you mean apis?",
            ])
    }

    @Test func `a path that is not there is told`() {
        #expect(
            LocalServer.checkFixtures(["/nowhere/at/all"]).problems
                == [
                    "/nowhere/at/all: found no such file or directory, expected a file or a folder of "
                        + "fixtures"
                ])
    }

    @Test func `a link that leads nowhere is told`() throws {
        let folder = try FixtureFolder(["apis/a1b2c3d4e5.json": api])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/apis/b.json", withDestinationPath: "/nowhere/at/all")

        #expect(
            LocalServer.checkFixtures([folder.path]).problems == [
                "\(folder.path)/apis/b.json: found no such file or directory, expected a file that can be "
                    + "read"
            ])
    }

    @Test func `a folder that leads back to itself ends at the deepest level`() throws {
        let folder = try FixtureFolder(["everything.json": "{}"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/loop", withDestinationPath: folder.path)

        let lines = LocalServer.checkFixtures([folder.path]).problems

        let loop = String(repeating: "/loop", count: 16)
        #expect(lines == ["\(folder.path)\(loop): found a folder this deep, expected at most 16 levels"])
    }

    @Test func `a file larger than one read is read whole`() throws {
        let items = (0..<5000).map { #"{"integrationId": "i\#($0)", "integrationType": "HTTP_PROXY"}"# }
        let everything =
            #"{"apis": [{"apiId": "a1b2c3d4e5", "name": "orders", "protocolType": "HTTP", "integrations": ["#
            + items.joined(separator: ",") + "]}]}"
        #expect(everything.utf8.count > 256 * 1024)

        #expect(try lines(["everything.json": everything]) == [])
        #expect(try lines(["everything.json": everything + "x"]).count == 1)
    }

    @Test func `a folder at the deepest level is walked`() throws {
        let nested = (1...15).map { "f\($0)" }.joined(separator: "/")

        #expect(try lines(["\(nested)/x.json": "not loaded"]) == [])
    }

    @Test func `a file as long as the limit is read and one byte more is refused`() throws {
        let folder = try FixtureFolder(["ten": "0123456789"])

        #expect(try FileSystem.read(folder.path + "/ten", bytesMax: 10) == Array("0123456789".utf8))
        #expect(throws: SystemError(call: "read", errno: EFBIG)) {
            try FileSystem.read(folder.path + "/ten", bytesMax: 9)
        }
    }
}
