/// The conditions of a routing rule, parsed, and the service's refusals of them. Bounds and names come from
/// the developer guide, "Routing rules". The service was seen to differ from it in some points, and they go
/// first (docs/fidelity.md, "RoutingRule").

internal import HTTPWire
import JSON

/// The conditions of a rule on a request.
struct RoutingConditions {
    /// Header conditions of a rule. Fixed by the service.
    static let headersMax = 2
    /// Base path conditions of a rule. Fixed by the service.
    static let basePathConditionsMax = 1
    /// Characters of a header name. Fixed by the service.
    static let headerLengthMax = 39
    /// Characters of a glob. Fixed by the service.
    static let globLengthMax = 127
    /// The most characters of a glob with a star on both ends, stars included. Fixed by the service.
    static let infixGlobLengthMax = 40
    /// Characters of a base path. Fixed by the service.
    static let basePathLengthMax = 127

    private let conditions: [JSONObject]
    let basePaths: [String]
    private let headers: [(name: String, glob: String)]

    init(_ conditions: [JSON]) {
        self.conditions = conditions.compactMap(JSONObject.init)
        basePaths = self.conditions.flatMap { $0.anyOf("matchBasePaths").compactMap(String.init) }
        headers = self.conditions.flatMap { condition in
            condition.anyOf("matchHeaders").compactMap(JSONObject.init).map { header in
                (header["header"].flatMap(String.init) ?? "", header["valueGlob"].flatMap(String.init) ?? "")
            }
        }
    }

    /// The message about the first mistake; nil if there is none. A rule without conditions matches every
    /// request.
    var breach: String? {
        if let condition = conditions.first(where: { $0.members.count != 1 }) {
            return condition.members.isEmpty
                ? "A condition must match base paths or headers"
                : "A condition must not match both base paths and headers"
        }
        let basePathConditions = conditions.count { $0["matchBasePaths"] != nil }
        if basePathConditions > Self.basePathConditionsMax
            || basePaths.count > Self.basePathConditionsMax
        {
            return
                "A routing rule must not have more than \(Self.basePathConditionsMax) base "
                + "path condition"
        }
        if headers.count > Self.headersMax {
            return "A routing rule must not have more than \(Self.headersMax) header conditions"
        }
        if headers.count + basePaths.count < conditions.count { return "A condition must not be empty" }
        return basePaths.lazy.compactMap(Self.breach(ofBasePath:)).first
            ?? headers.lazy.compactMap { Self.breach(ofHeader: $0.name) ?? Self.breach(ofGlob: $0.glob) }
            .first
    }

    private static func breach(ofBasePath path: String) -> String? {
        let isAccepted =
            (1...Self.basePathLengthMax).contains(path.utf8.count)
            && path.utf8.allSatisfy { ApiMappingKey.isByte($0) && $0 != UInt8(ascii: ",") }
        return isAccepted ? nil : "Invalid base path: \(path)"
    }

    private static func breach(ofHeader name: String) -> String? {
        let lowercased = name.lowercased()
        guard (1...Self.headerLengthMax).contains(name.utf8.count), name.utf8.allSatisfy(isHeaderByte)
        else { return "Invalid header name: \(name)" }
        let isReserved =
            reservedNames.contains(lowercased) || reservedPrefixes.contains { lowercased.hasPrefix($0) }
        return isReserved ? "Header \(name) is not supported in a routing rule" : nil
    }

    /// The message about a glob. A star may be at the start, at the end or at both, never inside.
    private static func breach(ofGlob glob: String) -> String? {
        let refusal = "Invalid header value glob: \(glob)"
        guard (1...Self.globLengthMax).contains(glob.utf8.count), glob.utf8.allSatisfy(isHeaderByte)
        else {
            return refusal
        }
        let stars = glob.count { $0 == "*" }
        let isInfix = glob.hasPrefix("*") && glob.hasSuffix("*") && stars == 2 && glob.utf8.count > 2
        if isInfix { return glob.utf8.count > Self.infixGlobLengthMax ? refusal : nil }
        let isAtOneEnd = stars == 1 && (glob.hasPrefix("*") || glob.hasSuffix("*"))
        return stars == 0 || isAtOneEnd ? nil : refusal
    }

    private static func isHeaderByte(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || "*?-!#$%&'.^_`|~".utf8.contains(byte)
    }

    private static let reservedNames: Set = [
        "authorization", "connection", "content-encoding", "content-length", "content-location", "forwarded",
        "keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers",
        "transfer-encoding", "upgrade", "via", "x-apigw-api-id", "x-forwarded-for", "x-forwarded-host",
        "x-forwarded-proto", "x-restapi",
    ]

    private static let reservedPrefixes = ["access-control-", "apigw-", "x-amz-", "x-amzn-"]
}

extension JSONObject {
    /// The alternatives of one kind of condition.
    fileprivate func anyOf(_ kind: String) -> [JSON] {
        self[kind].flatMap(JSONObject.init)?["anyOf"].flatMap([JSON].init) ?? []
    }
}
