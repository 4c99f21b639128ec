# SPDX-License-Identifier: Apache-2.0
"""Pages over HTTP into a table: Weir beside LOAD DATA and what one writes by hand, in turn, on the
same records, the same server, the same cores. Prints ratios with their spread and what they are
meant to reach, and writes a dated page to bench/results/.

    compare.py BUILD-FOLDER [SCENARIO…] [--records N] [--rounds N] [--large]
"""

import argparse
import datetime
import pathlib
import sys

from arena import ROOT, Arena
from report import page
from scenarios import SCENARIOS


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help=f"of {', '.join(SCENARIOS)}; all of them unless told")
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="up to ten million records")
    parser.add_argument("--into", type=pathlib.Path, default=ROOT / "bench" / "results",
                        help="the folder of the page")
    arguments = parser.parse_args()
    unknown = set(arguments.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    return arguments


def main():
    arguments = parse()
    names = arguments.scenarios or list(SCENARIOS)
    # A try at few records stays at few.
    largest = (10_000_000 if arguments.large
               else 1_000_000 if arguments.records >= 100_000 else 10_000)
    arena = Arena(arguments.build, arguments.records, largest)
    tables = []
    try:
        for name in names:
            print(f"{name}: {SCENARIOS[name].__doc__.splitlines()[0]}", flush=True)
            tables += SCENARIOS[name](arena, arguments.rounds)
            print(f"\n{tables[-1]}\n", flush=True)
    finally:
        arena.close()
    command = " ".join(["./dev bench", *sys.argv[2:]])
    text = page(tables, command, arguments.records)
    arguments.into.mkdir(parents=True, exist_ok=True)
    kind = "receipts" if not arguments.scenarios else "-".join(names)
    file = arguments.into / f"{datetime.date.today()}-{kind}.md"
    file.write_text(text)
    print(f"{text}\nwritten: {file}")


if __name__ == "__main__":
    main()
