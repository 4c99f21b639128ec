# SPDX-License-Identifier: Apache-2.0
"""The whole program against the stand-in and a real MariaDB: both official pipelines, what happens
to records later, wrong input and refusals, and what a person can find out afterwards."""

import json
import os
import pathlib
import signal
import unittest

import checker
import stand


class EndToEnd(unittest.TestCase):
    records = 3000
    sandbox_arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        self.sandbox = stand.Sandbox("--records", self.records, "--seed", 7, "--qps", 100000,
                                     *self.sandbox_arguments)
        self.addCleanup(self.sandbox.close)
        for (table,) in self.database.sql("SHOW TABLES"):
            self.database.sql(f"DROP TABLE {table}")
        self.database.execute_file(stand.EXAMPLE / "schema.sql")
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)

    def run_well(self, *arguments):
        run = self.workspace.run(*arguments)
        self.assertEqual(run.code, 0, run)
        for line in run.lines:
            self.assertEqual(checker.check_books(line), [])
        return run.lines

    def edit(self, pipeline, change):
        """Puts `change` over the pipeline's text."""
        file = self.workspace.folder / "pipelines" / f"{pipeline}.yaml"
        old = file.read_text()
        new = change(old)
        self.assertNotEqual(old, new)
        file.write_text(new)


class OfficialPipelines(EndToEnd):
    def test_both_deliver_each_receipt_once_and_follow_what_changes(self):
        first = self.run_well("receipts", "receipts_current")
        truth = self.sandbox.truth()
        self.assertEqual([line["pipeline"] for line in first], ["receipts", "receipts_current"])
        for line in first:
            self.assertEqual(line["read"], len([r for r in truth if checker.is_receipt(r)]))
            self.assertEqual(line["new"], line["read"])
        self.assertGreater(first[0]["filtered"], 0)
        self.assertEqual(checker.check_receipts(self.database, truth), [])
        self.assertEqual(checker.check_current(self.database, truth), [])

        self.sandbox.control("approve", {"count": 10})
        self.sandbox.control("change", {"count": 7, "fields": {"numberField_lgkgut81": 1234.56}})
        self.sandbox.control("add", {"count": 20, "status": "COMPLETED"})
        second = self.run_well("receipts", "receipts_current")
        truth = self.sandbox.truth()
        self.assertEqual(checker.check_current(self.database, truth), [])
        # What was inserted stays as it was; approved and added receipts have arrived.
        delivered = [key for key, _ in checker.receipts_in(self.database)]
        self.assertEqual(sorted(delivered), sorted(checker.expected_receipts(truth)))
        self.assertEqual(second[0]["new"], 20)
        self.assertGreaterEqual(second[0]["changed"], 10)

        third = self.run_well("receipts", "receipts_current")
        for line in third:
            self.assertEqual((line["new"], line["changed"], line["due"]), (0, 0, 0))
        self.assertEqual(len(checker.receipts_in(self.database)), len(delivered))

    def test_labels_in_another_order_are_no_change(self):
        self.run_well("receipts_current")
        receipt, name, labels = next(
            (row["processInstanceId"], name, value)
            for row in self.sandbox.truth() if checker.is_receipt(row)
            for name, value in row["data"].items()
            if name.startswith(("checkboxField", "multiSelectField")) and
            not name.endswith("_id") and len(value) > 1)
        for value, changed in ((labels[::-1], 0), (labels[:1], 1)):
            self.sandbox.control("change", {"ids": [receipt], "silent": True,
                                            "fields": {name: value}})
            seen = next(row for row in self.sandbox.truth() if row["processInstanceId"] == receipt)
            self.assertEqual(seen["data"][name], value)
            again = self.run_well("receipts_current", "--full")[0]
            self.assertEqual(again["changed"], changed, (name, value, again))

    def test_full_and_days_read_again_without_doubling(self):
        self.run_well("receipts")
        for arguments in (["--full"], ["--from", "2026-01-01", "--to", "2026-03-31"]):
            again = self.run_well("receipts", *arguments)[0]
            self.assertGreater(again["unchanged"], 0)
            self.assertEqual(again["due"], 0)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def test_it_stops_on_request_and_the_next_run_completes(self):
        self.sandbox.control("settings", {"latency_ms": 60})
        process = self.workspace.start("run", "receipts")
        stand.wait_until(
            lambda: self.database.sql("SELECT COUNT(*) > 0 FROM hc_dd_skd") == [["1"]], "a row")
        process.send_signal(signal.SIGINT)
        run = self.workspace.finish(process)
        self.assertEqual(run.code, 130, run)
        self.assertEqual(run.result["status"], "stopped")
        self.assertEqual(checker.check_books(run.result), [])
        self.sandbox.control("settings", {"latency_ms": 0})
        self.run_well("receipts")
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])


class HostileNames(EndToEnd):
    sandbox_arguments = ("--hostile-names",)

    def test_they_arrive_byte_for_byte_by_every_way_of_writing(self):
        self.edit("receipts_current", lambda text: text.replace(
            "{order_no_new}", "{textField_lgkgut82}"))
        for bulk in ("array", "multi_row", "single"):
            with self.subTest(bulk):
                self.workspace.forget()
                self.database.sql(
                    "DROP TABLE hc_dd_skd_current; CREATE TABLE hc_dd_skd_current ("
                    " id VARCHAR(64) PRIMARY KEY, order_no TEXT, received_on DATETIME,"
                    " amount DECIMAL(38,6), state VARCHAR(64)) CHARSET utf8mb4")
                self.workspace.connect("mysql", {
                    "connector": "mysql", "socket": self.database.socket, "user": "root",
                    "password": "", "database": self.database.name, "tls": "off", "bulk": bulk})
                self.run_well("receipts_current")
                expected = {row["processInstanceId"]: row["data"]["textField_lgkgut82"]
                            for row in self.sandbox.truth() if checker.is_receipt(row)}
                self.assertEqual(len(expected), 3000)
                arrived = {key: values[0] for key, values in checker.current_in(self.database)}
                self.assertEqual(arrived, expected)
                for piece in ("'", '"', "\\", "\n", "DROP TABLE"):
                    self.assertTrue(any(piece in name for name in arrived.values()), piece)
                self.assertTrue(any(max(name) > "\uffff" for name in arrived.values()), "emoji")


class BadRows(EndToEnd):
    records = 600

    def test_one_bad_row_stops_nothing_and_can_be_retried(self):
        victims = sorted(checker.expected_receipts(self.sandbox.truth()))[5:500:100]
        listed = ", ".join(f"'{victim}'" for victim in victims)
        self.database.sql("ALTER TABLE hc_dd_skd ADD CONSTRAINT no_victims"
                          f" CHECK (extend_processInstanceId NOT IN ({listed}))")
        run = self.workspace.run("receipts")
        self.assertEqual(run.code, 1, run)
        self.assertEqual(run.result["failed"], len(victims))
        self.assertEqual(checker.check_books(run.result), [])
        failed = self.workspace.weir("records", "receipts", "--state", "failed").lines
        self.assertEqual(sorted(record["id"] for record in failed), victims)
        for record in failed:
            self.assertIn("no_victims", record["reason"])
            self.assertEqual(record["attempts"], 1)

        again = self.workspace.weir("retry", "receipts")
        self.assertEqual(again.code, 1, again)
        self.assertEqual(again.result["requests"], 0)
        self.database.sql("ALTER TABLE hc_dd_skd DROP CONSTRAINT no_victims")
        one = self.workspace.weir("retry", "receipts", victims[0])
        self.assertEqual((one.code, one.result["delivered"]), (0, 1), one)
        rest = self.workspace.weir("retry", "receipts")
        self.assertEqual((rest.code, rest.result["delivered"]), (0, len(victims) - 1), rest)
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])
        trace = self.workspace.weir("record", "receipts", victims[0]).lines
        self.assertEqual(trace[-1]["state"], "delivered")
        self.assertEqual([a["state"] for a in trace[-1]["history"]],
                         ["failed", "failed", "delivered"])
        unknown = self.workspace.weir("retry", "receipts", "no-such-id")
        self.assertEqual(unknown.code, 2, unknown)
        self.assertIn("no-such-id", unknown.out)

    def test_what_the_server_rounds_is_said_on_its_record(self):
        self.database.sql("ALTER TABLE hc_dd_skd MODIFY sales_count DECIMAL(38, 0)")
        run = self.workspace.run("receipts")
        self.assertIn(run.code, (0, 1), run)
        self.assertGreater(run.result["warned"], 0)
        truth = checker.expected_receipts(self.sandbox.truth())
        delivered = self.workspace.weir("records", "receipts", "--state", "delivered").lines
        warned = [r for r in delivered if r["reason"]]
        self.assertEqual(len(warned), run.result["warned"])
        for record in warned:
            amount = truth[record["id"]][3]
            self.assertNotEqual(amount, amount.to_integral_value(), record)
            self.assertIn("sales_count", record["reason"])


class LookingBack(EndToEnd):
    records = 300

    def test_runs_records_and_one_record(self):
        self.run_well("receipts")
        truth = self.sandbox.truth()
        records = self.workspace.weir("records", "receipts").lines
        self.assertEqual(sorted(r["id"] for r in records),
                         sorted(r["processInstanceId"] for r in truth if checker.is_receipt(r)))
        self.assertEqual(set(records[0]),
                         {"id", "number", "state", "reason", "attempts", "updated_at"})
        filtered = self.workspace.weir("records", "receipts", "--state", "filtered").lines
        self.assertEqual(sorted(r["id"] for r in filtered), sorted(
            r["processInstanceId"] for r in truth
            if checker.is_receipt(r) and r["instanceStatus"] != "COMPLETED"))
        self.assertIn("extend.instanceStatus", filtered[0]["reason"])
        some = records[0]
        found = self.workspace.weir("records", "receipts", "--find", some["number"]).lines
        self.assertEqual(found[0], some)
        for name in (some["id"], some["number"]):
            trace = self.workspace.weir("record", "receipts", name).lines[0]
            self.assertEqual(trace["id"], some["id"])
            self.assertEqual(trace["raw"]["processInstanceId"], some["id"])
            self.assertIn("datetime_new", trace["cleaned"])
        runs = self.workspace.weir("runs", "receipts").lines
        self.assertEqual([run["status"] for run in runs], ["succeeded"])
        for command in (["runs"], ["records", "receipts"], ["record", "receipts", some["id"]]):
            seen = self.workspace.text(*command)
            self.assertEqual(seen.code, 0, seen)
            self.assertNotEqual(seen.out, "")
        unknown = self.workspace.weir("record", "receipts", "no-such-id")
        self.assertEqual(unknown.code, 1)
        self.assertIn("no-such-id", unknown.out)

    def test_preview_and_check_write_and_move_nothing(self):
        preview = self.workspace.weir("preview", "receipts", "--limit", "3")
        self.assertEqual((preview.code, len(preview.lines)), (0, 3), preview)
        self.assertEqual(self.workspace.weir("check").code, 0)
        self.assertEqual(checker.receipts_in(self.database), [])
        self.assertFalse((self.workspace.folder / ".weir" / "journal.db").exists())
        self.assertEqual(self.run_well("receipts")[0]["new"], 300)

    def test_secrets_stand_nowhere(self):
        secret = "s3cr3t-that-must-not-be-seen"
        self.workspace.environment.update(YIDA_SYSTEM_TOKEN=secret)
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "key",
            "app_secret": secret, "budget": {"per_second": 1000, "per_month": 1000000}})
        seen = [self.workspace.weir("check"), self.workspace.run("receipts"),
                self.workspace.weir("preview", "receipts"), self.workspace.weir("runs")]
        seen.append(self.workspace.text(
            "record", "receipts", self.workspace.weir("records", "receipts").lines[0]["id"]))
        for run in seen:
            self.assertEqual(run.code, 0, run)
            self.assertNotIn(secret, run.out + run.err)
        for file in (self.workspace.folder / ".weir").rglob("*"):
            if file.is_file():
                self.assertNotIn(secret.encode(), file.read_bytes(), file)


class WrongInput(EndToEnd):
    records = 300

    def refused(self, code, *arguments):
        run = self.workspace.weir(*arguments)
        self.assertEqual(run.code, code, run)
        return run.out + run.err

    def test_unknown_names_are_exit_2_with_the_nearest(self):
        self.assertIn("receipts", self.refused(2, "run", "receipt"))
        self.refused(2, "rnu")
        self.refused(2, "run")
        self.refused(2, "run", "receipts", "--from", "2026-02-30", "--to", "2026-03-01")
        self.refused(2, "run", "receipts", "--wait", "soon")
        self.refused(2, "records", "receipts", "--state", "lost")
        os.remove(self.workspace.folder / "weir.yaml")
        self.assertIn("weir.yaml", self.refused(2, "check"))

    def test_all_faults_of_the_files_at_once_and_nothing_is_called(self):
        self.edit("receipts", lambda text: text
                  .replace("connection: mysql", "connection: mysqll")
                  .replace("format: date", "format: dat")
                  .replace('value: "100"', 'value: "200"')
                  .replace("logic: eq", "logic: equals"))
        faults = self.workspace.weir("check", "receipts")
        self.assertEqual(faults.code, 2, faults)
        for piece in ("mysqll", "`dat`", "200", "equals"):
            self.assertIn(piece, faults.out)
        self.assertTrue(all(line["line"] > 0 for line in faults.lines if "file" in line), faults)
        self.refused(2, "run", "receipts")
        self.assertEqual(json.loads(self.sandbox.control("stats"))["tokens_issued"], 0)

    def test_a_broken_file_does_not_stop_the_other_pipeline(self):
        (self.workspace.folder / "pipelines" / "receipts_current.yaml").write_text("source: [")
        self.run_well("receipts")

    def test_refusals_are_exit_3(self):
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "key",
            "app_secret": "wrong"})
        self.refused(3, "run", "receipts", "--wait", "1s")
        self.refused(3, "check")
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": "http://127.0.0.1:1", "app_key": "key",
            "app_secret": "secret"})
        self.refused(3, "run", "receipts", "--wait", "1s")

    def test_an_unreachable_database_is_exit_3_and_what_was_read_is_kept(self):
        self.workspace.connect("mysql", {
            "connector": "mysql", "socket": "/nowhere/socket", "user": "root", "password": "",
            "database": self.database.name, "tls": "off"})
        run = self.workspace.weir("run", "receipts", "--wait", "1s")
        self.assertEqual((run.code, run.result["status"]), (3, "refused"), run)
        waiting = run.result["waiting"]
        self.assertEqual(waiting + run.result["filtered"], 300)
        self.assertEqual(checker.check_books(run.result), [])
        self.workspace.connect("mysql", {
            "connector": "mysql", "socket": self.database.socket, "user": "root", "password": "",
            "database": self.database.name, "tls": "off"})
        after = self.run_well("receipts")[0]
        self.assertEqual((after["backlog"], after["delivered"]), (waiting, waiting))
        self.assertEqual(checker.check_receipts(self.database, self.sandbox.truth()), [])

    def test_a_source_that_always_throttles_parks(self):
        self.edit("receipts", lambda text: text.replace("FORM-SKD", "FORM-QPS"))
        run = self.workspace.weir("run", "receipts", "--wait", "2s")
        self.assertEqual((run.code, run.result["status"]), (4, "parked"), run)
        self.assertIn("QpsLimitForAppkeyAndApi", run.result["reason"])
        self.assertGreater(run.result["throttled"], 0)

    def test_check_names_what_does_not_fit_the_table(self):
        self.database.sql("ALTER TABLE hc_dd_skd DROP COLUMN status,"
                          " ADD COLUMN must INT NOT NULL, MODIFY datetime_new INT")
        seen = self.refused(2, "check", "receipts")
        for piece in ("`status`", "`must`", "`datetime_new`"):
            self.assertIn(piece, seen)
        self.database.sql("DROP TABLE hc_dd_skd; CREATE TABLE hc_dd_skd LIKE hc_dd_skd_current;"
                          "ALTER TABLE hc_dd_skd ENGINE = MyISAM")
        self.assertIn("MyISAM", self.refused(2, "check", "receipts"))
        self.database.sql("DROP TABLE hc_dd_skd")
        self.assertIn("hc_dd_skd", self.refused(2, "check", "receipts"))


class FreshWorkspace(unittest.TestCase):
    def test_init_makes_one_that_runs_against_the_sandbox(self):
        database = stand.Database()
        self.addCleanup(database.close)
        sandbox = stand.Sandbox("--records", 200, "--seed", 3)
        self.addCleanup(sandbox.close)
        workspace = stand.Workspace(database, sandbox)
        self.addCleanup(workspace.close)
        made = workspace.folder / "made"
        command = [stand.WEIR, "init", str(made)]
        done = stand.subprocess.run(command, stdout=stand.subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0)
        again = stand.subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(again.returncode, 2)
        self.assertIn("weir.yaml", again.stderr)
        database.execute_file(made / "schema.sql")
        dingtalk = made / "connections" / "dingtalk.yaml"
        dingtalk.write_text(dingtalk.read_text().replace("http://127.0.0.1:18787", sandbox.url))
        (made / "connections" / "mysql.yaml").write_text(json.dumps({
            "connector": "mysql", "socket": database.socket, "user": "root", "password": "",
            "database": database.name, "tls": "off"}))
        for command in (["check"], ["preview", "receipts"], ["run", "receipts"],
                        ["runs"], ["records", "receipts"]):
            done = stand.subprocess.run([stand.WEIR, *command, "--workspace", str(made)],
                                        capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, (command, done.stdout, done.stderr))
        self.assertEqual(checker.check_receipts(database, sandbox.truth()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
