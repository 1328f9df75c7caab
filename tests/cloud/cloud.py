"""The emulator: started, asked, stopped."""

import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import botocore.config

from environment import HERE, WORK, venv_python
from processes import Process, free_ports, plain_environment
from waiting import eventually

REGION = "us-east-1"
ACCOUNT = "000000000000"
READY_WITHIN_S = 60

ADMIN = "cloud-check"
ADMIN_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"


@dataclass(frozen=True)
class Credentials:
    """Who signs a request."""

    key: str
    secret: str
    token: str | None = None


ROOT = Credentials("test", "test")


class Cloud:
    """A running emulator that checks signatures, IAM policies and the policies of certificates."""

    def __init__(self) -> None:
        self.port, self.mqtt_port = free_ports(2)
        self.endpoint = f"http://127.0.0.1:{self.port}"
        scratch = WORK / "emulator"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        environment = {
            **plain_environment(),
            "AUTH": "true",
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_PORT": str(self.mqtt_port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "INFO",
            "TMPDIR": str(scratch),
            "STATE_DIR": str(scratch / "state"),
            "S3_DATA_DIR": str(scratch / "s3"),
            # The functions inherit this address.
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ROOT.key,
            "AWS_SECRET_ACCESS_KEY": ROOT.secret,
            "AWS_DEFAULT_REGION": REGION,
        }
        self.process = Process("ministack", [venv_python(), HERE / "emulator.py"], environment, WORK / "ministack.log")
        eventually("an emulator that is ready", self._is_ready, READY_WITHIN_S)
        self.admin = self._create_admin()

    def client(self, service: str, credentials: Credentials | None = None) -> Any:
        """A client of one service; as the administrator unless somebody else is named."""
        who = credentials or self.admin
        config = botocore.config.Config(retries={"max_attempts": 1}, max_pool_connections=128, read_timeout=90)
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=REGION, config=config,
            aws_access_key_id=who.key, aws_secret_access_key=who.secret, aws_session_token=who.token,
        )

    def environment(self) -> dict[str, str]:
        """What a command line needs to speak to this cloud as the administrator."""
        return {
            **plain_environment(),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self.admin.key,
            "AWS_SECRET_ACCESS_KEY": self.admin.secret,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }

    @cached_property
    def authority(self) -> Path:
        """The certificate of the authority that signed the broker's."""
        path = WORK / "broker-ca.pem"
        with urllib.request.urlopen(f"{self.endpoint}/_ministack/iot/ca.pem", timeout=30) as answer:
            path.write_bytes(answer.read())
        return path

    def stop(self) -> None:
        """Ends the emulator with its functions."""
        self.process.stop()

    def _is_ready(self) -> bool:
        self.process.must_run()
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _create_admin(self) -> Credentials:
        """A user with every permission, since the account's own key is never checked against any policy."""
        iam = self.client("iam", ROOT)
        iam.create_user(UserName=ADMIN)
        iam.attach_user_policy(UserName=ADMIN, PolicyArn=ADMIN_POLICY)
        made = iam.create_access_key(UserName=ADMIN)["AccessKey"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])
