# SPDX-License-Identifier: Apache-2.0
"""Faults of the house that come from without: a network that falls silent, a stop at any moment, a
clock that is set while the program runs.
"""

import glob
import os
import pathlib
import random
import signal
import subprocess
import time
import unittest

import outages
import stand
from crash_test import failpoint_names
from house_case import HouseCase, end_process, ended, parked, refused, stopped

SEED = int(os.environ.get("WEIR_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
STOPS = int(os.environ.get("WEIR_RANDOM_STOPS", "40"))
# Generous: what is shown is that a stop ends at all, on a machine that has other work to do.
BOUND = 30
FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")


class RelayCase(HouseCase):
    """Both outside systems are behind relays, reached by TCP."""

    address = "127.0.0.1"
    timeout = 60  # of MySQL, seconds: longer than a stop may take

    def setUp(self):
        super().setUp()
        port = int(self.sandbox.url.rsplit(":", 1)[1])
        self.source = outages.Relay(("127.0.0.1", port), self.address)
        self.addCleanup(self.source.close)
        self.target = outages.Relay(self.database.socket, self.address)
        self.addCleanup(self.target.close)
        self.workspace = self.make_workspace(
            mysql={"socket": "", "host": self.address, "port": self.target.port,
                   "timeout": self.timeout,
                   "connect_timeout": 5},
            dingtalk={"base_url": f"http://{self.address}:{self.source.port}"})

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        run = self.workspace.finish(process, timeout=BOUND)
        self.check_run(run, [stopped, ended])
        if run.code == stopped:
            self.assertEqual(run.result["status"], "stopped")
        return run


class NetworkTest(RelayCase):
    def test_the_source_falls_silent_and_comes_back(self):
        process = self.start_and_wait_for_rows(self.workspace, "--wait", "1m")
        self.source.cut()
        counts = [None, self.rows()]

        def stands_still():
            counts.append(self.rows())
            return counts[-1] == counts[-2] == counts[-3]
        stand.wait_until(stands_still, "the end of what had been read")
        self.assertIsNone(process.poll(), "the run ended without its source")
        self.source.heal()
        self.check_run(self.workspace.finish(process), [ended])
        self.assert_everything_once()

    def cut_at_commit(self, deliver, wait="1m"):
        """Nobody knows what became of the third COMMIT: it was carried over, or it was not."""
        commits = []

        def sees(data):
            if b"COMMIT" in data:
                commits.append(data)
                if len(commits) == 3:
                    if not deliver:
                        self.target.cut()
                        raise OSError("cut")
                    return True
            return False
        self.target.on_request = sees
        process = self.start_and_wait_for_rows(self.workspace, "--wait", wait)
        stand.wait_until(self.target.silent.is_set, "a COMMIT that is cut off")
        self.target.on_request = None
        return process

    def test_the_target_falls_silent_at_a_commit(self):
        for deliver in (True, False):
            with self.subTest(delivered=deliver):
                super().setUp()
                process = self.cut_at_commit(deliver)
                self.target.heal()
                self.check_run(self.workspace.finish(process), [ended])
                self.assert_everything_once()

    def test_a_silence_that_outlasts_the_wait(self):
        self.timeout = 5
        super().setUp()
        process = self.cut_at_commit(True, wait="1s")
        self.check_run(self.workspace.finish(process, timeout=60 + BOUND), [parked])
        self.check_nothing_failed(self.workspace)
        self.target.heal()
        self.bring_everything(self.workspace)

    def test_a_stop_in_the_silence(self):
        for side in ("target", "source"):
            with self.subTest(side):
                super().setUp()
                relay = getattr(self, side)
                process = self.start_and_wait_for_rows(self.workspace, "--wait", "5m")
                relay.cut()
                if side == "target":
                    stand.wait_until(relay.unheard.is_set, "a statement without an answer")
                self.assertEqual(self.stop(process).code, stopped)
                relay.heal()
                self.bring_everything(self.workspace)

    def test_a_second_signal_ends_at_once(self):
        process = self.cut_at_commit(True)
        process.send_signal(signal.SIGTERM)
        self.assertIn("stopping", self.first_words(process))
        process.send_signal(signal.SIGTERM)
        run = self.workspace.finish(process, timeout=BOUND)
        self.assertEqual((run.code, run.out), (stopped, ""), run)
        self.target.heal()
        self.bring_everything(self.workspace)

    def first_words(self, process):
        for line in process.stderr:
            if line.strip():
                return line
        return ""


@unittest.skipUnless(outages.permitted(), "this process may not make network namespaces")
class NamespaceTest(RelayCase):
    """The program in a network of its own, whose one wire is cut: packets vanish."""

    address = outages.Namespace.here

    def setUp(self):
        self.namespace = outages.Namespace()
        self.addCleanup(self.namespace.close)
        super().setUp()
        inside = ["ip", "netns", "exec", self.namespace.name, stand.WEIR]

        def start_inside(*arguments, environment=None):
            process = subprocess.Popen(
                [*inside, *arguments, "--workspace", str(self.workspace.folder), "--json"],
                env={**self.workspace.environment, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True)
            self.addCleanup(end_process, process)
            return process
        self.workspace.start = start_inside

    def test_the_wire_is_cut_and_mended(self):
        process = self.start_and_wait_for_rows(self.workspace, "--wait", "1m")
        self.namespace.cut()
        time.sleep(1)  # long enough for packets to be lost; what follows does not depend on it
        self.namespace.heal()
        self.check_run(self.workspace.finish(process), [ended])
        self.assert_everything_once()

    def test_a_stop_while_the_wire_is_cut(self):
        process = self.start_and_wait_for_rows(self.workspace, "--wait", "5m")
        self.namespace.cut()
        self.assertEqual(self.stop(process).code, stopped)
        self.namespace.heal()
        self.target.heal()
        self.bring_everything(self.workspace)


class StopTest(HouseCase):
    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", flush=True)
        cls.random = random.Random(SEED)
        super().setUpClass()

    def check_stopped(self, run):
        self.check_run(run, [stopped, ended])
        if run.code == stopped and run.lines:
            self.assertEqual(run.result["status"], "stopped", run)
        return run.code == stopped

    def test_at_random_moments(self):
        workspace = self.make_workspace()
        began = time.monotonic()
        self.check_run(workspace.run("receipts"), [ended])
        whole = time.monotonic() - began
        stops = 0
        for _ in range(STOPS):
            process = workspace.start("run", "receipts")
            try:
                process.wait(timeout=self.random.uniform(0, whole * 1.1))
            except subprocess.TimeoutExpired:
                process.terminate()
            run = workspace.finish(process, timeout=BOUND)
            if run.code == -signal.SIGTERM:  # before it could say how it wants to be stopped
                stops += 1
            elif self.check_stopped(run):
                stops += 1
            else:
                self.assert_everything_once()
                workspace.forget()
                self.setUp()
        self.bring_everything(workspace)
        print(f"{stops} of {STOPS} runs were stopped", flush=True)

    def test_at_every_failpoint(self):
        workspace = self.make_workspace()
        met = 0
        for name in failpoint_names():
            workspace.forget()
            self.setUp()
            for passage in (1, 2):
                run = workspace.finish(workspace.start("run", "receipts", environment={
                    "WEIR_FAILPOINT": f"{name}:{passage}", "WEIR_FAILPOINT_SIGNAL": "15"}),
                    timeout=BOUND)
                met += 1 if self.check_stopped(run) else 0
            self.bring_everything(workspace)
        self.assertGreater(met, 8)

    def wait_for_line(self, process, text):
        for line in process.stderr:
            if text in line:
                return
        self.fail(f"the run ended without saying `{text}`")

    def stop_and_bring_everything(self, workspace, process, put_right=lambda: None):
        process.terminate()
        run = workspace.finish(process, timeout=BOUND)
        self.assertEqual(run.code, stopped, run)
        put_right()
        self.bring_everything(workspace)

    def test_while_another_process_holds_the_workspace(self):
        workspace = self.make_workspace()
        first = self.start_and_wait_for_rows(workspace)
        first.send_signal(signal.SIGSTOP)
        second = workspace.start("run", "receipts", "--wait", "5m")
        self.wait_for_line(second, str(first.pid))

        def end_first():
            first.send_signal(signal.SIGCONT)
            self.check_run(workspace.finish(first), [ended])
        self.stop_and_bring_everything(workspace, second, end_first)

    def test_while_an_outage_is_waited_out(self):
        workspace = self.make_workspace()
        settings = {"connector": "mysql", "user": "weir", "database": self.database.name}
        workspace.connect("mysql", {**settings, "socket": "/nowhere"})
        process = workspace.start("run", "receipts", "--wait", "5m")
        read = workspace.folder / ".weir" / "journal.db-wal"
        stand.wait_until(lambda: read.exists() and read.stat().st_size > 300_000,
                         "the pages of the source")
        self.stop_and_bring_everything(workspace, process, lambda: workspace.connect(
            "mysql", {**settings, "socket": self.database.socket}))

    def test_while_the_budget_is_waited_for(self):
        budget = {"budget": {"per_second": 10, "per_minute": 2, "per_month": 1000000}}
        workspace = self.make_workspace(dingtalk=budget)
        process = self.start_and_wait_for_rows(workspace, "--wait", "5m")
        self.stop_and_bring_everything(workspace, process, lambda: workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "other",
            "app_secret": "secret", "budget": {"per_second": 1000}}))


@unittest.skipUnless(FAKETIME, "libfaketime is not installed")
class ClockTest(HouseCase):
    def clock(self, workspace):
        file = workspace.folder / "clock"
        workspace.environment.update({
            "LD_PRELOAD": FAKETIME[0], "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1"})

        def set_to(offset):
            new = pathlib.Path(f"{file}.new")
            new.write_text(offset + "\n")
            new.replace(file)
        set_to("+0")
        return set_to

    def test_set_in_mid_run_and_between_runs(self):
        for offset in ("-3d", "+3d", "-400d"):
            with self.subTest(offset):
                self.setUp()
                workspace = self.make_workspace()
                set_to = self.clock(workspace)
                process = self.start_and_wait_for_rows(workspace, "--wait", "1m")
                set_to(offset)
                run = self.check_run(workspace.finish(process), [ended])
                self.assert_everything_once()
                self.assertLess(abs(run.result["duration_ms"]), 600_000, run)
                # Not ahead of the source's clock: what comes today is still read.
                self.sandbox.control("add", {"count": 3, "status": "COMPLETED"})
                type(self).truth = self.sandbox.truth()
                self.check_run(workspace.run("receipts"), [ended])
                self.assert_everything_once()
                set_to("+0")
                self.sandbox.control("add", {"count": 3, "status": "COMPLETED"})
                type(self).truth = self.sandbox.truth()
                self.check_run(workspace.run("receipts"), [ended])
                self.assert_everything_once()
                runs = workspace.weir("runs", "receipts").lines
                self.assertEqual(len(runs), 3, runs)
                for each in runs:
                    self.assertLessEqual(each["started_at"], each["ended_at"], runs)
                workspace.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
