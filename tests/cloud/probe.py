"""Which permissions of the roles the emulator enforces, tried one by one.

What a function asks for itself is tried under a role made for it: once with the whole policy of the function's role, once without the
action. What AWS does in the name of a role (reading queues and streams, writing logs, carrying out rules) is tried by taking the actions
from the role itself and looking whether the work is done all the same.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

import messages
import stripe
import wattwarden
from checks.alerts import subscribed_queue
from checks.claims import provision
from checks.sessions import STATION, TOKEN, paid, play
from cloud import ACCOUNT, ADMIN, Credentials
from permissions import Statement, as_list, document, policy_of, without, without_actions
from system import System
from waiting import Failed, eventually

PROBE_ROLE = "permission-probe"
PHONE = "a phone number"
DONE_WITHIN_S = 8
DENIALS = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "ForbiddenException")

# What AWS does in the name of a role, not the function itself.
BY_AWS = (
    "logs:", "sqs:", "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"
)

Row = tuple[str, str, str]


@dataclass(frozen=True)
class Permission:
    """One action of one statement of a role, on one of its resources."""

    action: str
    resource: str
    index: int


def table(system: System) -> str:
    """A line for every permission: its role, its action, and whether the emulator enforces it."""
    rows: list[Row] = [*asked_by_functions(system), *done_by_aws(system)]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{role:{widths[0]}}  {action:{widths[1]}}  {enforced}" for role, action, enforced in rows]
    return "\n".join([f"{'role':{widths[0]}}  {'action':{widths[1]}}  enforced", *lines])


# ---- What a function asks for itself


def asked_by_functions(system: System) -> Iterator[Row]:
    """Every action of the functions' roles that their code uses."""
    clients = _Clients(system)
    for role in sorted(name for name in system.resources if name.endswith("Role")):
        statements = policy_of(system, role)[1]
        for index, statement in enumerate(statements):
            for action in as_list(statement["Action"]):
                if role in ("RulesRole", "ProvisioningRole") or action.startswith(BY_AWS):
                    continue
                for resource in resources_of(statement, action):
                    verdict = clients.verdict(Permission(action, resource, index), statements)
                    yield role, f"{action} on {_short(resource)}", verdict


def resources_of(statement: Statement, action: str) -> list[str]:
    """The resources on which an action is tried; things and certificates are the emulator's own business."""
    if "NotResource" in statement:
        return [PHONE]
    resources = as_list(statement["Resource"])
    return resources if action == "iot:Publish" or not action.startswith("iot:") else ["*"]


class _Clients:
    """Calls under the probe's role, with whatever policy it has at the time."""

    def __init__(self, system: System):
        self._system = system
        self._iam = system.cloud.client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{ADMIN}"}, "Action": "sts:AssumeRole"}
        role = self._iam.create_role(RoleName=PROBE_ROLE, AssumeRolePolicyDocument=document([trust]))["Role"]
        session = system.cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="probe")["Credentials"]
        self._credentials = Credentials(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])

    def verdict(self, permission: Permission, statements: list[Statement]) -> str:
        """Whether the call is denied without the action, and only without it."""
        if self._is_denied(permission, statements):
            return "denied even with it"
        return "yes" if self._is_denied(permission, without(statements, [permission.action], [permission.index])) else "no"

    def _is_denied(self, permission: Permission, statements: list[Statement]) -> bool:
        self._iam.put_role_policy(RoleName=PROBE_ROLE, PolicyName="probe", PolicyDocument=document(statements))
        try:
            self._call(permission)
        except ClientError as error:
            return error.response["Error"]["Code"] in DENIALS
        return False

    def _call(self, permission: Permission) -> None:
        service, _, name = permission.action.partition(":")
        method = "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")
        client = self._system.cloud.client({"iot:Publish": "iot-data"}.get(permission.action, service), self._credentials)
        getattr(client, method)(**_arguments(permission, self._system))


def _arguments(permission: Permission, system: System) -> dict[str, Any]:
    """The smallest request for an action; it may fail for any reason but a missing permission."""
    service, _, name = permission.action.partition(":")
    resource, nobody = permission.resource, {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}
    never = {"ConditionExpression": "attribute_exists(nothing)"}
    certificate = "0" * 64
    arn = f"arn:aws:iot:us-east-1:{ACCOUNT}:cert/{certificate}"
    match service:
        case "dynamodb":
            table_name, _, index = resource.partition("table/")[2].partition("/index/")
            if table_name == system.resource("AlertsTable"):
                nobody.pop("sk")
            query: dict[str, Any] = {"KeyConditionExpression": "#p = :p", "ExpressionAttributeValues": {":p": {"S": "nobody"}}}
            query["ExpressionAttributeNames"] = {"#p": {"due": "due_part", "gone": "gone_site"}.get(index, "pk")}
            requests: dict[str, dict[str, Any]] = {
                "GetItem": {"Key": nobody},
                "DeleteItem": {"Key": nobody},
                "PutItem": {"Item": nobody, **never},
                "UpdateItem": {
                    "Key": nobody, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": ""}}, **never
                },
                "Query": {**query, **({"IndexName": index} if index else {})},
            }
            return {"TableName": table_name, **requests[name]}
        case "iot" if name == "Publish":
            return {"topic": resource.partition(":topic/")[2].replace("*", "nobody"), "payload": b"{}"}
        case "iot":
            requests = {
                "CreateThing": {"thingName": "nobody"}, "DeleteThing": {"thingName": "nobody"},
                "ListThingPrincipals": {"thingName": "nobody"},
                "AttachThingPrincipal": {"thingName": "nobody", "principal": arn},
                "DetachThingPrincipal": {"thingName": "nobody", "principal": arn},
                "AttachPolicy": {"policyName": "nothing", "target": arn},
                "DetachPolicy": {"policyName": "nothing", "target": arn},
                "UpdateCertificate": {"certificateId": certificate, "newStatus": "INACTIVE"},
                "DeleteCertificate": {"certificateId": certificate},
            }
            return requests.get(name, {})
        case "sns":
            target = {"PhoneNumber": "+31600000099"} if resource == PHONE else {"TopicArn": resource}
            return {"Message": "a probe", **target}
        case "secretsmanager":
            return {"SecretId": resource}
    raise Failed(f"expected to know how to try {permission.action}, saw no way")


# ---- What AWS does in the name of a role


def done_by_aws(system: System) -> Iterator[Row]:
    """Actions that AWS itself needs, each group taken at once, and policies of resources that let one service reach another."""
    queue = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    stream = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
    everything = [action for statement in policy_of(system, "ProvisioningRole")[1] for action in as_list(statement["Action"])]
    for role, words, actions, works in (
        ("RecordTransactionRole", "reading its queue", queue, _is_acknowledged),
        ("RecordTransactionRole", "writing logs", ["logs:CreateLogStream", "logs:PutLogEvents"], _is_logged),
        ("CollectPaymentRole", "reading its stream", stream, _is_paid),
        ("RulesRole", "sending to queues", ["sqs:SendMessage"], _is_acknowledged),
        ("ProvisioningRole", "provisioning", everything, _is_provisioned),
    ):
        with without_actions(system, role, actions):
            yield role, f"{words}, by AWS", _unless(works, system)
    yield "policy of a queue", "sqs:SendMessage, by SNS", _unless(_is_heard_without_policy, system)
    yield "StripeEventPermission", "lambda:InvokeFunction, by API Gateway", _unless(_is_called_without_permission, system)


def _unless(works: Callable[[System], None], system: System) -> str:
    """Whether something that should not work does not."""
    try:
        works(system)
    except Failed:
        return "yes"
    return "no"


def _is_acknowledged(system: System) -> None:
    message = messages.started(system.fresh("probe"), TOKEN)
    system.station(STATION).send("transaction", message)
    system.station(STATION).ack(message["messageId"], DONE_WITHIN_S)


def _is_logged(system: System) -> None:
    session = play(system, system.fresh("probe"))
    eventually(
        "a line about the session",
        lambda: [line for line in system.log_lines("RecordTransactionLogs") if line.get("session.id") == session],
        DONE_WITHIN_S,
    )


def _is_paid(system: System) -> None:
    paid(system, play(system, system.fresh("probe")), DONE_WITHIN_S)


def _is_provisioned(system: System) -> None:
    wattwarden.allow_claim(system.cloud, "cloud-004")
    answer = provision(system, system.output("StationTemplateName"), "cloud-004")
    if "thingName" not in answer:
        raise Failed(f"expected a thing, saw {answer}")


def _is_heard_without_policy(system: System) -> None:
    url = subscribed_queue(system, with_policy=False)
    system.cloud.client("sns").publish(TopicArn=system.output("AlertsTopicArn"), Message="a probe")
    sqs = system.cloud.client("sqs")
    eventually("a message", lambda: sqs.receive_message(QueueUrl=url).get("Messages"), DONE_WITHIN_S)


def _is_called_without_permission(system: System) -> None:
    client, name = system.cloud.client("lambda"), system.resource("ReceiveStripeEvent")
    statements = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]
    for statement in statements:
        client.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    if stripe.send(system.webhook_url, b"{}", None) != 400:
        raise Failed("expected the function's answer, saw another")


def _short(resource: str) -> str:
    return resource.split(":", 5)[-1].removeprefix("table/wattwarden-check-")
