# SPDX-License-Identifier: Apache-2.0
"""`weir reconcile`: what is missing, extra and deleted between source, journal and target, held
against what was done to them by hand; and `--repair`."""

import collections
import signal
import unittest

import checker
import stand

RECORDS = 300


class ReconcileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        self.sandbox = stand.Sandbox("--records", RECORDS, "--seed", 9, "--qps", 100000)
        self.addCleanup(self.sandbox.close)
        for (table,) in self.database.sql("SHOW TABLES"):
            self.database.sql(f"DROP TABLE {table}")
        self.database.execute_file(stand.EXAMPLE / "schema.sql")
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)

    def run_well(self, *pipelines):
        run = self.workspace.run(*pipelines)
        self.assertEqual(run.code, 0, run)

    def reconcile(self, pipeline, code, *arguments, **figures):
        """Asserts exit code and figures; gives the ids by (difference, where)."""
        run = self.workspace.weir("reconcile", pipeline, *arguments)
        self.assertEqual(run.code, code, run)
        expected = {"missing": 0, "extra": 0, "deleted": 0, "repaired": 0, "partial": False,
                    **figures}
        self.assertEqual({name: run.result[name] for name in expected}, expected, run)
        ids = collections.defaultdict(list)
        for line in run.lines[:-1]:
            ids[line["difference"], line["where"]].append(line["id"])
        for listed in ids.values():
            self.assertEqual(len(listed), len(set(listed)))
            listed.sort()
        return dict(ids)

    def stored(self, table, column, limit):
        return sorted(row[0] for row in self.database.sql(
            f"SELECT {column} FROM {table} ORDER BY SHA1({column}) LIMIT {limit}"))

    def remove(self, table, column, ids):
        listed = ", ".join(f"'{each}'" for each in ids)
        self.database.sql(f"DELETE FROM {table} WHERE {column} IN ({listed})")

    def test_nothing_differs(self):
        self.run_well("receipts", "receipts_current")
        rows = len(checker.receipts_in(self.database))
        for pipeline, in_target in (("receipts", rows), ("receipts_current", RECORDS)):
            self.assertEqual(self.reconcile(pipeline, 0, source=RECORDS, journal=RECORDS,
                                            target=in_target), {})
            said = self.workspace.text("reconcile", pipeline)
            self.assertEqual(said.code, 0, said)
            self.assertIn("0 missing, 0 extra, 0 deleted", said.out)

    def test_rows_deleted_by_hand_come_back_once(self):
        self.run_well("receipts", "receipts_current")
        for pipeline, table, column, check in (
                ("receipts", "hc_dd_skd", "extend_processInstanceId", checker.check_receipts),
                ("receipts_current", "hc_dd_skd_current", "id", checker.check_current)):
            with self.subTest(pipeline):
                lost = self.stored(table, column, 7)
                self.remove(table, column, lost)
                found = self.reconcile(pipeline, 1, missing=7)
                self.assertEqual(found, {("missing", "target"): lost})
                self.assertNotEqual(check(self.database, self.sandbox.truth()), [])
                self.reconcile(pipeline, 0, "--repair", repaired=7)
                self.assertEqual(check(self.database, self.sandbox.truth()), [])
                self.reconcile(pipeline, 0)

    def test_rows_added_by_hand_and_receipts_deleted_at_the_source(self):
        self.run_well("receipts_current")
        self.database.sql("INSERT INTO hc_dd_skd_current (id) VALUES ('by hand'), ('BY HAND')")
        before = {row["processInstanceId"] for row in self.sandbox.truth()}
        self.sandbox.control("delete", {"count": 5})
        gone = sorted(before - {row["processInstanceId"] for row in self.sandbox.truth()})
        self.assertEqual(len(gone), 5)
        found = self.reconcile("receipts_current", 1, extra=2, deleted=5, source=RECORDS - 5,
                               journal=RECORDS, target=RECORDS + 2)
        self.assertEqual(found, {("extra", "target"): ["BY HAND", "by hand"],
                                 ("deleted", "journal and target"): gone})
        # Told, and never touched.
        self.reconcile("receipts_current", 1, "--repair", extra=2, deleted=5)
        self.assertEqual(len(checker.current_in(self.database)), RECORDS + 2)
        said = self.workspace.text("reconcile", "receipts_current")
        self.assertEqual(said.code, 1, said)
        for each in ["by hand", *gone]:
            self.assertIn(each, said.out)

    def test_what_the_journal_never_saw_is_fetched(self):
        self.run_well("receipts")
        self.sandbox.control("add", {"count": 30, "status": "COMPLETED"})
        lost = self.stored("hc_dd_skd", "extend_processInstanceId", 4)
        self.remove("hc_dd_skd", "extend_processInstanceId", lost)
        found = self.reconcile("receipts", 1, missing=34)
        self.assertEqual(found["missing", "target"], lost)
        self.assertEqual(len(found["missing", "journal"]), 30)
        self.reconcile("receipts", 0, "--repair", repaired=34, journal=RECORDS + 30)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def test_a_lost_journal_doubles_nothing(self):
        self.run_well("receipts", "receipts_current")
        self.workspace.forget()
        rows = len(checker.receipts_in(self.database))
        self.reconcile("receipts", 1, missing=RECORDS, journal=0, target=rows)
        self.reconcile("receipts", 1, "--repair", missing=RECORDS, journal=0)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])
        said = self.workspace.weir("reconcile", "receipts", "--repair").result["reason"]
        self.assertIn(f"{rows} records", said)
        # Where a second delivery does no harm, the journal is made anew.
        self.reconcile("receipts_current", 0, "--repair", repaired=RECORDS, journal=RECORDS)
        self.assertEqual(checker.check_current(self.database, self.sandbox.truth()), [])

    def test_a_record_from_before_the_first_day_is_no_deletion(self):
        self.run_well("receipts_current")
        self.workspace.edit("receipts_current", 'from: "2026-01-01"', 'from: "2026-06-01"')
        run = self.workspace.weir("reconcile", "receipts_current")
        self.assertEqual(run.code, 0, run)
        self.assertLess(run.result["source"], RECORDS)
        self.assertEqual(run.result["journal"], RECORDS)

    def test_days_that_were_never_read_are_fetched(self):
        """A journal without the pages of some days, which its cursor says it has."""
        self.workspace.edit("receipts_current", 'from: "2026-01-01"', 'from: "2026-06-01"')
        self.run_well("receipts_current")
        read = len(checker.current_in(self.database))
        self.assertLess(read, RECORDS)
        self.workspace.edit("receipts_current", 'from: "2026-06-01"', 'from: "2026-01-01"')
        self.reconcile("receipts_current", 1, missing=RECORDS - read)
        self.reconcile("receipts_current", 0, "--repair", repaired=RECORDS - read)
        self.assertEqual(checker.check_current(self.database, self.sandbox.truth()), [])

    def test_ids_that_the_target_takes_for_equal_are_not_delivered_again(self):
        self.run_well("receipts")
        rows = len(checker.receipts_in(self.database))
        self.database.sql(
            "ALTER TABLE hc_dd_skd MODIFY extend_processInstanceId VARCHAR(64) COLLATE"
            " utf8mb4_general_ci; UPDATE hc_dd_skd SET extend_processInstanceId ="
            " CONCAT(extend_processInstanceId, ' ')")
        found = self.reconcile("receipts", 1, "--repair", missing=rows, extra=rows)
        self.assertEqual(len(found["missing", "target"]), rows)
        self.assertEqual(len(checker.receipts_in(self.database)), rows)

    def test_the_column_can_be_named_and_must_be_found(self):
        self.run_well("receipts_current")
        self.workspace.edit("receipts_current", 'value: "{{extend.processInstanceId}}"',
                            'value: "{processInstanceId}{nothing}"')
        calls = self.sandbox.control("stats")
        unknown = self.workspace.weir("reconcile", "receipts_current")
        self.assertEqual(unknown.code, 2, unknown)
        self.assertIn("target: {table: hc_dd_skd_current, key: COLUMN}", unknown.result["message"])
        self.assertEqual(self.sandbox.control("stats"), calls)
        self.workspace.edit("receipts_current", "target:\n",
                            "target:\n  table: hc_dd_skd_current\n  key: id\n")
        self.reconcile("receipts_current", 0)
        told = self.workspace.weir("check", "receipts_current", "--offline").lines
        self.assertEqual([line for line in told if "severity" in line], [])

    def test_a_source_that_never_stands_still_makes_no_deletion(self):
        sandbox = stand.Sandbox("--records", 900, "--seed", 9, "--qps", 100000, "--from",
                                "2026-03-02", "--to", "2026-03-02")
        self.addCleanup(sandbox.close)
        workspace = stand.Workspace(self.database, sandbox)
        self.addCleanup(workspace.close)
        file = workspace.folder / "pipelines" / "receipts_current.yaml"
        file.write_text(file.read_text().replace("by: modified", "by: created"))
        run = workspace.run("receipts_current")
        self.assertEqual((run.code, run.result["new"]), (0, 900), run)
        sandbox.control("faults", {"live": {"every_calls": 1, "delete": 1}})
        run = workspace.weir("reconcile", "receipts_current")
        self.assertEqual(run.code, 4, run)
        self.assertTrue(run.result["partial"], run)
        self.assertIn("partial", run.result["reason"])
        self.assertEqual((run.result["deleted"], run.result["extra"]), (0, 0))
        self.assertEqual(len(run.lines), 1, run)
        sandbox.control("faults", {"clear": True})
        gone = 900 - len(sandbox.truth())
        self.assertGreater(gone, 10)
        run = workspace.weir("reconcile", "receipts_current")
        self.assertEqual((run.code, run.result["deleted"]), (1, gone), run)

    def test_refusals_and_outages(self):
        self.run_well("receipts")
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "key",
            "app_secret": "wrong"})
        self.assertEqual(self.workspace.weir("reconcile", "receipts").code, 3)
        self.database.sql("DROP TABLE hc_dd_skd")
        self.assertIn(self.workspace.weir("reconcile", "receipts").code, (2, 3))

    def test_kills_in_the_middle_of_a_repair_double_nothing(self):
        self.run_well("receipts")
        for place in ("journal.before_commit:2", "pipeline.requeued", "sink.batch_opened",
                      "sink.before_commit", "sink.committed", "sink.settled"):
            with self.subTest(place):
                lost = self.stored("hc_dd_skd", "extend_processInstanceId", 20)
                self.remove("hc_dd_skd", "extend_processInstanceId", lost)
                killed = self.workspace.weir("reconcile", "receipts", "--repair",
                                             environment={"WEIR_FAILPOINT": place})
                self.assertEqual(killed.code, -signal.SIGKILL, killed)
                self.run_well("receipts")
                run = self.workspace.weir("reconcile", "receipts", "--repair")
                self.assertEqual(run.code, 0, run)
                self.assertEqual(
                    checker.check_receipts(self.database, self.sandbox.truth()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
