"""Runs the checks in the cloud; started by `run`, inside its virtual environment."""

import argparse
import signal
import sys
import time
from contextlib import ExitStack

import checks  # noqa: F401, enters the checks
import deployment
import probe
import report
import stripe
import wattwarden
from cloud import Cloud
from environment import HERE, WORK, Missing, binary
from processes import free_ports
from system import System, admitted, find_outputs, webhook_url
from waiting import Failed

STATIONS = ("cloud-001", "cloud-002")


def main(options: argparse.Namespace) -> int:
    """Everything from the emulator to the closing table; the exit code."""
    promises = report.selected(options.only)
    if not promises:
        raise Missing(f"no check is called {options.only}: use one of {', '.join(sorted({one.family for one in report.PROMISES}))}")
    for name in ("stripe-double", "wattwarden"):
        binary(name)
    begin = time.monotonic()
    with ExitStack() as stack:
        system = prepare(stack)
        print(f"ready after {time.monotonic() - begin:.0f} s", flush=True)
        outcomes = [report.run(one, system) for one in promises]
        if options.probe_roles:
            print("\n" + probe.table(system), flush=True)
        print(f"\n{report.table(outcomes)}\n", flush=True)
        failed = [outcome for outcome in outcomes if outcome.failure]
        print(f"{len(outcomes) - len(failed)} kept, {len(failed)} failed, {time.monotonic() - begin:.0f} s", flush=True)
        if failed:
            print(f"logs: {system.cloud.process.log}, {save_logs(system)}", flush=True)
        if options.keep:
            keep(system)
        return 1 if failed else 0


def prepare(stack: ExitStack) -> System:
    """The emulator with the deployed stack, its secrets, assets and stations, and the double of Stripe."""
    say("starting the emulator")
    cloud = Cloud()
    stack.callback(cloud.stop)
    [stripe_port] = free_ports(1)
    say("deploying the template")
    parameters = {"OperatorEmail": "", "OperatorPhone": "", "StripeApiBase": f"http://127.0.0.1:{stripe_port}"}
    deployment.deploy(cloud, parameters)
    outputs, resources = find_outputs(cloud)
    say("starting the double of Stripe")
    url = webhook_url(cloud, resources)
    double = stripe.StripeDouble(stripe_port, url)
    stack.callback(double.stop)
    secrets = cloud.client("secretsmanager")
    secrets.put_secret_value(SecretId=outputs["StripeKeySecret"], SecretString=stripe.KEY)
    secrets.put_secret_value(SecretId=outputs["StripeWebhookSecretName"], SecretString=stripe.WEBHOOK_SECRET)
    say("loading the seed file and admitting stations")
    wattwarden.load(cloud, HERE / "seed.yaml")
    system = System(cloud, double, url, outputs, resources, admitted(cloud, *STATIONS))
    stack.callback(system.close)
    return system


def save_logs(system: System) -> str:
    """Writes what the functions have logged into files; where."""
    folder = WORK / "functions"
    folder.mkdir(exist_ok=True)
    logs = system.cloud.client("logs")
    for name in (name for name in system.resources if name.endswith("Logs")):
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=system.resources[name])
        lines = [event["message"].rstrip("\n") + "\n" for page in pages for event in page["events"]]
        (folder / f"{name.removesuffix('Logs')}.log").write_text("".join(lines))
    return str(folder)


def keep(system: System) -> None:
    """Leaves everything running until it is interrupted."""
    names = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    environment = system.cloud.environment()
    print("\n".join(f"export {name}={environment[name]}" for name in names))
    print(f"stack {deployment.STACK}, MQTT on port {system.cloud.mqtt_port}, Stripe at {system.stripe.base}; Ctrl-C ends it", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print(flush=True)


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tests/cloud/run", description="Checks the deployed system in an emulated cloud.")
    parser.add_argument("--keep", action="store_true", help="leave everything running until interrupted")
    parser.add_argument("--only", metavar="NAME", help="one family of checks, or those whose name contains this")
    parser.add_argument("--no-build", action="store_true", help="use the binaries that are there")
    parser.add_argument("--probe-roles", action="store_true", help="try which permissions the emulator enforces")
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(arguments()))
    except Missing as error:
        print(f"missing: {error}", file=sys.stderr)
        sys.exit(2)
    except Failed as error:
        print(f"failed before any check: {report.one_line(str(error))}\nlogs: {WORK}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
