# SPDX-License-Identifier: Apache-2.0
"""What a person hears of a `weir serve` through the stand-in's robot: each kind of trouble once,
however often it comes, and its end once; and what stands in the log."""

import glob
import json
import re
import subprocess
import unittest

import e2e_test
import stand
from serve_test import EVERY_SECOND, Service

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
SECRET = "SEC0001"
APP_SECRET = "s3cr3t-w0rd"


class Watched(e2e_test.EndToEnd):
    records = 300
    sandbox_arguments = ("--robot-secret", SECRET)

    def setUp(self):
        super().setUp()
        (self.workspace.folder / "pipelines" / "receipts_current.yaml").unlink()
        self.settings()
        self.connect()
        self.schedule(EVERY_SECOND)

    def settings(self, log="text", secret=SECRET, **alerts):
        group = {"type": "dingtalk", "secret": secret,
                 "url": self.sandbox.url + "/robot/send?access_token=t0ken"}
        (self.workspace.folder / "weir.yaml").write_text(json.dumps({
            "timezone": "Asia/Shanghai", "listen": "127.0.0.1:0", "log": log,
            "alerts": {"channels": {"group": group}, **alerts}}))

    def schedule(self, cron):
        self.edit("receipts", lambda text: re.sub(r"cron: \S.*}", f"cron: {cron}}}", text))

    def connect(self, **budget):
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "key",
            "app_secret": APP_SECRET,
            "budget": {"per_second": 1000, "per_month": 1000000, **budget}})

    def serve(self, *arguments, environment=None):
        service = Service(self.workspace, *arguments, environment=environment)
        self.addCleanup(service.kill)
        return service

    def told(self, heading):
        """The paragraphs with this heading, of all messages so far, in order."""
        messages = json.loads(self.sandbox.control("robot"))["messages"]
        text = "".join(message["markdown"]["text"] for message in messages)
        return re.findall(r"\*\*" + re.escape(heading) + r"\*\*\n\n(.*?)\n\n(since .*?)\n",
                          text + "\n", re.DOTALL)

    def wait_until_told(self, heading):
        stand.wait_until(lambda: self.told(heading), heading)
        return self.told(heading)[0]

    def assert_told_once(self, service, *headings):
        """All that was to be told has been: what comes after it is there."""
        after = len(service.seen("run_ended"))
        service.wait_for("run_ended", times=after + 2)
        self.assertEqual(service.end(), 0, service.events)
        for heading in headings:
            self.assertEqual(len(self.told(heading)), 1, heading)


class Alerts(Watched):
    def test_a_refused_run_is_told_once_and_its_end_once(self):
        self.sandbox.control("faults", {"revoke_credentials": True})
        service = self.serve()
        service.wait_for("run_ended", times=4, status="refused")
        text, _ = self.wait_until_told("run refused: receipts")
        self.assertIn("run ", text)
        self.assertNotIn(APP_SECRET, json.dumps(service.events) + text)
        self.sandbox.control("faults", {"clear": True})
        _, since = self.wait_until_told("well again, run refused: receipts")
        more = re.search(r"well at .*, (\d+) more since it was told", since)
        self.assertGreaterEqual(int(more.group(1)), 3, since)
        self.assert_told_once(service, "run refused: receipts",
                              "well again, run refused: receipts")

    def test_a_run_that_is_parked_goes_on_by_itself_and_is_told_to(self):
        self.sandbox.control("faults", {"qps": {"rate": 1}})
        service = self.serve("--wait", "1ms")
        first = service.wait_for("run_ended", times=2, status="parked")[0]
        self.assertIn("resume_at", first)
        self.wait_until_told("run parked: receipts")
        self.sandbox.control("faults", {"clear": True})
        service.wait_for("run_ended", status="succeeded")
        self.wait_until_told("well again, run parked: receipts")
        self.assert_told_once(service, "run parked: receipts", "well again, run parked: receipts")

    @unittest.skipUnless(FAKETIME, "libfaketime is not installed")
    def test_a_budget_that_is_used_up_parks_until_the_next_month(self):
        self.sandbox.control("robot", {"secret": ""})  # a signed message needs the robot's time
        self.settings(secret="")
        moment = self.workspace.folder / "now"
        moment.write_text("@2031-03-29 10:00:00")
        past = {"LD_PRELOAD": FAKETIME[0], "FAKETIME_TIMESTAMP_FILE": str(moment),
                "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}
        self.assertEqual(self.workspace.run("receipts", environment=past).code, 0)
        self.connect(per_month=json.loads(self.sandbox.control("stats"))["month_calls"])
        self.schedule('"10 0 18 29 3 *"')  # ten seconds later, and then in a year
        service = self.serve("--wait", "1ms", environment=past)
        parked = service.wait_for("run_ended", status="parked")[0]
        self.assertEqual(parked["resume_at"][:16], "2031-03-31T16:00")
        self.wait_until_told("run parked: receipts")
        self.wait_until_told("budget will not do: dingtalk")
        moment.write_text("@2031-03-31 16:00:01")
        service.wait_for("run_ended", status="succeeded")
        self.wait_until_told("well again, run parked: receipts")
        self.wait_until_told("well again, budget will not do: dingtalk")
        self.assertEqual(service.end(), 0)
        for heading in ("run parked: receipts", "well again, run parked: receipts",
                        "budget will not do: dingtalk"):
            self.assertEqual(len(self.told(heading)), 1, heading)

    def test_calls_that_will_not_do_are_foretold(self):
        self.assertEqual(self.workspace.run("receipts").code, 0)
        self.schedule('"@yearly"')
        used = json.loads(self.sandbox.control("stats"))["month_calls"]
        self.connect(per_month=used)
        service = self.serve()
        text, _ = self.wait_until_told("budget will not do: dingtalk")
        self.assertIn(f"all {used} calls of this month are used up", text)
        self.assertEqual(service.end(), 0)
        self.connect(per_month=1000 * used)  # a higher one holds from the next start on
        service = self.serve()
        self.wait_until_told("well again, budget will not do: dingtalk")
        self.assertEqual(service.end(), 0)
        self.assertEqual(len(self.told("budget will not do: dingtalk")), 1)

    def test_nothing_delivered_is_told_while_no_run_ends_and_over_a_restart(self):
        self.assertEqual(self.workspace.run("receipts").code, 0)
        self.schedule('"@yearly"')
        self.settings(nothing_for="1s")
        service = self.serve()
        text, _ = self.wait_until_told("nothing delivered: receipts")
        self.assertIn("for more than 1 seconds, since its last delivery at", text)
        service.kill()
        self.assertEqual(service.seen("run_started"), [])
        # What was told is forgotten, but not what was delivered last.
        (self.workspace.folder / ".weir" / "alerts.json").unlink()
        self.sandbox.control("robot", {"clear": True})
        self.sandbox.control("add", {"count": 5, "status": "COMPLETED"})
        service = self.serve()
        again, _ = self.wait_until_told("nothing delivered: receipts")
        self.assertEqual(again, text)
        self.schedule(EVERY_SECOND)
        self.settings(nothing_for="1h")
        service.hang_up()
        text, _ = self.wait_until_told("well again, nothing delivered: receipts")
        self.assertRegex(text, "run .* delivered 5 records")
        self.assert_told_once(service, "nothing delivered: receipts",
                              "well again, nothing delivered: receipts")

    def test_records_that_break_a_rule_are_told_and_logged_by_name_until_they_do_not(self):
        rule = ('quality: [{field: numberField_lgkgut81, rule: range, min: 999999999}]\n')
        self.edit("receipts", lambda text: text + rule)
        service = self.serve()
        ended = service.wait_for("run_ended", status="failed")[0]
        rejected = ended["failed"]
        self.assertGreater(rejected, 20)
        text, _ = self.wait_until_told("quality broken: receipts")
        self.assertIn(f"{rejected} records break quality rules", text)
        text, _ = self.wait_until_told("records failed: receipts")
        self.assertIn(f"{rejected} records could not be delivered", text)
        # Twenty have a line of their own, and the rest is counted.
        lines = service.seen("record_failed", run=ended["run"])
        self.assertEqual(len(lines), 20)
        self.assertEqual(len({line["id"] for line in lines}), 20)
        for line in lines:
            self.assertEqual((line["pipeline"], line["level"]), ("receipts", "warning"))
            self.assertRegex(line["number"], r"^>?SKD\d+")
            self.assertIn("quality rule `numberField_lgkgut81 range", line["reason"])
        rest = service.seen("records_not_logged", run=ended["run"])
        self.assertEqual([line["records"] for line in rest], [rejected - 20])
        self.edit("receipts", lambda text: text.replace(rule, ""))
        service.hang_up()
        self.wait_until_told("well again, quality broken: receipts")
        self.wait_until_told("well again, records failed: receipts")
        self.assert_told_once(service, "quality broken: receipts", "records failed: receipts",
                              "well again, quality broken: receipts")

    def test_too_many_warnings_are_told(self):
        self.edit("receipts", lambda text: text + (
            "quality: [{field: numberField_lgkgut81, rule: range, min: 999999999, "
            "otherwise: warn}]\n"))
        service = self.serve()
        warned = service.wait_for("run_ended", status="succeeded")[0]["warned"]
        text, _ = self.wait_until_told("quality broken: receipts")
        self.assertIn(f"{warned} of ", text)
        self.assertIn("and 5 % may", text)
        self.assertEqual(service.end(), 0)


class Log(Watched):
    """`log: json` of weir.yaml, without --json."""

    records = 30

    def weir(self, *arguments):
        return subprocess.run([stand.WEIR, *arguments, "--workspace", self.workspace.folder],
                              env=self.workspace.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def test_a_run_logs_json_when_weir_yaml_says_so(self):
        self.database.sql("ALTER TABLE hc_dd_skd ADD CONSTRAINT refused CHECK (qty_count > 1)")
        plain = self.weir("run", "receipts")
        self.assertEqual(plain.returncode, 1, plain)
        self.assertNotIn("{", plain.stderr)
        self.settings(log="json")
        done = self.weir("retry", "receipts")
        self.assertEqual(done.returncode, 1, done)
        events = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertEqual([event["event"] for event in events[:2]], ["run_started", "record_failed"])
        self.assertEqual(events[-1]["event"], "run_ended")
        for event in events:
            self.assertEqual(event["pipeline"], "receipts")
            self.assertRegex(event["at"], r"^20\d\d-\d\d-\d\dT.*Z$")
        self.assertIn("refused", events[1]["reason"])
        self.assertEqual(events[1]["attempts"], 2)
        self.assertIn("failed", done.stdout)  # the balance is there as before

    def test_serve_logs_json_when_weir_yaml_says_so(self):
        self.settings(log="json")
        process = subprocess.Popen(
            [stand.WEIR, "serve", "--workspace", self.workspace.folder],
            env=self.workspace.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        events = []
        while not events or events[-1]["event"] != "run_ended":
            events.append(json.loads(process.stderr.readline()))
        self.assertEqual(events[-1]["status"], "succeeded")
        process.terminate()
        self.assertEqual(process.wait(timeout=120), 0)

    def test_a_wrong_setting_is_a_fault(self):
        self.settings(log="jsn", nothing_for="2 days")
        check = self.workspace.text("check", "--offline")
        self.assertEqual(check.code, 2, check)
        self.assertIn('`log` must be one of `text`, `json`, and is `"jsn"`', check.err)
        self.assertIn("`nothing_for` must be a length of time", check.err)


if __name__ == "__main__":
    unittest.main()
