/// The identity sources of an authorizer: the parts of a request that it requires, and that are the key of
/// its cache. HTTP and WebSocket APIs write them in two forms. Each refuses the other's form in its own
/// words. Sources of the sentences: docs/fidelity-members.md, "Authorizer".

/// The form of identity sources of one kind of API.
struct IdentitySource {
    private let prefixes: [Substring]
    /// Whether one entry may have several sources with commas between, as the message of WebSocket APIs says.
    private let isList: Bool
    private let isNameByte: @Sendable (UInt8) -> Bool
    private let refusal: @Sendable (_ entry: String) -> String

    init(for type: ProtocolType) {
        self = type == .http ? .http : .webSocket
    }

    private init(
        prefixes: [Substring], isList: Bool, isNameByte: @escaping @Sendable (UInt8) -> Bool,
        refusal: @escaping @Sendable (String) -> String
    ) {
        self.prefixes = prefixes
        self.isList = isList
        self.isNameByte = isNameByte
        self.refusal = refusal
    }

    /// The service's message for an entry of `identitySource`; nil if the entry is accepted.
    func breach(of entry: String) -> String? {
        let sources = isList ? entry.split(separator: ",", omittingEmptySubsequences: false) : [entry[...]]
        // Blanks after a comma are allowed, because the service model's own example has one.
        return sources.allSatisfy { isSource($0.drop { $0 == " " }) } ? nil : refusal(entry)
    }

    private func isSource(_ source: Substring) -> Bool {
        prefixes.contains { prefix in
            guard source.hasPrefix(prefix) else { return false }
            let name = source.utf8.dropFirst(prefix.utf8.count)
            return !name.isEmpty && name.allSatisfy(isNameByte)
        }
    }

    /// The service lists no characters for an HTTP API's names. Only blanks are refused.
    private static let http = IdentitySource(
        prefixes: ["$request.header.", "$request.querystring.", "$stageVariables.", "$context."],
        isList: false,
        isNameByte: { $0 > UInt8(ascii: " ") },
        refusal: {
            "Invalid identity source expression: \($0). The source must be a request header, request "
                + "querystring, stage variable or context parameter"
        })

    private static let webSocket = IdentitySource(
        prefixes: ["route.request.header.", "route.request.querystring.", "stageVariables.", "context."],
        isList: true,
        isNameByte: { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._-".utf8.contains(byte)
            }
        },
        refusal: {
            "Invalid request identity source expression: \($0). The sources must be separated by comma, and "
                + "each source must be either a request parameter, matching "
                + "'route.request.querystring|header.[a-zA-Z0-9._-]+', or a stage variable, matching "
                + "'stageVariables.[a-zA-Z0-9._-]+', or a context parameter, matching "
                + "'context.[a-zA-Z0-9._-]+'"
        })
}
