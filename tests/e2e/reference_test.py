# SPDX-License-Identifier: Apache-2.0
"""The reference: the pages in docs/ are those that the program writes, and the files on them are
read without a fault."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

WEIR = os.environ["WEIR_BIN"]
DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
FOLDERS = ("reference", "connectors")


def weir(*arguments, folder=None):
    return subprocess.run([WEIR, *arguments], capture_output=True, text=True, timeout=60,
                          check=False, cwd=folder)


def pages_below(folder):
    return {f"{part}/{path.name}": path.read_text()
            for part in FOLDERS for path in (folder / part).glob("*")}


def blocks(page, language="yaml"):
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def keys(document, above=""):
    for name, value in document.items():
        yield above + name
        if isinstance(value, dict):
            yield from keys(value, f"{above}{name}.")


class Reference(unittest.TestCase):
    maxDiff = None

    def test_the_pages_are_those_that_the_program_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(weir("reference", "--write", folder).returncode, 0)
            written = pages_below(pathlib.Path(folder))
        committed = pages_below(DOCS)
        advice = "the declarations have changed: run ./dev docs"
        self.assertGreater(len(written), 15)
        self.assertEqual(sorted(written), sorted(committed), advice)
        for name, text in written.items():
            self.assertEqual(committed[name], text, f"{name}: {advice}")

    def test_each_setting_stands_in_an_example(self):
        for page in ("reference/workspace.md", "reference/pipeline.md", "connectors/dingtalk.md",
                     "connectors/mysql.md"):
            text = (DOCS / page).read_text()
            rows = re.findall(r"(?m)^\| `([a-z_.]+)` \|", text.split("\n## What a")[0])
            shown = set(keys(yaml.safe_load(blocks(page)[-1])))
            own_pages = {"alerts", "quality", "functions", "tests"}
            self.assertEqual(set(rows) - own_pages - shown, set(), page)

    def test_the_examples_of_settings_are_read_without_a_fault(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            alerts = [yaml.safe_load(block) for block in blocks("reference/alerts.md")]
            self.assertGreaterEqual(len(alerts), 4)
            settings = {}
            for number, block in enumerate(alerts):
                channels = block["alerts"].pop("channels", {})
                settings.update(block["alerts"])
                settings.setdefault("channels", {}).update(
                    {f"channel_{number}": channel for channel in channels.values()})
            workspace = yaml.safe_load(blocks("reference/workspace.md")[0])
            (folder / "weir.yaml").write_text(
                json.dumps({**workspace, "alerts": settings}))
            (folder / "connections").mkdir()
            (folder / "pipelines").mkdir()
            for connector in ("dingtalk", "mysql"):
                block = blocks(f"connectors/{connector}.md")[0]
                (folder / "connections" / f"{connector}.yaml").write_text(block)
            receipts = DOCS.parent / "examples/receipts/pipelines/receipts.yaml"
            pipeline = {**yaml.safe_load(receipts.read_text()),
                        **yaml.safe_load(blocks("reference/pipeline.md")[0])}
            (folder / "pipelines/receipts.yaml").write_text(json.dumps(pipeline))
            text = "".join(path.read_text() for path in folder.rglob("*.yaml"))
            environment = dict.fromkeys(re.findall(r"\$\{env:([A-Z_]+)\}", text), "SEC")
            done = subprocess.run([WEIR, "check", "--offline"], cwd=folder, text=True, timeout=60,
                                  env={**os.environ, **environment}, capture_output=True,
                                  check=False)
            self.assertEqual(done.returncode, 0, done)

    def test_pages_are_listed_and_shown(self):
        listed = {line["name"]: line
                  for line in map(json.loads, weir("reference", "--json").stdout.splitlines())}
        self.assertEqual(listed["pipes"]["file"], "reference/pipes.md")
        self.assertIn("pipes", weir("reference").stdout)
        page = DOCS / "reference/pipes.md"
        self.assertEqual(weir("reference", "pipes").stdout, page.read_text())
        wrong = weir("reference", "pipe")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("did you mean `pipes`?", wrong.stderr)


if __name__ == "__main__":
    unittest.main()
