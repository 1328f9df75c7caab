"""The checks, one file per family; importing this enters them in their order."""

from checks import template, ports, sessions, alerts, refusals, webhook, presence, identity, claims, onboarding, sweep, roles  # noqa: F401
