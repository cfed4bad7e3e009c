/// One resource of every kind, created as a client would, and a place for a state file.

import APIGatewayV2
import APIGatewayV2Local
import Glibc
import HTTPWire
import JSON
import Testing

extension TestEmulator {
    /// An emulator with nothing in it whose store can be kept.
    static func empty(
        isRecorded: Bool = false, delays: LifecycleDelays = LifecycleDelays()
    ) throws -> TestEmulator {
        try TestEmulator(
            service: Service(
                store: Store(isRecorded: isRecorded), random: RandomSource(seed: 9), delays: delays))
    }

    /// Creates something that must succeed and gives back the member `identifier` of the answer.
    @discardableResult
    func create(
        _ path: String, _ body: String, identifier: String, as account: String? = nil
    ) throws -> String {
        let signature = account.map { [authorization($0)] } ?? []
        let answer = try send(.post, path, signature, body: body)
        // CreateApiMapping alone answers 200.
        try #require(answer.status == 201 || answer.status == 200, "\(path): \(answer.text)")
        return try #require(try JSONDocument(parsing: answer.body).root[identifier]?.string)
    }

    /// One of every resource there is.
    func createEverything() throws {
        let api = try create(
            "/v2/apis", #"{"name":"orders","protocolType":"HTTP","corsConfiguration":{"maxAge":5}}"#,
            identifier: "apiId")
        let integration = try create(
            "/v2/apis/\(api)/integrations",
            #"{"integrationType":"HTTP_PROXY","integrationMethod":"ANY","#
                + #""integrationUri":"https://a.example","#
                + #""payloadFormatVersion":"1.0"}"#, identifier: "integrationId")
        try create(
            "/v2/apis/\(api)/authorizers",
            #"{"name":"jwt","authorizerType":"JWT","identitySource":["$request.header.Authorization"],"#
                + #""jwtConfiguration":{"audience":["a"],"issuer":"https://i.example"}}"#,
            identifier: "authorizerId")
        try create(
            "/v2/apis/\(api)/stages", #"{"stageName":"prod","autoDeploy":true}"#, identifier: "stageName")
        try create(
            "/v2/apis/\(api)/routes", #"{"routeKey":"GET /a","target":"integrations/\#(integration)"}"#,
            identifier: "routeId")
        try create("/v2/apis/\(api)/deployments", #"{"description":"one"}"#, identifier: "deploymentId")
        try createWebSocket()
        try createDomain(for: api)
        try create("/v2/vpclinks", #"{"name":"link","subnetIds":["subnet-1"]}"#, identifier: "vpcLinkId")
        try createPortal()
    }

    private func createWebSocket() throws {
        let api = try create(
            "/v2/apis",
            #"{"name":"chat","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.a"}"#,
            identifier: "apiId")
        let integration = try create(
            "/v2/apis/\(api)/integrations", #"{"integrationType":"MOCK"}"#, identifier: "integrationId")
        try create(
            "/v2/apis/\(api)/integrations/\(integration)/integrationresponses",
            #"{"integrationResponseKey":"/200/"}"#, identifier: "integrationResponseId")
        let route = try create(
            "/v2/apis/\(api)/routes", #"{"routeKey":"$default"}"#, identifier: "routeId")
        try create(
            "/v2/apis/\(api)/routes/\(route)/routeresponses", #"{"routeResponseKey":"$default"}"#,
            identifier: "routeResponseId")
        try create(
            "/v2/apis/\(api)/models", #"{"name":"Order","contentType":"application/json","schema":"{}"}"#,
            identifier: "modelId")
    }

    private func createDomain(for api: String) throws {
        let certificate = "arn:aws:acm:us-east-1:123456789012:certificate/c1"
        try create(
            "/v2/domainnames",
            #"{"domainName":"api.example.com","routingMode":"ROUTING_RULE_THEN_API_MAPPING","#
                + #""domainNameConfigurations":[{"certificateArn":""# + certificate + #""}]}"#,
            identifier: "domainName")
        try create(
            "/v2/domainnames/api.example.com/apimappings", #"{"apiId":"\#(api)","stage":"prod"}"#,
            identifier: "apiMappingId")
        try create(
            "/v2/domainnames/api.example.com/routingrules",
            #"{"actions":[{"invokeApi":{"apiId":"\#(api)","stage":"prod"}}],"#
                + #""conditions":[{"matchBasePaths":{"anyOf":["pets"]}}],"priority":50}"#,
            identifier: "routingRuleId")
    }

    private func createPortal() throws {
        let colors =
            ##"{"accentColor":"#111111","backgroundColor":"#222222","errorValidationColor":"#333333","##
            + ##""headerColor":"#444444","navigationColor":"#555555","textColor":"#666666"}"##
        try create(
            "/v2/portals",
            #"{"authorization":{"none":{}},"endpointConfiguration":{"none":{}},"#
                + #""portalContent":{"displayName":"Pets","theme":{"customColors":"# + colors + "}}}",
            identifier: "portalId")
        let product = try create(
            "/v2/portalproducts", #"{"displayName":"Pets"}"#, identifier: "portalProductId")
        try create(
            "/v2/portalproducts/\(product)/productpages",
            #"{"displayContent":{"title":"Start","body":"Text"}}"#, identifier: "productPageId")
        try create(
            "/v2/portalproducts/\(product)/productrestendpointpages",
            #"{"restEndpointIdentifier":{"identifierParts":{"method":"GET","path":"/p","restApiId":"r1","#
                + #""stage":"s"}}}"#, identifier: "productRestEndpointPageId")
        let policy = try send(
            .put, "/v2/portalproducts/\(product)/sharingpolicy", body: #"{"policyDocument":"{}"}"#)
        try #require(policy.status == 200, "\(policy.text)")
    }

    /// The whole state as the admin API tells it.
    func state(_ query: String = "") throws -> String {
        let answer = try send(.get, "/__admin/state" + query)
        try #require(answer.status == 200, "\(answer.text)")
        return answer.text
    }
}

/// A folder for a state file, gone with the value.
final class StateFolder: Sendable {
    let path: String

    init() throws {
        let template = Array("/tmp/apigatewayv2-local-XXXXXX".utf8CString)
        path = unsafe template.withUnsafeBufferPointer { buffer in
            // A copy of its own: the call writes the name into it.
            guard let name = unsafe buffer.baseAddress.map({ unsafe strdup($0) }) ?? nil else { return "" }
            defer { unsafe free(name) }
            return unsafe mkdtemp(name) == nil ? "" : String(cString: name)
        }
        try #require(!path.isEmpty, "mkdtemp: errno \(errno)")
    }

    deinit {
        for name in ["state", "state-wal"] { _ = unsafe unlink("\(path)/\(name)") }
        _ = unsafe rmdir(path)
    }
}
