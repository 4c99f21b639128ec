# SPDX-License-Identifier: Apache-2.0
"""`weir import`: an exported flow becomes a pipeline that writes what the hand-written one does."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import stand

GOLDEN = stand.ROOT / "tests" / "golden" / "receipts_metadata.yaml"
TESTS = stand.ROOT / "docs" / "testing-pipelines.md"


def exported():
    """The flow as the platform exports it."""
    lines = GOLDEN.read_text().split("pipeline: |\n")[1].split("\nfaults:")[0]
    return json.loads(lines)


class Import(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-import-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "weir.yaml").touch()

    def weir(self, *arguments):
        return subprocess.run([stand.WEIR, *arguments], env={"PATH": "/usr/bin:/bin"},
                              cwd=self.folder, capture_output=True, text=True, timeout=60,
                              check=False)

    def write(self, name, document):
        (self.folder / name).write_text(json.dumps(document, ensure_ascii=False))
        return name

    def complete(self):
        document = exported()
        values = {"appType": "APP_RECEIPTS", "systemToken": "abc", "userId": "0112",
                  "formUuid": "FORM-SKD"}
        for field in document["source"]["request"]:
            if field["field"] in values:
                field["value"] = values[field["field"]]
        document["source"]["condition"] = [
            [{"field": "extend.instanceStatus", "logic": "eq", "value": "COMPLETED"}]]
        return document

    def test_schedules_and_the_second_request_come_along(self):
        document = self.complete()
        document["source"]["crontab"] = "3 2 * * *"
        document["target"]["crontab"] = "23 2 * * *"
        document["source"]["omissionRemedy"] = {
            "crontab": "10 3 * * *",
            "takeOverRequest": [
                {"field": "modifiedFromTimeGMT", "value": "{{DAYS_AGO_2|datetime}}"},
                {"field": "modifiedToTimeGMT", "value": "{{DAYS_AGO_1|datetime}}"}]}
        done = self.weir("import", self.write("receipts.json", document))
        self.assertEqual(done.returncode, 0, done)
        for key in ("crontab", "schedule", "omissionRemedy", "takeOverRequest"):
            self.assertNotIn(key, done.stdout + done.stderr)
        text = (self.folder / "pipelines" / "receipts.yaml").read_text()
        self.assertEqual(text.count("schedule:"), 2)
        self.assertIn("{{DAYS_AGO_2|datetime}}", text)

    def test_the_imported_flow_passes_the_hand_written_ones_tests(self):
        done = self.weir("import", self.write("receipts.json", self.complete()))
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("`systemToken` stood there plainly; it is `${env:DINGTALK_SYSTEM_TOKEN}` now",
                      done.stdout)
        pipeline = self.folder / "pipelines" / "receipts.yaml"
        self.assertNotIn("abc", pipeline.read_text())
        example = re.search(r"```yaml\n(.*?)```", TESTS.read_text(), re.DOTALL).group(1)
        pipeline.write_text(pipeline.read_text() + example)
        tested = self.weir("test", "receipts")
        self.assertEqual(tested.returncode, 0, tested)
        self.assertIn("2 passed, 0 failed", tested.stdout)

    def test_a_side_a_file(self):
        document = self.complete()
        done = self.weir("import", self.write("in.json", document["source"]),
                         self.write("out.json", document["target"]), "--name", "flow", "--json")
        self.assertEqual(done.returncode, 0, done)
        result = json.loads(done.stdout.splitlines()[0])
        self.assertEqual(result["files"], ["connections/dingtalk.yaml", "connections/mysql.yaml",
                                           "pipelines/flow.yaml"])
        self.assertEqual(result["references"], {"DINGTALK_SYSTEM_TOKEN": "systemToken"})

    def test_what_was_not_carried_over_is_listed_with_its_line(self):
        document = self.complete()
        document["target"]["groupCalculate"] = {"headerGroup": ["a"]}
        done = self.weir("import", self.write("receipts.json", document))
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stderr,
                         r"pipelines/receipts.yaml:\d+: warning: `groupCalculate` is kept")

    def test_nothing_is_overwritten_unless_asked(self):
        name = self.write("receipts.json", self.complete())
        self.assertEqual(self.weir("import", name).returncode, 0)
        connection = self.folder / "connections" / "mysql.yaml"
        connection.write_text(connection.read_text() + "port: 3307\n")
        again = self.weir("import", name)
        self.assertEqual(again.returncode, 2, again)
        self.assertIn("pipelines/receipts.yaml` is there already", again.stderr)
        self.assertEqual(self.weir("import", name, "--force").returncode, 0)
        self.assertIn("3307", connection.read_text())

    def test_wrong_files_are_all_named_and_nothing_is_written(self):
        (self.folder / "cut.json").write_text('{"source": {"api": "x"')
        done = self.weir("import", "cut.json", "nowhere.json")
        self.assertEqual(done.returncode, 2, done)
        self.assertRegex(done.stderr, r"cut.json:1: error")
        self.assertIn("nowhere.json: error: cannot be read", done.stderr)
        self.assertFalse((self.folder / "pipelines").exists())


if __name__ == "__main__":
    unittest.main()
