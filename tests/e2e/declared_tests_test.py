# SPDX-License-Identifier: Apache-2.0
"""`weir test` where there is no system, no secret and no journal: only the files."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import stand

PAGE = stand.ROOT / "docs" / "testing-pipelines.md"


class DeclaredTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-declared-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "workspace"
        self.weir("init", str(self.folder), workspace=False)
        example = re.search(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL).group(1)
        self.pipeline = self.folder / "pipelines" / "receipts.yaml"
        self.pipeline.write_text(self.pipeline.read_text() + example)

    def weir(self, *arguments, workspace=True):
        options = ["--workspace", str(self.folder)] if workspace else []
        return subprocess.run([stand.WEIR, *arguments, *options], env={"PATH": "/usr/bin:/bin"},
                              capture_output=True, text=True, timeout=60, check=False)

    def test_the_docs_example_passes(self):
        done = self.weir("test")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("2 passed, 0 failed", done.stdout)
        self.assertEqual([path.name for path in self.folder.glob(".weir/journal*")], [])

    def test_a_changed_mapping_fails_with_both_values(self):
        self.pipeline.write_text(self.pipeline.read_text().replace(
            '{field: Document_Type, value: 收款单}', '{field: Document_Type, value: 付款单}').replace(
            "status: null}", "status: null, Document_Type: 收款单}"))
        done = self.weir("test", "receipts", "--json")
        self.assertEqual(done.returncode, 1, done)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([line["passed"] for line in lines], [False, True])
        self.assertEqual(lines[0]["differences"],
                         ['row 1 `Document_Type`: expected "收款单", got "付款单"'])

    def test_a_wrong_file_is_a_fault_and_no_failed_test(self):
        self.pipeline.write_text(self.pipeline.read_text().replace("    rows:\n", "    rosw:\n"))
        done = self.weir("test")
        self.assertEqual(done.returncode, 2, done)
        self.assertRegex(done.stderr, r"receipts.yaml:\d+: error: `rosw` is no member of a test")


if __name__ == "__main__":
    unittest.main()
