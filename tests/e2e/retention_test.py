# SPDX-License-Identifier: Apache-2.0
"""`retention`: raw JSON past its age, or beyond the size, is given up, never of a page with a
record that may still be delivered; what is known stays known, and a kill loses nothing."""

import glob
import json
import signal
import unittest

import checker
import stand
from receivers import Hook
from serve_test import Service

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
RECORDS = 400
GIVEN_UP = "given up: past the time that raw pages are kept"


class RetentionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)
        cls.sandbox = stand.Sandbox("--records", RECORDS, "--seed", 5, "--qps", 100000)
        cls.addClassCleanup(cls.sandbox.close)
        cls.truth = cls.sandbox.truth()

    def setUp(self):
        for (table,) in self.database.sql("SHOW TABLES"):
            self.database.sql(f"DROP TABLE {table}")
        self.database.execute_file(stand.EXAMPLE / "schema.sql")
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)

    def retain(self, limits, **settings):
        (self.workspace.folder / "weir.yaml").write_text(
            json.dumps({"timezone": "Asia/Shanghai", "retention": limits, **settings}))

    def run_well(self, *arguments, environment=None):
        run = self.workspace.weir(*arguments, environment=environment)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(checker.check_books(run.result), [], run)
        return run

    def sample(self):
        """Some records of each page, for a look at each takes its time."""
        return [row["processInstanceId"] for row in self.truth][::RECORDS // 20]

    def kept(self, ids, pipeline="receipts"):
        return {key for key in ids
                if self.workspace.weir("record", pipeline, key).lines[-1]["raw"] is not None}

    def assert_everything_once(self):
        self.assertEqual(checker.check_receipts(self.database, self.truth), [])

    def assert_known(self):
        """Read again in full, nothing is new and nothing is delivered."""
        again = self.run_well("run", "receipts", "--full").result
        self.assertEqual((again["read"], again["unchanged"], again["delivered"]),
                         (RECORDS, RECORDS, 0))
        self.assert_everything_once()

    def test_by_size(self):
        self.retain({"size": "30KB"})
        run = self.run_well("run", "receipts")
        self.assertRegex(run.err, r"gave up the raw JSON of \d+ pages past `retention`")
        ids = self.sample()
        kept = self.kept(ids)
        self.assertLess(len(kept), len(ids) / 2)
        gone = next(key for key in ids if key not in kept)
        shown = self.workspace.text("record", "receipts", gone)
        self.assertIn(GIVEN_UP, shown.out)
        self.assertIn("delivered", shown.out)
        self.assert_known()

    @unittest.skipUnless(FAKETIME, "libfaketime is not installed")
    def test_by_age_which_is_90_days_when_nothing_is_said(self):
        def ago(days):
            return {"LD_PRELOAD": FAKETIME[0], "FAKETIME": f"-{days}d", "DONT_FAKE_MONOTONIC": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.run_well("run", "receipts", environment=ago(91))
        ids = self.sample()
        run = self.run_well("run", "receipts", environment=ago(2))
        self.assertNotIn("gave up", run.err)
        self.assertEqual(self.kept(ids), set(ids))
        run = self.run_well("run", "receipts")
        self.assertIn("gave up the raw JSON", run.err)
        self.assertEqual(self.kept(ids), set())
        self.assert_known()
        replayed = self.workspace.weir("replay", "receipts", "--again")
        self.assertEqual(replayed.result["without_raw"], RECORDS, replayed)
        self.assert_everything_once()

    def test_what_failed_stays_and_is_delivered_later(self):
        self.retain({"size": "1KB"})
        victim = sorted(checker.expected_receipts(self.truth))[7]
        self.database.sql("ALTER TABLE hc_dd_skd ADD CONSTRAINT no_victim"
                          f" CHECK (extend_processInstanceId <> '{victim}')")
        run = self.workspace.run("receipts")
        self.assertEqual((run.code, run.result["failed"]), (1, 1), run)
        self.assertIn("warning: the journal keeps ", run.err)
        ids = self.sample()
        self.assertEqual(self.kept([victim]), {victim})
        self.assertLess(len(self.kept(ids)), len(ids) / 2)
        self.database.sql("ALTER TABLE hc_dd_skd DROP CONSTRAINT no_victim")
        retried = self.run_well("retry", "receipts")
        self.assertEqual(retried.result["delivered"], 1)
        self.assertIn("gave up the raw JSON of 1 pages", retried.err)
        self.assertEqual(self.kept([victim, *ids]), set())
        self.assert_everything_once()
        self.assert_known()

    def test_killed_in_the_middle_it_goes_on(self):
        self.retain({"size": "1KB"})
        for passage in (1, 3):
            killed = self.workspace.run("receipts", environment={
                "WEIR_FAILPOINT": f"journal.raw_dropped:{passage}"})
            self.assertEqual(killed.code, -signal.SIGKILL, killed)
            self.assertEqual(killed.result["status"], "succeeded")  # it was said before
            ids = self.sample()
            self.assertEqual(self.kept(ids), set(ids))
        self.run_well("run", "receipts")
        self.assertEqual(self.kept(ids), set())
        self.assert_known()

    def test_off(self):
        self.retain("off")
        self.run_well("run", "receipts")
        self.retain({"size": "off", "age": "1d"})
        self.run_well("run", "receipts")
        ids = self.sample()
        self.assertEqual(self.kept(ids), set(ids))

    def test_a_wrong_setting_is_named_and_stops_what_would_go_by_it(self):
        (self.workspace.folder / "weir.yaml").write_text(
            "timezone: Asia/Shanghai\nretention:\n  age: soon\n  size: 10\n")
        for command in (("check", "--offline"), ("run", "receipts")):
            run = self.workspace.text(*command)
            self.assertEqual(run.code, 2, run)
            said = run.out + run.err
            self.assertIn("weir.yaml:3: error: `age` of `retention` must be a length of time", said)
            self.assertIn("weir.yaml:4: error: `size` of `retention` must be a size", said)

    def test_the_log_says_it_where_it_is_json(self):
        self.retain({"size": "1KB"}, log="json")
        run = self.run_well("run", "receipts")
        events = [json.loads(line) for line in run.err.splitlines() if line.startswith("{")]
        given_up = [event for event in events if event["event"] == "raw_given_up"]
        self.assertEqual(len(given_up), 1, run)
        self.assertGreater(given_up[0]["pages"], 0)
        self.assertLess(given_up[0]["bytes_kept"], 1000)

    def test_a_service_gives_up_when_it_starts_and_when_its_files_were_read_again(self):
        hook = Hook()
        self.addCleanup(hook.close)
        settings = {"listen": "127.0.0.1:0", "alerts": {"channels": {
            "hook": {"type": "webhook", "url": hook.url, "kinds": ["journal_too_large"]}}}}
        self.retain("off")
        victim = sorted(checker.expected_receipts(self.truth))[7]
        self.database.sql("ALTER TABLE hc_dd_skd ADD CONSTRAINT no_victim"
                          f" CHECK (extend_processInstanceId <> '{victim}')")
        self.assertEqual(self.workspace.run("receipts").code, 1)
        for file in (self.workspace.folder / "pipelines").iterdir():
            file.write_text(file.read_text().replace('"*/10 * * * *"', '"@yearly"'))

        def told(state):
            return [alert for body in hook.bodies() for alert in body["alerts"]
                    if alert["state"] == state]
        self.retain({"size": "60KB"}, **settings)
        service = Service(self.workspace)
        self.addCleanup(service.kill)
        first = service.wait_for("raw_given_up")[0]
        self.assertLessEqual(first["bytes_kept"], 60_000)
        self.assertEqual(told("trouble"), [])
        self.retain({"size": "1KB"}, **settings)
        service.hang_up()
        service.wait_for("raw_given_up", times=2)
        stand.wait_until(lambda: told("trouble"), "the alert")
        self.assertEqual(told("trouble")[0]["kind"], "journal_too_large")
        self.assertEqual(told("trouble")[0]["subject"], "journal")
        self.assertEqual(self.kept([victim]), {victim})
        self.retain("off", **settings)
        service.hang_up()
        stand.wait_until(lambda: told("well"), "its end")
        self.assertEqual(len(told("trouble")), 1)
        self.assertEqual(service.end(), 0)


if __name__ == "__main__":
    unittest.main()
