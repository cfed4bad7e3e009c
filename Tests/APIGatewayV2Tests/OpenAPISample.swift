/// One HTTP API with everything that an export can show, and its export as it must be.

import JSON

enum OpenAPISample {
    /// `API_ID` stands for the API's identifier. Long URIs go on in the next line.
    static let document = """
        {
          "openapi" : "3.0.1",
          "info" : {
            "title" : "pets",
            "description" : "All \\"pets\\".",
            "version" : "2030-01-01 00:00:00UTC"
          },
          "servers" : [ {
            "url" : "https://API_ID.execute-api.us-east-1.amazonaws.com/{basePath}",
            "variables" : {
              "basePath" : {
                "default" : ""
              }
            }
          } ],
          "tags" : [ {
            "name" : "team",
            "x-amazon-apigateway-tag-value" : "blue"
          } ],
          "paths" : {
            "/$default" : {
              "x-amazon-apigateway-any-method" : {
                "responses" : {
                  "default" : {
                    "description" : "Default response for $default"
                  }
                },
                "isDefaultRoute" : true
              }
            },
            "/pets/{petId}/{proxy+}" : {
              "get" : {
                "operationId" : "GetPet",
                "responses" : {
                  "default" : {
                    "description" : "Default response for GET /pets/{petId}/{proxy+}"
                  }
                },
                "security" : [ {
                  "jwt" : [ "read", "write" ]
                } ],
                "x-amazon-apigateway-integration" : {
                  "payloadFormatVersion" : "2.0",
                  "type" : "aws_proxy",
                  "httpMethod" : "POST",
                  "uri" : "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
        arn:aws:lambda:us-east-1:000000000000:function:f/invocations",
                  "connectionType" : "INTERNET"
                }
              },
              "post" : {
                "responses" : {
                  "default" : {
                    "description" : "Default response for POST /pets/{petId}/{proxy+}"
                  }
                },
                "security" : [ {
                  "lambda" : [ ]
                } ],
                "x-amazon-apigateway-integration" : {
                  "responseParameters" : {
                    "200" : {
                      "append:header.x" : "1"
                    }
                  },
                  "requestParameters" : {
                    "overwrite:path" : "$request.path"
                  },
                  "payloadFormatVersion" : "1.0",
                  "connectionId" : "abc123",
                  "type" : "http_proxy",
                  "httpMethod" : "ANY",
                  "uri" : "arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1",
                  "connectionType" : "VPC_LINK",
                  "timeoutInMillis" : 12000,
                  "tlsConfig" : {
                    "serverNameToVerify" : "example.com"
                  }
                }
              },
              "parameters" : [ {
                "name" : "petId",
                "in" : "path",
                "description" : "Generated path parameter for petId",
                "required" : true,
                "schema" : {
                  "type" : "string"
                }
              }, {
                "name" : "proxy+",
                "in" : "path",
                "description" : "Generated path parameter for proxy+",
                "required" : true,
                "schema" : {
                  "type" : "string"
                }
              } ],
              "x-amazon-apigateway-any-method" : {
                "responses" : {
                  "default" : {
                    "description" : "Default response for ANY /pets/{petId}/{proxy+}"
                  }
                },
                "x-amazon-apigateway-auth" : {
                  "type" : "AWS_IAM"
                }
              }
            }
          },
          "components" : {
            "securitySchemes" : {
              "jwt" : {
                "type" : "oauth2",
                "flows" : { },
                "x-amazon-apigateway-authorizer" : {
                  "identitySource" : "$request.header.Authorization",
                  "jwtConfiguration" : {
                    "audience" : [ "a" ],
                    "issuer" : "https://issuer.example.com"
                  },
                  "type" : "jwt"
                }
              },
              "lambda" : {
                "type" : "apiKey",
                "name" : "key",
                "in" : "query",
                "x-amazon-apigateway-authorizer" : {
                  "identitySource" : "$request.querystring.key",
                  "authorizerUri" : "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
        arn:aws:lambda:us-east-1:000000000000:function:f/invocations",
                  "authorizerPayloadFormatVersion" : "2.0",
                  "authorizerResultTtlInSeconds" : 0,
                  "type" : "request",
                  "enableSimpleResponses" : false
                }
              }
            }
          },
          "x-amazon-apigateway-cors" : {
            "allowMethods" : [ "GET" ],
            "allowHeaders" : [ "a", "b" ],
            "exposeHeaders" : [ "date" ],
            "maxAge" : 300,
            "allowCredentials" : false,
            "allowOrigins" : [ "*" ]
          },
          "x-amazon-apigateway-importexport-version" : "1.0"
        }
        """

    static let function = "arn:aws:lambda:us-east-1:000000000000:function:f"

    static let api: JSON = [
        "name": "pets", "protocolType": "HTTP", "description": "All \"pets\".", "tags": ["team": "blue"],
        "corsConfiguration": [
            "allowCredentials": false, "allowHeaders": ["a", "b"], "allowMethods": ["GET"],
            "allowOrigins": ["*"],
            "exposeHeaders": ["date"], "maxAge": 300,
        ],
    ]
    static let jwtAuthorizer: JSON = [
        "name": "jwt", "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
        "jwtConfiguration": ["issuer": "https://issuer.example.com", "audience": ["a"]],
    ]
    static let lambdaAuthorizer: JSON = [
        "name": "lambda", "authorizerType": "REQUEST", "identitySource": ["$request.querystring.key"],
        "authorizerPayloadFormatVersion": "2.0", "authorizerResultTtlInSeconds": 0,
        "authorizerUri": .string(function), "enableSimpleResponses": false,
    ]
    static let functionIntegration: JSON = [
        "integrationType": "AWS_PROXY", "integrationUri": .string(function), "payloadFormatVersion": "2.0",
    ]
    static let privateIntegration: JSON = [
        "integrationType": "HTTP_PROXY", "integrationMethod": "ANY", "connectionType": "VPC_LINK",
        "connectionId": "abc123", "payloadFormatVersion": "1.0", "timeoutInMillis": 12_000,
        "integrationUri": "arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1",
        "requestParameters": ["overwrite:path": "$request.path"],
        "responseParameters": ["200": ["append:header.x": "1"]],
        "tlsConfig": ["serverNameToVerify": "example.com"],
    ]
}

extension Emulation {
    /// Makes the sample and returns its identifier.
    func sampleAPI() throws -> String {
        let api = try create("/v2/apis", OpenAPISample.api, identifier: "apiId")
        let path = "/v2/apis/\(api)"
        let jwt = try create("\(path)/authorizers", OpenAPISample.jwtAuthorizer, identifier: "authorizerId")
        let lambda = try create(
            "\(path)/authorizers", OpenAPISample.lambdaAuthorizer, identifier: "authorizerId")
        let function = try create(
            "\(path)/integrations", OpenAPISample.functionIntegration, identifier: "integrationId")
        let hidden = try create(
            "\(path)/integrations", OpenAPISample.privateIntegration, identifier: "integrationId")
        let routes: [JSON] = [
            [
                "routeKey": "GET /pets/{petId}/{proxy+}", "target": .string("integrations/\(function)"),
                "operationName": "GetPet", "authorizationType": "JWT", "authorizerId": .string(jwt),
                "authorizationScopes": ["read", "write"],
            ],
            [
                "routeKey": "POST /pets/{petId}/{proxy+}", "target": .string("integrations/\(hidden)"),
                "authorizationType": "CUSTOM", "authorizerId": .string(lambda),
            ],
            ["routeKey": "ANY /pets/{petId}/{proxy+}", "authorizationType": "AWS_IAM"],
            ["routeKey": "$default"],
        ]
        for route in routes { _ = try create("\(path)/routes", route, identifier: "routeId") }
        return api
    }
}
