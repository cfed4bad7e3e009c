/// The function that an URI names. Three forms are known: the function's ARN, the same with an alias or a
/// version, and API Gateway's ARN of the function's invocation. The last one holds one of the others.

internal import HTTPWire

/// A function as an integration or an authorizer names it.
package struct LambdaFunction: Sendable, Equatable {
    /// Of the function, with its alias or version.
    package let arn: String
    package let name: String
    /// An alias or a version.
    package let qualifier: String?

    /// Nil where the URI names no function. Stage variables are to be put in before.
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
