//! What others may invoke or call, and what people are told.

use super::Change::{In, With, Without};
use super::Mutant;

const ROUTE: &str = "StripeEventRoute";

pub(super) const MUTANTS: &[Mutant] = &[
    ("permission-names-source", "StripeEventPermission", In("StripeEventPermission", "SourceArn", "Source")),
    (
        "permission-names-source",
        "StripeEventPermission",
        In("StripeEventPermission", "${WebhookApi}/*/POST/stripe/webhook", "*"),
    ),
    (
        "permission-names-source",
        "StripeEventPermission",
        In("StripeEventPermission", "apigateway.amazonaws.com", "'*'"),
    ),
    (
        "permission-names-source",
        "StripeEventPermission",
        In("StripeEventPermission", "lambda:InvokeFunction", "lambda:*"),
    ),
    (
        "permission-names-source",
        "StripeEventPermission",
        In("StripeEventPermission", "    Properties:\n", "    Properties:\n      FunctionUrlAuthType: NONE\n"),
    ),
    ("permission-names-source", "ClaimPermission", In("ClaimPermission", "SourceArn", "Source")),
    (
        "permission-names-source",
        "SparePermission",
        With("  SparePermission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !Ref Sweep } }\n"),
    ),
    (
        "iot-permission-names-account",
        "ClaimPermission",
        In("ClaimPermission", "      SourceAccount: !Ref AWS::AccountId\n", ""),
    ),
    (
        "iot-permission-names-account",
        "ClaimPermission",
        In("ClaimPermission", "SourceAccount: !Ref AWS::AccountId", "SourceAccount: '123456789012'"),
    ),
    (
        "iot-permission-names-account",
        "ClaimPermission",
        In("ClaimPermission", "${AWS::Region}:${AWS::AccountId}", "*:*"),
    ),
    ("topic-is-encrypted", "AlertsTopic", In("AlertsTopic", "KmsMasterKeyId: alias/aws/sns", "DisplayName: alerts")),
    ("topic-is-encrypted", "SpareTopic", With("  SpareTopic: { Type: AWS::SNS::Topic }\n")),
    (
        "subscription-has-dead-letters",
        "OperatorEmailSubscription",
        In("OperatorEmailSubscription", "RedrivePolicy", "Redrive"),
    ),
    (
        "subscription-has-dead-letters",
        "OperatorEmailSubscription",
        In("OperatorEmailSubscription", "!GetAtt AlertsDeadLetters.Arn", "!GetAtt StockQueue.Arn"),
    ),
    ("subscription-has-dead-letters", "OperatorEmailSubscription", Without("AlertsDeadLettersPolicy")),
    (
        "subscription-has-dead-letters",
        "OperatorEmailSubscription",
        In("AlertsDeadLettersPolicy", "!GetAtt AlertsDeadLetters.Arn", "!GetAtt StockDeadLetters.Arn"),
    ),
    (
        "subscription-has-dead-letters",
        "OperatorEmailSubscription",
        In("AlertsDeadLettersPolicy", "                  - !Ref AlertsTopic\n", ""),
    ),
    (
        "subscription-has-dead-letters",
        "OperatorEmailSubscription",
        In("AlertsDeadLettersPolicy", "sns.amazonaws.com", "events.amazonaws.com"),
    ),
    (
        "subscription-has-dead-letters",
        "AlertsTopic",
        In(
            "AlertsTopic",
            "    Properties:\n",
            "    Properties:\n      Subscription: [{ Protocol: sms, Endpoint: '+31600000000' }]\n",
        ),
    ),
    ("route-asks-who-calls", ROUTE, In(ROUTE, "POST /stripe/webhook", "ANY /{proxy+}")),
    (
        "route-asks-who-calls",
        "SpareRoute",
        With("  SpareRoute: { Type: AWS::ApiGatewayV2::Route, Properties: { RouteKey: GET /bills } }\n"),
    ),
    (
        "route-asks-who-calls",
        "SpareRoute",
        With(
            "  SpareRoute: { Type: AWS::ApiGatewayV2::Route, Properties: { RouteKey: GET /bills, AuthorizationType: JWT } }\n",
        ),
    ),
    (
        "route-asks-who-calls",
        "WebhookApi",
        In("WebhookApi", "    Properties:\n", "    Properties:\n      Target: !GetAtt Sweep.Arn\n"),
    ),
    ("route-has-scopes", ROUTE, In(ROUTE, "AuthorizationType: NONE", "AuthorizationType: JWT")),
    ("stage-throttles", "WebhookStage", In("WebhookStage", "        ThrottlingRateLimit: 50\n", "")),
    ("stage-throttles", "WebhookStage", In("WebhookStage", "        ThrottlingBurstLimit: 200\n", "")),
    ("stage-throttles", "SpareStage", With("  SpareStage: { Type: AWS::ApiGatewayV2::Stage }\n")),
    (
        "integration-outlasts-function",
        "StripeEventIntegration",
        In("StripeEventIntegration", "TimeoutInMillis: 15000", "TimeoutInMillis: 9000"),
    ),
    ("integration-outlasts-function", "StripeEventIntegration", In("ReceiveStripeEvent", "Timeout: 10", "Timeout: 16")),
    (
        "integration-outlasts-function",
        "StripeEventIntegration",
        In("StripeEventIntegration", "!GetAtt ReceiveStripeEvent.Arn", "https://example.org"),
    ),
];
