# SPDX-License-Identifier: Apache-2.0
"""Sub-tables and rules of quality, through the whole program into a real MariaDB."""

import unittest
from decimal import Decimal

import checker
import stand

INVOICES = "tableField_lgkgut8m"
AMOUNT = "numberField_lgkgut8o"
TOTAL = "numberField_lgkgut81"
LEAST = Decimal(1000)

PARAMETERS = """        - {field: row_id, value: "{{bfn_id}}"}
        - {field: receipt, value: "{{extend.processInstanceId}}"}
        - {field: invoice, value: "{{tableField_lgkgut8m_textField_lgkgut8n}}"}
        - {field: amount, value: "{tableField_lgkgut8m_numberField_lgkgut8o}"}
"""
STATEMENT = """        INSERT INTO invoices (row_id, receipt, invoice, amount)
        VALUES (:row_id, :receipt, :invoice, :amount)
"""


def number(value):
    return Decimal(value) if value not in (None, "") else None


def wanted_invoices(row):
    """Those that the condition leaves."""
    return [invoice for invoice in row["data"].get(INVOICES) or []
            if (number(invoice.get(AMOUNT)) or Decimal(0)) > LEAST]


class SubTables(unittest.TestCase):
    def setUp(self):
        self.database = stand.Database()
        self.addCleanup(self.database.close)
        self.database.sql(
            "CREATE TABLE invoices (row_id VARCHAR(80) PRIMARY KEY, receipt VARCHAR(64), "
            "invoice TEXT, amount DECIMAL(38, 6)) DEFAULT CHARSET = utf8mb4")
        self.sandbox = stand.Sandbox("--records", 400, "--seed", 7, "--qps", 100000)
        self.addCleanup(self.sandbox.close)
        self.workspace = stand.Workspace(self.database, self.sandbox)
        self.addCleanup(self.workspace.close)
        self.truth = [row for row in self.sandbox.truth() if checker.is_receipt(row)]
        file = self.workspace.folder / "pipelines" / "receipts.yaml"
        text = file.read_text()
        start, end = text.index("        - {field: extend_processI"), text.index("  otherRequest:")
        text = text[:start] + PARAMETERS + text[end:]
        text = text[:text.index("        INSERT INTO")] + STATEMENT
        start, end = text.index("  formatResponse:"), text.index("target:")
        text = (text[:start] + f"  condition: [[{{field: {INVOICES}.{AMOUNT}, logic: gt, value: "
                f"{LEAST}}}]]\n  beatFlat: [{INVOICES}]\n" + text[end:])
        file.write_text(text + f"quality: [{{field: {TOTAL}, rule: range, min: 1000000000000, "
                        "otherwise: warn}]\n")

    def test_each_row_that_the_condition_leaves_arrives_and_the_record_is_what_counts(self):
        run = self.workspace.run("receipts")
        self.assertEqual(run.code, 0, run)
        self.assertEqual(checker.check_books(run.result), [])
        kept = {row["processInstanceId"]: wanted_invoices(row) for row in self.truth
                if wanted_invoices(row)}
        rows = sum(len(invoices) for invoices in kept.values())
        self.assertGreater(rows, len(kept), "no receipt has several rows")
        self.assertLess(len(kept), len(self.truth), "every receipt has rows")
        self.assertEqual(run.result["delivered"], len(kept))
        self.assertEqual(run.result["filtered"], len(self.truth) - len(kept))
        self.assertEqual(run.result["rows"], rows)
        found = self.database.sql(
            "SELECT receipt, COUNT(*), SUM(amount) FROM invoices GROUP BY receipt")
        self.assertEqual(
            {receipt: (int(count), Decimal(amount)) for receipt, count, amount in found},
            {receipt: (len(invoices), sum(number(each[AMOUNT]) for each in invoices))
             for receipt, invoices in kept.items()})
        self.assertEqual(run.result["warned"], sum(
            1 for row in self.truth
            if row["processInstanceId"] in kept and number(row["data"].get(TOTAL)) is not None))
        self.look_at(next(receipt for receipt, invoices in kept.items() if len(invoices) > 1))

    def look_at(self, receipt):
        trace = self.workspace.weir("record", "receipts", receipt).result
        self.assertGreater(len(trace["request"]), 1, trace)
        self.assertEqual(trace["request"][0]["main_params"]["row_id"], f"{receipt}-1")
        self.assertIn("is broken by", trace["remark"])
        self.assertIn("is broken by", trace["reason"])


if __name__ == "__main__":
    unittest.main()
