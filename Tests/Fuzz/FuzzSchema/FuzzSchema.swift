/// A libFuzzer target: any text as the schema of a model, and any document checked by it. A schema either is
/// refused with a reason, or finds the same problem twice. `make fuzz` runs it.

import APIGatewayV2Invoke
import JSON

/// Low bounds, so that an input takes little time.
private let limits: JSONSchema.Limits = {
    var limits = JSONSchema.Limits()
    limits.stepsMax = 5_000
    limits.schemasMax = 500
    limits.depthMax = 64
    return limits
}()

/// The schema, a NUL, and the document.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    do throws(JSONSchema.Problem) {
        let schema = try JSONSchema(parsing: String(decoding: parts[0], as: UTF8.self), limits: limits)
        guard parts.count > 1, let value = json(Array(parts[1])) else { return 0 }
        let problem = schema.problem(in: value)
        precondition(problem == schema.problem(in: value), "A check gives the same answer again.")
        precondition(problem?.isEmpty != true, "A problem has words.")
    } catch {
        precondition(!error.text.isEmpty, "A problem has words.")
    }
    return 0
}

private func json(_ bytes: [UInt8]) -> JSON? {
    do throws(JSONError) {
        return try JSONDocument(parsing: bytes, depthMax: 64).root.json
    } catch {
        return nil
    }
}
