"""The policies of the stack's roles, and taking permissions from them for a while."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deployment import EMULATOR_POLICY
from system import System
from waiting import Failed

Statement = dict[str, Any]

# A policy needs a statement; this one allows nothing that matters.
NOTHING: list[Statement] = [{"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}]


def policy_of(system: System, role: str) -> tuple[str, list[Statement]]:
    """The name and the statements of the policy that the template gives a role."""
    iam, name = system.cloud.client("iam"), system.resource(role)
    [policy] = [one for one in iam.list_role_policies(RoleName=name)["PolicyNames"] if one != EMULATOR_POLICY]
    return policy, iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]


@contextmanager
def without_actions(system: System, role: str, actions: list[str], on: str | None = None) -> Iterator[None]:
    """A role that lacks actions for a while; with a table, only there."""
    iam, name = system.cloud.client("iam"), system.resource(role)
    policy, before = policy_of(system, role)
    ending = f"table/{system.resource(on)}" if on else ""
    less = without(before, actions, [n for n, one in enumerate(before) if as_list(one.get("Resource", ""))[0].endswith(ending)])
    if less == before:
        raise Failed(f"expected {role} to have {', '.join(actions)}, saw a policy without")
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document(before))


def without(statements: list[Statement], actions: list[str], where: list[int]) -> list[Statement]:
    """The statements, those at some positions without some actions."""
    remaining = []
    for position, statement in enumerate(statements):
        kept = [one for one in as_list(statement["Action"]) if position not in where or one not in actions]
        if kept == as_list(statement["Action"]):
            remaining.append(statement)
        elif kept:
            remaining.append({**statement, "Action": kept})
    return remaining or NOTHING


def document(statements: list[Statement]) -> str:
    """A policy as IAM takes it."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def as_list(value: str | list[str]) -> list[str]:
    """What policies write as one text or as several."""
    return [value] if isinstance(value, str) else value
