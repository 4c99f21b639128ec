# SPDX-License-Identifier: Apache-2.0
"""Pages over HTTP into a table: Weir beside LOAD DATA and what one writes by hand, in turn, on the
same records, the same server, the same cores. Prints ratios with their spread and writes a dated
page to bench/results/.

    compare.py BUILD-FOLDER [--records N] [--rounds N] [--only NAME…]
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

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
COLUMNS = ("extend_processInstanceId, order_no_new, datetime_new, qty_count, sales_count, status,"
           " Document_Type")


@dataclass
class Cost:
    """Of one run: seconds on the clock; the program's own seconds of CPU and peak memory."""
    seconds: float
    cpu: float
    megabytes: float


@dataclass
class Contender:
    name: str
    costs: list = field(default_factory=list)


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
    def __init__(self, build, records, revision=1):
        self.process = subprocess.Popen(
            [build / "bench" / "weir_page_server", str(records), str(revision)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Arena:
    """The servers of one comparison, and the workspace of ours."""

    def __init__(self, build, records):
        self.records = records
        self.database = stand.Database(options=(
            "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=1G", "--local-infile=1"))
        self.pages = PageServer(build, records)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-bench-"))
        self.workspace = stand.Workspace(
            self.database, self.pages,
            dingtalk={"budget": {"per_second": 10000, "per_month": 100000000}})
        start = datetime.date.today() - datetime.timedelta(days=400)
        self.workspace.edit("receipts", 'from: "2026-01-01"', f'from: "{start}"')

    def empty_table(self):
        self.database.sql(TABLE)

    def check_table(self):
        (count,), = self.database.sql("SELECT COUNT(DISTINCT extend_processInstanceId)"
                                      " FROM hc_dd_skd")
        if int(count) != self.records:
            raise RuntimeError(f"{count} of {self.records} rows have arrived")

    def row_file(self):
        """The rows as LOAD DATA takes them; made once, of what a first run has written."""
        file = self.folder / "rows.tsv"
        if not file.exists():
            with file.open("w") as out:
                command = ["mariadb", "--no-defaults", "-uroot", f"-S{self.database.socket}", "-N",
                           "-B", "--quick", "--default-character-set=utf8mb4", "-e",
                           f"SELECT {COLUMNS} FROM hc_dd_skd ORDER BY seq", self.database.name]
                subprocess.run(command, check=True, stdout=out)
        return file

    def load_data(self):
        # The client writes NULL as a word; LOAD DATA wants \\N.
        statement = (f"LOAD DATA LOCAL INFILE '{self.row_file()}' INTO TABLE hc_dd_skd"
                     f" CHARACTER SET utf8mb4 ({COLUMNS.replace('status', '@status')})"
                     " SET status = NULLIF(@status, 'NULL')")
        return measured(["mariadb", "--no-defaults", "-uroot", f"-S{self.database.socket}",
                         "--local-infile=1", "-e", statement, self.database.name])

    def weir_new(self):
        self.workspace.forget()
        return self.weir("run", "receipts")

    def weir(self, *arguments):
        return measured([stand.WEIR, *arguments, "--workspace", str(self.workspace.folder),
                         "--json"], env=self.workspace.environment)

    def rival(self, *command):
        return measured([*command, self.pages.url, self.database.socket, self.database.name])

    def state_bytes(self):
        state = self.workspace.folder / ".weir"
        return sum(file.stat().st_size for file in state.iterdir())

    def close(self):
        self.workspace.close()
        self.pages.close()
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def compare(arena, rounds, only):
    """One round after the other, each contender once a round, so that a slow minute of the machine
    hits all of them."""
    writers = {
        "LOAD DATA LOCAL": arena.load_data,
        "weir run": arena.weir_new,
        "Node (undici, mysql2)": lambda: arena.rival("node", RIVALS / "straight.mjs"),
        "Python (requests, PyMySQL)":
            lambda: arena.rival("/usr/bin/python3", RIVALS / "straight.py"),
    }
    arena.empty_table()
    arena.weir_new()  # warms the server, and makes the rows of the file
    arena.check_table()
    arena.row_file()
    contenders = {name: Contender(name) for name in writers if not only or
                  any(word.lower() in name.lower() for word in only)}
    reread = Contender("weir run --full, all known")
    for round_number in range(1, rounds + 1):
        for name, contender in contenders.items():
            arena.empty_table()
            contender.costs.append(writers[name]())
            arena.check_table()
            print(f"    round {round_number}: {name}: "
                  f"{arena.records / contender.costs[-1].seconds:,.0f} records/s", flush=True)
            if name == "weir run":
                reread.costs.append(arena.weir("run", "receipts", "--full"))
    return [*contenders.values(), reread]


def middle(values):
    return statistics.median(values)


def table_of(contenders, records):
    base = contenders[0]
    lines = [f"| | records/s | ratio to {base.name} | lowest … highest | own CPU a record |"
             " peak memory |", "|---|---:|---:|---:|---:|---:|"]
    for contender in contenders:
        if not contender.costs:
            continue
        ratios = [theirs.seconds / ours.seconds
                  for theirs, ours in zip(base.costs, contender.costs)]
        lines.append(
            f"| {contender.name} | {records / middle(c.seconds for c in contender.costs):,.0f} |"
            f" {middle(ratios):.2f} | {min(ratios):.2f} … {max(ratios):.2f} |"
            f" {middle(c.cpu for c in contender.costs) / records * 1e6:.1f} µs |"
            f" {max(c.megabytes for c in contender.costs):.0f} MiB |")
    return "\n".join(lines)


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).splitlines()[0].strip()


def machine():
    model = next(line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                 if line.startswith("model name"))
    memory = int(open("/proc/meminfo").readline().split()[1]) // 2**20
    return f"{os.cpu_count()} cores ({model}), {memory} GiB"


def page(table, arena, arguments):
    return f"""# Receipts from pages to a table, {datetime.date.today()}

    ./dev bench --records {arguments.records} --rounds {arguments.rounds}

{arguments.records:,} receipts of 2.3 KB of JSON in pages of 100 over HTTP, into a table of seven
columns with a unique key on the id; each contender {arguments.rounds} times, in turn. Servers and
contenders share the machine: {machine()}. A ratio is that of the two runs of one round.

{table}

The state folder holds {arena.state_bytes() / 2**20:.0f} MiB afterwards.

| | |
|---|---|
| weir | {first_line(stand.WEIR, "--version")} |
| server | {first_line("mariadbd", "--version")} |
| Python | {first_line("/usr/bin/python3", "--version")} |
| Node | {first_line("node", "--version")} |
"""


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--records", type=int, default=300000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="contenders whose names hold these")
    arguments = parser.parse_args()
    arena = Arena(arguments.build, arguments.records)
    try:
        table = table_of(compare(arena, arguments.rounds, arguments.only), arguments.records)
        text = page(table, arena, arguments)
    finally:
        arena.close()
    print(f"\n{table}\n")
    if not arguments.only:
        results = ROOT / "bench" / "results"
        results.mkdir(exist_ok=True)
        file = results / f"{datetime.date.today()}-receipts.md"
        file.write_text(text)
        print(f"written: {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
