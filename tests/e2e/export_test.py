# SPDX-License-Identifier: Apache-2.0
"""A flow carried to another workspace: it runs there when its secrets are given, and the file that
carried it holds none."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import checker
import stand


class Export(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)
        cls.database.execute_file(stand.EXAMPLE / "schema.sql")
        cls.sandbox = stand.Sandbox("--records", 100, "--seed", 7, "--qps", 100000)
        cls.addClassCleanup(cls.sandbox.close)

    def setUp(self):
        self.workspace = stand.Workspace(self.database, self.sandbox, dingtalk={
            "app_secret": "plain-app-secret"}, mysql={"password": "${env:MYSQL_PASSWORD}"})
        self.addCleanup(self.workspace.close)
        self.outside = pathlib.Path(tempfile.mkdtemp(prefix="weir-export-"))
        self.addCleanup(shutil.rmtree, self.outside, ignore_errors=True)
        self.file = self.outside / "flow.weir"
        self.other = self.outside / "other"

    def command(self, *arguments, stdin=""):
        done = subprocess.run([stand.WEIR, *map(str, arguments), "--json"], input=stdin, text=True,
                              capture_output=True, env=self.workspace.environment)
        return stand.Run(done.returncode, done.stdout, done.stderr)

    def test_a_flow_runs_elsewhere_once_its_secrets_are_given(self):
        self.workspace.edit("receipts", "\"${env:YIDA_SYSTEM_TOKEN}\"", "plain-token")
        done = self.workspace.weir("export", "receipts", str(self.file))
        self.assertEqual(done.code, 0, done)
        self.assertEqual(sorted(done.result["replaced"]),
                         ["connections/dingtalk.yaml: app_secret",
                          "pipelines/receipts.yaml: systemToken"])
        self.assertIn("${env:MYSQL_PASSWORD}", done.result["references"])

        taken = self.command("init", self.other, "--from", self.file)
        self.assertEqual(taken.code, 0, taken)
        files = sorted(str(file.relative_to(self.other)) for file in self.other.rglob("*")
                       if file.is_file())
        self.assertEqual(files, [".gitignore", "connections/dingtalk.yaml",
                                 "connections/mysql.yaml", "pipelines/receipts.yaml",
                                 "schema/connection.json", "schema/pipeline.json",
                                 "schema/workspace.json", "weir.yaml"])
        for file in files:
            self.assertNotIn("plain-", (self.other / file).read_text(), file)
        missing = self.command("check", "--offline", "--workspace", self.other)
        self.assertEqual(missing.code, 2)
        self.assertIn("weir secret set dingtalk.app_secret", missing.out)
        self.assertIn("weir secret set receipts.systemToken", missing.out)

        for name in ("dingtalk.app_secret", "receipts.systemToken"):
            self.assertEqual(self.command("secret", "set", name, "--workspace", self.other,
                                          stdin="given").code, 0)
        run = self.command("run", "receipts", "--workspace", self.other)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def test_functions_come_along_and_a_workspace_that_is_there_keeps_its_connections(self):
        (self.workspace.folder / "receipts.lua").write_text("-- conversions\n")
        pipeline = self.workspace.folder / "pipelines" / "receipts.yaml"
        pipeline.write_text(pipeline.read_text() + "functions: receipts.lua\n")
        done = self.workspace.weir("export", str(self.file))
        self.assertEqual(done.code, 0, done)
        (self.other / "connections").mkdir(parents=True)
        (self.other / "weir.yaml").write_text("timezone: UTC\n")
        (self.other / "connections" / "mysql.yaml").write_text("connector: mysql\n")
        taken = self.command("init", self.other, "--from", self.file)
        self.assertEqual(taken.code, 0, taken)
        self.assertEqual(sorted(taken.result["kept"]), ["connections/mysql.yaml", "weir.yaml"])
        self.assertEqual((self.other / "weir.yaml").read_text(), "timezone: UTC\n")
        self.assertEqual((self.other / "receipts.lua").read_text(), "-- conversions\n")
        self.assertTrue((self.other / "pipelines" / "receipts_current.yaml").exists())
        again = self.command("init", self.other, "--from", self.file)
        self.assertEqual(again.code, 2)
        self.assertIn("nothing was written", again.out)

    def test_what_cannot_be_carried_is_said(self):
        unknown = self.workspace.weir("export", "receits", str(self.file))
        self.assertEqual(unknown.code, 2)
        self.assertIn("did you mean `receipts`?", unknown.out)
        self.workspace.connect("mysql", {"connector": "mysqll", "password": "plain"})
        refused = self.workspace.weir("export", "receipts", str(self.file))
        self.assertEqual(refused.code, 2)
        self.assertIn("connection `mysql`", refused.out)
        self.assertFalse(self.file.exists())
        self.assertEqual(self.workspace.weir("backup", str(self.file)).code, 0)
        other_kind = self.command("init", self.other, "--from", self.file)
        self.assertEqual(other_kind.code, 2)
        self.assertIn("weir restore", other_kind.out)
        self.assertFalse(self.other.exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
