"""The unchanged template with the compiled functions, deployed as `sam deploy` does it."""

import json
import subprocess
import time
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from awscli.customizations.cloudformation.yamlhelper import yaml_dump, yaml_parse

from cloud import Cloud
from environment import TEMPLATE, VENV, WORK, Missing, binary, strip_tool
from waiting import Failed

STACK = "wattwarden-check"
BUCKET = "deployment-check"
EMULATOR_POLICY = "for-the-emulator"
FUNCTION = "AWS::Serverless::Function"

Template = dict[str, Any]


@cache
def text() -> str:
    """The template as it is in the repository, read once."""
    return TEMPLATE.read_text()


def original() -> Template:
    """What the template says."""
    return yaml_parse(text())


def functions(template: Template) -> dict[str, str]:
    """The functions of a template: their logical ids and the binaries they run."""
    resources = template["Resources"].items()
    return {
        name: resource["Metadata"]["BuildProperties"]["Binary"]
        for name, resource in resources if resource["Type"] == FUNCTION
    }


def without_code(template: Template) -> Template:
    """Everything in a template but where the code of its functions is."""
    bare = yaml_parse(yaml_dump(template))
    bare.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for name in functions(bare):
        bare["Resources"][name]["Properties"].pop("CodeUri", None)
    return bare


def rewritten(folder: Path) -> Path:
    """The template beside its packed functions, each with a `CodeUri` of its own."""
    template = original()
    for name, program in functions(template).items():
        template["Resources"][name]["Properties"]["CodeUri"] = pack(program, folder).name
    path = folder / "template.yaml"
    path.write_text(yaml_dump(template))
    return path


def pack(program: str, folder: Path) -> Path:
    """A function's binary, stripped, as the `bootstrap` of an archive; made again only when the binary is newer."""
    source, archive = binary(program), folder / f"{program}.zip"
    if archive.exists() and archive.stat().st_mtime > source.stat().st_mtime:
        return archive
    bootstrap = folder / f"{program}.bootstrap"
    if subprocess.run([strip_tool(), "-o", bootstrap, source]).returncode:
        raise Missing(f"{source} cannot be stripped: build it again")
    entry = zipfile.ZipInfo("bootstrap", date_time=time.localtime(source.stat().st_mtime)[:6])
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(archive, "w", compresslevel=1) as packed:
        packed.writestr(entry, bootstrap.read_bytes())
    bootstrap.unlink()
    return archive


def deploy(cloud: Cloud, parameters: dict[str, str]) -> None:
    """Packages and deploys the template."""
    folder = WORK / "build"
    folder.mkdir(parents=True, exist_ok=True)
    template, packaged = rewritten(folder), folder / "packaged.yaml"
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    aws(cloud, "package", "--template-file", str(template), "--s3-bucket", BUCKET, "--output-template-file", str(packaged))
    try:
        aws(
            cloud, "deploy", "--template-file", str(packaged), "--s3-bucket", BUCKET, "--stack-name", STACK,
            "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND",
            "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items()),
        )
    except Failed as error:
        raise Failed(f"{failed_resources(cloud)} {error}".strip()) from error
    allow_what_the_emulator_checks_elsewhere(cloud)


def allow_what_the_emulator_checks_elsewhere(cloud: Cloud) -> None:
    """Lets onboarding attach policies: AWS checks that on the certificate, as the template says, the emulator on everything."""
    statement = {"Effect": "Allow", "Action": ["iot:AttachPolicy", "iot:DetachPolicy"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = resources(cloud)["AdmitStationRole"]
    cloud.client("iam").put_role_policy(RoleName=role, PolicyName=EMULATOR_POLICY, PolicyDocument=document)


def aws(cloud: Cloud, command: str, *arguments: str) -> None:
    """Runs one command of `aws cloudformation`."""
    done = subprocess.run(
        [VENV / "bin" / "aws", "cloudformation", command, *arguments],
        env=cloud.environment(), capture_output=True, text=True,
    )
    (WORK / f"{command}.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise Failed(f"expected `aws cloudformation {command}` to succeed, saw {(done.stdout + done.stderr)[-1500:]}")


def failed_resources(cloud: Cloud) -> str:
    """Why resources could not be made; the emulator says it in its log only, not in the events of the stack."""
    lines = cloud.process.log.read_text(errors="replace").splitlines()
    return "; ".join(line.partition("Failed to provision ")[2] for line in lines if "Failed to provision " in line)


def outputs(cloud: Cloud) -> dict[str, str]:
    """The outputs of the stack."""
    [stack] = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def resources(cloud: Cloud) -> dict[str, str]:
    """The physical ids of the stack's resources by their logical ids."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    found = (resource for page in pages for resource in page["StackResourceSummaries"])
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}
