/// The request that an HTTP_PROXY integration sends to its backend: URL, method and headers as measured on
/// AWS for public URLs and for private integrations. Sources: docs/fidelity-invoke.md, "HTTP proxies".

package import HTTPWire

/// One request to another server, ready to be sent.
package struct BackendRequest: Sendable {
    package let method: HTTPMethod
    /// The absolute URL. For a private integration its host is the API's own, and the caller knows the place
    /// to connect to.
    package let url: String
    /// All fields to send, Host first.
    package let fields: HTTPFields
    package let body: [UInt8]
    /// The name in the server's certificate; nil for the URL's host.
    package let serverName: String?

    package init(
        method: HTTPMethod, url: String, fields: HTTPFields, body: [UInt8], serverName: String? = nil
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.serverName = serverName
    }
}

/// The address of an HTTP backend.
package struct HTTPTarget: Sendable, Equatable {
    /// The URI, with variables of the path and of the stage: `https://example.com/{proxy}`. For a private
    /// backend, the ARN.
    package let uri: String
    /// `ANY` stands for the client's method.
    package let method: String
    /// The name in a private backend's certificate; nil for a call without TLS.
    package let serverNameToVerify: String?

    /// The parts of a URI without variables, so that no call takes them apart; nil for other URIs.
    private let fixedParts: URLParts?

    package init(uri: String, method: String, serverNameToVerify: String? = nil) {
        self.uri = uri
        self.method = method
        self.serverNameToVerify = serverNameToVerify
        fixedParts = uri.utf8.contains(UInt8(ascii: "{")) ? nil : URLParts(uri)
    }
}

extension HTTPTarget {
    /// The request to a backend with a public URL. Nil if the integration's URI gives no URL; the client then
    /// gets a 500. `gatewayAddress` is the gateway's IP address for the backend.
    package func request(
        for invocation: Invocation, _ mapped: MappedRequest, gatewayAddress: String
    ) -> BackendRequest? {
        guard let parts = fixedParts ?? URLParts(filled(for: invocation)) else { return nil }
        var path = parts.path
        if let overwritten = mapped.path {
            path = URLText.encodedPath(overwritten)
        } else if invocation.routeKey == "$default" {
            // There is no double slash between the URI and the path after it.
            path = (path.hasSuffix("/") ? String(path.dropLast()) : path) + invocation.address.path.encoded
        }
        if !path.hasPrefix("/") { path = "/" + path }
        return BackendRequest(
            method: method(for: invocation), url: parts.url(path, query: mapped.query),
            fields: Self.fields(
                invocation, mapped, host: mapped.host ?? parts.authority, by: gatewayAddress),
            body: invocation.request.body)
    }

    /// The request to a private backend. Host stays the API's. The path begins with the stage unless a
    /// mapping overwrites it.
    package func privateRequest(for invocation: Invocation, _ mapped: MappedRequest) -> BackendRequest {
        let scheme = serverNameToVerify == nil ? "http" : "https"
        let host = invocation.request.authority ?? invocation.address.domainName
        let path = mapped.path.map(URLText.encodedPath) ?? invocation.address.calledPath
        let query = mapped.query.isEmpty ? "" : "?" + mapped.query
        return BackendRequest(
            method: method(for: invocation),
            url: "\(scheme)://\(host)\(path.hasPrefix("/") ? "" : "/")\(path)\(query)",
            fields: Self.fields(invocation, mapped, host: mapped.host ?? host, by: nil),
            body: invocation.request.body, serverName: serverNameToVerify)
    }

    private func method(for invocation: Invocation) -> HTTPMethod {
        method == "ANY" ? invocation.request.method : HTTPMethod(rawValue: method)
    }

    /// The URI with the values of stage and path variables; `{proxy}` is the value of `{proxy+}`.
    private func filled(for invocation: Invocation) -> String {
        let uri = invocation.stageVariables.substituted(in: uri)
        guard uri.utf8.contains(UInt8(ascii: "{")) else { return uri }
        var result = ""
        var rest = uri[...]
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            result += rest[..<start]
            let name = rest[start..<end].dropFirst()
            let variable = name.hasSuffix("+") ? name.dropLast() : name
            result += invocation.pathParameters.first { $0.name == variable }?.encodedValue ?? ""
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// The usual length of the fields that the gateway writes itself.
    private static let ownBytes = 384
    /// The fields that the gateway writes itself.
    private static let ownFields = ["host", "content-length", "forwarded", "via", "x-amzn-trace-id"]
    private static let unsent = FieldNames(ownFields) + HopByHop.fieldNames

    private static func fields(
        _ invocation: Invocation, _ mapped: MappedRequest, host: String, by gateway: String?
    ) -> HTTPFields {
        var fields = HTTPFields(
            roomForBytes: mapped.fields.bytes.count + ownBytes, lines: mapped.fields.count + ownFields.count)
        fields.append("Host", host)
        for index in 0..<mapped.fields.count where !mapped.fields.isNamed(unsent, at: index) {
            fields.append(lineAt: index, of: mapped.fields)
        }
        let received = invocation.request.fields
        fields.append("forwarded") { bytes in
            append(received.values(of: "Forwarded"), to: &bytes)
            if let gateway {
                bytes.append("by=")
                bytes.append(node(gateway))
                bytes.append(";")
            }
            bytes.append("for=")
            bytes.append(node(invocation.caller.address))
            bytes.append(";host=")
            append(host: invocation.request.authority ?? invocation.address.domainName, to: &bytes)
            bytes.append(";proto=")
            bytes.append(invocation.caller.scheme)
        }
        fields.append("via") { bytes in
            append(received.values(of: "Via"), to: &bytes)
            bytes.append("HTTP/1.1 AmazonAPIGateway")
        }
        fields.append("x-amzn-trace-id", invocation.traceID)
        fields.append("content-length", String(invocation.request.body.count))
        return fields
    }

    /// Appends the values of those before this gateway.
    private static func append(_ before: [String], to bytes: inout [UInt8]) {
        for value in before {
            bytes.append(value)
            bytes.append(", ")
        }
    }

    /// Appends the host of `Forwarded`. One with a port is in quotation marks, because no token has a colon
    /// (RFC 7239 section 4), and parsers refuse it.
    private static func append(host: String, to bytes: inout [UInt8]) {
        guard host.utf8.contains(UInt8(ascii: ":")) else { return bytes.append(host) }
        bytes.append("\"")
        bytes.append(host)
        bytes.append("\"")
    }

    /// The address for `Forwarded`. An IPv6 address is in brackets and quotation marks (RFC 7239 section 6).
    private static func node(_ address: String) -> String {
        address.utf8.contains(UInt8(ascii: ":")) ? "\"[\(address)]\"" : address
    }
}
