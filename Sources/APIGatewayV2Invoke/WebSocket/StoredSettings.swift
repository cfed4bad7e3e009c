/// The settings of WebSocket APIs that no call can use, found when they are stored. They are mapping
/// templates, selection expressions, the patterns of integration responses, and the schemas of models.

package import APIGatewayV2
package import VTL

extension UnsupportedSetting {
    /// The problems of a stored integration.
    package static func problems(
        ofIntegration record: Record, id: String, _ limits: TemplateLimits
    ) -> [UnsupportedSetting] {
        var problems: [UnsupportedSetting] = []
        let integration = Members(.integration, record)
        _ = TemplateSet(
            integration[Integration.requestTemplates],
            selection: integration[Integration.templateSelectionExpression], member: "requestTemplates",
            of: "integration \(id)", limits, &problems)
        return problems
    }

    /// The problems of a stored integration response.
    package static func problems(
        ofIntegrationResponse record: Record, id: String, of integrationId: String, _ limits: TemplateLimits
    ) -> [UnsupportedSetting] {
        var problems: [UnsupportedSetting] = []
        _ = WebSocketIntegrationResponse(
            Members(.integrationResponse, record), id: id, of: integrationId, limits, &problems)
        return problems
    }

    /// The problem of a stored model; none if its schema can be compiled.
    package static func problems(
        ofModel record: Record, _ limits: JSONSchema.Limits
    ) -> [UnsupportedSetting] {
        let model = Members(.model, record)
        do throws(JSONSchema.Problem) {
            _ = try JSONSchema(parsing: model[Model.schema] ?? "{}", limits: limits)
            return []
        } catch {
            let place = "model \(model[Model.name] ?? "")"
            return [UnsupportedSetting("schema", at: place, detail: error.text)]
        }
    }
}
