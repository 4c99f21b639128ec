# SPDX-License-Identifier: Apache-2.0
"""Secrets by the whole program: put in from a terminal and from a pipe, used by a run, never shown,
and a workspace that says which one is missing."""

import os
import pty
import re
import stat
import subprocess
import unittest

import checker
import stand


class Secrets(unittest.TestCase):
    secret = "gpt$\"'\\密码-7"

    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)
        cls.database.execute_file(stand.EXAMPLE / "schema.sql")
        cls.sandbox = stand.Sandbox("--records", 200, "--seed", 7, "--qps", 100000)
        cls.addClassCleanup(cls.sandbox.close)

    def setUp(self):
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)
        self.workspace.environment.pop("WEIR_SECRET_KEY_FILE", None)

    def secret_command(self, *arguments, stdin=""):
        done = subprocess.run(
            [stand.WEIR, "secret", *arguments, "--workspace", str(self.workspace.folder)],
            env=self.workspace.environment, input=stdin, capture_output=True, text=True)
        return stand.Run(done.returncode, done.stdout, done.stderr)

    def everything_written(self):
        state = self.workspace.folder / ".weir"
        return b"".join(file.read_bytes() for file in sorted(state.iterdir()) if file.is_file())

    def test_a_run_uses_them_and_nothing_shows_them(self):
        done = self.secret_command("set", "APP_SECRET", stdin=self.secret + "\n")
        self.assertEqual(done.code, 0, done)
        self.secret_command("set", "TOKEN", stdin="token-of-yida")
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "key",
            "app_secret": "${secret:APP_SECRET}"})
        self.workspace.edit("receipts", "${env:YIDA_SYSTEM_TOKEN}", "${secret:TOKEN}")
        run = self.workspace.run("receipts")
        self.assertEqual(run.code, 0, run)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])
        said = run.out + run.err + self.workspace.text("check").out
        for hidden in (self.secret, "token-of-yida"):
            self.assertNotIn(hidden, said)
            self.assertNotIn(hidden.encode(), self.everything_written())
        key = self.workspace.folder / ".weir" / "secret.key"
        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        listed = self.secret_command("list")
        self.assertEqual(listed.out.split(), ["APP_SECRET", "TOKEN"])

    def test_an_unknown_one_is_a_fault_with_file_line_and_nearest_name(self):
        self.secret_command("set", "MYSQL_PASSWORD", stdin="x")
        file = self.workspace.folder / "connections" / "mysql.yaml"
        file.write_text(f"connector: mysql\nsocket: {self.database.socket}\n"
                        "password: ${secret:MYSQL_PASSWROD}\nuser: root\ndatabase: hongchao\n")
        run = self.workspace.text("run", "receipts")
        self.assertEqual(run.code, 2)
        self.assertRegex(run.err, r"connections/mysql\.yaml:3: error: .*MYSQL_PASSWROD.*"
                                  r"did you mean `MYSQL_PASSWORD`\?")

    def test_a_key_with_wider_rights_is_refused(self):
        self.secret_command("set", "A", stdin="x")
        (self.workspace.folder / ".weir" / "secret.key").chmod(0o644)
        for arguments in (("list",), ("set", "B"), ("remove", "A")):
            done = self.secret_command(*arguments, stdin="y")
            self.assertEqual(done.code, 2, done)
            self.assertIn("chmod 600", done.err)

    def test_a_terminal_does_not_show_what_is_typed(self):
        for typed, code in (("typed-密密\x7f secret\r".encode(), 0), (b"half\x03", 130)):
            child, terminal = pty.fork()
            if child == 0:
                os.execve(stand.WEIR, [stand.WEIR, "secret", "set", "TYPED", "--workspace",
                                       str(self.workspace.folder)], self.workspace.environment)
            shown = b""
            while b"(not shown): " not in shown:
                shown += os.read(terminal, 1000)
            os.write(terminal, typed)
            try:
                while part := os.read(terminal, 1000):
                    shown += part
            except OSError:  # the other end is closed
                pass
            _, status = os.waitpid(child, 0)
            os.close(terminal)
            self.assertEqual(os.waitstatus_to_exitcode(status), code, shown)
            self.assertNotIn(b"typed", shown)
            self.assertNotIn(b"half", shown)
        self.workspace.edit("receipts", "${env:YIDA_SYSTEM_TOKEN}", "${secret:TYPED}")
        self.assertEqual(self.workspace.text("check", "--offline").code, 0)

    def test_the_value_is_never_an_argument(self):
        done = self.secret_command("set", "A", "value")
        self.assertEqual(done.code, 2, done)
        self.assertTrue(re.search("value", done.err))
        self.assertEqual(self.secret_command("list").out, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
