"""What is deployed is the template of the repository."""

from awscli.customizations.cloudformation.yamlhelper import yaml_parse

import deployment
from environment import WORK
from report import promise
from system import System
from waiting import Failed


@promise
def what_is_deployed_is_the_template_with_only_its_code_replaced(system: System) -> str:
    wanted = deployment.without_code(deployment.original())
    for name in ("template.yaml", "packaged.yaml"):
        seen = yaml_parse((WORK / "build" / name).read_text())
        if deployment.without_code(seen) != wanted:
            raise Failed(f"expected {name} to equal infra/template.yaml in everything but CodeUri, saw another difference")
    return f"{len(deployment.functions(wanted))} functions"


@promise
def every_resource_of_the_template_is_there(system: System) -> str:
    template = deployment.original()
    conditions = {"HasOperatorEmail", "HasOperatorPhone"}
    wanted = {name for name, one in template["Resources"].items() if one.get("Condition") not in conditions}
    missing = sorted(wanted - system.resources.keys())
    if missing:
        raise Failed(f"expected every resource of the template in the stack, saw none of {', '.join(missing)}")
    return f"{len(wanted)} resources"
