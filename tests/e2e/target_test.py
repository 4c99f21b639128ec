# SPDX-License-Identifier: Apache-2.0
"""What a target can say: a header with its lines in two tables, batches that end at VALUES, and
nothing at all. A record is there whole or not at all, also when the program is killed meanwhile.
"""

import json
import signal
import unittest

import checker
import e2e_test

SOURCE = {"connection": "dingtalk", "api": "v1.0/yida/processes/instances", "method": "POST",
          "id": "processInstanceId", "number": "serialNumberField_lgorr6rv",
          "request": {"appType": "APP_RECEIPTS", "systemToken": "${env:YIDA_SYSTEM_TOKEN}",
                      "userId": "0112233445566778", "formUuid": "FORM-SKD"}}
LINES = "tableField_lgkgut8m"
HEADERS_AND_LINES = {
    "connection": "mysql", "api": "execute",
    "request": [
        {"field": "main_params", "type": "object", "children": [
            {"field": "instance", "value": "{{extend.processInstanceId}}"},
            {"field": "no", "value": "{serialNumberField_lgorr6rv}"}]},
        {"field": "extend_params_1", "type": "array", "value": LINES, "children": [
            {"field": "header", "value": ":lastInsertId"},
            {"field": "invoice", "value": f"{{{{{LINES}.textField_lgkgut8n}}}}"},
            {"field": "amount", "value": f"{{{{{LINES}.numberField_lgkgut8o}}}}"}]}],
    "otherRequest": {
        "main_sql": "INSERT INTO headers (instance, no) VALUES (:instance, :no)",
        "extend_sql_1": "INSERT INTO details (header, invoice, amount) "
                        "VALUES (:header, :invoice, :amount)"}}


class Target(e2e_test.EndToEnd):
    records = 400

    def pipeline(self, name, target):
        text = json.dumps({"sync": {"by": "modified", "from": "2026-01-01"}, "source": SOURCE,
                           "target": target}, ensure_ascii=False)
        (self.workspace.folder / "pipelines" / f"{name}.yaml").write_text(text)

    def expected(self):
        return {row["processInstanceId"]: row["data"] for row in self.sandbox.truth()}


class HeadersAndLines(Target):
    def setUp(self):
        super().setUp()
        self.workspace.connect("mysql", {
            "connector": "mysql", "socket": self.database.socket, "user": "root", "password": "",
            "database": self.database.name, "tls": "off", "batch_records": 20})
        # Neither table keeps a second header or line of a record out.
        self.database.sql("CREATE TABLE headers (id BIGINT AUTO_INCREMENT PRIMARY KEY, "
                          "instance VARCHAR(64), no VARCHAR(64)) CHARSET utf8mb4")
        self.database.sql("CREATE TABLE details (header BIGINT, invoice VARCHAR(200), "
                          "amount DECIMAL(20,4)) CHARSET utf8mb4")
        self.pipeline("invoices", HEADERS_AND_LINES)

    def start_over(self):
        self.workspace.forget()
        self.database.sql("TRUNCATE headers; TRUNCATE details; DROP TABLE IF EXISTS weir_mark")

    def found(self):
        """{instance: [(invoice, amount), …]} of all headers; a header that stands twice is told."""
        headers = self.database.sql("SELECT id, instance FROM headers")
        self.assertEqual(len({instance for _, instance in headers}), len(headers))
        lines = {id_: [] for id_, _ in headers}
        for header, invoice, amount in self.database.sql(
                "SELECT header, HEX(invoice), amount FROM details"):
            self.assertIn(header, lines, "a line without its header")
            lines[header].append((invoice and bytes.fromhex(invoice).decode(), amount))
        return {instance: sorted(lines[id_], key=str) for id_, instance in headers}

    def truth(self):
        def line(row):
            amount = row.get("numberField_lgkgut8o")
            return (row.get("textField_lgkgut8n"),
                    None if amount is None else f"{amount:.4f}")
        return {instance: sorted(map(line, data.get(LINES) or []), key=str)
                for instance, data in self.expected().items()}

    def test_each_line_stands_with_its_header(self):
        (result,) = self.run_well("invoices")
        truth = self.truth()
        self.assertGreater(sum(len(lines) > 1 for lines in truth.values()), 20)
        self.assertEqual(self.found(), truth)
        self.assertEqual(result["delivered"], len(truth))
        self.assertEqual(result["rows"], len(truth) + sum(map(len, truth.values())))
        (again,) = self.run_well("invoices", "--full")
        self.assertEqual((again["new"], again["rows"]), (0, 0))
        shown = self.workspace.text("preview", "invoices", "--limit", "3").out
        self.assertIn("INSERT INTO details", shown)
        self.assertIn(":header = (the id given by main_sql)", shown)

    def test_a_bad_line_fails_its_record_alone_and_is_named(self):
        truth = self.truth()
        victim = next(instance for instance, lines in sorted(truth.items()) if len(lines) > 2)
        bad = next(row for row in self.expected()[victim][LINES][1:])["textField_lgkgut8n"]
        self.database.sql("ALTER TABLE details ADD CONSTRAINT no_victim "
                          f"CHECK (invoice <> '{bad}')")
        run = self.workspace.run("invoices")
        self.assertEqual(run.code, 1, run)
        self.assertEqual(checker.check_books(run.result), [])
        without = {instance: lines for instance, lines in truth.items()
                   if bad not in [invoice for invoice, _ in lines]}
        self.assertEqual(self.found(), without)
        failed = self.workspace.weir("records", "invoices", "--state", "failed").lines
        self.assertEqual({record["id"] for record in failed}, set(truth) - set(without))
        reason = next(record["reason"] for record in failed if record["id"] == victim)
        self.assertRegex(reason, r"element \d+ of `extend_params_1`: ")

        self.database.sql("ALTER TABLE details DROP CONSTRAINT no_victim")
        self.assertEqual(self.workspace.weir("retry", "invoices").code, 0)
        self.assertEqual(self.found(), truth)

    def test_a_killed_run_leaves_no_half_record_and_no_second_one(self):
        truth = self.truth()
        for name in ("sink.batch_opened", "mysql.before_extensions", "sink.before_commit",
                     "sink.committed", "sink.settled"):
            for passage in (1, 2, 5):
                with self.subTest(f"killed at {name}, passage {passage}"):
                    self.start_over()
                    run = self.workspace.run("invoices", environment={
                        "WEIR_FAILPOINT": f"{name}:{passage}"})
                    self.assertEqual(run.code, -signal.SIGKILL, run)
                    for instance, lines in self.found().items():
                        self.assertEqual(lines, truth[instance])
                    self.run_well("invoices")
                    self.assertEqual(self.found(), truth)

    def test_check_looks_at_both_tables(self):
        well = self.workspace.weir("check", "invoices")
        self.assertEqual(well.code, 0, well)
        self.assertIn("`:lastInsertId` is asked for", well.out)
        self.database.sql("ALTER TABLE details DROP COLUMN invoice, ENGINE=MyISAM")
        told = self.workspace.weir("check", "invoices")
        self.assertNotEqual(told.code, 0, told)
        self.assertIn("table `details` has no column `invoice`", told.out)
        self.assertIn("table `details` has engine MyISAM", told.out)


class Batches(Target):
    def test_columns_are_bound_in_their_order(self):
        self.database.sql("CREATE TABLE flat (instance VARCHAR(64) PRIMARY KEY, no VARCHAR(64), "
                          "state VARCHAR(20), amount DECIMAL(20,4)) CHARSET utf8mb4")
        self.pipeline("flat", {
            "connection": "mysql", "api": "batchexecute",
            "request": [{"field": "实例", "value": "{{extend.processInstanceId}}"},
                        {"field": "serial-no", "value": "{serialNumberField_lgorr6rv}"},
                        {"field": "state", "value": "{{extend.instanceStatus}}",
                         "mapping": {"COMPLETED": "已完成"}},
                        {"field": "amount", "value": "{numberField_lgkgut81}"}],
            "otherRequest": {"limit": 1000, "main_sql":
                             "REPLACE INTO flat (instance, no, state, amount) VALUES"}})
        (result,) = self.run_well("flat")
        self.assertEqual(result["rows"], result["delivered"])
        truth = {row["processInstanceId"]: row for row in self.sandbox.truth()}
        rows = self.database.sql("SELECT instance, no, HEX(state), amount FROM flat")
        self.assertEqual({row[0] for row in rows}, set(truth))
        for instance, number, state, amount in rows:
            row = truth[instance]
            self.assertEqual(number, row["data"]["serialNumberField_lgorr6rv"])
            status = row["instanceStatus"]
            self.assertEqual(bytes.fromhex(state).decode(),
                             "已完成" if status == "COMPLETED" else status)
            given = row["data"].get("numberField_lgkgut81")
            self.assertEqual(amount, None if given is None else f"{given:.4f}")

    def test_a_column_too_many_is_told_before_anything_runs(self):
        self.pipeline("flat", {
            "connection": "mysql", "api": "batchexecute",
            "request": {"instance": "{{extend.processInstanceId}}"},
            "otherRequest": {"main_sql": "INSERT INTO flat (instance, no) VALUES"}})
        run = self.workspace.run("flat")
        self.assertEqual(run.code, 2, run)
        self.assertIn("names 2 columns, but `request` has 1 fields", run.out + run.err)


class NoTarget(Target):
    def test_records_are_read_and_journalled_and_nothing_is_written(self):
        self.pipeline("nowhere", {"api": "写入空操作", "request": []})
        self.assertEqual(self.workspace.weir("check", "nowhere").code, 0)
        (result,) = self.run_well("nowhere")
        self.assertEqual((result["delivered"], result["rows"]), (len(self.expected()), 0))
        (again,) = self.run_well("nowhere", "--full")
        self.assertEqual((again["new"], again["due"]), (0, 0))
        record = self.workspace.weir("records", "nowhere", "--limit", "1").lines[0]
        self.assertEqual(record["state"], "delivered")
        self.assertIn("nothing is written", self.workspace.text("preview", "nowhere").out)

    def test_a_killed_run_is_made_up_for(self):
        self.pipeline("nowhere", {"api": "none"})
        for name in ("sink.batch_opened", "sink.before_commit", "sink.committed", "sink.settled"):
            with self.subTest(name):
                self.workspace.forget()
                run = self.workspace.run("nowhere", environment={"WEIR_FAILPOINT": name})
                self.assertEqual(run.code, -signal.SIGKILL, run)
                self.run_well("nowhere")
                delivered = self.workspace.weir("records", "nowhere", "--state", "delivered").lines
                self.assertEqual({record["id"] for record in delivered}, set(self.expected()))


if __name__ == "__main__":
    unittest.main()
