# SPDX-License-Identifier: Apache-2.0
"""`omissionRemedy`: an older window is read again by a request and a schedule of its own."""

import datetime
import sqlite3
import unittest

import checker
import e2e_test
import serve_test

DAYS = (200, 100)  # the window of the remedy: that many days ago


def remedy(crontab='"10 3 * * *"', since="createFromTimeGMT"):
    first, last = DAYS
    return (f"  omissionRemedy:\n    crontab: {crontab}\n    takeOverRequest:\n"
            f'      - {{field: {since}, value: "{{{{DAYS_AGO_{first}|datetime}}}}"}}\n'
            f'      - {{field: createToTimeGMT, value: "{{{{DAYS_AGO_{last}|datetime}}}}"}}\n')


class Remedy(e2e_test.EndToEnd):
    records = 1000

    def give(self, pipeline, **options):
        self.edit(pipeline, lambda text: text.replace(
            "  request:\n", remedy(**options) + "  request:\n", 1))

    def days_ago(self, row):
        today = datetime.datetime.now(checker.ZONE).date()
        return (today - datetime.date.fromisoformat(row["createTimeGMT"][:10])).days

    def created(self, first, last):
        """Receipts of these days, and none of the days that midnight may move."""
        return [row for row in self.sandbox.truth()
                if checker.is_receipt(row) and last < self.days_ago(row) < first]

    def cursor(self, pipeline):
        with sqlite3.connect(f"file:{self.workspace.folder}/.weir/journal.db?mode=ro",
                             uri=True) as journal:
            return journal.execute("SELECT cursor FROM pipeline WHERE name = ?",
                                   (pipeline,)).fetchall()

    def change_unseen(self, row):
        self.sandbox.control("change", {"ids": [row["processInstanceId"]], "silent": True,
                                        "fields": {"numberField_lgkgut81": "4321.05"}})
        return row["processInstanceId"]


class OlderWindow(Remedy):
    def test_it_finds_what_no_window_of_a_run_holds_and_moves_no_cursor(self):
        self.give("receipts_current")
        self.run_well("receipts_current")
        inside = self.change_unseen(self.created(*DAYS)[7])
        outside = self.change_unseen(self.created(400, DAYS[0] + 2)[3])
        self.assertEqual(self.run_well("receipts_current")[0]["changed"], 0)
        before = self.cursor("receipts_current")
        found = self.run_well("receipts_current", "--remedy")[0]
        self.assertEqual((found["job"], found["changed"], found["delivered"]), ("remedy", 1, 1))
        self.assertLess(found["read"], self.records / 2, "a window, not everything")
        self.assertEqual(self.cursor("receipts_current"), before)
        rows = dict(checker.current_in(self.database))
        expected = checker.expected_current(self.sandbox.truth())
        self.assertEqual(rows[inside], expected[inside])
        self.assertNotEqual(rows[outside], expected[outside])
        again = self.run_well("receipts_current", "--remedy")[0]
        self.assertEqual((again["changed"], again["due"]), (0, 0))
        self.assertEqual(self.run_well("receipts_current")[0]["requests"], 1, "goes on as before")

    def test_records_before_the_first_day_arrive_once(self):
        today = datetime.datetime.now(checker.ZONE).date()
        self.edit("receipts", lambda text: text.replace('from: "2026-01-01"', f"from: {today}"))
        self.give("receipts")
        self.run_well("receipts")
        window = {row["processInstanceId"] for row in self.created(*DAYS)
                  if row["instanceStatus"] == "COMPLETED"}
        self.assertGreater(len(window), 50)
        arrived = {key for key, _ in checker.receipts_in(self.database)}
        self.assertFalse(window & arrived)
        found = self.run_well("receipts", "--remedy")[0]
        rows = checker.receipts_in(self.database)
        self.assertLessEqual(window, {key for key, _ in rows})
        self.assertEqual(len(rows), len(arrived) + found["delivered"])
        self.assertEqual(self.run_well("receipts", "--remedy")[0]["due"], 0, "by idCheck")

    def test_a_pipeline_without_one_says_so(self):
        refused = self.workspace.run("receipts", "--remedy")
        self.assertEqual(refused.code, 2, refused)
        self.assertIn("`receipts` has no `omissionRemedy`", refused.out + refused.err)

    def test_a_check_counts_its_calls_and_tells_slips(self):
        self.give("receipts")
        check = self.workspace.weir("check", "receipts", "--offline")
        self.assertEqual([line for line in check.lines if "severity" in line], [], check)
        need = next(line for line in check.lines if "calls_a_month" in line)
        self.assertEqual((need["calls_a_month"], need["pipelines"][0]["remedies"]), (4495 + 31, 31))
        pages = self.run_well("receipts", "--remedy")[0]["pages"]
        self.assertGreater(pages, 1)
        check = self.workspace.weir("check", "receipts", "--offline")
        need = next(line for line in check.lines if "calls_a_month" in line)
        self.assertEqual(need["calls_a_month"], 4495 + 31 * pages)
        self.assertIn("4464 runs and 31 remedies a month",
                      self.workspace.text("check", "receipts", "--offline").out)

        self.edit("receipts", lambda text: text.replace(
            "field: createFromTimeGMT", "field: creatFromTimeGMT").replace(
                "DAYS_AGO_100|datetime", "DAYS_AGO_100|datime"))
        check = self.workspace.weir("check", "receipts", "--offline")
        self.assertEqual(check.code, 2, check)
        for piece in ("`creatFromTimeGMT` of `takeOverRequest` replaces nothing",
                      "did you mean `createFromTimeGMT`?",
                      "`datime` is no pipe"):
            self.assertIn(piece, check.out)

    def test_a_check_asks_the_source_for_it(self):
        self.give("receipts")
        self.assertEqual(self.workspace.weir("check", "receipts").code, 0)
        self.edit("receipts", lambda text: text.replace(
            '"{{DAYS_AGO_200|datetime}}"', "long ago"))
        check = self.workspace.weir("check", "receipts")
        self.assertEqual(check.code, 2, check)
        told = [line for line in check.lines if line.get("severity") == "error"]
        self.assertEqual(len(told), 1, check)
        self.assertIn("as `omissionRemedy` asks: ", told[0]["message"])
        self.assertIn("createFromTimeGMT", told[0]["message"])
        file = (self.workspace.folder / told[0]["file"]).read_text().splitlines()
        self.assertIn("crontab", file[told[0]["line"] - 1])


class BySchedule(Remedy):
    def test_it_runs_by_its_own_crontab(self):
        (self.workspace.folder / "weir.yaml").write_text(
            'timezone: Asia/Shanghai\nlisten: "127.0.0.1:0"\n')
        (self.workspace.folder / "pipelines" / "receipts.yaml").unlink()
        self.edit("receipts_current",
                  lambda text: text.replace('"*/10 * * * *"', '"0 0 29 2 *"'))
        self.run_well("receipts_current")
        changed = self.change_unseen(self.created(*DAYS)[0])
        before = self.cursor("receipts_current")
        self.give("receipts_current", crontab='"* * * * * *"')
        service = serve_test.Service(self.workspace)
        self.addCleanup(service.kill)
        service.wait_for("run_ended", pipeline="receipts_current", job="remedy", delivered=1)
        self.assertEqual(service.end(), 0)
        self.assertEqual(self.cursor("receipts_current"), before)
        rows = dict(checker.current_in(self.database))
        self.assertEqual(rows[changed], checker.expected_current(self.sandbox.truth())[changed])
        self.assertEqual(len(service.seen("run_started")),
                         len(service.seen("run_started", job="remedy")))


if __name__ == "__main__":
    unittest.main()
