/// The page of the admin API at `/__admin/`: the files of the folder `Page`, which the build puts into the
/// program. They come from this server alone, and a browser lets them load nothing from elsewhere.

internal import HTTPWire
internal import JSON

/// One file of the page.
struct AdminPage: Sendable {
    private let contentType: String
    private let bytes: [UInt8]

    /// The document.
    static let document = AdminPage(
        contentType: "text/html; charset=utf-8", bytes: PackageResources.index_html)

    private static let script = "text/javascript; charset=utf-8"
    /// The other files by their names.
    private static let parts: [String: AdminPage] = [
        "style.css": AdminPage(contentType: "text/css; charset=utf-8", bytes: PackageResources.style_css),
        "icon.svg": AdminPage(contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
        "main.js": AdminPage(contentType: script, bytes: PackageResources.main_js),
        "api.js": AdminPage(contentType: script, bytes: PackageResources.api_js),
        "elements.js": AdminPage(contentType: script, bytes: PackageResources.elements_js),
        "table.js": AdminPage(contentType: script, bytes: PackageResources.table_js),
        "requests.js": AdminPage(contentType: script, bytes: PackageResources.requests_js),
        "calls.js": AdminPage(contentType: script, bytes: PackageResources.calls_js),
        "invocations.js": AdminPage(contentType: script, bytes: PackageResources.invocations_js),
        "connections.js": AdminPage(contentType: script, bytes: PackageResources.connections_js),
        "faults.js": AdminPage(contentType: script, bytes: PackageResources.faults_js),
        "resources.js": AdminPage(contentType: script, bytes: PackageResources.resources_js),
        "clock.js": AdminPage(contentType: script, bytes: PackageResources.clock_js),
    ]

    static var names: [String] { parts.keys.sorted() }

    static func part(named name: String) -> AdminPage? { parts[name] }

    /// The policy admits the page's own files and calls, and no code within the document (Content Security
    /// Policy Level 3, section 6).
    var response: HTTPResponse {
        var response = HTTPResponse(status: 200, contentType: contentType, body: bytes)
        response.fields.append(
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        response.fields.append("X-Content-Type-Options", "nosniff")
        response.fields.append("Referrer-Policy", "no-referrer")
        // A newer program has a newer page at the same address.
        response.fields.append("Cache-Control", "no-cache")
        return response
    }
}

extension AdminAPI {
    func showPage(_ call: AdminCall) -> HTTPResponse { AdminPage.document.response }

    func showPagePart(_ call: AdminCall) -> HTTPResponse {
        if let part = AdminPage.part(named: call.name) { return part.response }
        return .admin(
            status: 404, message: "The page has no file \(quoted(call.name)).",
            ["available": .array(AdminPage.names.map { .string($0) })])
    }

    func listOperations(_ call: AdminCall) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: "application/json", body: Array(OperationList.json.utf8))
    }

    /// From the address without a slash at its end to the page, because its files are named relative to it.
    static var pageRedirect: HTTPResponse {
        var response = HTTPResponse(status: 308, contentType: "text/plain", body: [])
        response.fields.append("Location", "/\(root)/")
        return response
    }
}
