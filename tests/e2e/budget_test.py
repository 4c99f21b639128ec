# SPDX-License-Identifier: Apache-2.0
"""The budget of an account, as the other side counts it: never over the rate, whoever calls; the
month's count kept whatever ends a process; and what a person is told about both."""

import datetime
import json
import signal
import unittest
import zoneinfo

import checker
import stand

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def next_month():
    """The first moment of the next month in Shanghai, and the name of this one."""
    now = datetime.datetime.now(SHANGHAI)
    first = (now.replace(day=1) + datetime.timedelta(days=32)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(datetime.timezone.utc), now.strftime("%Y-%m")


class Budget(unittest.TestCase):
    rate = 20
    records = 4000

    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        self.sandbox = stand.Sandbox("--records", self.records, "--seed", 11,
                                     "--qps", self.limit_there())
        self.addCleanup(self.sandbox.close)
        for (table,) in self.database.sql("SHOW TABLES"):
            self.database.sql(f"DROP TABLE {table}")
        self.database.execute_file(stand.EXAMPLE / "schema.sql")
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)
        self.allow(per_second=self.rate)

    def allow(self, **budget):
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "key",
            "app_secret": "secret", "budget": {"per_month": 1000000, **budget}})

    def stats(self):
        return json.loads(self.sandbox.control("stats"))

    def limit_there(self):
        """Calls that left in two seconds may arrive in one; the exact count, where they leave, is
        held by the source's conformance tests."""
        return self.rate + max(1, self.rate // 4)

    def assert_never_over(self, stats):
        self.assertEqual(stats["throttled"], 0, stats)
        for api in stats["apis"].values():
            self.assertLessEqual(api["max_per_second"], self.limit_there(), stats)

    def used(self):
        """The month's count of the workspace, and that of the other side right after."""
        check = self.workspace.weir("check", "receipts")
        self.assertEqual(check.code, 0, check)
        line = next(line for line in check.lines if "calls_a_month" in line)
        return line["used"], self.stats()["month_calls"]


class Beside(Budget):
    records = 8000  # four seconds of calls: what is asked beside them may wait for one of these

    def test_a_run_and_what_is_asked_beside_it_share_the_rate(self):
        process = self.workspace.start("run", "receipts")
        stand.wait_until(lambda: self.stats()["calls"] >= 1, "a call of the run")
        beside = 0
        while process.poll() is None:
            for command in (["preview", "receipts"], ["check", "receipts"]):
                done = self.workspace.weir(*command)
                self.assertEqual(done.code, 0, done)
                beside += 1
        run = self.workspace.finish(process)
        self.assertEqual(run.code, 0, run)
        self.assertGreater(beside, 3)
        stats = self.stats()
        self.assert_never_over(stats)
        self.assertGreaterEqual(stats["month_calls"], run.result["requests"] + beside)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])


class Rate(Budget):
    def test_many_processes_at_once_share_the_rate(self):
        self.rate = 4
        self.sandbox.control("settings", {"qps": self.limit_there()})
        self.allow(per_second=self.rate)
        processes = [self.workspace.start("preview", "receipts") for _ in range(12)]
        for process in processes:
            done = self.workspace.finish(process)
            self.assertEqual(done.code, 0, done)
        stats = self.stats()
        self.assert_never_over(stats)
        self.assertEqual(stats["month_calls"], 12)

    def test_a_pause_holds_for_the_next_process(self):
        self.sandbox.control("faults", {"punish": {"next": 1}})
        blocked = self.workspace.weir("preview", "receipts")
        self.assertEqual(blocked.code, 4, blocked)
        calls = self.stats()["calls"]
        run = self.workspace.weir("run", "receipts", "--wait", "1s")
        self.assertEqual((run.code, run.result["status"]), (4, "parked"), run)
        self.assertEqual(self.stats()["calls"], calls)
        self.assertIn("resume_at", run.result)
        check = self.workspace.weir("check", "receipts")
        self.assertEqual(check.code, 4, check)
        self.assertEqual(self.stats()["calls"], calls)


class Month(Budget):
    rate = 200

    def test_clean_ends_count_what_was_made(self):
        for _ in range(2):
            self.assertEqual(self.workspace.run("receipts").code, 0)
        self.assertEqual(self.workspace.weir("preview", "receipts").code, 0)
        ours, theirs = self.used()
        self.assertEqual(ours, theirs)

    def test_a_killed_run_has_counted_what_it_made(self):
        self.sandbox.control("settings", {"latency_ms": 20})
        for calls in (1, 6, 14):
            self.sandbox.control("stats", {})
            self.workspace.forget()
            process = self.workspace.start("run", "receipts")
            stand.wait_until(lambda: self.stats()["month_calls"] >= calls, f"{calls} calls")
            process.send_signal(signal.SIGKILL)
            self.assertEqual(self.workspace.finish(process).code, -signal.SIGKILL)
            ours, theirs = self.used()
            self.assertGreaterEqual(ours, theirs)
            self.assertLessEqual(ours, theirs + self.rate)

    def test_a_power_cut_between_the_count_and_the_call(self):
        for point in ("calls.written", "calls.durable"):
            killed = self.workspace.run("receipts", environment={"WEIR_FAILPOINT": f"{point}:4"})
            self.assertEqual(killed.code, -signal.SIGKILL, killed)
            ours, theirs = self.used()
            self.assertGreaterEqual(ours, theirs)

    def test_a_month_that_is_used_up_parks_and_a_raised_budget_goes_on(self):
        self.allow(per_second=self.rate, per_month=15)
        run = self.workspace.run("receipts")
        resume, month = next_month()
        self.assertEqual((run.code, run.result["status"]), (4, "parked"), run)
        resume_at = datetime.datetime.fromisoformat(run.result["resume_at"].replace("Z", "+00:00"))
        self.assertLess(abs(resume_at - resume), datetime.timedelta(seconds=1))
        for piece in (f"15 of 15 in {month}", "per_month", "Asia/Shanghai"):
            self.assertIn(piece, run.result["reason"])
        self.assertEqual(run.result["requests"], 15)
        self.assertEqual(checker.check_books(run.result), [])
        for command in ("preview", "check"):
            refused = self.workspace.weir(command, "receipts")
            self.assertEqual(refused.code, 4, refused)
            self.assertIn("15 of 15", refused.out)
        self.assertEqual(self.stats()["month_calls"], 15)

        self.allow(per_second=self.rate, per_month=5000)
        run = self.workspace.run("receipts")
        self.assertEqual(run.code, 0, run)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def test_the_other_sides_own_quota_parks_until_the_next_month(self):
        self.sandbox.control("settings", {"monthly": 10})
        run = self.workspace.run("receipts")
        self.assertEqual((run.code, run.result["status"]), (4, "parked"), run)
        resume_at = datetime.datetime.fromisoformat(run.result["resume_at"].replace("Z", "+00:00"))
        self.assertLess(abs(resume_at - next_month()[0]), datetime.timedelta(seconds=1))


class Told(Budget):
    rate = 200
    records = 300

    def schedule(self, cron):
        for pipeline in ("receipts", "receipts_current"):
            file = self.workspace.folder / "pipelines" / f"{pipeline}.yaml"
            text = file.read_text().split("\n")
            text = [f'schedule: {{cron: "{cron}"}}' if line.startswith("schedule:") else line
                    for line in text]
            file.write_text("\n".join(text))

    def test_a_run_says_what_it_cost(self):
        self.allow(per_second=self.rate, per_month=5000)
        run = self.workspace.text("run", "receipts")
        calls = self.stats()["month_calls"]
        self.assertIn(f"cost     {calls} calls; `dingtalk` has {5000 - calls} of 5000 left in "
                      f"{next_month()[1]}", run.out)

    def test_a_check_says_what_the_schedules_will_need(self):
        self.allow(per_second=self.rate, per_month=5000)
        check = self.workspace.text("check", "--offline")
        self.assertEqual(check.code, 0, check)
        self.assertIn("receipts: 4464 runs a month by its schedule, about 4495 calls", check.out)
        self.assertIn("`dingtalk`: about 8990 calls a month, of a budget of 5000", check.out)
        self.assertRegex(check.err, r"pipelines/receipts.yaml:\d+: warning: .* 8990 API calls")
        self.assertEqual(self.stats()["calls"], 0)

        self.schedule("0 */2 * * *")
        check = self.workspace.weir("check", "--offline")
        self.assertFalse([line for line in check.lines if "severity" in line], check)
        need = next(line for line in check.lines if "calls_a_month" in line)
        self.assertEqual((need["connection"], need["budget"], need["calls_a_month"]),
                         ("dingtalk", 5000, 2 * (372 + 31)))

        # Once it is known that something comes each day, its pages are in it.
        self.assertEqual(self.workspace.run("receipts").code, 0)
        self.sandbox.control("add", {"count": 250, "status": "COMPLETED"})
        self.assertEqual(self.workspace.run("receipts").code, 0)
        check = self.workspace.weir("check", "receipts", "--offline")
        need = next(line for line in check.lines if "calls_a_month" in line)
        self.assertEqual(need["calls_a_month"], 372 + 31 * 3 + 78)

    def test_a_schedule_that_cannot_be_is_refused_with_field_and_value(self):
        self.schedule("*/10 25 * * *")
        for command in (["check", "--offline"], ["run", "receipts"]):
            refused = self.workspace.weir(*command)
            self.assertEqual(refused.code, 2, refused)
            self.assertIn("hour `25`", refused.out)


if __name__ == "__main__":
    unittest.main()
