/// The headers of a request in Lambda events. The forms of both payload versions are recorded (AWS's Lambda
/// test tool, April 2025; voker, July 2026; dumps of format 1.0 of August 2022).

internal import HTTPWire

/// The headers, sorted by name, with every value of a name in its order.
struct EventHeaders {
    /// One name in an event's spelling, and its values, at least one.
    struct Header {
        var name: String
        var values: [String]
    }

    private(set) var headers: [Header] = []
    /// Every pair of the request's Cookie fields.
    private(set) var cookies: [String] = []

    /// `spelling` makes an event's name from a lower-case name.
    init(_ invocation: Invocation, spelling: (String) -> String) {
        let fields = HopByHop.removed(from: invocation.request.fields)
        var byName: [String: [String]] = [:]
        for index in 0..<fields.count {
            let name = fields.name(at: index).lowercased()
            if HopByHop.names.contains(name) { continue }
            byName[name, default: []].append(fields.value(at: index))
        }
        if let values = byName["cookie"] {
            cookies = values.flatMap { $0.split(separator: "; ").map(String.init) }
            // HTTP/2 clients may send each pair in its own field (RFC 9113 section 8.2.3).
            byName["cookie"] = [values.joined(separator: "; ")]
        }
        byName["content-length"] = ["\(invocation.request.body.count)"]
        if byName["host"] == nil {
            byName["host"] = [invocation.request.authority ?? invocation.address.domainName]
        }
        let forwarded = byName["x-forwarded-for"].map { $0.joined(separator: ", ") + ", " } ?? ""
        byName["x-forwarded-for"] = [forwarded + invocation.caller.address]
        byName["x-forwarded-port"] = ["\(invocation.caller.port)"]
        byName["x-forwarded-proto"] = [invocation.caller.scheme]
        byName["x-amzn-trace-id"] = [invocation.traceID]
        headers = byName.map { Header(name: spelling($0.key), values: $0.value) }
        headers.sort { $0.name < $1.name }
    }

    /// The spelling of format 1.0: capitals, except for four names that dumps have in lower case.
    static func capitalized(_ name: String) -> String {
        lowerCase.contains(name) ? name : HeaderCase.capitalized(name)
    }

    private static let lowerCase: Set<String> = [
        "accept", "accept-encoding", "accept-language", "cache-control",
    ]
}
