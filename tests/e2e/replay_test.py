# SPDX-License-Identifier: Apache-2.0
"""`weir replay`: a changed mapping goes over what is journalled without one call of the API, sends
what differs and nothing else, and a kill in the middle of it doubles nothing."""

import signal
import unittest

import checker
import stand

RECORDS = 400


class ReplayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)
        cls.sandbox = stand.Sandbox("--records", RECORDS, "--seed", 5, "--qps", 100000)
        cls.addClassCleanup(cls.sandbox.close)

    def setUp(self):
        for (table,) in self.database.sql("SHOW TABLES"):
            self.database.sql(f"DROP TABLE {table}")
        self.database.execute_file(stand.EXAMPLE / "schema.sql")
        self.workspace = stand.Workspace(self.database, self.sandbox, mysql={"batch_records": 40})
        self.addCleanup(self.workspace.close)

    def run_well(self, *arguments):
        run = self.workspace.weir(*arguments)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(checker.check_books(run.result), [], run)
        return run.result

    def states(self, pipeline):
        listed = self.workspace.weir("records", pipeline)
        self.assertEqual(listed.code, 0, listed)
        return {line["id"]: (line["state"], line["reason"], line["attempts"], line["updated_at"])
                for line in listed.lines}

    def calls(self):
        return self.sandbox.control("stats")

    def test_a_changed_mapping_sends_what_differs_without_a_call(self):
        self.run_well("run", "receipts_current")
        before, calls = self.states("receipts_current"), self.calls()

        same = self.run_well("replay", "receipts_current")
        self.assertEqual((same["replayed"], same["delivered"], same["due"]), (RECORDS, 0, 0))
        self.assertEqual(same["without_raw"], 0)
        self.assertEqual(self.states("receipts_current"), before)

        self.workspace.edit("receipts_current",
                            '{field: state, value: "{{extend.instanceStatus}}"}',
                            '{field: state, value: "_{{extend.instanceStatus}}"}')
        self.database.sql("UPDATE hc_dd_skd_current SET amount = NULL")
        changed = self.run_well("replay", "receipts_current")
        self.assertEqual((changed["replayed"], changed["delivered"]), (RECORDS, RECORDS))
        expected = {key: values[:3] + ("_" + values[3],)
                    for key, values in checker.expected_current(self.sandbox.truth()).items()}
        self.assertEqual(
            checker.differences(expected, checker.current_in(self.database))[:5], [])
        self.assertEqual(self.calls(), calls)
        self.assertEqual(self.run_well("replay", "receipts_current")["delivered"], 0)

    def test_days_are_those_of_the_receipt(self):
        self.run_well("run", "receipts_current")
        old = self.run_well("replay", "receipts_current", "--from", "2001-01-01", "--to",
                            "2001-12-31")
        self.assertEqual(old["replayed"], 0)
        wide = self.run_well("replay", "receipts_current", "--from", "2001-01-01", "--to",
                             "2099-12-31")
        self.assertEqual(wide["replayed"], RECORDS)
        for wrong in (["--from", "2026-01-01"], ["--from", "soon", "--to", "2026-01-01"]):
            self.assertEqual(self.workspace.weir("replay", "receipts_current", *wrong).code, 2)

    def test_filtered_ones_are_judged_by_the_condition_as_it_is_now(self):
        first = self.run_well("run", "receipts")
        self.assertGreater(first["filtered"], 0)
        self.workspace.edit("receipts", "logic: eq, value: COMPLETED", "logic: neq, value: NOBODY")
        again = self.run_well("replay", "receipts", "--again")
        self.assertEqual((again["delivered"], again["filtered"]), (first["filtered"], 0))
        rows = [key for key, _ in checker.receipts_in(self.database)]
        self.assertEqual((len(rows), len(set(rows))), (RECORDS, RECORDS))

    def test_a_plain_insert_is_refused_without_again(self):
        self.run_well("run", "receipts")
        rows = checker.receipts_in(self.database)
        refused = self.workspace.weir("replay", "receipts")
        self.assertEqual(refused.code, 2, refused)
        self.assertIn("--again", refused.result["message"])
        self.workspace.edit("receipts", "Document_Type, value: 收款单", "Document_Type, value: 收款")
        self.assertEqual(self.workspace.weir("replay", "receipts").code, 2)
        self.assertEqual(checker.receipts_in(self.database), rows)
        self.assertEqual({state[0] for state in self.states("receipts").values()},
                         {"delivered", "filtered"})
        again = self.run_well("replay", "receipts", "--again")
        self.assertEqual(again["delivered"], len(rows))
        self.assertEqual(len(checker.receipts_in(self.database)), 2 * len(rows))

    def test_check_warns_where_a_plain_insert_meets_idCheck_false(self):
        self.workspace.edit("receipts", "idCheck: true", "idCheck: false")
        checked = self.workspace.weir("check", "receipts", "--offline")
        self.assertEqual(checked.code, 0, checked)
        self.assertTrue(any("plain INSERT" in line["message"] for line in checked.lines), checked)
        well = self.workspace.weir("check", "receipts_current", "--offline")
        self.assertEqual([line for line in well.lines if "severity" in line], [], well)

    def kill_in_replay(self, pipeline, failpoint, *arguments):
        run = self.workspace.weir("replay", pipeline, *arguments,
                                  environment={"WEIR_FAILPOINT": failpoint})
        self.assertEqual(run.code, -signal.SIGKILL, run)

    def test_kills_in_the_middle_double_nothing(self):
        """Into the table without a key: what is the same never goes out, what differs once."""
        self.run_well("run", "receipts")
        rows = len(checker.receipts_in(self.database))
        places = ("journal.before_commit:2", "pipeline.requeued", "sink.batch_opened:2",
                  "sink.before_commit:3", "sink.committed:2", "sink.settled:3", "*:20", "*:33")
        for place in places:
            with self.subTest(place, mapping="the same"):
                self.kill_in_replay_or_end("receipts", place, "--again")
                self.run_well("run", "receipts")
                self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])
                self.assertNotIn("waiting", {s[0] for s in self.states("receipts").values()})
        for number, place in enumerate(places, 1):
            with self.subTest(place, mapping="another"):
                self.workspace.edit("receipts", "Document_Type, value: 收款单" + "+" * (number - 1),
                                    "Document_Type, value: 收款单" + "+" * number)
                self.kill_in_replay("receipts", place, "--again")
                self.run_well("run", "receipts")
                if place == "journal.before_commit:2":  # before the journal knew of it
                    self.assertEqual(len(checker.receipts_in(self.database)), rows)
                    self.run_well("replay", "receipts", "--again")
                counted = self.database.sql(
                    "SELECT COUNT(*), COUNT(DISTINCT extend_processInstanceId) FROM hc_dd_skd"
                    f" WHERE Document_Type = '收款单{'+' * number}'")
                self.assertEqual(counted, [[str(rows), str(rows)]])
                self.database.sql("DELETE FROM hc_dd_skd WHERE Document_Type <> '收款单'")

    def kill_in_replay_or_end(self, pipeline, failpoint, *arguments):
        run = self.workspace.weir("replay", pipeline, *arguments,
                                  environment={"WEIR_FAILPOINT": failpoint})
        self.assertIn(run.code, (0, -signal.SIGKILL), run)


if __name__ == "__main__":
    unittest.main(verbosity=2)
