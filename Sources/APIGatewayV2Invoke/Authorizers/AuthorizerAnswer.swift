/// The answer of an authorizer's function, as it is cached: `isAuthorized`, which decides for every route,
/// or a policy, which is evaluated for each. Refuses other answers, and policies with members that are not
/// evaluated here. Developer guide, "Control access to HTTP APIs with AWS Lambda authorizers".

package import JSON

/// One answer.
package struct AuthorizerAnswer: Sendable, Equatable {
    /// The reason why an answer decides nothing.
    package enum Problem: Error, Sendable, Equatable {
        case malformed(String)
        /// A policy has this member, which is not evaluated.
        case notEvaluated(String)
    }

    /// A statement about `execute-api:Invoke`.
    struct Statement: Sendable, Equatable {
        let isAllow: Bool
        let resources: [WildcardPattern]
    }

    private enum Decision: Sendable, Equatable {
        case simple(Bool)
        case policy([Statement])
    }

    private let decision: Decision
    package let context: JSONObject
    /// The user that a policy names.
    package let principalId: String?
    /// The API key that a WebSocket API may take from the answer; nil without one.
    package let usageIdentifierKey: String?

    package init(_ payload: [UInt8], isSimple: Bool) throws(Problem) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: payload)
        } catch {
            throw .malformed("the answer is no JSON: \(error)")
        }
        guard case .object(let root) = document.root.json else {
            throw .malformed("the answer is no object")
        }
        switch root["context"] {
        case nil, .null: context = JSONObject()
        case .object(let object): context = object
        default: throw .malformed("context is no object")
        }
        usageIdentifierKey = root["usageIdentifierKey"]?.text
        if isSimple {
            guard case .bool(let isAllowed) = root["isAuthorized"] else {
                throw .malformed("isAuthorized is not true or false, which enableSimpleResponses demands")
            }
            (decision, principalId) = (.simple(isAllowed), nil)
        } else {
            decision = .policy(try Self.statements(root["policyDocument"]))
            principalId = root["principalId"]?.text
        }
    }

    private static func statements(_ document: JSON?) throws(Problem) -> [Statement] {
        guard let list = document?.member("Statement") else {
            throw .malformed("policyDocument has no Statement, and enableSimpleResponses is not set")
        }
        var statements: [Statement] = []
        let entries: [JSON] = if case .array(let entries) = list { entries } else { [list] }
        for entry in entries {
            for member in ["NotAction", "NotResource", "NotPrincipal", "Condition"]
            where entry.member(member) != nil {
                throw .notEvaluated(member)
            }
            guard let effect = entry.member("Effect")?.text, effect == "Allow" || effect == "Deny" else {
                throw .malformed("a statement's Effect is neither Allow nor Deny")
            }
            let actions = texts(entry.member("Action"))
            let resources = texts(entry.member("Resource"))
            guard !actions.isEmpty, !resources.isEmpty else {
                throw .malformed("a statement has no Action or no Resource")
            }
            // Names of actions have no case (IAM user guide, "IAM JSON policy elements: Action").
            let isAboutInvoke = actions.contains {
                WildcardPattern($0.lowercased()).matches("execute-api:invoke")
            }
            guard isAboutInvoke else { continue }
            statements.append(
                Statement(isAllow: effect == "Allow", resources: resources.map(WildcardPattern.init)))
        }
        return statements
    }

    private static func texts(_ value: JSON?) -> [String] {
        value?.text.map { [$0] } ?? value?.texts ?? []
    }

    /// Whether the policy allows a request to `routeARN`. A statement that denies wins, and without one that
    /// allows the request is refused.
    package func allows(_ routeARN: String) -> Bool {
        switch decision {
        case .simple(let isAllowed): return isAllowed
        case .policy(let statements):
            let matching = statements.filter { $0.resources.contains { $0.matches(routeARN) } }
            return !matching.isEmpty && matching.allSatisfy(\.isAllow)
        }
    }
}
