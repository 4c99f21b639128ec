# SPDX-License-Identifier: Apache-2.0
"""`_findCollection`: receipts whose target takes a column from the records of a second form."""

import json
import unittest

import serve_test
import stand
from serve_test import EVERY_SECOND

RECORDS = 400
CUSTOMER = "textField_lgkgut82"
CODE = "textareaField_lgkgut83"

PIPELINE = """
sync: {{by: modified, from: "2026-01-01"}}
source:
  connection: {connection}
  api: v1.0/yida/processes/instances
  method: POST
  id: processInstanceId
  idCheck: false
  request:
    - {{field: pageNumber, value: "1"}}
    - {{field: pageSize, value: "100"}}
    - {{field: appType, value: APP}}
    - {{field: systemToken, value: token}}
    - {{field: userId, value: "1"}}
    - {{field: formUuid, value: FORM}}
  {source}
target:
  connection: mysql
  api: execute
  method: POST
  request:
    main_params:
      id: "{{{{extend.processInstanceId}}}}"
      code: "{value}"
  otherRequest:
    main_sql: >-
      INSERT INTO {table} (id, code) VALUES (:id, :code) ON DUPLICATE KEY UPDATE code = VALUES(code)
"""

LOOK_UP = "_findCollection find code from customers where %s={{%s}}" % (CUSTOMER, CUSTOMER)


class LookupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        for table in ("customer", "receipt"):
            self.database.sql(f"DROP TABLE IF EXISTS {table}")
            self.database.sql(f"CREATE TABLE {table} (id VARCHAR(64) PRIMARY KEY, code TEXT)")
        self.receipts = stand.Sandbox("--records", RECORDS, "--seed", 5, "--qps", 100000)
        self.addCleanup(self.receipts.close)
        self.customers = stand.Sandbox("--records", 0, "--seed", 6, "--qps", 100000)
        self.addCleanup(self.customers.close)
        self.workspace = stand.Workspace(self.database, self.receipts)
        self.addCleanup(self.workspace.close)
        self.workspace.connect("form2", {
            "connector": "dingtalk", "base_url": self.customers.url, "app_key": "key2",
            "app_secret": "secret", "budget": {"per_second": 1000, "per_month": 1000000}})
        for file in (self.workspace.folder / "pipelines").iterdir():
            file.unlink()
        self.write("customers", connection="form2", table="customer", value="{code}",
                   source="formatResponse: [{old: %s, new: code, format: string}]" % CODE)
        self.write("receipts", connection="dingtalk", table="receipt", value=LOOK_UP)

    def write(self, pipeline, source="", **parts):
        (self.workspace.folder / "pipelines" / f"{pipeline}.yaml").write_text(
            PIPELINE.format(source=source, **parts))

    def add_customer(self, name, code):
        answer = self.customers.control(
            "add", {"count": 1, "status": "COMPLETED", "fields": {CUSTOMER: name, CODE: code}})
        return json.loads(answer)["ids"][0]

    def names(self):
        """Of the receipts' customers, by the receipt's id."""
        return {row["processInstanceId"]: row["data"].get(CUSTOMER)
                for row in self.receipts.truth()}

    def add_some_customers(self):
        """The first half of the names that occur; codes by name."""
        names = sorted({name for name in self.names().values() if name})
        codes = {name: f"C'{number}" for number, name in enumerate(names[:len(names) // 2])}
        self.ids = {name: self.add_customer(name, code) for name, code in codes.items()}
        return codes

    def written(self):
        return dict(self.database.sql("SELECT id, code FROM receipt"))

    def run_well(self, *arguments):
        run = self.workspace.weir(*arguments)
        self.assertEqual(run.code, 0, run)
        return run

    def expected(self, codes):
        return {key: codes.get(name) for key, name in self.names().items()}

    def test_a_column_comes_from_the_records_of_the_other_form(self):
        codes = self.add_some_customers()
        self.run_well("run", "customers", "receipts")
        written = self.written()
        self.assertEqual(written, self.expected(codes))
        self.assertGreater(len([code for code in written.values() if code]), 0)
        self.assertGreater(len([code for code in written.values() if code is None]), 0)

    def test_a_changed_or_newer_record_is_found_by_what_comes_after(self):
        codes = self.add_some_customers()
        self.run_well("run", "customers", "receipts")
        changed, doubled = sorted(codes)[:2]
        self.customers.control("change", {"ids": [self.ids[changed]], "fields": {CODE: "new"}})
        self.add_customer(doubled, "newest")
        self.run_well("run", "customers")
        self.assertEqual(self.written(), self.expected(codes))
        codes.update({changed: "new", doubled: "newest"})
        replayed = self.run_well("replay", "receipts").result
        self.assertEqual(self.written(), self.expected(codes))
        touched = [name for name in self.names().values() if name in (changed, doubled)]
        self.assertEqual(replayed["delivered"], len(touched))

    def test_what_is_looked_in_is_kept_whatever_the_retention(self):
        codes = self.add_some_customers()
        (self.workspace.folder / "weir.yaml").write_text("retention: {size: 1KB}\n")
        self.run_well("run", "customers")
        self.run_well("run", "customers", "receipts")
        self.assertEqual(self.written(), self.expected(codes))
        gone = self.workspace.weir("record", "receipts", next(iter(self.written()))).lines[0]
        self.assertIsNone(gone["raw"])

    def test_a_service_looks_in_what_its_own_runs_have_stored(self):
        codes = self.add_some_customers()
        for pipeline in ("customers", "receipts"):
            self.workspace.edit(pipeline, "sync:", f"schedule: {{cron: {EVERY_SECOND}}}\nsync:")
        (self.workspace.folder / "weir.yaml").write_text('listen: "127.0.0.1:0"\n')
        service = serve_test.Service(self.workspace)
        self.addCleanup(service.kill)
        service.wait_for("run_ended", pipeline="customers")
        # A run looks in the journal as it was when it began: let one end that may be under way.
        ended = len(service.seen("run_ended", pipeline="receipts"))
        service.wait_for("run_ended", pipeline="receipts", times=ended + 1)
        receipt = json.loads(self.receipts.control("add", {
            "count": 1, "status": "COMPLETED", "fields": {CUSTOMER: sorted(codes)[0]}}))["ids"][0]
        stand.wait_until(lambda: receipt in self.written(), "the receipt")
        self.assertEqual(service.end(), 0, service.events)
        self.assertEqual(self.written()[receipt], codes[sorted(codes)[0]])

    def test_without_records_there_is_nothing_to_find(self):
        self.run_well("run", "receipts")
        self.assertEqual(set(self.written().values()), {None})

    def test_a_pipeline_looks_in_its_own_records_as_they_were_when_the_run_began(self):
        self.write("receipts", connection="dingtalk", table="receipt",
                   value="_findCollection find extend.processInstanceId from receipts "
                         "where extend.processInstanceId={{extend.processInstanceId}}")
        self.run_well("run", "receipts")
        self.assertEqual(set(self.written().values()), {None})
        self.run_well("replay", "receipts")
        self.assertEqual(self.written(), {key: key for key in self.names()})

    def test_preview_and_trace_show_it(self):
        codes = self.add_some_customers()
        self.run_well("run", "customers", "receipts")
        key, code = next((key, code) for key, code in self.expected(codes).items() if code)
        # A trace needs no secret, not the other pipeline's either.
        self.workspace.edit("customers", "value: token}", 'value: "${env:NOT_SET}"}')
        trace = self.run_well("record", "receipts", key).result
        self.assertEqual(trace["request"]["main_params"]["code"], code)
        self.workspace.edit("customers", "${env:NOT_SET}", "token")
        shown = self.run_well("preview", "receipts", "--limit", "1000").lines
        self.assertTrue(shown)
        expected = self.expected(codes)
        for line in shown:
            self.assertEqual(line["rows"][0]["main_params"]["code"], expected[line["id"]])

    def test_preview_finds_nothing_where_nothing_has_run(self):
        shown = self.run_well("preview", "receipts").lines
        self.assertEqual({line["rows"][0]["main_params"]["code"] for line in shown}, {None})
        self.assertEqual(list(self.workspace.folder.glob(".weir/journal*")), [])

    def test_check_names_the_pipeline_that_there_is_not(self):
        self.workspace.edit("receipts", "from customers", "from custmers")
        checked = self.workspace.weir("check", "receipts", "--offline")
        self.assertEqual(checked.code, 2, checked)
        self.assertEqual(len(checked.lines), 1, checked)
        self.assertIn("there is no pipeline of this name in the workspace; did you mean "
                      "`customers`?", checked.lines[0]["message"])
        self.assertIn("receipts.yaml", checked.lines[0]["file"])

    def test_check_says_that_the_other_pipeline_has_faults(self):
        self.workspace.edit("customers", "format: string", "format: strin")
        checked = self.workspace.weir("check", "receipts", "--offline")
        self.assertEqual(checked.code, 2, checked)
        self.assertIn("the files of that pipeline have faults", checked.out)
        self.workspace.edit("customers", "connection: form2", "connection: form3")
        checked = self.workspace.weir("check", "receipts", "--offline")
        self.assertIn("the files of that pipeline have faults", checked.out)

    def test_check_warns_of_a_name_that_the_other_pipeline_does_not_know(self):
        self.workspace.edit("customers", "  formatResponse:",
                            "  response: [{field: %s}, {field: %s}]\n  formatResponse:"
                            % (CUSTOMER, CODE))
        self.run_well("check", "receipts", "--offline")
        self.workspace.edit("receipts", "find code from", "find cod from")
        checked = self.run_well("check", "receipts", "--offline")
        told = [line["message"] for line in checked.lines if "message" in line]
        self.assertEqual(len(told), 1, checked)
        self.assertIn("`_findCollection` from `customers`: `cod` is neither in `response` nor made "
                      "by `formatResponse`, and is empty unless the source gives it; did you mean "
                      "`code`?", told[0])

    def test_check_of_the_connections_maps_a_sample(self):
        self.add_some_customers()
        self.run_well("run", "customers")
        self.run_well("check", "receipts")

    def test_a_declared_test_gives_the_records(self):
        file = self.workspace.folder / "pipelines" / "receipts.yaml"
        file.write_text(file.read_text() + f"""
tests:
  - record: {{processInstanceId: P1, data: {{{CUSTOMER}: Li}}}}
    collections: {{customers: [{{{CUSTOMER}: Li, code: C1}}]}}
    rows: [{{id: P1, code: C1}}]
""")
        self.run_well("test", "receipts")


if __name__ == "__main__":
    unittest.main()
