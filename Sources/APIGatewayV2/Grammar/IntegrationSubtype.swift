/// The AWS service actions for an HTTP API's integration, and the required request parameters of each. The
/// source is AWS's integration subtype reference (API Gateway developer guide,
/// http-api-develop-integrations-aws-services).

/// One action of an AWS service.
package enum IntegrationSubtype: String {
    case appConfigGetConfiguration = "AppConfig-GetConfiguration"
    case eventBridgePutEvents = "EventBridge-PutEvents"
    case kinesisPutRecord = "Kinesis-PutRecord"
    case sqsDeleteMessage = "SQS-DeleteMessage"
    case sqsPurgeQueue = "SQS-PurgeQueue"
    case sqsReceiveMessage = "SQS-ReceiveMessage"
    case sqsSendMessage = "SQS-SendMessage"
    case stepFunctionsStartExecution = "StepFunctions-StartExecution"
    case stepFunctionsStartSyncExecution = "StepFunctions-StartSyncExecution"
    case stepFunctionsStopExecution = "StepFunctions-StopExecution"

    package var requiredParameters: [String] {
        switch self {
        case .appConfigGetConfiguration: ["Application", "Environment", "Configuration", "ClientId"]
        case .eventBridgePutEvents: ["Detail", "DetailType", "Source"]
        case .kinesisPutRecord: ["StreamName", "Data", "PartitionKey"]
        case .sqsDeleteMessage: ["QueueUrl", "ReceiptHandle"]
        case .sqsPurgeQueue, .sqsReceiveMessage: ["QueueUrl"]
        case .sqsSendMessage: ["QueueUrl", "MessageBody"]
        case .stepFunctionsStartExecution, .stepFunctionsStartSyncExecution: ["StateMachineArn"]
        case .stepFunctionsStopExecution: ["ExecutionArn"]
        }
    }
}
