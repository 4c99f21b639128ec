# SPDX-License-Identifier: Apache-2.0
"""The outside world of an end-to-end test: a private MariaDB, the DingTalk stand-in, a workspace.

Environment: WEIR_BIN is the program under test. Everything lives in temporary folders and ends with
the test.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEIR = os.environ.get("WEIR_BIN", str(ROOT / "build" / "release" / "weir"))
EXAMPLE = ROOT / "examples" / "receipts"


def wait_until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise TimeoutError(f"{what} did not happen within {seconds} s")


class Database:
    """A MariaDB of the test's own; `name` is its one database."""

    name = "hongchao"

    def __init__(self, folder=None, options=()):
        """`options`: the server's own."""
        self.options = options
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="weir-db-"))
        self.folder.chmod(0o755)
        self.socket = str(self.folder / "server" / "socket")
        self.start()
        self.sql(f"CREATE DATABASE {self.name} CHARACTER SET utf8mb4", database="")

    def _script(self, command, *options):
        script = ROOT / "tools" / "private_mariadb.sh"
        return subprocess.run(
            [script, command, self.folder / "server", *options],
            check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def start(self):
        self._script("start", *self.options)

    def kill(self):
        process = int((self.folder / "server" / "pid").read_text())
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: not pathlib.Path(f"/proc/{process}").exists(), "the end of mariadbd")

    def sql(self, statement, database=None):
        """Rows as lists of text; NULL is None. Values must hold no tab or line break: use HEX()."""
        command = ["mariadb", "--no-defaults", "-uroot", f"-S{self.socket}", "-N", "-B",
                   "--default-character-set=utf8mb4", "-e", statement]
        database = self.name if database is None else database
        if database:
            command.append(database)
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{statement}: {done.stderr}")
        return [[None if cell == "NULL" else cell for cell in line.split("\t")]
                for line in done.stdout.splitlines()]

    def execute_file(self, file):
        self.sql(pathlib.Path(file).read_text())

    def close(self):
        self._script("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Sandbox:
    """`weir sandbox dingtalk` on a port of its own."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [WEIR, "sandbox", "dingtalk", "--port", "0", *map(str, arguments)],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = next(word for word in line.split() if word.startswith("http://")).rstrip("/")

    def control(self, action, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{action}", data=data,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.read().decode()

    def truth(self):
        """Every row as the API would return it, numbers by their digits."""
        return [json.loads(line, parse_float=Decimal, parse_int=Decimal)
                for line in self.control("truth").splitlines()]

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Run:
    """A finished `weir` command."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]

    @property
    def result(self):
        return self.lines[-1]

    def __repr__(self):
        return f"exit {self.code}\n{self.out}\n{self.err}"


class Workspace:
    """A folder with the example's pipelines, bound to a database and a stand-in."""

    def __init__(self, database, sandbox, *, prefix="weir-ws-", mysql=None, dingtalk=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix))
        self.environment = dict(
            os.environ, DINGTALK_APP_KEY="key", DINGTALK_APP_SECRET="secret",
            YIDA_SYSTEM_TOKEN="token", MYSQL_PASSWORD="")
        shutil.copytree(EXAMPLE / "pipelines", self.folder / "pipelines")
        (self.folder / "weir.yaml").write_text("timezone: Asia/Shanghai\n")
        self.connect("dingtalk", {
            "connector": "dingtalk", "base_url": sandbox.url, "app_key": "key",
            "app_secret": "secret", "budget": {"per_second": 1000, "per_month": 1000000},
            **(dingtalk or {})})
        self.connect("mysql", {
            "connector": "mysql", "socket": database.socket, "user": "root", "password": "",
            "database": database.name, "tls": "off", **(mysql or {})})

    def connect(self, name, settings):
        folder = self.folder / "connections"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(json.dumps(settings, ensure_ascii=False))

    def edit(self, pipeline, old, new):
        file = self.folder / "pipelines" / f"{pipeline}.yaml"
        text = file.read_text()
        if old not in text:
            raise ValueError(f"`{old}` does not stand in {file.name}")
        file.write_text(text.replace(old, new))

    def start(self, *arguments, environment=None):
        return subprocess.Popen(
            [WEIR, *arguments, "--workspace", str(self.folder), "--json"],
            env={**self.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def finish(process, timeout=300):
        out, err = process.communicate(timeout=timeout)
        return Run(process.returncode, out, err)

    def weir(self, *arguments, environment=None):
        return self.finish(self.start(*arguments, environment=environment))

    def text(self, *arguments):
        """Without --json: what a person sees."""
        done = subprocess.run([WEIR, *arguments, "--workspace", str(self.folder)],
                              env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=300)
        return Run(done.returncode, done.stdout, done.stderr)

    def run(self, *pipelines, environment=None):
        return self.weir("run", *pipelines, environment=environment)

    def forget(self):
        """Throws the state away: the next run begins from nothing."""
        shutil.rmtree(self.folder / ".weir", ignore_errors=True)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
