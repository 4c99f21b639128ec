# SPDX-License-Identifier: Apache-2.0
"""The examples of keys that decide what is asked for, delivered or checked: those files of
tests/vocabulary/ that hold a `command`. It is run on the pipeline as it stands and on the same
without the key; each must say what its file tells, and not what the other says."""

import json
import subprocess
import unittest

import stand
import yaml

EXAMPLES = sorted((stand.ROOT / "tests/vocabulary").glob("*.yaml"))


def without(pipeline, place, key):
    document = yaml.safe_load(pipeline)
    part = document[place] if place in document else document["source"][place]
    del part[key]
    return json.dumps(document, ensure_ascii=False)


class KeyExamples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.database.execute_file(stand.EXAMPLE / "schema.sql")
        cls.sandbox = stand.Sandbox("--records", 20, "--seed", 1)

    @classmethod
    def tearDownClass(cls):
        cls.sandbox.close()
        cls.database.close()

    def said(self, pipeline, command):
        workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(workspace.close)
        for path in (workspace.folder / "pipelines").glob("*"):
            path.unlink()
        (workspace.folder / "pipelines" / "receipts.yaml").write_text(pipeline)
        self.database.sql("DELETE FROM hc_dd_skd")
        program, *arguments = command.split()
        self.assertEqual(program, "weir")
        done = subprocess.run([stand.WEIR, *arguments], cwd=workspace.folder, text=True,
                              env=workspace.environment, capture_output=True, timeout=120,
                              check=False)
        return done.stdout + done.stderr

    def test_each_says_what_its_file_tells(self):
        tried = 0
        for path in EXAMPLES:
            example = yaml.safe_load(path.read_text())
            if "command" not in example:
                continue
            tried += 1
            with self.subTest(path.stem):
                place, key = path.stem.split(".")
                here, there = example["with"].strip(), example["without"].strip()
                text = self.said(example["pipeline"], example["command"])
                other = self.said(without(example["pipeline"], place, key), example["command"])
                self.assertIn(here, text)
                self.assertNotIn(there, text)
                self.assertIn(there, other)
                self.assertNotIn(here, other)
        self.assertGreater(tried, 5)


if __name__ == "__main__":
    unittest.main()
