# SPDX-License-Identifier: Apache-2.0
"""Holds the tables of the two official pipelines against the stand-in's truth, byte for byte."""

import collections
from datetime import datetime, timedelta, timezone
from decimal import Decimal

ZONE = timezone(timedelta(hours=8))


def local_day(milliseconds):
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, ZONE).strftime("%Y-%m-%d")


def decimal(text):
    return None if text is None else Decimal(text)


def unhex(text):
    return None if text is None else bytes.fromhex(text).decode("utf-8")


def is_receipt(row):
    return row["data"].get("selectField_lgkgut7x") == "销售收款"


def expected_receipts(truth):
    """Rows of hc_dd_skd: approved receipts of the kind that the request asks for."""
    return {
        row["processInstanceId"]: (
            row["data"].get("serialNumberField_lgorr6rv"),
            local_day(row["data"].get("dateField_lgkgut9r")),
            1, row["data"].get("numberField_lgkgut81"), None, "收款单")
        for row in truth if is_receipt(row) and row["instanceStatus"] == "COMPLETED"
    }


def expected_current(truth):
    """Rows of hc_dd_skd_current: every receipt as it is now."""
    return {
        row["processInstanceId"]: (
            row["data"].get("serialNumberField_lgorr6rv"),
            local_day(row["data"].get("dateField_lgkgut9r")),
            row["data"].get("numberField_lgkgut81"), row["instanceStatus"])
        for row in truth if is_receipt(row)
    }


def receipts_in(database):
    rows = database.sql(
        "SELECT HEX(extend_processInstanceId), HEX(order_no_new), DATE(datetime_new), qty_count,"
        " sales_count, HEX(status), HEX(Document_Type) FROM hc_dd_skd")
    return [(unhex(r[0]), (unhex(r[1]), r[2], int(r[3]), decimal(r[4]), unhex(r[5]), unhex(r[6])))
            for r in rows]


def current_in(database):
    rows = database.sql("SELECT HEX(id), HEX(order_no), DATE(received_on), amount, HEX(state)"
                        " FROM hc_dd_skd_current")
    return [(unhex(r[0]), (unhex(r[1]), r[2], decimal(r[3]), unhex(r[4]))) for r in rows]


def differences(expected, rows):
    """What is lost, doubled, foreign or wrong; empty when the table is the truth."""
    counted = collections.Counter(key for key, _ in rows)
    found = [f"lost: {key}" for key in expected if key not in counted]
    found += [f"doubled: {key} stands {count} times" for key, count in counted.items() if count > 1]
    found += [f"foreign: {key}" for key in counted if key not in expected]
    found += [f"wrong: {key} is {values}, should be {expected[key]}" for key, values in rows
              if key in expected and values != expected[key]]
    return found


def check_receipts(database, truth):
    return differences(expected_receipts(truth), receipts_in(database))


def check_current(database, truth):
    return differences(expected_current(truth), current_in(database))


def check_books(result):
    """The two equations of the contract."""
    found = []
    if result["read"] != result["new"] + result["changed"] + result["unchanged"]:
        found.append(f"read does not balance: {result}")
    if result["due"] != sum(result[name] for name in
                            ("delivered", "filtered", "failed", "waiting", "in_doubt")):
        found.append(f"due does not balance: {result}")
    return found
