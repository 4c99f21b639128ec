# SPDX-License-Identifier: Apache-2.0
"""Backups of a workspace at work, and what holds after one was put back: each record once, though
the journal does not know what was delivered since."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import checker
import stand


class Backups(unittest.TestCase):
    records = 600

    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        for (table,) in self.database.sql("SHOW TABLES"):
            self.database.sql(f"DROP TABLE {table}")
        self.database.execute_file(stand.EXAMPLE / "schema.sql")
        self.sandbox = stand.Sandbox("--records", self.records, "--seed", 7, "--qps", 100000)
        self.addCleanup(self.sandbox.close)
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)
        self.outside = pathlib.Path(tempfile.mkdtemp(prefix="weir-backup-"))
        self.addCleanup(shutil.rmtree, self.outside, ignore_errors=True)
        self.addCleanup(self.remove_asides)

    def asides(self):
        folder = self.workspace.folder
        return [found for found in folder.parent.glob(folder.name + ".*")]

    def remove_asides(self):
        for folder in self.asides():
            shutil.rmtree(folder, ignore_errors=True)

    def well(self, *arguments):
        done = self.workspace.weir(*arguments)
        self.assertEqual(done.code, 0, done)
        for line in done.lines:
            if "read" in line:
                self.assertEqual(checker.check_books(line), [])
        return done

    def backup(self, name="backup.weir"):
        file = self.outside / name
        self.well("backup", str(file))
        return file

    def deliver_more(self):
        self.sandbox.control("approve", {"count": 15})
        self.sandbox.control("add", {"count": 40, "status": "COMPLETED"})

    def check_once(self):
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def snapshot(self):
        folder = self.workspace.folder
        return {str(file.relative_to(folder)): file.read_bytes()
                for file in folder.rglob("*") if file.is_file()}


class ExactlyOnce(Backups):
    def test_what_was_delivered_since_is_not_doubled(self):
        self.well("run", "receipts")
        file = self.backup()
        self.deliver_more()
        since = self.well("run", "receipts").result["delivered"]
        self.assertGreater(since, 40)
        self.well("restore", str(file))
        self.deliver_more()
        again = self.well("run", "receipts").result
        self.check_once()
        self.assertGreater(again["delivered"], since)
        self.assertLess(again["rows"], again["delivered"])
        remarks = [row for row in self.well("records", "receipts").lines
                   if "restored from a backup" in row["reason"]]
        self.assertEqual(len(remarks), since)
        self.assertEqual({row["state"] for row in remarks}, {"delivered"})
        self.assertEqual(self.well("run", "receipts").result["due"], 0)
        self.well("restore", "--finish")
        self.deliver_more()
        self.well("run", "receipts")
        self.check_once()

    def test_told_that_all_is_well_when_it_is_not_it_doubles(self):
        """What the look-ups are for: this very course without them."""
        self.well("run", "receipts")
        file = self.backup()
        self.deliver_more()
        self.well("run", "receipts")
        self.well("restore", str(file))
        self.well("restore", "--finish")
        self.well("run", "receipts")
        self.assertNotEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def test_a_batch_that_was_open_in_the_backup_is_not_believed(self):
        """Its number is used again, with other members, before the backup is put back."""
        for failpoint in ("sink.batch_opened", "sink.before_commit", "sink.committed"):
            with self.subTest(failpoint):
                self.setUp()
                killed = self.workspace.run("receipts", environment={"WEIR_FAILPOINT": failpoint})
                self.assertEqual(killed.code, -signal.SIGKILL, killed)
                file = self.backup()
                self.deliver_more()
                self.well("run", "receipts")
                self.check_once()
                self.well("restore", str(file))
                self.well("run", "receipts")
                self.check_once()

    def test_rows_that_take_their_own_place_are_given_again(self):
        self.well("run", "receipts_current")
        file = self.backup()
        self.sandbox.control("change", {"count": 9, "fields": {"numberField_lgkgut81": 77.5}})
        self.sandbox.control("add", {"count": 20})
        self.well("run", "receipts_current")
        self.well("restore", str(file))
        self.well("run", "receipts_current")
        self.assertEqual(checker.check_current(self.database, self.sandbox.truth()), [])

    def test_a_target_that_cannot_be_asked_is_refused(self):
        self.workspace.edit("receipts", "{{extend.processInstanceId}}",
                            "{{extend.processInstanceId}} ")
        self.workspace.edit("receipts", "idCheck: true", "idCheck: false")
        self.well("run", "receipts")
        rows = self.database.sql("SELECT COUNT(*) FROM hc_dd_skd")
        self.well("restore", str(self.backup()))
        self.deliver_more()
        refused = self.workspace.run("receipts")
        self.assertEqual((refused.code, refused.result["status"]), (3, "refused"), refused)
        self.assertIn("restored from a backup", refused.result["reason"])
        self.assertIn("weir restore --finish", refused.result["reason"])
        self.assertEqual(self.database.sql("SELECT COUNT(*) FROM hc_dd_skd"), rows)

    def test_backups_of_a_run_under_way_can_be_put_back(self):
        self.sandbox.control("settings", {"latency_ms": 40})
        process = self.workspace.start("run", "receipts")
        files = []
        for rows in (1, 150, 300):
            stand.wait_until(lambda: self.database.sql(
                f"SELECT COUNT(*) >= {rows} FROM hc_dd_skd") == [["1"]], f"{rows} rows")
            files.append(self.backup(f"{rows}.weir"))
        self.assertEqual(self.workspace.finish(process).code, 0)
        self.sandbox.control("settings", {"latency_ms": 0})
        self.check_once()
        for file in files:
            self.well("restore", str(file))
            self.well("run", "receipts")
            self.check_once()


class Whole(Backups):
    records = 60

    def test_it_goes_to_another_folder_without_the_key(self):
        subprocess.run([stand.WEIR, "secret", "set", "TOKEN", "--workspace",
                        str(self.workspace.folder)], input="t", text=True, check=True,
                       stdout=subprocess.DEVNULL)
        (self.workspace.folder / "receipts.lua").write_text("-- kept\n")
        (self.workspace.folder / ".git").mkdir()
        (self.workspace.folder / ".git" / "HEAD").write_text("x")
        self.well("run", "receipts")
        file = self.backup()
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        other = self.outside / "other"
        done = subprocess.run([stand.WEIR, "restore", str(file), "--workspace", str(other)],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("secret.key", done.stdout)
        before = self.snapshot()
        for name in ("weir.yaml", "receipts.lua", "pipelines/receipts.yaml", ".weir/secrets",
                     ".weir/calls", "connections/mysql.yaml"):
            self.assertEqual((other / name).read_bytes(), before[name], name)
        self.assertFalse((other / ".weir" / "secret.key").exists())
        self.assertFalse((other / ".git").exists())
        self.assertEqual(os.listdir(self.outside).count("backup.weir"), 1)
        self.assertEqual(sorted(os.listdir(self.outside)), ["backup.weir", "other"])

    def test_what_stood_there_goes_aside_and_its_key_and_calls_come_along(self):
        self.well("run", "receipts")
        file = self.backup()
        subprocess.run([stand.WEIR, "secret", "set", "TOKEN", "--workspace",
                        str(self.workspace.folder)], input="t", text=True, check=True,
                       stdout=subprocess.DEVNULL)
        self.well("run", "receipts", "--full")
        (self.workspace.folder / ".git").mkdir()
        before = self.snapshot()
        done = self.well("restore", str(file))
        now = self.snapshot()
        for name in (".weir/secret.key", ".weir/calls"):
            self.assertEqual(now[name], before[name], name)
        self.assertTrue((self.workspace.folder / ".git").is_dir())
        aside = pathlib.Path(done.result["aside"])
        self.assertEqual(self.asides(), [aside])
        self.assertTrue((aside / ".weir" / "journal.db").exists())

    def test_it_refuses_while_a_run_is_under_way_and_says_who(self):
        self.well("run", "receipts")
        file = self.backup()
        self.sandbox.control("settings", {"latency_ms": 20000})
        process = self.workspace.start("run", "receipts")
        lock = self.workspace.folder / ".weir" / "lock"
        stand.wait_until(lambda: f"process {process.pid} " in lock.read_text(), "the lock")
        refused = self.workspace.weir("restore", str(file))
        self.assertEqual(refused.code, 4, refused)
        self.assertIn(f"process {process.pid} ({stand.WEIR} run receipts", refused.out)
        self.assertEqual(self.asides(), [])
        process.kill()
        process.communicate()

    def test_a_damaged_backup_changes_nothing(self):
        self.well("run", "receipts")
        file = self.backup()
        whole = file.read_bytes()
        before = self.snapshot()
        step = len(whole) // 12
        damaged = [whole[:at] for at in range(0, len(whole), step)]
        damaged += [whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1:]
                    for at in range(step, len(whole), step)]
        for index, content in enumerate(damaged):
            file.write_bytes(content)
            refused = self.workspace.weir("restore", str(file))
            self.assertEqual(refused.code, 2, (index, refused))
            self.assertIn(str(file), refused.out)
            self.assertEqual(self.asides(), [])
        now = self.snapshot()
        self.assertEqual({k: v for k, v in now.items() if k != ".weir/lock"},
                         {k: v for k, v in before.items() if k != ".weir/lock"})

    def test_killed_at_any_step_it_leaves_a_whole_workspace(self):
        self.well("run", "receipts")
        file = self.backup()
        for failpoint in ("restore.unpacked", "journal.marked_restored", "restore.ready",
                          "restore.swapped"):
            killed = self.workspace.weir("restore", str(file),
                                         environment={"WEIR_FAILPOINT": failpoint})
            self.assertEqual(killed.code, -signal.SIGKILL, killed)
            self.well("run", "receipts")
            self.check_once()


if __name__ == "__main__":
    unittest.main(verbosity=2)
