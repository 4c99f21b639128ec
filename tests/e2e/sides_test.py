# SPDX-License-Identifier: Apache-2.0
"""Schedules of one side: a source that is only read, a target that is only delivered to, and how
failed records are tried again."""

import unittest

import checker
import e2e_test
import serve_test
import stand

EVERY_SECOND = '"* * * * * *"'
NEVER_NOW = '"0 0 29 2 *"'


class Sides(e2e_test.EndToEnd):
    records = 300

    def setUp(self):
        super().setUp()
        self.settings("")
        (self.workspace.folder / "pipelines" / "receipts_current.yaml").unlink()

    def settings(self, more):
        (self.workspace.folder / "weir.yaml").write_text(
            'timezone: Asia/Shanghai\nlisten: "127.0.0.1:0"\n' + more)

    def serve(self, *arguments):
        service = serve_test.Service(self.workspace, *arguments)
        self.addCleanup(service.kill)
        return service

    def plan(self, whole, source, target):
        """Puts these lines beside, into `source` and into `target` of the receipts' pipeline."""
        def change(text):
            lines = [line for line in text.splitlines()
                     if not line.startswith(("schedule:", "retry:", "  schedule:", "  crontab:"))]
            for head, line in (("source:", source), ("target:", target)):
                if line:
                    lines.insert(lines.index(head) + 1, "  " + line)
            return "\n".join(whole + lines) + "\n"
        self.edit("receipts", change)

    def delivered(self):
        return self.database.sql("SELECT COUNT(*) FROM hc_dd_skd")[0][0]


class Jobs(Sides):
    def test_a_source_is_read_and_a_target_delivered_to_each_at_its_own_times(self):
        self.plan([], f"schedule: {{cron: {EVERY_SECOND}}}", f"crontab: {NEVER_NOW}")
        service = self.serve()
        reads = service.wait_for("run_ended", times=2, pipeline="receipts", job="read")
        for read in reads:
            self.assertEqual((read["status"], read["delivered"], read["filtered"]),
                             ("succeeded", 0, 0))
        self.assertGreater(reads[0]["new"], 0)
        self.assertEqual(reads[1]["waiting"], reads[0]["new"], "all that was read")
        self.assertEqual(self.delivered(), "0")
        self.assertEqual(len(service.seen("run_started")), len(service.seen("run_started",
                                                                            job="read")))
        # The other way round: what waits is delivered, and the source is not asked any more.
        self.plan([], f"schedule: {{cron: {NEVER_NOW}}}", f"crontab: {EVERY_SECOND}")
        service.hang_up()
        delivery = service.wait_for("run_ended", times=2, pipeline="receipts", job="deliver")[0]
        self.assertEqual((delivery["status"], delivery["requests"], delivery["read"]),
                         ("succeeded", 0, 0))
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])
        self.assertEqual(service.end(), 0)
        jobs = [run.get("job") for run in self.workspace.weir("runs", "receipts").lines]
        self.assertEqual(set(jobs), {"read", "deliver"}, jobs)

    def test_a_target_that_is_away_does_not_keep_the_source_from_being_read(self):
        self.plan([], f"schedule: {{cron: {EVERY_SECOND}}}", f"schedule: {{cron: {EVERY_SECOND}}}")
        self.workspace.connect("mysql", {
            "connector": "mysql", "socket": "/nowhere/socket", "user": "root", "password": "",
            "database": self.database.name, "tls": "off"})
        service = self.serve("--wait", "1ms")
        service.wait_for("run_ended", pipeline="receipts", job="deliver", status="refused")
        read = service.wait_for("run_ended", pipeline="receipts", job="read")[0]
        self.assertEqual(read["status"], "succeeded")
        self.assertGreater(read["new"], 0)
        self.workspace.connect("mysql", {
            "connector": "mysql", "socket": self.database.socket, "user": "root", "password": "",
            "database": self.database.name, "tls": "off"})
        service.hang_up()
        service.wait_for("run_ended", pipeline="receipts", job="deliver", status="succeeded")
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])
        self.assertEqual(service.end(), 0)

    def test_short_waits_of_its_own_are_followed(self):
        self.plan(['schedule: {cron: "0 0 29 2 *"}', "retry: [1s, 1s]"], "", "")
        self.database.sql("ALTER TABLE hc_dd_skd ADD CONSTRAINT refused CHECK (qty_count > 1)")
        self.assertEqual(self.workspace.run("receipts").code, 1)
        service = self.serve()
        stand.wait_until(lambda: 3 in [
            record["attempts"] for record in self.workspace.weir(
                "records", "receipts", "--state", "failed").lines], "a third attempt")
        for retry in service.wait_for("run_ended", times=2, pipeline="receipts", job="retry"):
            self.assertEqual((retry["status"], retry["requests"]), ("failed", 0))
        self.assertEqual(service.end(), 0)

    def test_none_are_tried_again_where_it_is_off(self):
        self.database.sql("ALTER TABLE hc_dd_skd ADD CONSTRAINT refused CHECK (qty_count > 1)")
        self.plan(["retry: [1s]"], "", "")
        self.assertEqual(self.workspace.run("receipts").code, 1)
        self.plan(["retry: off"], "", "")
        self.assertEqual(self.workspace.weir("retry", "receipts", "--due").result["due"], 0)
        self.plan([], "", "")  # that of the workspace
        self.settings("retry: [1s]\n")
        stand.wait_until(
            lambda: self.workspace.weir("retry", "receipts", "--due").result["due"] > 0,
            "the second attempt")


class Told(Sides):
    def check(self):
        return self.workspace.weir("check", "receipts", "--offline")

    def test_a_side_that_waits_in_vain_is_told_with_its_line(self):
        whole = ['schedule: {cron: "*/10 * * * *"}']
        own = 'schedule: {cron: "0 2 * * *"}'
        for lines, expected in (
                (([], own, ""), "nothing delivers what was read"),
                (([], "", own), "nothing reads the source"),
                ((whole, own, own), "this `schedule` has no effect")):
            self.plan(*lines)
            check = self.check()
            self.assertEqual(check.code, 0, check)
            told = [line for line in check.lines if expected in line.get("message", "")]
            self.assertEqual(len(told), 1, check)
            file = (self.workspace.folder / told[0]["file"]).read_text().splitlines()
            self.assertIn("schedule: {cron", file[told[0]["line"] - 1])

    def test_a_line_that_never_comes_is_a_fault_at_its_place(self):
        self.plan([], 'crontab: "0 25 * * *"', "schedule: {corn: daily}")
        check = self.check()
        self.assertEqual(check.code, 2, check)
        self.assertIn("hour `25`", check.out)
        self.assertIn("did you mean `cron`?", check.out)

    def test_calls_are_counted_for_what_asks_the_source(self):
        def calls():
            needs = [line for line in self.check().lines if "calls_a_month" in line]
            return needs[0]["calls_a_month"] if needs else 0
        self.plan(['schedule: {cron: "*/10 * * * *"}'], 'schedule: {cron: "0 2 * * *"}', "")
        self.assertEqual(calls(), 31 + 31)
        self.plan(['schedule: {cron: "0 2 * * *"}'], "", 'schedule: {cron: "* * * * *"}')
        self.assertEqual(calls(), 31 + 31)
        self.plan([], "", 'schedule: {cron: "* * * * *"}')
        self.assertEqual(calls(), 0)


if __name__ == "__main__":
    unittest.main()
