# SPDX-License-Identifier: Apache-2.0
"""What DingTalk's YiDa says of its rows, end to end: its clocks, its form streams, and the keys of
its applications."""

import json
import unittest

import e2e_test
import stand

INSERT = {"connection": "mysql", "api": "execute", "method": "POST"}
CONTEXT = {"appType": "APP_RECEIPTS", "systemToken": "${env:YIDA_SYSTEM_TOKEN}",
           "userId": "0112233445566778", "formUuid": "FORM-SKD"}


class Yida(e2e_test.EndToEnd):
    records = 200

    def connect(self, **settings):
        self.workspace.connect("dingtalk", {
            "connector": "dingtalk", "base_url": self.sandbox.url, "app_key": "key",
            "app_secret": "secret", "budget": {"per_second": 1000, "per_month": 1000000},
            **settings})

    def pipeline(self, name, source, columns):
        """A pipeline that writes {column: value} of each record to the table `name`."""
        values = ", ".join(f":{column}" for column in columns)
        target = {**INSERT, "request": [{"field": "main_params", "type": "object", "children": [
            {"field": column, "value": value} for column, value in columns.items()]}],
            "otherRequest": [{"field": "main_sql", "value":
                              f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({values})"}]}
        text = json.dumps({"sync": {"by": "modified", "from": "2026-01-01"},
                           "source": {"connection": "dingtalk", "method": "POST", **source},
                           "target": target}, ensure_ascii=False)
        (self.workspace.folder / "pipelines" / f"{name}.yaml").write_text(text)

    def start_again(self, *arguments):
        """The same receipts from a stand-in that behaves otherwise."""
        self.sandbox = stand.Sandbox("--records", self.records, "--seed", 7, "--qps", 100000,
                                     "--now", "2026-03-01 09:30", *arguments)
        self.addCleanup(self.sandbox.close)
        self.workspace.forget()


class Clocks(Yida):
    def test_the_true_wall_time_arrives_with_both_clocks(self):
        seen = {}
        for clock in ("local", "utc"):
            self.start_again("--clock", clock)
            self.connect(clock=clock)
            self.database.sql("DROP TABLE IF EXISTS clocks")
            self.database.sql("CREATE TABLE clocks (id VARCHAR(64) PRIMARY KEY, raw VARCHAR(40), "
                              "changed DATETIME, made DATE)")
            self.pipeline("clocks", {
                "api": "v1.0/yida/processes/instances", "id": "processInstanceId",
                "request": CONTEXT, "formatResponse": [
                    {"old": "extend.modifiedTimeGMT", "new": "changed", "format": "dateTime"},
                    {"old": "extend.createTimeGMT", "new": "made", "format": "date"}]},
                {"id": "{{extend.processInstanceId}}", "raw": "{{extend.modifiedTimeGMT}}",
                 "changed": "{changed}", "made": "{made}"})
            self.run_well("clocks")
            rows = self.database.sql("SELECT id, raw, changed, made FROM clocks ORDER BY id")
            truth = {row["processInstanceId"]: row for row in self.sandbox.truth()}
            self.assertEqual({row[0] for row in rows}, set(truth))
            for id_, raw, _, _ in rows:
                self.assertEqual(raw, truth[id_]["modifiedTimeGMT"])
            seen[clock] = rows
        # The stand-in's own local stamps are the wall time.
        for local, utc in zip(seen["local"], seen["utc"]):
            self.assertEqual(local[2], local[1].replace("T", " ").replace("Z", ":00"))
            self.assertEqual((local[0], local[2:]), (utc[0], utc[2:]))
            self.assertNotEqual(local[1], utc[1])


class Forms(Yida):
    def test_both_streams_deliver_every_row_once_and_follow_changes(self):
        truth = {row["processInstanceId"] for row in self.sandbox.truth()}
        for version, api in (("v1.0", "search"), ("v2.0", "advances/queryAll")):
            name = "forms"
            self.workspace.forget()
            self.database.sql(f"DROP TABLE IF EXISTS {name}")
            self.database.sql(f"CREATE TABLE {name} (id VARCHAR(64) PRIMARY KEY, "
                              "order_no VARCHAR(64), amount DECIMAL(20,4))")
            self.pipeline(name, {
                "api": f"{version}/yida/forms/instances/{api}", "id": "formInstanceId",
                "number": "serialNumberField_lgorr6rv", "request": CONTEXT},
                {"id": "{{extend.formInstanceId}}", "order_no": "{serialNumberField_lgorr6rv}",
                 "amount": "{numberField_lgkgut81}"})
            (first,) = self.run_well(name)
            self.assertEqual(first["delivered"], len(truth), (version, api))
            self.assertEqual({row[0] for row in self.database.sql(f"SELECT id FROM {name}")},
                             truth)
            self.sandbox.control("change", {"count": 3})
            (second,) = self.run_well(name)
            self.assertEqual((second["new"], second["changed"]), (0, 3), (version, api))


class SubTables(Yida):
    LISTED = 50

    def inner_calls(self):
        apis = json.loads(self.sandbox.control("stats"))["apis"]
        return sum(api["calls"] for name, api in apis.items() if "innerTables" in name)

    def test_rows_that_the_list_cuts_are_completed_and_known_ones_cost_no_call(self):
        self.start_again("--inline-rows", self.LISTED)
        self.connect()
        self.database.sql("CREATE TABLE invoices (id VARCHAR(64) PRIMARY KEY, invoices LONGTEXT)"
                          " CHARSET utf8mb4")
        self.pipeline("invoices", {"api": "v1.0/yida/processes/instances",
                                   "id": "processInstanceId", "request": CONTEXT},
                      {"id": "{{extend.processInstanceId}}", "invoices": "{tableField_lgkgut8m}"})
        self.run_well("invoices")
        truth = {row["processInstanceId"]: row["data"].get("tableField_lgkgut8m")
                 for row in self.sandbox.truth()}
        longer = [rows for rows in truth.values() if rows and len(rows) > self.LISTED]
        self.assertGreater(len(longer), 0)
        arrived = {row[0]: row[1] and json.loads(bytes.fromhex(row[1]), parse_float=stand.Decimal,
                                                 parse_int=stand.Decimal)
                   for row in self.database.sql("SELECT id, HEX(invoices) FROM invoices")}
        self.assertEqual(arrived, truth)
        called = self.inner_calls()
        self.assertGreaterEqual(called, 2 * len(longer))
        self.run_well("invoices", "--full")
        self.assertEqual(self.inner_calls(), called)


class Keys(Yida):
    records = 60

    def test_one_typed_in_plainly_stands_nowhere(self):
        secret = "s3cr3t-that-must-not-be-seen"
        context = {**CONTEXT, "systemToken": secret}
        fields = [{"field": name, "value": value} for name, value in context.items()]
        forms = {
            "tree": {"request": fields},
            "flat": {"request": [{**field, "id": str(at), "parent_id": "0"}
                                 for at, field in enumerate(fields, 1)]},
            "short": {"request": context},
            "other": {"request": {"pageSize": 50}, "otherRequest": fields}}
        for name, form in forms.items():
            self.database.sql(f"CREATE TABLE {name} (id VARCHAR(64) PRIMARY KEY)")
            self.pipeline(name, {"api": "v1.0/yida/processes/instances",
                                 "id": "processInstanceId", **form},
                          {"id": "{{extend.processInstanceId}}"})
            seen = [self.workspace.weir("check", name), self.workspace.run(name)]
            self.assertEqual(seen[-1].code, 0, seen[-1])
            self.assertEqual(seen[-1].result["delivered"], self.records, seen[-1])
            record = self.workspace.weir("records", name).lines[0]["id"]
            for way in (self.workspace.weir, self.workspace.text):
                seen += [way("preview", name), way("runs", name), way("records", name),
                         way("record", name, record)]
            self.assertIn("INSERT INTO", seen[-1].out)
            for run in seen:
                self.assertEqual(run.code, 0, run)
                self.assertNotIn(secret, run.out + run.err, name)
        kept = b"".join(file.read_bytes() for file in (self.workspace.folder / ".weir").rglob("*")
                        if file.is_file())
        self.assertNotIn(secret.encode(), kept)
        self.assertIn(b'"systemToken","value":"***"', kept)  # so what is kept can be searched


if __name__ == "__main__":
    unittest.main()
