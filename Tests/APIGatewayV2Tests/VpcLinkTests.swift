/// VPC links and the life that they go through by themselves.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct VpcLinkTests {
    private var emulation = Emulation()
    private let path = "/v2/vpclinks"

    private func slow() -> Emulation {
        Emulation(
            delays: LifecycleDelays([.vpcLinkCreation: .seconds(90), .vpcLinkDeletion: .milliseconds(1500)]))
    }

    private func link(of emulation: Emulation) throws -> String {
        try emulation.create(path, ["name": "link", "subnetIds": ["subnet-1"]], identifier: "vpcLinkId")
    }

    @Test func `a new link is pending in its answer and available in the next read`() throws {
        let answer = try emulation.call(
            .post, path,
            [
                "name": "link", "subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"],
                "vpcLinkStatus": "FAILED", "unknown": 1,
            ])
        let id = try answer.string("vpcLinkId")
        #expect(answer.status == 201)
        #expect(try /[a-z0-9]{6}/.wholeMatch(in: id) != nil)
        #expect(
            answer.body == [
                "createdDate": "2030-01-01T00:00:00Z", "name": "link", "securityGroupIds": ["sg-1"],
                "subnetIds": ["subnet-1", "subnet-2"], "tags": [:], "vpcLinkId": .string(id),
                "vpcLinkStatus": "PENDING", "vpcLinkStatusMessage": "VPC link is provisioning ENIs",
                "vpcLinkVersion": "V2",
            ])
        let read = try emulation.call(.get, "\(path)/\(id)")
        #expect(read["vpcLinkStatus"] == "AVAILABLE")
        #expect(read["vpcLinkStatusMessage"] == "VPC link is ready to route traffic")
        #expect(read["subnetIds"] == ["subnet-1", "subnet-2"])
    }

    @Test func `a link without security groups has an empty list of them, wherever it is shown`() throws {
        let answer = try emulation.call(.post, path, ["name": "link", "subnetIds": ["subnet-1"]])
        #expect(answer["securityGroupIds"] == [])
        let id = try answer.string("vpcLinkId")
        #expect(try emulation.call(.get, "\(path)/\(id)")["securityGroupIds"] == [])
        #expect(try emulation.call(.get, path).body.text.contains(#""securityGroupIds":[]"#))
    }

    @Test func `a link is pending until its time has come, in reads, lists and updates`() throws {
        var emulation = slow()
        let id = try link(of: emulation)
        emulation.now += .seconds(89)
        #expect(try emulation.call(.get, "\(path)/\(id)")["vpcLinkStatus"] == "PENDING")
        let renamed = try emulation.call(.patch, "\(path)/\(id)", ["name": "renamed"])
        #expect(renamed["vpcLinkStatus"] == "PENDING")
        emulation.now += .seconds(1)
        let list = try emulation.call(.get, path)
        #expect(list.body.text.contains(#""vpcLinkStatus":"AVAILABLE""#))
        #expect(try emulation.call(.get, "\(path)/\(id)")["name"] == "renamed")
    }

    @Test func `a deleted link is gone at once by default`() throws {
        let id = try link(of: emulation)
        let deleted = try emulation.call(.delete, "\(path)/\(id)")
        #expect(deleted.status == 202)
        #expect(deleted.body == [:])
        let read = try emulation.call(.get, "\(path)/\(id)")
        #expect(read.status == 404)
        #expect(read.message == "Invalid Vpc Link identifier specified")
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 404)
    }

    @Test func `a deleted link is being deleted until its time has come, however often it is deleted`() throws
    {
        var emulation = slow()
        let id = try link(of: emulation)
        // Also one that was never ready: what it was to become is forgotten.
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 202)
        emulation.now += .milliseconds(1499)
        #expect(try emulation.call(.get, "\(path)/\(id)")["vpcLinkStatus"] == "DELETING")
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 202)
        emulation.now += .milliseconds(1)
        #expect(try emulation.call(.get, "\(path)/\(id)").status == 404)
        emulation.now += .seconds(90)
        #expect(try emulation.call(.get, "\(path)/\(id)").status == 404)
        #expect(try emulation.call(.get, path)["items"] == [])
    }

    @Test func `lives go on in each account by itself`() throws {
        let emulation = slow()
        let id = try link(of: emulation)
        let store = emulation.service.store
        store.makeTransitions(
            in: Scope(account: "111122223333", region: "us-east-1"), dueAt: .seconds(4_000_000_000),
            revising: Catalogue.service.revised)
        #expect(try emulation.call(.get, "\(path)/\(id)")["vpcLinkStatus"] == "PENDING")
    }

    @Test func `only the name can be changed`() throws {
        let id = try link(of: emulation)
        let answer = try emulation.call(
            .patch, "\(path)/\(id)", ["name": "new", "subnetIds": ["subnet-9"], "tags": ["a": "b"]])
        #expect(answer["name"] == "new")
        #expect(answer["subnetIds"] == ["subnet-1"])
        #expect(answer["tags"] == [:])
    }

    @Test(
        arguments: [
            (["name": "n"], "SubnetIds for a vpc link cannot be empty"),
            (["name": "n", "subnetIds": []], "SubnetIds for a vpc link cannot be empty"),
            (
                ["subnetIds": ["s"]],
                "1 validation error detected: Value null at 'name' failed to satisfy constraint: "
                    + "Member must not be "
                    + "null"
            ),
        ] as [(JSON, String)])
    func `what the service refuses is refused in its words`(body: JSON, message: String) throws {
        let answer = try emulation.call(.post, path, body)
        #expect(answer.status == 400)
        #expect(answer.message == message)
    }

    @Test func `a link that integrations lead through is kept, and who they are is told`() throws {
        let (api, id) = (try emulation.httpAPI(), try link(of: emulation))
        let integration = try emulation.create(
            "/v2/apis/\(api)/integrations",
            [
                "integrationType": "HTTP_PROXY", "integrationMethod": "GET", "payloadFormatVersion": "1.0",
                "connectionType": "VPC_LINK", "connectionId": .string(id),
                "integrationUri":
                    "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/a/50dc6c495c0c9188/f2f7dc8efc5",
            ], identifier: "integrationId")
        let refused = try emulation.call(.delete, "\(path)/\(id)")
        #expect(refused.status == 400)
        #expect(
            refused.message
                == "Cannot delete vpc link. Vpc link '\(id)', is referenced in [GET:\(integration)] "
                + "in format of "
                + "[Method:Resource].")
        let route = try emulation.route("GET /", of: api, target: integration)
        #expect(
            try emulation.call(.delete, "\(path)/\(id)").message
                == "Cannot delete vpc link. Vpc link '\(id)', is referenced in [GET:\(route)] in format of "
                + "[Method:Resource].")
        #expect(try emulation.call(.delete, "/v2/apis/\(api)").status == 204)
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 202)
    }

    @Test func `a quota of ten links is the account's`() throws {
        for _ in 0..<10 { _ = try link(of: emulation) }
        let answer = try emulation.call(.post, path, ["name": "n", "subnetIds": ["s"]])
        #expect(answer.status == 429)
        #expect(answer.errorType == "TooManyRequestsException")
    }
}
