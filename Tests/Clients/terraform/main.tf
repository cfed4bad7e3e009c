# Every resource and data source of the provider's apigatewayv2 family. `changed` makes an update of each that has one.

variable "changed" {
  type    = bool
  default = false
}

locals {
  word       = var.changed ? "second" : "first"
  function   = "arn:aws:lambda:us-east-1:000000000000:function:pets"
  invocation = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${local.function}/invocations"
  listener   = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/lb/1234567890abcdef/1234567890abcdef"
  role       = "arn:aws:iam::000000000000:role/gateway"
}

# An HTTP API and what it is made of.

resource "aws_apigatewayv2_api" "http" {
  name          = "pets-${local.word}"
  protocol_type = "HTTP"
  description   = var.changed ? "" : "All pets."
  version       = var.changed ? "2" : "1"
  tags          = { word = local.word }

  cors_configuration {
    allow_credentials = true
    allow_headers     = ["x-a"]
    allow_methods     = var.changed ? ["GET"] : ["GET", "PUT"]
    allow_origins     = ["https://example.com"]
    max_age           = 300
  }
}

resource "aws_apigatewayv2_vpc_link" "inside" {
  name               = "inside-${local.word}"
  security_group_ids = ["sg-1"]
  subnet_ids         = ["subnet-1", "subnet-2"]
  tags               = { word = local.word }
}

resource "aws_apigatewayv2_integration" "private" {
  api_id                 = aws_apigatewayv2_api.http.id
  connection_id          = aws_apigatewayv2_vpc_link.inside.id
  connection_type        = "VPC_LINK"
  credentials_arn        = local.role
  description            = "Inside, ${local.word}."
  integration_method     = "ANY"
  integration_type       = "HTTP_PROXY"
  integration_uri        = local.listener
  payload_format_version = "1.0"
  request_parameters     = var.changed ? { "overwrite:path" = "/a" } : { "overwrite:path" = "/a", "append:header.a" = "b" }
  timeout_milliseconds   = var.changed ? 5001 : 5000

  response_parameters {
    status_code = "403"
    mappings    = { "append:header.auth" = "$context.authorizer.authorizerResponse" }
  }

  tls_config {
    server_name_to_verify = "${local.word}.example.com"
  }
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.http.id
  integration_type       = "AWS_PROXY"
  integration_uri        = local.invocation
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_integration" "queue" {
  api_id              = aws_apigatewayv2_api.http.id
  credentials_arn     = local.role
  integration_subtype = "SQS-SendMessage"
  integration_type    = "AWS_PROXY"

  request_parameters = {
    MessageBody = "$request.body"
    QueueUrl    = "https://example.com/${local.word}"
  }
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  api_id           = aws_apigatewayv2_api.http.id
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  name             = "jwt-${local.word}"

  jwt_configuration {
    audience = [local.word]
    issuer   = "https://issuer.example.com"
  }
}

resource "aws_apigatewayv2_authorizer" "request" {
  api_id                            = aws_apigatewayv2_api.http.id
  authorizer_payload_format_version = "2.0"
  authorizer_result_ttl_in_seconds  = var.changed ? 60 : 300
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = local.invocation
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.Authorization"]
  name                              = "request"
}

resource "aws_apigatewayv2_route" "pets" {
  api_id               = aws_apigatewayv2_api.http.id
  authorization_scopes = var.changed ? [] : ["read"]
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.jwt.id
  operation_name       = "Get-${local.word}"
  route_key            = "GET /pets/{petId}"
  target               = "integrations/${aws_apigatewayv2_integration.private.id}"
}

resource "aws_apigatewayv2_route" "other" {
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}

resource "aws_apigatewayv2_deployment" "http" {
  api_id      = aws_apigatewayv2_api.http.id
  description = "The ${local.word}."
  depends_on  = [aws_apigatewayv2_route.pets, aws_apigatewayv2_route.other]
}

resource "aws_apigatewayv2_stage" "http" {
  api_id          = aws_apigatewayv2_api.http.id
  deployment_id   = aws_apigatewayv2_deployment.http.id
  description     = var.changed ? "The second." : "The first."
  name            = "prod"
  stage_variables = var.changed ? { b = "2" } : { a = "1", b = "1" }
  tags            = { word = local.word }

  # Changed and not removed: an update with neither settings nor a description leaves both as they are.
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:000000000000:log-group:pets"
    format          = var.changed ? "$context.requestId $context.status" : "$context.requestId"
  }

  default_route_settings {
    detailed_metrics_enabled = var.changed
    throttling_burst_limit   = 10
    throttling_rate_limit    = 20.5
  }

  route_settings {
    route_key              = aws_apigatewayv2_route.pets.route_key
    throttling_burst_limit = var.changed ? 2 : 1
    throttling_rate_limit  = 100
  }
}

resource "aws_apigatewayv2_stage" "automatic" {
  api_id      = aws_apigatewayv2_api.http.id
  auto_deploy = true
  name        = "$default"
}

# A WebSocket API and what only such have.

resource "aws_apigatewayv2_api" "websocket" {
  name                       = "chat"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = var.changed ? "$request.body.kind" : "$request.body.action"
}

resource "aws_apigatewayv2_model" "message" {
  api_id       = aws_apigatewayv2_api.websocket.id
  content_type = "application/json"
  description  = "The ${local.word}."
  name         = "Message"
  schema       = jsonencode({ title = local.word, type = "object" })
}

resource "aws_apigatewayv2_integration" "mock" {
  api_id                        = aws_apigatewayv2_api.websocket.id
  content_handling_strategy     = var.changed ? "CONVERT_TO_BINARY" : "CONVERT_TO_TEXT"
  integration_type              = "MOCK"
  passthrough_behavior          = "WHEN_NO_TEMPLATES"
  request_templates             = { "application/json" = jsonencode({ word = local.word }) }
  template_selection_expression = "$request.body.name"
}

resource "aws_apigatewayv2_integration_response" "mock" {
  api_id                        = aws_apigatewayv2_api.websocket.id
  content_handling_strategy     = "CONVERT_TO_TEXT"
  integration_id                = aws_apigatewayv2_integration.mock.id
  integration_response_key      = var.changed ? "$default" : "/200/"
  response_templates            = { "application/json" = "" }
  template_selection_expression = "#$default"
}

resource "aws_apigatewayv2_authorizer" "websocket" {
  api_id           = aws_apigatewayv2_api.websocket.id
  authorizer_type  = "REQUEST"
  authorizer_uri   = local.invocation
  identity_sources = ["route.request.header.Auth"]
  name             = "guard"
}

resource "aws_apigatewayv2_route" "connect" {
  api_id                     = aws_apigatewayv2_api.websocket.id
  api_key_required           = var.changed
  authorization_type         = "CUSTOM"
  authorizer_id              = aws_apigatewayv2_authorizer.websocket.id
  model_selection_expression = "action"
  request_models             = { test = aws_apigatewayv2_model.message.name }
  route_key                  = "$connect"
  target                     = "integrations/${aws_apigatewayv2_integration.mock.id}"

  request_parameter {
    request_parameter_key = "route.request.header.${local.word}"
    required              = true
  }
}

resource "aws_apigatewayv2_route" "send" {
  api_id                              = aws_apigatewayv2_api.websocket.id
  route_key                           = "send"
  route_response_selection_expression = "$default"
  target                              = "integrations/${aws_apigatewayv2_integration.mock.id}"
}

resource "aws_apigatewayv2_route_response" "send" {
  api_id                     = aws_apigatewayv2_api.websocket.id
  model_selection_expression = "action"
  response_models            = { (local.word) = aws_apigatewayv2_model.message.name }
  route_id                   = aws_apigatewayv2_route.send.id
  route_response_key         = "$default"
}

resource "aws_apigatewayv2_stage" "websocket" {
  api_id = aws_apigatewayv2_api.websocket.id
  name   = "prod"

  default_route_settings {
    data_trace_enabled = true
    logging_level      = var.changed ? "ERROR" : "INFO"
  }
}

# A domain name.

resource "aws_apigatewayv2_domain_name" "example" {
  domain_name = "api.example.com"
  tags        = { word = local.word }

  domain_name_configuration {
    certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555"
    endpoint_type   = "REGIONAL"
    ip_address_type = var.changed ? "dualstack" : "ipv4"
    security_policy = "TLS_1_2"
  }

  dynamic "mutual_tls_authentication" {
    for_each = var.changed ? [] : ["s3://trust/store.pem"]

    content {
      truststore_uri     = mutual_tls_authentication.value
      truststore_version = "1"
    }
  }
}

resource "aws_apigatewayv2_api_mapping" "example" {
  api_id          = aws_apigatewayv2_api.http.id
  api_mapping_key = "v1/${local.word}"
  domain_name     = aws_apigatewayv2_domain_name.example.id
  stage           = aws_apigatewayv2_stage.http.id
}

# What is read.

data "aws_apigatewayv2_api" "http" {
  api_id = aws_apigatewayv2_api.http.id
}

data "aws_apigatewayv2_apis" "websocket" {
  protocol_type = "WEBSOCKET"
  depends_on    = [aws_apigatewayv2_api.websocket]
}

data "aws_apigatewayv2_export" "http" {
  api_id        = aws_apigatewayv2_route.other.api_id
  output_type   = "JSON"
  specification = "OAS30"
  depends_on    = [aws_apigatewayv2_route.pets]
}

data "aws_apigatewayv2_vpc_link" "inside" {
  vpc_link_id = aws_apigatewayv2_vpc_link.inside.id
}

output "read" {
  value = {
    endpoint  = data.aws_apigatewayv2_api.http.api_endpoint
    cors      = tolist(data.aws_apigatewayv2_api.http.cors_configuration[0].allow_origins)
    websocket = contains(data.aws_apigatewayv2_apis.websocket.ids, aws_apigatewayv2_api.websocket.id)
    paths     = keys(jsondecode(data.aws_apigatewayv2_export.http.body).paths)
    subnets   = tolist(data.aws_apigatewayv2_vpc_link.inside.subnet_ids)
  }
}
