/// The errors of the service's model (botocore's `apigatewayv2` service-2.json): five names, each with one status and
/// one wire form. The name travels in `x-amzn-ErrorType`, the rest in the body.
