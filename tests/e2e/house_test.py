# SPDX-License-Identifier: Apache-2.0
"""Faults of the house, one after the other: the journal's disk, and the database."""

import random
import subprocess
import tempfile
import unittest

import outages
import stand
from house_case import ACCOUNT, RECORDS, HouseCase, ended, parked, refused

DISK = 8 << 20


@unittest.skipUnless(outages.permitted(), "this process may not mount file systems")
class JournalDiskTest(HouseCase):
    """The folder `.weir` is a disk of its own."""

    def with_disk(self):
        workspace = self.make_workspace()
        disk = outages.SmallDisk(workspace.folder / ".weir", DISK)
        self.addCleanup(disk.close)
        return workspace, disk

    def test_full_at_many_moments(self):
        workspace, disk = self.with_disk()
        self.bring_everything(workspace)
        used = DISK - disk.room()
        block = 4096
        leavings = sorted({0, block, 2 * block, *(used * share // 24 for share in range(25))})
        moments = set()
        for leaving in leavings:
            self.setUp()
            for file in disk.folder.iterdir():
                file.unlink()
            disk.fill(leaving)
            run = workspace.weir("run", "receipts", "--wait", "10s")
            if run.code != ended:
                self.check_run(run, [parked], str(disk.folder), "disk is full")
                moments.add(run.out[run.out.find("(while"):run.out.find("): the disk")])
            disk.free()
            self.bring_everything(workspace)
            self.check_nothing_failed(workspace)
        print(f"{len(leavings)} rooms, full at: {sorted(moments)}", flush=True)
        self.assertGreaterEqual(len(moments), 3, moments)

    def test_full_in_mid_run(self):
        workspace, disk = self.with_disk()
        process = self.start_and_wait_for_rows(workspace, "--wait", "10s")
        disk.fill()
        self.check_run(workspace.finish(process), [parked], "journal.db", "disk is full")
        self.check_run(workspace.run("receipts"), [parked], "disk is full")
        disk.free()
        self.bring_everything(workspace)
        self.check_nothing_failed(workspace)

    def test_read_only_in_mid_run_and_from_the_start(self):
        workspace = self.make_workspace()
        disk = outages.FailingDisk(workspace.folder / ".weir")
        self.addCleanup(disk.close)
        process = self.start_and_wait_for_rows(workspace, "--wait", "10s")
        disk.turn_read_only()
        self.check_run(workspace.finish(process), [parked], "journal.db", "can be written")
        disk.repair()
        self.bring_everything(workspace)
        self.check_nothing_failed(workspace)
        disk.unmount()
        disk.mount("ro")
        self.check_run(workspace.run("receipts"), [parked], str(disk.folder))
        disk.unmount()
        disk.mount()
        self.bring_everything(workspace)


@unittest.skipUnless(outages.permitted(), "this process may not mount file systems")
class DatabaseDiskTest(HouseCase):
    @classmethod
    def make_database(cls):
        folder = tempfile.mkdtemp(prefix="weir-db-")
        cls.disk = outages.SmallDisk(folder, 256 << 20)
        cls.addClassCleanup(cls.disk.close)
        return stand.Database(folder)

    def start_again_if_it_died(self):
        try:
            self.database.sql("DO 1")
        except RuntimeError:
            self.database.start()

    def test_full_in_mid_run(self):
        self.database.sql("ALTER TABLE hc_dd_skd ADD padding MEDIUMTEXT"
                          " DEFAULT (REPEAT('x', 50000))")
        workspace = self.make_workspace()
        process = self.start_and_wait_for_rows(workspace, "--wait", "1s")
        self.disk.fill()
        self.check_run(workspace.finish(process), [parked])
        self.check_nothing_failed(workspace)
        self.disk.free()
        self.start_again_if_it_died()
        self.bring_everything(workspace, "--wait", "1m")
        self.check_nothing_failed(workspace)


class DatabaseTest(HouseCase):
    """What its administrators, and other people's sessions, do to it."""

    def hold(self, statement, user="root"):
        """A session that has done it, and stays."""
        holder = subprocess.Popen(
            ["mariadb", "--no-defaults", f"-u{user}", f"-S{self.database.socket}", "-N", "-n",
             self.database.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def release():
            if not holder.stdin.closed:
                holder.stdin.close()
                holder.stdout.close()
                holder.wait(timeout=30)
        self.addCleanup(release)
        holder.stdin.write(statement + ";\nSELECT 'held';\n")
        holder.stdin.flush()
        while holder.stdout.readline().strip() != "held":
            pass
        return release

    def wait_until_it_waits(self, process):
        waits = ("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'weir' AND"
                 " COMMAND <> 'Sleep' AND TIME_MS > 200")
        stand.wait_until(lambda: process.poll() is not None or
                         self.database.sql(waits, database="") != [["0"]], "a wait for the lock")
        self.assertIsNone(process.poll(), "the run ended instead of waiting")

    def test_read_only(self):
        workspace = self.make_workspace()
        self.addCleanup(self.database.sql, "SET GLOBAL read_only = 0")
        self.database.sql("SET GLOBAL read_only = 1")
        self.check_run(workspace.weir("run", "receipts", "--wait", "500ms"), [parked], "read-only")
        self.database.sql("SET GLOBAL read_only = 0")
        self.setUp()
        workspace = self.make_workspace()
        process = self.start_and_wait_for_rows(workspace, "--wait", "500ms")
        self.database.sql("SET GLOBAL read_only = 1")
        self.check_run(workspace.finish(process), [parked], "read-only")
        self.check_nothing_failed(workspace)
        process = workspace.start("run", "receipts", "--wait", "1m")
        refusals = "SHOW GLOBAL STATUS LIKE 'Com_rollback'"
        before = self.database.sql(refusals)
        stand.wait_until(lambda: process.poll() is not None or
                         (workspace.folder / ".weir" / "lock").read_text(), "the run")
        self.assertIsNone(process.poll(), before)
        self.database.sql("SET GLOBAL read_only = 0")
        self.check_run(workspace.finish(process), [ended])
        self.assert_everything_once()

    def test_out_of_connections(self):
        workspace = self.make_workspace()
        before = self.database.sql("SELECT @@max_connections")[0][0]
        self.addCleanup(self.database.sql, f"SET GLOBAL max_connections = {before}")
        self.database.sql("SET GLOBAL max_connections = 10")
        others = [self.hold("DO 1", ACCOUNT) for _ in range(10)]
        run = workspace.weir("run", "receipts", "--wait", "500ms")
        self.check_run(run, [refused, parked], "Too many connections")
        self.check_nothing_failed(workspace)
        process = workspace.start("run", "receipts", "--wait", "2m")
        stand.wait_until(lambda: any(line["state"] == "waiting" for line in
                                     workspace.weir("records", "receipts").lines), "what was read")
        self.assertIsNone(process.poll(), "the run ended instead of waiting")
        for release in others:
            release()
        self.check_run(workspace.finish(process), [ended])
        self.assert_everything_once()

    def test_locks_of_others(self):
        for statement in ("LOCK TABLES hc_dd_skd WRITE", "FLUSH TABLES WITH READ LOCK",
                          "START TRANSACTION; SELECT * FROM weir_mark FOR UPDATE"):
            with self.subTest(statement):
                self.setUp()
                workspace = self.make_workspace()
                process = self.start_and_wait_for_rows(workspace, "--wait", "1m")
                release = self.hold(statement)
                self.wait_until_it_waits(process)
                release()
                self.check_run(workspace.finish(process), [ended])
                self.assert_everything_once()

    def test_a_lock_that_outlasts_the_wait(self):
        workspace = self.make_workspace(mysql={"timeout": 5})
        process = self.start_and_wait_for_rows(workspace, "--wait", "1s")
        release = self.hold("LOCK TABLES hc_dd_skd WRITE")
        self.check_run(workspace.finish(process), [parked])
        self.check_nothing_failed(workspace)
        release()
        self.bring_everything(workspace)

    def changed_under_us(self, change, put_right, *said):
        """A change that waiting does not cure, in mid-run; then put right."""
        self.setUp()
        workspace = self.make_workspace()
        process = self.start_and_wait_for_rows(workspace, "--wait", "5s")
        self.database.sql(change)
        try:
            self.check_run(workspace.finish(process), [refused], *said)
            self.check_nothing_failed(workspace)
        finally:
            self.database.sql(put_right)
        self.bring_everything(workspace)
        self.check_nothing_failed(workspace)

    def test_a_column_dropped(self):
        self.changed_under_us("ALTER TABLE hc_dd_skd DROP COLUMN status",
                              "ALTER TABLE hc_dd_skd ADD COLUMN status VARCHAR(64)",
                              "hc_dd_skd", "status")

    def test_a_column_added_that_must_be_given(self):
        self.changed_under_us("ALTER TABLE hc_dd_skd ADD COLUMN must INT NOT NULL",
                              "ALTER TABLE hc_dd_skd DROP COLUMN must", "hc_dd_skd", "must")

    def test_the_table_taken_away(self):
        self.changed_under_us("RENAME TABLE hc_dd_skd TO elsewhere",
                              "RENAME TABLE elsewhere TO hc_dd_skd", "hc_dd_skd")

    def test_the_table_dropped_and_made_again(self):
        workspace = self.make_workspace()
        process = self.start_and_wait_for_rows(workspace, "--wait", "5s")
        self.database.sql(
            "CREATE TABLE again LIKE hc_dd_skd; LOCK TABLES hc_dd_skd WRITE, again WRITE;"
            "INSERT INTO again SELECT * FROM hc_dd_skd; DROP TABLE hc_dd_skd;"
            "ALTER TABLE again RENAME hc_dd_skd; UNLOCK TABLES")
        self.check_run(workspace.finish(process), [ended, refused])
        self.bring_everything(workspace)
        self.check_nothing_failed(workspace)

    def test_the_table_turned_into_one_without_rollback(self):
        self.changed_under_us("ALTER TABLE hc_dd_skd ENGINE=MyISAM",
                              "ALTER TABLE hc_dd_skd ENGINE=InnoDB", "hc_dd_skd", "MyISAM")

    def test_a_right_revoked(self):
        self.changed_under_us(f"REVOKE INSERT ON hc_dd_skd FROM {ACCOUNT}@localhost",
                              f"GRANT INSERT ON hc_dd_skd TO {ACCOUNT}@localhost", "hc_dd_skd")

    def test_the_password_changed(self):
        account = f"{ACCOUNT}@localhost"
        self.changed_under_us(
            f"SET PASSWORD FOR {account} = PASSWORD('other'); KILL USER {account}",
            f"SET PASSWORD FOR {account} = ''", "password")

    def test_the_mark_dropped(self):
        self.changed_under_us("DROP TABLE weir_mark", "DO 1", "weir_mark")


if __name__ == "__main__":
    unittest.main(verbosity=2)
