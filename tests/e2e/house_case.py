# SPDX-License-Identifier: Apache-2.0
"""What every fault of the house is held against: a run that met it waits, parks or names it, fails
no record, keeps its books; when the cause is gone, the next run brings everything, once.
"""

import time
import unittest

import checker
import stand

RECORDS = 600
ACCOUNT = "weir"

ended, refused, parked, stopped = 0, 3, 4, 130


def end_process(process):
    if process.poll() is None:
        process.kill()
        process.communicate()


class HouseCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = cls.make_database()
        cls.addClassCleanup(cls.database.close)
        cls.database.execute_file(stand.EXAMPLE / "schema.sql")
        cls.database.sql(f"CREATE USER {ACCOUNT}@localhost")
        cls.sandbox = stand.Sandbox("--records", RECORDS, "--seed", 12, "--qps", 100000)
        cls.addClassCleanup(cls.sandbox.close)
        cls.truth = cls.sandbox.truth()

    @classmethod
    def make_database(cls):
        return stand.Database()

    def run(self, result=None):
        began = time.monotonic()
        done = super().run(result)
        print(f"{time.monotonic() - began:.1f} s", flush=True)
        return done

    def setUp(self):
        self.database.sql(
            "TRUNCATE hc_dd_skd; DROP TABLE IF EXISTS weir_mark;"
            f"GRANT SELECT, INSERT ON hc_dd_skd TO {ACCOUNT}@localhost;"
            f"GRANT SELECT, INSERT, UPDATE, CREATE ON weir_mark TO {ACCOUNT}@localhost")

    def make_workspace(self, mysql=None, dingtalk=None):
        workspace = stand.Workspace(
            self.database, self.sandbox, prefix="weir-house-", dingtalk=dingtalk,
            mysql={"user": ACCOUNT, "batch_records": 20, **(mysql or {})})
        self.addCleanup(workspace.close)
        start = workspace.start

        def start_and_see_to_its_end(*arguments, **options):
            process = start(*arguments, **options)
            self.addCleanup(end_process, process)
            return process
        workspace.start = start_and_see_to_its_end
        return workspace

    def rows(self):
        return int(self.database.sql("SELECT COUNT(*) FROM hc_dd_skd")[0][0])

    def start_and_wait_for_rows(self, workspace, *arguments, environment=None):
        """A run in its middle: some rows are there, and the source takes its time over the rest."""
        self.sandbox.control("faults", {
            "slow": {"next": 1, "skip": 3, "ms": 2000, "api": "processes/instances"}})
        process = workspace.start("run", "receipts", *arguments, environment=environment)
        stand.wait_until(lambda: process.poll() is not None or self.rows() > 0, "a first row")
        self.assertIsNone(process.poll(), "the run ended before anything could happen to it")
        return process

    def check_run(self, run, codes, *said):
        """What holds of every run that met a fault."""
        self.assertIn(run.code, codes, run)
        for text in said:
            self.assertIn(text, run.out, run)
        if run.lines and "read" in run.result:
            self.assertEqual(checker.check_books(run.result), [])
            self.assertEqual(run.result["failed"], 0, run)
        return run

    def check_nothing_failed(self, workspace):
        failed = workspace.weir("records", "receipts", "--state", "failed")
        self.assertEqual(failed.lines, [], failed)

    def bring_everything(self, workspace, *arguments):
        """The cause is gone."""
        self.check_run(workspace.weir("run", "receipts", *arguments), [ended])
        self.assert_everything_once()

    def assert_everything_once(self):
        self.assertEqual(checker.check_receipts(self.database, self.truth)[:10], [])
