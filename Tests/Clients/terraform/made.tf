# APIs that Terraform can make and not import: what they were made of is not to be read again.

resource "aws_apigatewayv2_api" "quick" {
  name            = "quick-${local.word}"
  protocol_type   = "HTTP"
  credentials_arn = local.role
  route_key       = "GET /pets"
  target          = "https://example.com"
}

resource "aws_apigatewayv2_api" "document" {
  name          = "document"
  protocol_type = "HTTP"
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "document", version = local.word }
    paths = {
      "/${local.word}" = {
        get = {
          "x-amazon-apigateway-integration" = {
            type                 = "HTTP_PROXY"
            httpMethod           = "GET"
            payloadFormatVersion = "1.0"
            uri                  = "https://example.com/"
          }
        }
      }
    }
  })
  version = local.word
}
