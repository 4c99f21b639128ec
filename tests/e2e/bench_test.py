# SPDX-License-Identifier: Apache-2.0
"""The comparisons of ./dev bench at a size that takes seconds: that they run, and that the rows are
there. What they measure at such a size means nothing."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import stand


class Bench(unittest.TestCase):
    def test_every_scenario_without_rivals_gives_its_tables(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                ["/usr/bin/python3", stand.ROOT / "bench" / "compare.py", os.environ["WEIR_BUILD"],
                 "stages", "journal", "writing", "shape", "growth", "small",
                 "--records", "500", "--rounds", "1", "--into", folder],
                capture_output=True, text=True, timeout=600)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            (page,) = [file.read_text() for file in pathlib.Path(folder).iterdir()]
        for title in ("CPU a record by thread", "The journal: new records",
                      "The journal: known records", "Rows that exist", "Rows that are new",
                      "More fields a record", "More sub-rows a record", "More records",
                      "Small commands"):
            self.assertIn(f"## {title}", page)
        for contender in ("weir retry, no array binding", "weir replay", "10,000 records"):
            self.assertRegex(page, rf"\| {contender} \| [1-9][0-9,]* \|")


if __name__ == "__main__":
    unittest.main()
