# SPDX-License-Identifier: Apache-2.0
"""The servers of a comparison, the workspace of ours, and what a run on them costs."""

import datetime
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[1]
RIVALS = ROOT / "bench" / "rivals"
os.environ.setdefault("WEIR_BIN", str(ROOT / "build" / "release" / "weir"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import stand  # noqa: E402

TABLE = """CREATE OR REPLACE TABLE hc_dd_skd (
  seq BIGINT AUTO_INCREMENT PRIMARY KEY,
  extend_processInstanceId VARCHAR(64), order_no_new VARCHAR(255), datetime_new DATETIME,
  qty_count INT, sales_count DECIMAL(38, 6), status VARCHAR(64), Document_Type VARCHAR(64),
  UNIQUE (extend_processInstanceId)) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4"""
RECEIPT_BYTES = 2312  # on average
COLUMNS = ("extend_processInstanceId, order_no_new, datetime_new, qty_count, sales_count, status,"
           " Document_Type")


@dataclass
class Cost:
    """Of one run: seconds on the clock; the program's own seconds of CPU and peak memory."""
    seconds: float
    cpu: float
    megabytes: float

    def records_a_second(self, records):
        return records / self.seconds


def measured(command, **options):
    """Runs a command; its output is kept for the error alone."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, **options)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status != 0:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed: {output.read()[-2000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class PageServer:
    def __init__(self, build, records, shape=()):
        """`shape`: revision, fields and rows of a sub-table more, as the server takes them."""
        self.process = subprocess.Popen(
            [build / "bench" / "weir_page_server", str(records), *map(str, shape)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Arena:
    """The servers of one comparison, and the workspace of ours."""

    def __init__(self, build, records, largest):
        """`largest`: how many records `growth` goes up to."""
        self.build = build
        self.first_records = records
        self.largest = largest
        self.grown = False  # whether `growth` has left its largest journal
        self.records = records
        self.expected_sum = None  # of the rows that the row file holds
        self.database = stand.Database(options=(
            "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=1G", "--local-infile=1"))
        self.pages = PageServer(build, records)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-bench-"))
        self.workspace = stand.Workspace(
            self.database, self.pages,
            # Ten million receipts are more a day than one query of the real source pages through.
            dingtalk={"budget": {"per_second": 10000, "per_month": 100000000},
                      "result_cap": 40000})
        start = datetime.date.today() - datetime.timedelta(days=400)
        self.workspace.edit("receipts", 'from: "2026-01-01"', f'from: "{start}"')
        self.pipeline = self.workspace.folder / "pipelines" / "receipts.yaml"
        self.original = self.pipeline.read_text()

    def other_pages(self, records, shape=()):
        """Other receipts from now on."""
        url = self.pages.url
        self.pages.close()
        self.records = records
        self.pages = PageServer(self.build, records, shape)
        file = self.workspace.folder / "connections" / "dingtalk.yaml"
        file.write_text(file.read_text().replace(url, self.pages.url))
        (self.folder / "rows.tsv").unlink(missing_ok=True)

    def empty_table(self):
        self.database.sql(TABLE)

    def check_table(self, condition="TRUE"):
        (count,), = self.database.sql("SELECT COUNT(DISTINCT extend_processInstanceId)"
                                      f" FROM hc_dd_skd WHERE {condition}")
        if int(count) != self.records:
            raise RuntimeError(f"{count} of {self.records} rows have arrived")

    def check_rows(self):
        """That every row holds, but for its document type, what the row file has of it."""
        if self.row_sum() != self.expected_sum:
            raise RuntimeError("the rows of the table are not those of the row file")

    def row_sum(self):
        cells = ", ".join(f"IFNULL({column}, '~')" for column in COLUMNS.split(", ")[:-1])
        return self.database.sql(f"SELECT COUNT(*), BIT_XOR(CRC32(CONCAT_WS('|', {cells})))"
                                 " FROM hc_dd_skd")

    def change_pipeline(self, *changes):
        """Pairs of what stands there and what shall; none: as it was."""
        text = self.original
        for old, new in changes:
            if old not in text:
                raise RuntimeError(f"`{old}` does not stand in the pipeline")
            text = text.replace(old, new)
        self.pipeline.write_text(text)

    def row_file(self):
        """The rows as LOAD DATA takes them; made once, of what a first run has written."""
        file = self.folder / "rows.tsv"
        if not file.exists():
            self.expected_sum = self.row_sum()
            with file.open("w") as out:
                command = ["mariadb", "--no-defaults", "-uroot", f"-S{self.database.socket}", "-N",
                           "-B", "--quick", "--default-character-set=utf8mb4", "-e",
                           f"SELECT {COLUMNS} FROM hc_dd_skd ORDER BY seq", self.database.name]
                subprocess.run(command, check=True, stdout=out)
        return file

    def load_data(self, document_type=None):
        """`document_type`: into rows that exist, by REPLACE, all with this one."""
        # The client writes NULL as a word; LOAD DATA wants \\N.
        replace = "REPLACE" if document_type else ""
        other = f", Document_Type = '{document_type}'" if document_type else ""
        statement = (f"LOAD DATA LOCAL INFILE '{self.row_file()}' {replace} INTO TABLE"
                     f" hc_dd_skd CHARACTER SET utf8mb4 ({COLUMNS.replace('status', '@status')})"
                     f" SET status = NULLIF(@status, 'NULL'){other}")
        return measured(["mariadb", "--no-defaults", "-uroot", f"-S{self.database.socket}",
                         "--local-infile=1", "-e", statement, self.database.name])

    def weir_new(self):
        self.workspace.forget()
        return self.weir("run", "receipts")

    def weir(self, *arguments, **environment):
        return measured([stand.WEIR, *arguments, "--workspace", str(self.workspace.folder),
                         "--json"], env={**self.workspace.environment, **environment})

    def without_journal(self, *arguments):
        return measured([self.build / "bench" / "weir_unlogged_run", self.workspace.folder,
                         "receipts", *arguments], env=self.workspace.environment)

    def by_hand(self, *how):
        """`how`: array or rows, insert or upsert, and a document type for all rows."""
        return measured([self.build / "bench" / "weir_hand_written", self.database.socket,
                         self.database.name, self.row_file(), *how])

    def rival(self, *command):
        return measured([*command, self.pages.url, self.database.socket, self.database.name])

    def raw_bytes(self):
        """Of all receipts, as JSON."""
        return self.records * RECEIPT_BYTES

    def state_bytes(self):
        state = self.workspace.folder / ".weir"
        return sum(file.stat().st_size for file in state.iterdir())

    def close(self):
        self.workspace.close()
        self.pages.close()
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)
