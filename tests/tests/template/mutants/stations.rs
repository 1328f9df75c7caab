//! Stations that can speak as others, and claims that are worth more than a question.

use super::Change::{In, With, Without};
use super::Mutant;

const CLAIM: &str = "ClaimPolicy";
const NAME: &str = "${!iot:Connection.Thing.ThingName}";
const NAME_ACK: &str = "topicfilter/ev/v1/${!iot:Connection.Thing.ThingName}/ack";
const NAME_STOCK: &str = "topic/ev/v1/${!iot:Connection.Thing.ThingName}/stock";
const INGEST_STOCK: &str = "topic/$aws/rules/${StockRule}/ev/v1";

pub(super) const MUTANTS: &[Mutant] = &[
    ("station-only-talks", "StationPolicy", In("StationPolicy", "Action: iot:Publish", "Action: '*'")),
    ("station-only-talks", "StationPolicy", In("StationPolicy", "Action: iot:Publish", "Action: iot:*")),
    (
        "station-only-talks",
        "StationPolicy",
        In("StationPolicy", "Action: iot:Publish", "Action: iot:UpdateThingShadow"),
    ),
    ("station-only-talks", CLAIM, In(CLAIM, "[iot:Publish,", "[iot:RetainPublish,")),
    ("station-connects-as-itself", "StationPolicy", In("StationPolicy", NAME, "*")),
    ("station-connects-as-itself", "StationPolicy", In("StationPolicy", NAME, "${!iot:ClientId}")),
    ("station-connects-as-itself", "StationPolicy", In("StationPolicy", "IsAttached: 'true'", "IsAttached: 'false'")),
    ("station-connects-as-itself", "StationPolicy", In("StationPolicy", "Bool:", "BoolIfExists:")),
    // Not left alone by CloudFormation: the deployment fails, or the text of another variable becomes the name.
    ("station-connects-as-itself", "StationPolicy", In("StationPolicy", NAME, "${StockRule}")),
    ("station-keeps-to-its-topics", "StationPolicy", In("StationPolicy", NAME_STOCK, "topic/ev/v1/*/stock")),
    ("station-keeps-to-its-topics", "StationPolicy", In("StationPolicy", NAME_STOCK, "*")),
    (
        "station-keeps-to-its-topics",
        "StationPolicy",
        In("StationPolicy", NAME_STOCK, "topic/ev/v1/${!iot:Connection.Thing.ThingName}/*"),
    ),
    (
        "station-keeps-to-its-topics",
        "StationPolicy",
        In("StationPolicy", NAME_STOCK, "topic/ev/v1/${!iot:Connection.Thing.ThingName}/command"),
    ),
    ("station-keeps-to-its-topics", "StationPolicy", In("StationPolicy", NAME_ACK, "topicfilter/ev/v1/+/ack")),
    ("station-keeps-to-its-topics", "StationPolicy", In("StationPolicy", NAME_ACK, "topicfilter/#")),
    (
        "station-keeps-to-its-topics",
        "StationPolicy",
        In("StationPolicy", "topic/ev/v1/${!iot:Connection.Thing.ThingName}/ack", "topic/ev/v1/*/ack"),
    ),
    (
        "station-keeps-to-its-topics",
        "StationPolicy",
        In("StationPolicy", INGEST_STOCK, "topic/$aws/rules/${TelemetryRule}/ev/v1"),
    ),
    ("station-keeps-to-its-topics", "StationPolicy", In("StationPolicy", INGEST_STOCK, "topic/$aws/rules/*/ev/v1")),
    (
        "station-keeps-to-its-topics",
        "SparePolicy",
        With(
            "  SparePolicy:
    Type: AWS::IoT::Policy
    Properties: { PolicyDocument: { Statement: { Effect: Allow, Action: iot:Publish, Resource: '*' } } }\n",
        ),
    ),
    ("claim-only-provisions", CLAIM, In(CLAIM, "client/claim-*", "client/*")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "client/claim-*", "client/${!iot:ClientId}")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "client/claim-*", "*")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "topic/$aws/certificates/create/*", "topic/$aws/*")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "topic/$aws/certificates/create/*", "topic/ev/v1/station-1/stock")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "topic/$aws/certificates/create/*", "*")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "topicfilter/$aws/certificates/create/*", "topicfilter/ev/v1/+/ack")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "${StationTemplate}", "*")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "${StationTemplate}", "${StockRule}")),
    ("claim-only-provisions", CLAIM, In(CLAIM, "${StationTemplate}/provision", "${StationTemplate}")),
    ("claim-only-provisions", "ClaimPolicy", In("ClaimPolicy", "client/claim-*", "client/station-*")),
    ("provisioning-has-hook", "StationTemplate", In("StationTemplate", "PreProvisioningHook:", "Hook:")),
    ("provisioning-has-hook", "StationTemplate", In("StationTemplate", "    DependsOn: ClaimPermission\n", "")),
    ("provisioning-has-hook", "StationTemplate", In("StationTemplate", "Enabled: true", "Enabled: false")),
    (
        "provisioning-has-hook",
        "StationTemplate",
        In("StationTemplate", "!GetAtt AdmitStation.Arn", "!GetAtt Sweep.Arn"),
    ),
    ("provisioning-has-hook", "StationTemplate", Without("ClaimPermission")),
    (
        "provisioning-has-hook",
        "StationTemplate",
        In("ClaimPermission", "Principal: iot.amazonaws.com", "Principal: apigateway.amazonaws.com"),
    ),
    (
        "provisioning-has-hook",
        "SpareTemplate",
        With("  SpareTemplate: { Type: AWS::IoT::ProvisioningTemplate, Properties: { TemplateName: spare } }\n"),
    ),
];
