/// The JSON paths of parameter mappings that are not read. An integration with one is not called, because to
/// ignore its mapping would hide the problem.

internal import APIGatewayV2

extension MappingValue {
    /// The first JSON path of an unknown form; nil if there is none.
    var unreadPath: String? {
        for source in sources {
            switch source {
            case .requestBody(let path?), .responseBody(let path?):
                // The path is not evaluated here.
                if JSONPath(mapping: path, stepsMax: 0) == nil { return path }
            default: continue
            }
        }
        return nil
    }
}
