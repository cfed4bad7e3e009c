/// A libFuzzer target: any text as a mapping template, rendered over any payload. A template either is
/// refused with a place within it, or gives the same output twice within its bounds. `make fuzz` runs it.

import APIGatewayV2Invoke
import JSON
import VTL

/// Low bounds, so that an input takes little time.
private let limits: TemplateLimits = {
    var limits = TemplateLimits()
    limits.stepsMax = 2_000
    limits.outputBytesMax = 16_384
    limits.passesMax = 100
    return limits
}()

/// The template, a NUL, and the payload.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: parts[0], as: UTF8.self)
    let body = parts.count > 1 ? Array(parts[1]) : []
    do throws(TemplateProblem) {
        let template = try Template(parsing: text, limits: limits)
        let first = output(of: template, over: body)
        precondition(first == output(of: template, over: body), "A template gives the same output again.")
        if case .success(let bytes) = first {
            precondition(bytes.count <= limits.outputBytesMax, "The output has its limit.")
            precondition(String(validating: bytes, as: UTF8.self) != nil, "The output is UTF-8.")
        }
    } catch {
        precondition(error.position.line >= 1 && error.position.column >= 1, "\(error)")
    }
    return 0
}

private func output(of template: Template, over body: [UInt8]) -> Result<[UInt8], TemplateProblem> {
    let variables: [String: TemplateValue] = [
        "input": .object(
            InputObject(
                body: body, payload: json(body), parameters: ["header": ["a": "b"], "path": [:]],
                pathStepsMax: limits.pathStepsMax)),
        "util": .object(UtilObject(limits)),
        "context": TemplateValue(["connectionId": "L0SM9cOFvHcCIhw=", "identity": ["sourceIp": "::1"]]),
        "stageVariables": TemplateValue(["a": "b"]),
    ]
    return Result { () throws(TemplateProblem) in
        try template.bytes(with: variables, omitting: ["input", "context", "stageVariables"])
    }
}

private func json(_ bytes: [UInt8]) -> JSON? {
    do throws(JSONError) {
        return try JSONDocument(parsing: bytes).root.json
    } catch {
        return nil
    }
}
