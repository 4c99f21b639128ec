# SPDX-License-Identifier: Apache-2.0
"""A pipeline with functions of its own: record(r) splits, drops and changes receipts on their way
into a real database; a trace shows them by the functions of their own time."""

import unittest
from decimal import Decimal

import checker
import stand

RECORDS = 300

SPLIT = """
function record(r)
  if r.extend.instanceStatus == "TERMINATED" then
    return nil
  end
  if r.numberField_lgkgut81 == nil then  -- a receipt without an amount
    return {extend = r.extend, part = 0}
  end
  local half = round(r.numberField_lgkgut81 / 2, 2)
  local rows = {}
  for part, amount in ipairs({half, r.numberField_lgkgut81 - half}) do
    rows[part] = {extend = r.extend, part = part, amount = amount}
  end
  return rows
end
"""


class FunctionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = stand.Database()
        cls.addClassCleanup(cls.database.close)
        cls.sandbox = stand.Sandbox("--records", RECORDS, "--seed", 11, "--qps", 100000)
        cls.addClassCleanup(cls.sandbox.close)

    def setUp(self):
        self.database.sql("DROP TABLE IF EXISTS part")
        self.database.sql("CREATE TABLE part (id VARCHAR(64), part INT, amount DECIMAL(38,6))")
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)
        pipelines = self.workspace.folder / "pipelines"
        text = (pipelines / "receipts.yaml").read_text()
        source = text[text.index("source:"):text.index("target:")]
        source = "\n".join(line for line in source.split("\n") if "condition:" not in line)
        (pipelines / "parts.yaml").write_text(
            "functions: parts.lua\nsync: {by: modified, from: \"2026-01-01\"}\n" + source + """
target:
  connection: mysql
  api: execute
  method: POST
  request:
    main_params: {id: "{{extend.processInstanceId}}", part: "{part}", amount: "{amount}"}
  otherRequest:
    main_sql: "INSERT INTO part (id, part, amount) VALUES (:id, :part, :amount)"
""")
        self.write(SPLIT)

    def write(self, text):
        (self.workspace.folder / "parts.lua").write_text(text)

    def test_records_are_split_and_dropped_and_the_books_count_records(self):
        run = self.workspace.run("parts")
        self.assertEqual(run.code, 0, run)
        self.assertEqual(checker.check_books(run.result), [])
        receipts = {row["processInstanceId"]: row for row in self.sandbox.truth()
                    if checker.is_receipt(row)}
        kept = {key: row["data"].get("numberField_lgkgut81") for key, row in receipts.items()
                if row["instanceStatus"] != "TERMINATED"}
        empty = [key for key, amount in kept.items() if amount is None]
        self.assertGreater(len(receipts), len(kept))
        self.assertEqual((run.result["delivered"], run.result["rows"], run.result["filtered"]),
                         (len(kept), 2 * len(kept) - len(empty), len(receipts) - len(kept)))
        sums = {key: Decimal(amount) for key, amount in self.database.sql(
            "SELECT id, SUM(amount) FROM part GROUP BY id HAVING COUNT(*) = 2")}
        self.assertEqual(sums, {key: amount for key, amount in kept.items() if amount is not None})
        self.assertEqual(sorted(key for (key,) in self.database.sql(
            "SELECT id FROM part WHERE part = 0 AND amount IS NULL")), sorted(empty))

    def test_a_trace_shows_a_record_by_the_functions_of_its_own_time(self):
        self.assertEqual(self.workspace.run("parts").code, 0)
        key = self.database.sql("SELECT id FROM part WHERE part = 1 LIMIT 1")[0][0]
        before = self.workspace.weir("record", "parts", key).result
        self.assertEqual([row["main_params"]["part"] for row in before["request"]], [1, 2])
        self.write("function record(r) r.part = 7 return r end")
        self.assertEqual(self.workspace.weir("record", "parts", key).result, before)
        dropped = self.workspace.weir("records", "parts", "--state", "filtered").lines
        self.assertEqual({line["reason"] for line in dropped},
                         {"dropped by record() of parts.lua"})

    def test_an_error_is_the_records_own_and_can_be_mended_without_a_call(self):
        self.write("function record(r)\n  return r.nothing.more\nend")
        run = self.workspace.run("parts")
        self.assertEqual(run.code, 1, run)
        self.assertEqual(checker.check_books(run.result), [])
        failed = self.workspace.weir("records", "parts", "--state", "failed").lines
        self.assertEqual({line["reason"] for line in failed},
                         {"parts.lua:2: `record`: attempt to index a nil value (field 'nothing')"})
        self.write(SPLIT)
        retried = self.workspace.weir("retry", "parts")
        self.assertEqual(retried.code, 0, retried)
        self.assertEqual(retried.result["rows"],
                         int(self.database.sql("SELECT COUNT(*) FROM part")[0][0]))
        self.assertGreater(retried.result["rows"], retried.result["delivered"])

    def test_check_tells_the_line_of_a_fault(self):
        self.write("function record(r)\n  return r +\nend")
        checked = self.workspace.weir("check", "parts", "--offline")
        self.assertEqual(checked.code, 2, checked)
        self.assertEqual([(line["file"], line["line"]) for line in checked.lines],
                         [("parts.lua", 3)])


if __name__ == "__main__":
    unittest.main()
