# SPDX-License-Identifier: Apache-2.0
"""Tables of figures, what they are meant to reach, and the page they are written to."""

import datetime
import os
import statistics
import subprocess

import stand


def middle(values):
    return statistics.median(values)


class Goal:
    """A figure and its bound."""

    def __init__(self, figure, least=None, most=None):
        self.met = figure >= least if least is not None else figure <= most
        bound = f"at least {least:g}" if least is not None else f"at most {most:g}"
        self.text = f"{figure:.3g}, {bound}: {'met' if self.met else 'not met'}"


class Table:
    """`records`: how many a run has, or a list of them, one for each contender. A ratio is that of
    the two runs of one round, to the first contender."""

    def __init__(self, title, costs, records):
        self.title = title
        self.costs = costs
        self.records = dict(zip(costs, records if isinstance(records, list)
                                else [records] * len(costs)))
        self.head = ("", "records/s", f"ratio to {next(iter(costs))}", "lowest … highest",
                     "own CPU a record", "peak memory")
        self.rows = [self.row(name) for name in costs]
        self.notes = []

    @classmethod
    def of_rows(cls, title, head, rows):
        table = cls.__new__(cls)
        table.title, table.head, table.rows, table.notes = title, head, rows, []
        return table

    def ratios(self, name):
        base = next(iter(self.costs))
        return [ours.records_a_second(self.records[name]) /
                theirs.records_a_second(self.records[base])
                for theirs, ours in zip(self.costs[base], self.costs[name])]

    def figure(self, name, kind):
        costs = self.costs[name]
        if kind == "ratio":
            return middle(self.ratios(name))
        if kind == "megabytes":
            return max(cost.megabytes for cost in costs)
        return middle(cost.cpu for cost in costs) / self.records[name] * 1e6

    def row(self, name):
        ratios = self.ratios(name)
        rate = middle(cost.records_a_second(self.records[name]) for cost in self.costs[name])
        return (name, f"{rate:,.0f}", f"{middle(ratios):.2f}",
                f"{min(ratios):.2f} … {max(ratios):.2f}",
                f"{self.figure(name, 'microseconds'):.1f} µs",
                f"{self.figure(name, 'megabytes'):.0f} MiB")

    def goal(self, name, kind, **bound):
        self.note(f"{name}, {kind}", Goal(self.figure(name, kind), **bound))

    def goal_beside(self, name, others, least):
        """A ratio to the fastest of others."""
        best = max(others, key=lambda other: middle(self.ratios(other)))
        ratio = middle(self.ratios(name)) / middle(self.ratios(best))
        self.note(f"{name}, ratio to {best}", Goal(ratio, least=least))

    def note(self, text, goal):
        self.notes.append(f"- {text}: {goal.text}")

    def __str__(self):
        lines = [f"## {self.title}", "", "| " + " | ".join(self.head) + " |",
                 "|---|" + "---:|" * (len(self.head) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines + ([""] + self.notes if self.notes else []))


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).splitlines()[0].strip()


def machine():
    model = next(line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                 if line.startswith("model name"))
    memory = int(open("/proc/meminfo").readline().split()[1]) // 2**20
    return f"{os.cpu_count()} cores ({model}), {memory} GiB"


def page(tables, command, records):
    figures = "\n\n".join(map(str, tables))
    return f"""# Receipts from pages to a table, {datetime.date.today()}

    {command}

{records:,} receipts of 2.3 KB of JSON, unless a table says otherwise, in pages of 100 over HTTP,
into a table of seven columns with a unique key on the id. Servers and contenders share the
machine: {machine()}.

{figures}

| | |
|---|---|
| weir | {first_line(stand.WEIR, "--version")} |
| server | {first_line("mariadbd", "--version")} |
| Python | {first_line("/usr/bin/python3", "--version")} |
| Node | {first_line("node", "--version")} |
"""
