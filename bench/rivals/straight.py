# SPDX-License-Identifier: Apache-2.0
"""What one writes by hand: pages by requests, rows by PyMySQL's executemany, a commit a page batch.

    straight.py URL SOCKET DATABASE
"""

import sys
from datetime import datetime, timedelta, timezone

import pymysql
import requests

PAGE = 100
BATCH = 1000
ZONE = timezone(timedelta(hours=8))
INSERT = ("INSERT INTO hc_dd_skd (extend_processInstanceId, order_no_new, datetime_new, qty_count,"
          " sales_count, status, Document_Type) VALUES (%s, %s, %s, %s, %s, %s, %s)")


def rows_of(page):
    for record in page["data"]:
        data = record["data"]
        received = data.get("dateField_lgkgut9r")
        yield (record["processInstanceId"], data.get("serialNumberField_lgorr6rv"),
               received and datetime.fromtimestamp(received / 1000, ZONE).strftime("%Y-%m-%d"),
               "1", data.get("numberField_lgkgut81"), None, "收款单")


def main(url, socket, database):
    session = requests.Session()
    connection = pymysql.connect(unix_socket=socket, user="root", database=database,
                                 charset="utf8mb4")
    rows = []
    number = 0
    while True:
        number += 1
        page = session.post(f"{url}/v1.0/yida/processes/instances",
                            params={"pageNumber": number, "pageSize": PAGE},
                            json={"formUuid": "FORM-SKD"}).json()
        rows.extend(rows_of(page))
        last = len(page["data"]) < PAGE
        if rows and (last or len(rows) >= BATCH):
            with connection.cursor() as cursor:
                cursor.executemany(INSERT, rows)
            connection.commit()
            rows = []
        if last:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
