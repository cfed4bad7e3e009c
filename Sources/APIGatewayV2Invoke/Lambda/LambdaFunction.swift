/// The function in an URI. The URI has one of three forms: the function's ARN, the ARN with an alias or a
/// version, and API Gateway's ARN of the invocation. The last form contains one of the others.

internal import HTTPWire

/// A function of an integration or an authorizer.
package struct LambdaFunction: Sendable, Equatable {
    /// The ARN of the function, with its alias or version.
    package let arn: String
    package let name: String
    /// The alias or version; nil for none.
    package let qualifier: String?

    /// Nil if the URI has no function. It must have values in place of stage variables.
    package init?(uri: String) {
        var arn = uri[...]
        if let path = uri.firstRange(of: ":lambda:path/"),
            let functions = uri[path.upperBound...].firstRange(of: "/functions/"),
            uri.hasSuffix("/invocations")
        {
            arn = uri[functions.upperBound...].dropLast("/invocations".count)
        }
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 7 || parts.count == 8, parts[0] == "arn", parts[2] == "lambda",
            parts[5] == "function", !parts[6].isEmpty
        else { return nil }
        self.arn = String(arn)
        name = String(parts[6])
        qualifier = parts.count == 8 && !parts[7].isEmpty ? String(parts[7]) : nil
    }

    /// The target of the Invoke operation (Lambda API reference, "Invoke").
    package var invokeTarget: String {
        let path = "/2015-03-31/functions/\(PercentCoding.encoded(name))/invocations"
        return qualifier.map { path + "?Qualifier=" + PercentCoding.encoded($0) } ?? path
    }
}
