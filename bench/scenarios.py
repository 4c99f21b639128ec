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
from shapes import shape
from report import Goal, Table, middle

UPSERT = """
        ON DUPLICATE KEY UPDATE order_no_new = VALUES(order_no_new),
        datetime_new = VALUES(datetime_new), qty_count = VALUES(qty_count),
        sales_count = VALUES(sales_count), status = VALUES(status),
        Document_Type = VALUES(Document_Type)"""
BY_HAND = ["by hand, array binding", "by hand, many rows a statement"]
REPLACE = "LOAD DATA LOCAL REPLACE"
LAST_LINE = ":sales_count, :status, :Document_Type)"


def in_turn(arena, rounds, contenders, prepare, check=lambda: None):
    """One round after the other, each contender once a round, so that a slow minute of the machine
    hits all of them; each leaves the rows that `check` wants. Gives the costs by name."""
    costs = {name: [] for name in contenders}
    for number in range(1, rounds + 1):
        for name, run in contenders.items():
            prepare(name)
            costs[name].append(run())
            check()
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
                    lambda name: name == known or arena.empty_table(), arena.check_rows)
    table = Table("A first load", costs, arena.records)
    table.note("bytes of the state folder, of those of the receipts",
               Goal(arena.state_bytes() / arena.raw_bytes(), most=0.3))
    table.goal("weir run", "ratio", least=0.8)
    table.goal("weir run", "microseconds", most=12)
    table.goal("weir run", "megabytes", most=64)
    return [table]


def stages(arena, rounds):
    """The CPU of a first load by the names of its threads; the rows add up to the whole."""
    runs = []
    for _ in range(rounds):
        arena.empty_table()
        arena.workspace.forget()
        runs.append(threads_of(arena))
    run = sorted(runs, key=lambda seconds: sum(seconds.values()))[len(runs) // 2]
    total = sum(run.values())
    rows = [(name, f"{seconds / arena.records * 1e6:.2f} µs", f"{seconds / total:.0%}")
            for name, seconds in sorted(run.items(), key=lambda each: -each[1])]
    rows.append(("all", f"{total / arena.records * 1e6:.2f} µs", "100%"))
    table = Table.of_rows("CPU a record by thread", ("thread", "a record", "of all"), rows)
    table.note("all, microseconds", Goal(total / arena.records * 1e6, most=12))
    return [table]


def threads_of(arena):
    """Seconds of CPU by thread name, and under `(unseen)` what the whole process used beyond: what
    threads did behind their last look, at most 10 ms before they ended."""
    process = subprocess.Popen(
        [stand.WEIR, "run", "receipts", "--workspace", str(arena.workspace.folder), "--json"],
        env=arena.workspace.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    seen = {}
    ended = 0
    while not ended:
        for task in pathlib.Path(f"/proc/{process.pid}/task").glob("*"):
            try:
                seen[task.name] = (task.joinpath("comm").read_text().strip(),
                                   int(task.joinpath("schedstat").read_text().split()[0]) / 1e9)
            except (OSError, IndexError):
                continue  # it has just ended
        time.sleep(0.01)
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"weir run ended with {process.returncode}")
    seconds = {}
    for name, spent in seen.values():
        seconds[name] = seconds.get(name, 0) + spent
    whole = usage.ru_utime + usage.ru_stime
    seconds["(unseen)"] = max(0, whole - sum(seconds.values()))
    return seconds


def journal(arena, rounds):
    """With the journal and without, for new records and for known ones."""
    new = {"without a journal": arena.without_journal, "weir run": arena.weir_new}
    costs = in_turn(arena, rounds, new, lambda name: arena.empty_table(), arena.check_table)
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
        BY_HAND[0]: lambda: arena.by_hand("array", "upsert", next(documents)),
        BY_HAND[1]: lambda: arena.by_hand("rows", "upsert", next(documents)),
        REPLACE: lambda: arena.load_data(next(documents)),
        "weir replay": replayed,
        "weir replay, no array binding": lambda: replayed(WEIR_MYSQL_BULK="multi_row"),
    }, lambda name: None, arena.check_rows)
    arena.check_table("Document_Type LIKE 'replayed %'")
    upserts = Table("Rows that exist", costs, arena.records)
    upserts.goal_beside("weir replay", [*BY_HAND, REPLACE], least=0.8)
    upserts.goal_beside("weir replay, no array binding", BY_HAND[1:], least=0.8)
    arena.change_pipeline()
    costs = in_turn(arena, rounds, {
        BY_HAND[0]: lambda: arena.by_hand("array", "insert"),
        BY_HAND[1]: lambda: arena.by_hand("rows", "insert"),
        "weir retry": lambda: retried(arena),
        "weir retry, no array binding": lambda: retried(arena, WEIR_MYSQL_BULK="multi_row"),
    }, lambda name: arena.empty_table(), arena.check_rows)
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
    arena.grown = True
    table = Table("More records", costs, sizes)
    for size in sizes:
        table.goal(f"{size:,} records", "megabytes", most=64 if size <= 1_000_000 else 80)
    for few, many in zip(sizes, sizes[1:]):
        each = [table.figure(f"{size:,} records", "microseconds") for size in (many, few)]
        table.note(f"CPU a record at {many:,}, of that at {few:,}",
                   Goal(each[0] / each[1], most=1.25))
        if many == 1_000_000:
            memory = [table.figure(f"{size:,} records", "megabytes") for size in (many, few)]
            table.note("peak memory at a million, of that at 100,000",
                       Goal(memory[0] / memory[1], most=1.25))
    return [table]


def small_commands(arena, rounds):
    """What a person waits for: the start of the program, a check, a record found."""
    if not arena.grown:
        arena.empty_table()
        arena.weir_new()
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
    "shape": shape,
    "growth": growth,
    "small": small_commands,
}
