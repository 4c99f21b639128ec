# SPDX-License-Identifier: Apache-2.0
"""`weir serve`: what runs by itself, what a reading of the files changes, and how it ends."""

import glob
import json
import signal
import threading
import unittest
import urllib.error
import urllib.request

import checker
import e2e_test
import stand
from receivers import Hook

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
EVERY_SECOND = '"* * * * * *"'


class Service:
    """A `weir serve` under way; `events` is its log so far."""

    def __init__(self, workspace, *arguments, environment=None):
        self.process = workspace.start("serve", *arguments, environment=environment)
        self.events = []
        self.plain = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            if line.startswith("{"):
                self.events.append(json.loads(line))
            else:
                self.plain.append(line)

    def seen(self, event, **fields):
        return [line for line in list(self.events) if line["event"] == event and
                all(line.get(name) == value for name, value in fields.items())]

    def wait_for(self, event, times=1, **fields):
        def enough():
            if self.process.poll() is not None:
                raise AssertionError(f"weir serve ended: {self.events} {self.plain}")
            return len(self.seen(event, **fields)) >= times
        stand.wait_until(enough, f"{event} {fields}, {times} times")
        return self.seen(event, **fields)

    def get(self, path):
        address = self.wait_for("listening")[0]["address"]
        try:
            with urllib.request.urlopen(f"http://{address}{path}", timeout=30) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def hang_up(self):
        read = len(self.seen("files_read"))
        self.process.send_signal(signal.SIGHUP)
        return read

    def end(self, by=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(by)
        code = self.process.wait(timeout=120)
        self.reader.join(timeout=30)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.end()


class Serve(e2e_test.EndToEnd):
    records = 300

    def setUp(self):
        super().setUp()
        self.settings("")
        self.schedule("receipts", EVERY_SECOND)
        self.current = self.workspace.folder / "pipelines" / "receipts_current.yaml"
        self.current_text = self.current.read_text().replace('"*/10 * * * *"', EVERY_SECOND)
        self.current.unlink()

    def settings(self, more):
        (self.workspace.folder / "weir.yaml").write_text(
            'timezone: Asia/Shanghai\nlisten: "127.0.0.1:0"\n' + more)

    def schedule(self, pipeline, cron):
        self.edit(pipeline, lambda text: text.replace('"*/10 * * * *"', cron))

    def serve(self, *arguments):
        service = Service(self.workspace, *arguments)
        self.addCleanup(service.kill)
        return service

    def test_it_runs_what_is_scheduled_again_and_again_and_drains(self):
        service = self.serve()
        first = service.wait_for("run_ended", times=2, pipeline="receipts")[0]
        self.assertEqual((first["status"], first["failed"]), ("succeeded", 0))
        self.assertGreater(first["delivered"], 0)
        self.assertIn("duration_ms", first)
        self.sandbox.control("add", {"count": 5, "status": "COMPLETED"})
        wanted = len(checker.expected_receipts(self.sandbox.truth()))
        stand.wait_until(lambda: len(checker.receipts_in(self.database)) >= wanted, "5 more")
        self.assertEqual(service.end(), 0, service.events)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])
        self.assertEqual(len(service.seen("run_started")), len(service.seen("run_ended")))
        self.assertEqual(service.events[-1]["event"], "stopped")

    def test_a_stop_in_the_middle_of_a_run_loses_nothing(self):
        self.sandbox.control("settings", {"latency_ms": 200})
        service = self.serve()
        service.wait_for("run_started")
        self.assertEqual(service.end(signal.SIGINT), 0, service.events)
        self.assertEqual(len(service.seen("run_ended")), len(service.seen("run_started")))
        self.sandbox.control("settings", {"latency_ms": 0})
        self.run_well("receipts")
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def test_other_programs_can_ask_how_it_is(self):
        service = self.serve()
        service.wait_for("run_ended")
        self.assertEqual(service.get("/healthz")[0], 200)
        self.assertEqual(service.get("/readyz")[0], 200)
        self.assertEqual(service.get("/nothing")[0], 404)
        status, metrics = service.get("/metrics")
        self.assertEqual(status, 200)
        figures = dict(line.rsplit(" ", 1) for line in metrics.splitlines()
                       if not line.startswith("#"))
        self.assertGreaterEqual(
            int(figures['weir_runs_total{pipeline="receipts",status="succeeded"}']), 1)
        self.assertEqual(int(figures['weir_records_delivered_total{pipeline="receipts"}']),
                         len(checker.receipts_in(self.database)))

    def test_a_hangup_reads_the_files_again(self):
        service = self.serve()
        service.wait_for("run_ended", pipeline="receipts")
        self.current.write_text(self.current_text)
        service.hang_up()
        service.wait_for("run_ended", pipeline="receipts_current", status="succeeded")
        runs = len(service.seen("run_ended", pipeline="receipts"))
        service.wait_for("run_ended", times=runs + 1, pipeline="receipts")
        self.assertEqual(service.end(), 0)
        self.assertEqual(checker.check_current(self.database, self.sandbox.truth()), [])

    def test_a_broken_file_is_told_and_leaves_the_others(self):
        lines = self.current_text.splitlines()
        at = next(n for n, line in enumerate(lines, 1) if line.startswith("source:"))
        self.current.write_text(self.current_text.replace("source:\n", "sorce:\n", 1))
        service = self.serve()
        fault = service.wait_for("fault", file="pipelines/receipts_current.yaml", line=at)[0]
        self.assertIn("sorce", fault["message"])
        service.wait_for("run_ended", times=2, pipeline="receipts", status="succeeded")
        self.assertEqual(service.seen("run_started", pipeline="receipts_current"), [])
        # Broken settings keep what was, and mended files are followed.
        self.settings("languag: en\n")
        service.hang_up()
        service.wait_for("fault", file="weir.yaml", line=3)
        runs = len(service.seen("run_ended", pipeline="receipts"))
        service.wait_for("run_ended", times=runs + 2, pipeline="receipts")
        self.settings("")
        self.current.write_text(self.current_text)
        service.hang_up()
        service.wait_for("run_ended", pipeline="receipts_current", status="succeeded")
        self.assertEqual(service.end(), 0)

    @unittest.skipUnless(FAKETIME, "libfaketime is not installed")
    def test_a_start_that_was_missed_is_made_up_once(self):
        past = {"LD_PRELOAD": FAKETIME[0], "FAKETIME": "-1200d", "DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        run = self.workspace.run("receipts", environment=past)
        self.assertEqual(run.code, 0, run)
        self.edit("receipts", lambda text: text.replace(EVERY_SECOND, '"@yearly"'))
        self.current.write_text(self.current_text)
        for starts in (1, 0):  # the second service has nothing to make up
            service = self.serve()
            service.wait_for("run_ended", times=starts, pipeline="receipts")
            service.wait_for("run_ended", times=2, pipeline="receipts_current")
            self.assertEqual(service.end(), 0)
            self.assertEqual(len(service.seen("run_started", pipeline="receipts")), starts)

    def test_who_comes_beside_it_is_told_who_holds_the_workspace(self):
        service = self.serve()
        service.wait_for("run_ended")
        beside = self.workspace.weir("run", "receipts", "--wait", "1ms")
        self.assertEqual(beside.code, 4, beside)
        self.assertIn(str(service.process.pid), beside.out + beside.err)
        second = self.workspace.weir("serve", "--wait", "1ms")
        self.assertEqual(second.code, 4, second)
        self.assertEqual(service.end(), 0)

    def test_failed_records_are_told_and_tried_again_by_themselves(self):
        hook = Hook()
        self.addCleanup(hook.close)
        self.settings(json.dumps({"alerts": {"channels": {
            "hook": {"type": "webhook", "url": hook.url}}}})[1:-1] + "\n")

        def told(state):
            return [alert for body in hook.bodies() for alert in body["alerts"]
                    if (alert["kind"], alert["state"]) == ("records_failed", state)]
        self.database.sql("ALTER TABLE hc_dd_skd ADD CONSTRAINT refused CHECK (qty_count > 1)")
        service = self.serve()
        first = service.wait_for("run_ended")[0]
        self.assertEqual((first["status"], first["delivered"]), ("failed", 0))
        self.assertGreater(first["failed"], 0)
        stand.wait_until(lambda: told("trouble"), "an alert")
        self.assertEqual(told("trouble")[0]["subject"], "receipts")
        self.assertEqual(told("well"), [])
        self.database.sql("ALTER TABLE hc_dd_skd DROP CONSTRAINT refused")
        service.wait_for("run_started", job="retry")
        stand.wait_until(
            lambda: checker.check_receipts(self.database, self.sandbox.truth()) == [],
            "the delivery of what had failed")
        stand.wait_until(lambda: told("well"), "the end of the trouble")
        self.assertEqual(len(told("trouble")), 1)
        self.assertEqual(service.end(), 0)


if __name__ == "__main__":
    unittest.main()
