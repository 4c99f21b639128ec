# SPDX-License-Identifier: Apache-2.0
"""What is measured: each scenario runs on an arena and gives tables of figures."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import stand
from arena import RIVALS, measured
from report import Goal, Table, middle

UPSERT = """
        ON DUPLICATE KEY UPDATE order_no_new = VALUES(order_no_new),
        datetime_new = VALUES(datetime_new), qty_count = VALUES(qty_count),
        sales_count = VALUES(sales_count), status = VALUES(status),
        Document_Type = VALUES(Document_Type)"""
BY_HAND = ["by hand, array binding", "by hand, many rows a statement"]
LAST_LINE = ":sales_count, :status, :Document_Type)"


def in_turn(arena, rounds, contenders, prepare):
    """One round after the other, each contender once a round, so that a slow minute of the machine
    hits all of them. Gives the costs by name."""
    costs = {name: [] for name in contenders}
    for number in range(1, rounds + 1):
        for name, run in contenders.items():
            prepare(name)
            costs[name].append(run())
            rate = arena.records / costs[name][-1].seconds
            print(f"    round {number}: {name}: {rate:,.0f} records/s", flush=True)
    return costs


def first_load(arena, rounds):
    """Pages to an empty table, and once more when all is known."""
    known = "weir run --full, all known"
    contenders = {
        "LOAD DATA LOCAL": arena.load_data,
        "weir run": arena.weir_new,
        known: lambda: arena.weir("run", "receipts", "--full"),
        "Node (undici, mysql2)": lambda: arena.rival("node", RIVALS / "straight.mjs"),
        "Python (requests, PyMySQL)":
            lambda: arena.rival("/usr/bin/python3", RIVALS / "straight.py"),
    }
    arena.empty_table()
    arena.weir_new()  # warms the server, and makes the rows of the file
    arena.check_table()
    arena.row_file()
    costs = in_turn(arena, rounds, contenders,
                    lambda name: name == known or arena.empty_table())
    arena.check_table()
    table = Table("A first load", costs, arena.records)
    table.note("bytes of the state folder, of those of the receipts",
               Goal(arena.state_bytes() / arena.raw_bytes(), most=0.3))
    table.goal("weir run", "ratio", least=0.8)
    table.goal("weir run", "microseconds", most=12)
    table.goal("weir run", "megabytes", most=64)
    return [table]


def stages(arena, rounds):
    """The CPU of a first load by the names of its threads."""
    totals = {}
    for _ in range(rounds):
        arena.empty_table()
        arena.workspace.forget()
        for name, seconds in threads_of(arena).items():
            totals.setdefault(name, []).append(seconds / arena.records * 1e6)
    rows = [(name, f"{middle(each):.1f} µs") for name, each in sorted(totals.items())]
    rows.append(("all", f"{sum(middle(each) for each in totals.values()):.1f} µs"))
    return [Table.of_rows("CPU a record by thread", ("thread", "a record"), rows)]


def threads_of(arena):
    """Seconds of CPU by thread name; a thread that ends is seen up to 10 ms before."""
    process = subprocess.Popen(
        [stand.WEIR, "run", "receipts", "--workspace", str(arena.workspace.folder), "--json"],
        env=arena.workspace.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    tick = os.sysconf("SC_CLK_TCK")
    seen = {}
    while process.poll() is None:
        for task in pathlib.Path(f"/proc/{process.pid}/task").glob("*"):
            try:
                name, fields = task.joinpath("stat").read_text().rsplit(")", 1)
            except OSError:
                continue
            spent = fields.split()
            seen[task.name] = (name.split("(", 1)[1], (int(spent[11]) + int(spent[12])) / tick)
        time.sleep(0.01)
    seconds = {}
    for name, spent in seen.values():
        seconds[name] = seconds.get(name, 0) + spent
    return seconds


def journal(arena, rounds):
    """With the journal and without, for new records and for known ones."""
    new = {"without a journal": arena.without_journal, "weir run": arena.weir_new}
    costs = in_turn(arena, rounds, new, lambda name: arena.empty_table())
    arena.check_table()
    known = {"without a journal": lambda: arena.without_journal("--known"),
             "weir run --full": lambda: arena.weir("run", "receipts", "--full")}
    tables = [Table("The journal: new records", costs, arena.records),
              Table("The journal: known records",
                    in_turn(arena, rounds, known, lambda name: None), arena.records)]
    tables[0].goal("weir run", "ratio", least=0.75)
    tables[1].goal("weir run --full", "ratio", least=0.75)
    return tables


def writing(arena, rounds):
    """Rows that exist, by a replay; a retry of failed ones; and without array binding."""
    arena.change_pipeline((LAST_LINE, LAST_LINE + UPSERT))
    arena.empty_table()
    arena.weir_new()
    arena.row_file()
    documents = iter(f"replayed {i}" for i in range(10 * rounds))

    def replayed(**environment):
        arena.change_pipeline((LAST_LINE, LAST_LINE + UPSERT),
                              ("value: 收款单", f"value: {next(documents)}"))
        return arena.weir("replay", "receipts", **environment)

    costs = in_turn(arena, rounds, {
        BY_HAND[0]: lambda: arena.by_hand("array", "upsert"),
        BY_HAND[1]: lambda: arena.by_hand("rows", "upsert"),
        "weir replay": replayed,
        "weir replay, no array binding": lambda: replayed(WEIR_MYSQL_BULK="multi_row"),
    }, lambda name: None)
    arena.check_table("Document_Type LIKE 'replayed %'")
    upserts = Table("Rows that exist", costs, arena.records)
    upserts.goal_beside("weir replay", BY_HAND, least=0.8)
    upserts.goal_beside("weir replay, no array binding", BY_HAND[1:], least=0.8)
    arena.change_pipeline()
    costs = in_turn(arena, rounds, {
        BY_HAND[0]: lambda: arena.by_hand("array", "insert"),
        BY_HAND[1]: lambda: arena.by_hand("rows", "insert"),
        "weir retry": lambda: retried(arena),
        "weir retry, no array binding": lambda: retried(arena, WEIR_MYSQL_BULK="multi_row"),
    }, lambda name: arena.empty_table())
    arena.check_table()
    inserts = Table("Rows that are new", costs, arena.records)
    inserts.goal_beside("weir retry", BY_HAND[:1], least=0.8)
    inserts.goal_beside("weir retry, no array binding", BY_HAND[1:], least=0.8)
    return [upserts, inserts]


def retried(arena, **environment):
    """All records fail for want of a column's value, then the pipeline is mended."""
    arena.change_pipeline(('{field: status}', '{field: status, is_required: true}'))
    arena.workspace.forget()
    subprocess.run([stand.WEIR, "run", "receipts", "--workspace", str(arena.workspace.folder)],
                   env=arena.workspace.environment, capture_output=True, check=False)
    arena.change_pipeline()
    return arena.weir("retry", "receipts", **environment)


def growth(arena, rounds):
    """The same from ten thousand records on, each time ten times as many."""
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= arena.largest]
    costs = {}
    for size in sizes:
        arena.other_pages(size)
        for _ in range(rounds if size < 1_000_000 else 1):
            arena.empty_table()
            costs.setdefault(f"{size:,} records", []).append(arena.weir_new())
            print(f"    {size:,} records: {costs[f'{size:,} records'][-1]}", flush=True)
        arena.check_table()
    table = Table("More records", costs, sizes)
    for size in sizes:
        table.goal(f"{size:,} records", "megabytes", most=64 if size <= 1_000_000 else 80)
    return [table]


def small_commands(arena, rounds):
    """What a person waits for: the start of the program, a check, a record found."""
    ids = arena.database.sql("SELECT extend_processInstanceId, order_no_new FROM hc_dd_skd"
                             f" WHERE seq % {max(1, arena.records // 5)} = 1 LIMIT 5")
    many = many_pipelines(arena)
    commands = {
        "weir --version": ([stand.WEIR, "--version"], 0.020),
        "weir check --offline, 1,000 pipelines":
            ([stand.WEIR, "check", "--offline", "--workspace", str(many)], 2),
    }
    in_workspace = ("--workspace", str(arena.workspace.folder))
    for kind, name in (("id", ids[-1][0]), ("number", ids[-1][1])):
        commands[f"weir record, by {kind}, of {arena.records:,}"] = (
            [stand.WEIR, "record", "receipts", name, *in_workspace],
            0.050 if arena.records <= 1_000_000 else 0.200)
    rows, goals = [], []
    for name, (command, limit) in commands.items():
        costs = [measured(command, env=arena.workspace.environment).seconds
                 for _ in range(max(5, rounds))]
        rows.append((name, f"{middle(costs) * 1000:.1f} ms",
                     f"{min(costs) * 1000:.1f} … {max(costs) * 1000:.1f} ms"))
        goals.append((name, Goal(middle(costs), most=limit)))
    shutil.rmtree(many)
    table = Table.of_rows("Small commands", ("", "median", "lowest … highest"), rows)
    for name, goal in goals:
        table.note(name, goal)
    return [table]


def many_pipelines(arena):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-many-"))
    shutil.copytree(arena.workspace.folder / "connections", folder / "connections")
    shutil.copy(arena.workspace.folder / "weir.yaml", folder)
    (folder / "pipelines").mkdir()
    for i in range(1000):
        text = arena.original.replace("name: dd-收款单", f"name: {i}-收款单")
        (folder / "pipelines" / f"p{i}.yaml").write_text(text)
    return folder


SCENARIOS = {
    "load": first_load,
    "stages": stages,
    "journal": journal,
    "writing": writing,
    "growth": growth,
    "small": small_commands,
}
