/// The operations of the service's model that no table answers yet, so that a request for one is told so
/// by name. Names, methods, paths and statuses from botocore's `apigatewayv2` service-2.json.

import HTTPWire

extension Operation {
    /// Every operation of the model. The catalogue leaves out those that a resource's table answers.
    static let notBuilt: [Operation] = [
        Operation("CreateApi", .post, "/v2/apis", status: 201, .notBuilt),
        Operation(
            "CreateApiMapping", .post, "/v2/domainnames/{domainName}/apimappings", status: 201, .notBuilt),
        Operation("CreateAuthorizer", .post, "/v2/apis/{apiId}/authorizers", status: 201, .notBuilt),
        Operation("CreateDeployment", .post, "/v2/apis/{apiId}/deployments", status: 201, .notBuilt),
        Operation("CreateDomainName", .post, "/v2/domainnames", status: 201, .notBuilt),
        Operation("CreateIntegration", .post, "/v2/apis/{apiId}/integrations", status: 201, .notBuilt),
        Operation(
            "CreateIntegrationResponse", .post,
            "/v2/apis/{apiId}/integrations/{integrationId}/integrationresponses", status: 201, .notBuilt),
        Operation("CreateModel", .post, "/v2/apis/{apiId}/models", status: 201, .notBuilt),
        Operation("CreatePortal", .post, "/v2/portals", status: 201, .notBuilt),
        Operation("CreatePortalProduct", .post, "/v2/portalproducts", status: 201, .notBuilt),
        Operation(
            "CreateProductPage", .post, "/v2/portalproducts/{portalProductId}/productpages", status: 201,
            .notBuilt),
        Operation(
            "CreateProductRestEndpointPage", .post,
            "/v2/portalproducts/{portalProductId}/productrestendpointpages", status: 201, .notBuilt),
        Operation("CreateRoute", .post, "/v2/apis/{apiId}/routes", status: 201, .notBuilt),
        Operation(
            "CreateRouteResponse", .post, "/v2/apis/{apiId}/routes/{routeId}/routeresponses", status: 201,
            .notBuilt),
        Operation(
            "CreateRoutingRule", .post, "/v2/domainnames/{domainName}/routingrules", status: 201, .notBuilt),
        Operation("CreateStage", .post, "/v2/apis/{apiId}/stages", status: 201, .notBuilt),
        Operation("CreateVpcLink", .post, "/v2/vpclinks", status: 201, .notBuilt),
        Operation(
            "DeleteAccessLogSettings", .delete, "/v2/apis/{apiId}/stages/{stageName}/accesslogsettings",
            status: 204, .notBuilt),
        Operation("DeleteApi", .delete, "/v2/apis/{apiId}", status: 204, .notBuilt),
        Operation(
            "DeleteApiMapping", .delete, "/v2/domainnames/{domainName}/apimappings/{apiMappingId}",
            status: 204, .notBuilt),
        Operation(
            "DeleteAuthorizer", .delete, "/v2/apis/{apiId}/authorizers/{authorizerId}", status: 204, .notBuilt
        ),
        Operation("DeleteCorsConfiguration", .delete, "/v2/apis/{apiId}/cors", status: 204, .notBuilt),
        Operation(
            "DeleteDeployment", .delete, "/v2/apis/{apiId}/deployments/{deploymentId}", status: 204, .notBuilt
        ),
        Operation("DeleteDomainName", .delete, "/v2/domainnames/{domainName}", status: 204, .notBuilt),
        Operation(
            "DeleteIntegration", .delete, "/v2/apis/{apiId}/integrations/{integrationId}", status: 204,
            .notBuilt),
        Operation(
            "DeleteIntegrationResponse", .delete,
            "/v2/apis/{apiId}/integrations/{integrationId}/integrationresponses/{integrationResponseId}",
            status: 204, .notBuilt),
        Operation("DeleteModel", .delete, "/v2/apis/{apiId}/models/{modelId}", status: 204, .notBuilt),
        Operation("DeletePortal", .delete, "/v2/portals/{portalId}", status: 204, .notBuilt),
        Operation(
            "DeletePortalProduct", .delete, "/v2/portalproducts/{portalProductId}", status: 204, .notBuilt),
        Operation(
            "DeletePortalProductSharingPolicy", .delete, "/v2/portalproducts/{portalProductId}/sharingpolicy",
            status: 204, .notBuilt),
        Operation(
            "DeleteProductPage", .delete, "/v2/portalproducts/{portalProductId}/productpages/{productPageId}",
            status: 204, .notBuilt),
        Operation(
            "DeleteProductRestEndpointPage", .delete,
            "/v2/portalproducts/{portalProductId}/productrestendpointpages/{productRestEndpointPageId}",
            status: 204, .notBuilt),
        Operation("DeleteRoute", .delete, "/v2/apis/{apiId}/routes/{routeId}", status: 204, .notBuilt),
        Operation(
            "DeleteRouteRequestParameter", .delete,
            "/v2/apis/{apiId}/routes/{routeId}/requestparameters/{requestParameterKey}", status: 204,
            .notBuilt),
        Operation(
            "DeleteRouteResponse", .delete,
            "/v2/apis/{apiId}/routes/{routeId}/routeresponses/{routeResponseId}", status: 204, .notBuilt),
        Operation(
            "DeleteRouteSettings", .delete, "/v2/apis/{apiId}/stages/{stageName}/routesettings/{routeKey}",
            status: 204, .notBuilt),
        Operation(
            "DeleteRoutingRule", .delete, "/v2/domainnames/{domainName}/routingrules/{routingRuleId}",
            status: 204, .notBuilt),
        Operation("DeleteStage", .delete, "/v2/apis/{apiId}/stages/{stageName}", status: 204, .notBuilt),
        Operation("DeleteVpcLink", .delete, "/v2/vpclinks/{vpcLinkId}", status: 202, .notBuilt),
        Operation("DisablePortal", .delete, "/v2/portals/{portalId}/publish", status: 204, .notBuilt),
        Operation("ExportApi", .get, "/v2/apis/{apiId}/exports/{specification}", status: 200, .notBuilt),
        Operation("GetApi", .get, "/v2/apis/{apiId}", status: 200, .notBuilt),
        Operation(
            "GetApiMapping", .get, "/v2/domainnames/{domainName}/apimappings/{apiMappingId}", status: 200,
            .notBuilt),
        Operation("GetApiMappings", .get, "/v2/domainnames/{domainName}/apimappings", status: 200, .notBuilt),
        Operation("GetApis", .get, "/v2/apis", status: 200, .notBuilt),
        Operation(
            "GetAuthorizer", .get, "/v2/apis/{apiId}/authorizers/{authorizerId}",
            status: 200, .notBuilt),
        Operation("GetAuthorizers", .get, "/v2/apis/{apiId}/authorizers", status: 200, .notBuilt),
        Operation(
            "GetDeployment", .get, "/v2/apis/{apiId}/deployments/{deploymentId}",
            status: 200, .notBuilt),
        Operation("GetDeployments", .get, "/v2/apis/{apiId}/deployments", status: 200, .notBuilt),
        Operation("GetDomainName", .get, "/v2/domainnames/{domainName}", status: 200, .notBuilt),
        Operation("GetDomainNames", .get, "/v2/domainnames", status: 200, .notBuilt),
        Operation(
            "GetIntegration", .get, "/v2/apis/{apiId}/integrations/{integrationId}", status: 200, .notBuilt),
        Operation(
            "GetIntegrationResponse", .get,
            "/v2/apis/{apiId}/integrations/{integrationId}/integrationresponses/{integrationResponseId}",
            status: 200, .notBuilt),
        Operation(
            "GetIntegrationResponses", .get,
            "/v2/apis/{apiId}/integrations/{integrationId}/integrationresponses", status: 200, .notBuilt),
        Operation("GetIntegrations", .get, "/v2/apis/{apiId}/integrations", status: 200, .notBuilt),
        Operation("GetModel", .get, "/v2/apis/{apiId}/models/{modelId}", status: 200, .notBuilt),
        Operation(
            "GetModelTemplate", .get, "/v2/apis/{apiId}/models/{modelId}/template", status: 200, .notBuilt),
        Operation("GetModels", .get, "/v2/apis/{apiId}/models", status: 200, .notBuilt),
        Operation("GetPortal", .get, "/v2/portals/{portalId}", status: 200, .notBuilt),
        Operation("GetPortalProduct", .get, "/v2/portalproducts/{portalProductId}", status: 200, .notBuilt),
        Operation(
            "GetPortalProductSharingPolicy", .get, "/v2/portalproducts/{portalProductId}/sharingpolicy",
            status: 200, .notBuilt),
        Operation(
            "GetProductPage", .get, "/v2/portalproducts/{portalProductId}/productpages/{productPageId}",
            status: 200, .notBuilt),
        Operation(
            "GetProductRestEndpointPage", .get,
            "/v2/portalproducts/{portalProductId}/productrestendpointpages/{productRestEndpointPageId}",
            status: 200, .notBuilt),
        Operation("GetRoute", .get, "/v2/apis/{apiId}/routes/{routeId}", status: 200, .notBuilt),
        Operation(
            "GetRouteResponse", .get, "/v2/apis/{apiId}/routes/{routeId}/routeresponses/{routeResponseId}",
            status: 200, .notBuilt),
        Operation(
            "GetRouteResponses", .get, "/v2/apis/{apiId}/routes/{routeId}/routeresponses", status: 200,
            .notBuilt),
        Operation("GetRoutes", .get, "/v2/apis/{apiId}/routes", status: 200, .notBuilt),
        Operation(
            "GetRoutingRule", .get, "/v2/domainnames/{domainName}/routingrules/{routingRuleId}", status: 200,
            .notBuilt),
        Operation("GetStage", .get, "/v2/apis/{apiId}/stages/{stageName}", status: 200, .notBuilt),
        Operation("GetStages", .get, "/v2/apis/{apiId}/stages", status: 200, .notBuilt),
        Operation("GetTags", .get, "/v2/tags/{resource-arn}", status: 200, .notBuilt),
        Operation("GetVpcLink", .get, "/v2/vpclinks/{vpcLinkId}", status: 200, .notBuilt),
        Operation("GetVpcLinks", .get, "/v2/vpclinks", status: 200, .notBuilt),
        Operation("ImportApi", .put, "/v2/apis", status: 201, .notBuilt),
        Operation("ListPortalProducts", .get, "/v2/portalproducts", status: 200, .notBuilt),
        Operation("ListPortals", .get, "/v2/portals", status: 200, .notBuilt),
        Operation(
            "ListProductPages", .get, "/v2/portalproducts/{portalProductId}/productpages", status: 200,
            .notBuilt),
        Operation(
            "ListProductRestEndpointPages", .get,
            "/v2/portalproducts/{portalProductId}/productrestendpointpages", status: 200, .notBuilt),
        Operation(
            "ListRoutingRules", .get, "/v2/domainnames/{domainName}/routingrules", status: 200, .notBuilt),
        Operation("PreviewPortal", .post, "/v2/portals/{portalId}/preview", status: 202, .notBuilt),
        Operation("PublishPortal", .post, "/v2/portals/{portalId}/publish", status: 202, .notBuilt),
        Operation(
            "PutPortalProductSharingPolicy", .put, "/v2/portalproducts/{portalProductId}/sharingpolicy",
            status: 200, .notBuilt),
        Operation(
            "PutRoutingRule", .put, "/v2/domainnames/{domainName}/routingrules/{routingRuleId}", status: 200,
            .notBuilt),
        Operation("ReimportApi", .put, "/v2/apis/{apiId}", status: 201, .notBuilt),
        Operation(
            "ResetAuthorizersCache", .delete, "/v2/apis/{apiId}/stages/{stageName}/cache/authorizers",
            status: 204, .notBuilt),
        Operation("TagResource", .post, "/v2/tags/{resource-arn}", status: 201, .notBuilt),
        Operation("UntagResource", .delete, "/v2/tags/{resource-arn}", status: 204, .notBuilt),
        Operation("UpdateApi", .patch, "/v2/apis/{apiId}", status: 200, .notBuilt),
        Operation(
            "UpdateApiMapping", .patch, "/v2/domainnames/{domainName}/apimappings/{apiMappingId}",
            status: 200, .notBuilt),
        Operation(
            "UpdateAuthorizer", .patch, "/v2/apis/{apiId}/authorizers/{authorizerId}",
            status: 200, .notBuilt),
        Operation(
            "UpdateDeployment", .patch, "/v2/apis/{apiId}/deployments/{deploymentId}",
            status: 200, .notBuilt),
        Operation("UpdateDomainName", .patch, "/v2/domainnames/{domainName}", status: 200, .notBuilt),
        Operation(
            "UpdateIntegration", .patch, "/v2/apis/{apiId}/integrations/{integrationId}", status: 200,
            .notBuilt),
        Operation(
            "UpdateIntegrationResponse", .patch,
            "/v2/apis/{apiId}/integrations/{integrationId}/integrationresponses/{integrationResponseId}",
            status: 200, .notBuilt),
        Operation("UpdateModel", .patch, "/v2/apis/{apiId}/models/{modelId}", status: 200, .notBuilt),
        Operation("UpdatePortal", .patch, "/v2/portals/{portalId}", status: 200, .notBuilt),
        Operation(
            "UpdatePortalProduct", .patch, "/v2/portalproducts/{portalProductId}", status: 200, .notBuilt),
        Operation(
            "UpdateProductPage", .patch, "/v2/portalproducts/{portalProductId}/productpages/{productPageId}",
            status: 200, .notBuilt),
        Operation(
            "UpdateProductRestEndpointPage", .patch,
            "/v2/portalproducts/{portalProductId}/productrestendpointpages/{productRestEndpointPageId}",
            status: 200, .notBuilt),
        Operation("UpdateRoute", .patch, "/v2/apis/{apiId}/routes/{routeId}", status: 200, .notBuilt),
        Operation(
            "UpdateRouteResponse", .patch,
            "/v2/apis/{apiId}/routes/{routeId}/routeresponses/{routeResponseId}", status: 200, .notBuilt),
        Operation("UpdateStage", .patch, "/v2/apis/{apiId}/stages/{stageName}", status: 200, .notBuilt),
        Operation("UpdateVpcLink", .patch, "/v2/vpclinks/{vpcLinkId}", status: 200, .notBuilt),
    ]
}
