# SPDX-License-Identifier: Apache-2.0
"""`weir check`, `weir preview` and `weir init` as their users meet them.

tests/faults/ holds a sound workspace, `base/`, and one file a class of faults: each case changes
one file of it and says every line that `weir check --offline` then tells, and how it ends.
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import tempfile
import termios
import unicodedata
import unittest

import yaml

import stand

FAULTS = stand.ROOT / "tests" / "faults"


def weir(folder, *arguments, **variables):
    environment = {**os.environ, "HOME": "/nowhere", **variables}
    done = subprocess.run([stand.WEIR, *arguments, "--workspace", str(folder)], text=True,
                          env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    return stand.Run(done.returncode, done.stdout, done.stderr)


class FaultTable(unittest.TestCase):
    maxDiff = None

    def case(self, folder, case):
        shutil.copytree(FAULTS / "base", folder)
        file = folder / case["file"]
        text = case.get("text", file.read_text())
        for change in case.get("replace", []):
            self.assertIn(change["this"], text)
            text = text.replace(change["this"], change["by"])
        file.write_text(text)
        done = weir(folder, "check", "--offline")
        told = [line.replace(str(folder), "WORKSPACE") for line in done.err.splitlines()]
        self.assertEqual(told, case["told"])
        self.assertEqual(done.code, case["exit"], done)
        errors = sum(": error: " in line for line in told)
        self.assertEqual(done.code == 2, errors > 0)
        as_json = weir(folder, "check", "--offline", "--json")
        faults = [line for line in as_json.lines if "severity" in line]
        self.assertEqual(len(faults), len(told))
        for fault, line in zip(faults, done.err.splitlines()):
            place = fault["file"] + (f":{fault['line']}" if fault["line"] else "")
            self.assertEqual(f"{place}: {fault['severity']}: {fault['message']}", line)

    def test_the_base_is_sound(self):
        with tempfile.TemporaryDirectory() as outside:
            folder = pathlib.Path(outside) / "workspace"
            shutil.copytree(FAULTS / "base", folder)
            done = weir(folder, "check", "--offline")
            self.assertEqual((done.code, done.err), (0, ""), done)
            self.assertIn("1 pipeline, no errors, no warnings", done.out)

    def test_every_fault_is_told_with_file_line_value_and_advice(self):
        files = sorted(FAULTS.glob("*.yaml"))
        self.assertGreaterEqual(len(files), 7)
        for file in files:
            for case in yaml.safe_load(file.read_text()):
                with self.subTest(f"{file.stem}: {case['name']}"), \
                        tempfile.TemporaryDirectory() as outside:
                    self.case(pathlib.Path(outside) / "workspace", case)

    def test_all_at_once_by_file_and_line_and_none_twice(self):
        with tempfile.TemporaryDirectory() as outside:
            folder = pathlib.Path(outside) / "workspace"
            shutil.copytree(FAULTS / "base", folder)
            receipts = folder / "pipelines" / "receipts.yaml"
            text = receipts.read_text().replace("idCheck: true", "idCheck: maybe")
            receipts.write_text(text.replace("method: POST", "method: [a]"))
            shutil.copy(receipts, folder / "pipelines" / "again.yaml")
            (folder / "connections" / "mysql.yaml").write_text("connector: mysql\ntls: perhaps\n")
            done = weir(folder, "check", "--offline")
            self.assertEqual([line.split(": error: ")[0] for line in done.err.splitlines()],
                             ["connections/mysql.yaml:1", "connections/mysql.yaml:1",
                              "connections/mysql.yaml:2",
                              "pipelines/again.yaml:7", "pipelines/again.yaml:9",
                              "pipelines/receipts.yaml:7", "pipelines/receipts.yaml:9"], done)
            self.assertIn("2 pipelines, 7 errors, no warnings", done.out)
            chosen = weir(folder, "check", "--offline", "recepts")
            self.assertEqual(chosen.code, 2)
            self.assertIn("`recepts` is no pipeline of this workspace; did you mean `receipts`?",
                          chosen.err)


class CommandLine(unittest.TestCase):
    def told(self, *arguments):
        done = subprocess.run([stand.WEIR, *arguments], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        return done.stderr

    def test_a_slip_is_told_with_the_nearest_name_and_the_help_to_read(self):
        self.assertEqual(self.told("chek"), "error: `chek` is no command of `weir`; did you mean "
                         "`check`?\n`weir --help` explains more\n")
        self.assertEqual(self.told("check", "--ofline"),
                         "error: `--ofline` is no option of `weir check`; did you mean "
                         "`--offline`?\n`weir check --help` explains more\n")
        self.assertEqual(self.told("preview", "a", "b"),
                         "error: `b` is one argument more than `weir preview` takes\n"
                         "`weir preview --help` explains more\n")
        self.assertEqual(self.told("secret", "lst"),
                         "error: `lst` is no command of `weir secret`; did you mean `list`?\n"
                         "`weir secret --help` explains more\n")
        self.assertIn("pipeline is required", self.told("preview"))


class Init(unittest.TestCase):
    def setUp(self):
        self.outside = pathlib.Path(tempfile.mkdtemp(prefix="weir-init-"))
        self.addCleanup(shutil.rmtree, self.outside, ignore_errors=True)
        self.folder = self.outside / "new"

    def init(self):
        done = subprocess.run([stand.WEIR, "init", str(self.folder)], capture_output=True,
                              text=True)
        return stand.Run(done.returncode, done.stdout, done.stderr)

    def files(self):
        return sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*")
                      if file.is_file())

    def test_every_file_names_the_schema_that_lies_there_and_keeps_to_it(self):
        import jsonschema
        self.assertEqual(self.init().code, 0)
        documents = [file for file in self.files() if file.endswith(".yaml")]
        self.assertEqual(documents, ["connections/dingtalk.yaml", "connections/mysql.yaml",
                                     "pipelines/receipts.yaml", "weir.yaml"])
        for file in documents:
            first = (self.folder / file).read_text().splitlines()[0]
            named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
            self.assertIsNotNone(named, file)
            schema = json.loads((self.folder / file).parent.joinpath(named[1]).read_text())
            validator = jsonschema.Draft202012Validator(schema)
            document = yaml.safe_load((self.folder / file).read_text())
            self.assertEqual([e.message for e in validator.iter_errors(document)], [], file)
            document["slip"] = 1
            self.assertFalse(validator.is_valid(document), file)
        self.assertEqual(weir(self.folder, "check", "--offline").code, 0)

    def test_nothing_is_overwritten_and_all_that_is_there_is_named(self):
        (self.folder / "pipelines").mkdir(parents=True)
        (self.folder / "pipelines" / "receipts.yaml").write_text("mine")
        (self.folder / "schema.sql").symlink_to("nowhere")
        done = self.init()
        self.assertEqual(done.code, 2)
        self.assertIn("nothing was written", done.err)
        self.assertIn("pipelines/receipts.yaml", done.err)
        self.assertIn("schema.sql", done.err)
        self.assertEqual(self.files(), ["pipelines/receipts.yaml"])
        self.assertEqual((self.folder / "pipelines" / "receipts.yaml").read_text(), "mine")

    def test_schemas_are_renewed(self):
        self.assertEqual(self.init().code, 0)
        schema = self.folder / "schema" / "pipeline.json"
        text = schema.read_text()
        schema.write_text("{}")
        self.assertEqual(weir(self.folder, "schema", "--write").code, 0)
        self.assertEqual(schema.read_text(), text)


def width_of(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def on_terminal(command, environment, columns):
    """What a command writes to a terminal of so many columns."""
    terminal, program = pty.openpty()
    fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen(command, stdout=program, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, env=environment) as process:
        os.close(program)
        written = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # the program's end is closed
                break
            if not part:
                break
            written += part
        os.close(terminal)
        error = process.stderr.read().decode()
    return stand.Run(process.returncode, written.decode().replace("\r\n", "\n"), error)


class Online(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)
        cls.database.execute_file(stand.EXAMPLE / "schema.sql")
        cls.sandbox = stand.Sandbox("--records", 100, "--seed", 7, "--qps", 100000)
        cls.addClassCleanup(cls.sandbox.close)

    def setUp(self):
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)

    def line_of(self, text):
        lines = (self.workspace.folder / "pipelines/receipts.yaml").read_text().splitlines()
        return 1 + next(i for i, line in enumerate(lines) if text in line)

    def test_a_name_that_no_fetched_record_has_is_a_warning_with_the_nearest(self):
        sound = self.workspace.text("check", "receipts")
        self.assertEqual((sound.code, sound.err), (0, ""), sound)
        self.workspace.edit("receipts", "{numberField_lgkgut81}", "{numberField_lgkgut18}")
        self.workspace.edit("receipts", "extend.instanceStatus", "extend.instanceState")
        done = self.workspace.text("check", "receipts")
        self.assertEqual(done.code, 0, done)
        condition, value = done.err.splitlines()
        self.assertRegex(condition, rf"^pipelines/receipts.yaml:{self.line_of('condition:')}: "
                         "warning: `condition`: `extend.instanceState` is on none of \\d+ records "
                         "that were fetched; did you mean `extend.instanceStatus`\\?$")
        self.assertRegex(value, rf"^pipelines/receipts.yaml:{self.line_of('sales_count, ')}: "
                         "warning: `numberField_lgkgut18` is on none of \\d+ records that were "
                         "fetched; did you mean `numberField_lgkgut81`\\?$")
        offline = self.workspace.text("check", "receipts", "--offline")
        self.assertEqual((offline.code, offline.err), (0, ""), offline)

    def test_a_column_that_does_not_fit_is_told_with_its_parameter(self):
        self.workspace.edit("receipts", "value: \"1\"}\n        - {field: sales_count",
                            "value: many}\n        - {field: sales_count")
        done = self.workspace.text("check", "receipts")
        self.assertEqual(done.code, 2, done)
        self.assertRegex(done.err, rf"pipelines/receipts.yaml:{self.line_of('qty_count, value')}: "
                         "error: parameter `qty_count` does not fit column `qty_count` \\(\\S+\\): "
                         "`many` is no number")

    def test_preview_shows_the_three_side_by_side_where_there_is_room(self):
        command = [stand.WEIR, "preview", "receipts", "--limit", "4", "--workspace",
                   str(self.workspace.folder)]
        environment = {**self.workspace.environment, "NO_COLOR": "1"}
        environment.pop("COLUMNS", None)
        done = on_terminal(command, environment, 150)
        self.assertEqual(done.code, 0, done)
        beside = [line for line in done.out.splitlines() if " │ " in line]
        self.assertEqual({width_of(line) for line in beside}, {150}, done.out)
        self.assertRegex(beside[0], r"^raw +│ cleaned +│ (as sent|kept out)")
        self.assertEqual(sum(line.startswith("raw ") for line in beside), 4)
        self.assertIn("INSERT INTO", done.out)
        self.assertIn(":order_no_new = ", done.out)
        narrow = on_terminal(command, environment, 70)
        self.assertNotIn(" │ ", narrow.out)
        self.assertEqual(narrow.out, self.workspace.text("preview", "receipts", "--limit",
                                                         "4").out)
        wide = on_terminal(command, {**environment, "COLUMNS": "150"}, 70)
        self.assertEqual(wide.out, done.out)

    def test_preview_as_json_has_all_three_and_the_reason(self):
        self.workspace.edit("receipts", "{field: status}",
                            "{field: status, value: \"${env:YIDA_SYSTEM_TOKEN}\"}")
        secret = "s3cr3t-of-a-parameter"
        done = self.workspace.weir("preview", "receipts", "--limit", "100",
                                   environment={"YIDA_SYSTEM_TOKEN": secret})
        self.assertEqual(done.code, 0, done)
        self.assertNotIn(secret, done.out + done.err)
        outcomes = set()
        for record in done.lines:
            outcomes.add(record["outcome"])
            self.assertIsInstance(record["raw"], dict)
            self.assertIsInstance(record["cleaned"], dict)
            if record["outcome"] == "as sent":
                self.assertIn("INSERT INTO", record["statement"])
                self.assertEqual(record["rows"][0]["main_params"]["status"], "***")
                self.assertIsNone(record["reason"])
            else:
                self.assertIn("is not met by", record["reason"])
                self.assertIsNone(record["statement"])
        self.assertEqual(outcomes, {"as sent", "kept out"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
