//! Roles that allow more than they name, and secrets that others can read.

use super::Change::{Anywhere, In, With, Without};
use super::Mutant;

const SPARE_ROLE: &str = "  SpareRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { AWS: '*' }, Action: sts:AssumeRole }]
      Policies:
        - PolicyDocument:
            Statement: [{ Effect: Allow, Action: dynamodb:GetItem, Resource: '*' }]
";

pub(super) const MUTANTS: &[Mutant] = &[
    (
        "types-are-known",
        "SparePolicy",
        With("  SparePolicy: { Type: AWS::IAM::ManagedPolicy, Properties: { Roles: [!Ref SweepRole] } }\n"),
    ),
    ("types-are-known", "Spare", With("  Spare: { Type: AWS::Lambda::Function }\n")),
    ("types-are-known", "Fn::ForEach::Spares", With("  Fn::ForEach::Spares: [Id, [a, b], {}]\n")),
    ("statements-are-plain", "SweepRole", In("SweepRole", "Action: dynamodb:Query", "NotAction: dynamodb:Query")),
    (
        "statements-are-plain",
        "SweepRole",
        In("SweepRole", "Resource: !GetAtt AssetsTable.Arn", "Resource: !ImportValue table"),
    ),
    ("statements-are-plain", "SweepRole", In("SweepRole", "Effect: Allow", "Effect: !Ref LogLevel")),
    ("statements-are-plain", "SweepRole", In("SweepRole", "Action: sts:AssumeRole", "Action: !FindInMap [a, b, c]")),
    ("statements-are-plain", "StationPolicy", In("StationPolicy", "Action: iot:Connect", "NotAction: iot:Publish")),
    ("statements-are-plain", "AlertsDeadLettersPolicy", In("AlertsDeadLettersPolicy", "Principal:", "NotPrincipal:")),
    ("statements-are-plain", "SweepRole", In("SweepRole", "                Action: iot:Publish\n", "")),
    ("role-names-actions", "SweepRole", In("SweepRole", "Action: iot:Publish", "Action: iot:*")),
    ("role-names-actions", "SweepRole", In("SweepRole", "Action: iot:Publish", "Action: '*'")),
    (
        "role-names-actions",
        "SweepRole",
        In("SweepRole", "[dynamodb:GetItem, dynamodb:Query]", "[dynamodb:GetItem, dynamodb:Q*]"),
    ),
    ("role-names-actions", "SweepRole", In("SweepRole", "dynamodb:GetItem", "'dynamodb:???Item'")),
    ("role-names-resources", "SweepRole", In("SweepRole", "Resource: !GetAtt AssetsTable.Arn", "Resource: '*'")),
    ("role-names-resources", "SweepRole", In("SweepRole", "!GetAtt AssetsTable.Arn", "!Sub '${AssetsTable.Arn}/*'")),
    (
        "role-names-resources",
        "SweepRole",
        In("SweepRole", "Resource: !GetAtt AssetsTable.Arn", "NotResource: !GetAtt AssetsTable.Arn"),
    ),
    ("role-names-resources", "SweepRole", In("SweepRole", "                Resource: !GetAtt AssetsTable.Arn\n", "")),
    (
        "role-names-resources",
        "SweepRole",
        In(
            "SweepRole",
            "Resource: !GetAtt AssetsTable.Arn",
            "Resource: !If [HasOperatorEmail, !GetAtt AssetsTable.Arn, '*']",
        ),
    ),
    ("role-names-resources", "SweepRole", In("SweepRole", "topic/ev/v1/*/command", "topic/*")),
    ("role-names-resources", "SweepRole", In("SweepRole", "topic/ev/v1/*/command", "topic/ev/v1/*/ack")),
    (
        "role-names-resources",
        "SweepRole",
        In("SweepRole", "Action: iot:Publish", "Action: [iot:Publish, iot:RetainPublish]"),
    ),
    ("role-names-resources", "SpareRole", With(SPARE_ROLE)),
    (
        "role-exceptions-are-needed",
        "SendAlertsRole",
        In("SendAlertsRole", "NotResource: !Sub arn:${AWS::Partition}:sns:*:*:*", "Resource: !Ref AlertsTopic"),
    ),
    (
        "role-exceptions-are-needed",
        "SweepRole",
        In(
            "SweepRole",
            "!Sub arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:topic/ev/v1/*/command",
            "!GetAtt AssetsTable.Arn",
        ),
    ),
    ("role-never-scans", "SweepRole", In("SweepRole", "dynamodb:GetItem", "dynamodb:Scan")),
    ("role-never-scans", "SweepRole", In("SweepRole", "dynamodb:GetItem", "DynamoDB:scan")),
    ("role-never-scans", "SweepRole", In("SweepRole", "dynamodb:GetItem", "dynamodb:PartiQLSelect")),
    (
        "role-has-no-managed-policy",
        "SweepRole",
        In(
            "SweepRole",
            "    Properties:\n",
            "    Properties:\n      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]\n",
        ),
    ),
    (
        "role-is-for-one-service",
        "SweepRole",
        In("SweepRole", "Service: lambda.amazonaws.com", "Service: [lambda.amazonaws.com, iot.amazonaws.com]"),
    ),
    (
        "role-is-for-one-service",
        "SweepRole",
        In("SweepRole", "Service: lambda.amazonaws.com", "AWS: arn:aws:iam::123456789012:root"),
    ),
    (
        "role-is-for-one-service",
        "SweepRole",
        In(
            "SweepRole",
            "Service: lambda.amazonaws.com",
            "Service: lambda.amazonaws.com\n              AWS: arn:aws:iam::123456789012:root",
        ),
    ),
    ("role-is-for-one-service", "SweepRole", In("SweepRole", "lambda.amazonaws.com", "ec2.amazonaws.com")),
    (
        "role-is-for-one-service",
        "SweepRole",
        In("SweepRole", "Action: sts:AssumeRole", "Action: [sts:AssumeRole, sts:TagSession]"),
    ),
    ("role-is-for-one-service", "SpareRole", With(SPARE_ROLE)),
    (
        "iot-role-names-source",
        "RulesRole",
        In("RulesRole", "                aws:SourceAccount: !Ref AWS::AccountId\n", ""),
    ),
    (
        "iot-role-names-source",
        "RulesRole",
        In("RulesRole", "aws:SourceAccount: !Ref AWS::AccountId", "aws:SourceAccount: '123456789012'"),
    ),
    ("iot-role-names-source", "RulesRole", In("RulesRole", "ArnLike", "ArnLikeIfExists")),
    (
        "iot-role-names-source",
        "RulesRole",
        In("RulesRole", ":iot:${AWS::Region}:${AWS::AccountId}:rule/*", ":iot:*:*:rule/*"),
    ),
    (
        "iot-role-names-source",
        "RulesRole",
        In("RulesRole", ":iot:${AWS::Region}:${AWS::AccountId}:rule/*", ":iot:${AWS::Region}:${AWS::AccountId}:*"),
    ),
    (
        "secret-has-one-reader",
        "CollectPaymentRole",
        In("CollectPaymentRole", "!GetAtt StripeKey.Id", "!GetAtt StripeWebhookSecret.Id"),
    ),
    (
        "secret-has-one-reader",
        "ReceiveStripeEventRole",
        In("ReceiveStripeEventRole", "!GetAtt StripeWebhookSecret.Id", "[!Ref StripeWebhookSecret, !Ref StripeKey]"),
    ),
    (
        "secret-has-one-reader",
        "CollectPaymentRole",
        In(
            "CollectPaymentRole",
            "secretsmanager:GetSecretValue",
            "[secretsmanager:GetSecretValue, secretsmanager:PutSecretValue]",
        ),
    ),
    ("secret-has-one-reader", "CollectPaymentRole", In("CollectPaymentRole", "!GetAtt StripeKey.Id", "'*'")),
    (
        "secret-has-one-reader",
        "SweepRole",
        In(
            "SweepRole",
            "            Statement:\n",
            "            Statement:\n              - { Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref StripeKey }\n",
        ),
    ),
    // Whoever takes on the role of another has its secrets.
    (
        "secret-has-one-reader",
        "CollectPaymentRole",
        In("Sweep", "!GetAtt SweepRole.Arn", "!GetAtt CollectPaymentRole.Arn"),
    ),
    ("secret-has-one-reader", "CollectPaymentRole", Without("CollectPayment")),
    ("secret-has-one-reader", "Spare", With("  Spare: { Type: AWS::SecretsManager::Secret }\n")),
    (
        "secret-is-not-in-template",
        "StripeKey",
        In("StripeKey", "    Properties:\n", "    Properties:\n      SecretString: sk_test_1\n"),
    ),
    (
        "secret-is-not-in-template",
        "StripeKey",
        In("StripeKey", "    Properties:\n", "    Properties:\n      GenerateSecretString: {}\n"),
    ),
    (
        "secret-stays-in-its-store",
        "CollectPayment",
        In(
            "CollectPayment",
            "STRIPE_KEY_SECRET: !Ref StripeKey",
            "STRIPE_KEY: !Sub '{{resolve:secretsmanager:${StripeKey}:SecretString}}'",
        ),
    ),
    (
        "secret-stays-in-its-store",
        "Globals",
        Anywhere("    MemorySize: 256", "    Environment: { Variables: { KEY: '{{resolve:ssm-secure:key}}' } }"),
    ),
    (
        "secret-stays-in-its-store",
        "StripeApiBase",
        Anywhere(
            "    Default: ''\n    Description: Another address",
            "    Default: '{{resolve:ssm:base}}'\n    Description: Another address",
        ),
    ),
    (
        "parameter-hides-secret",
        "StripeKeyValue",
        Anywhere("\nParameters:\n", "\nParameters:\n  StripeKeyValue: { Type: String }\n"),
    ),
    (
        "parameter-hides-secret",
        "AdminPassword",
        Anywhere("\nParameters:\n", "\nParameters:\n  AdminPassword: { Type: String, NoEcho: true, Default: admin }\n"),
    ),
];
