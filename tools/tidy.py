#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tree against the rules of the house that no compiler checks: the floors, lengths,
banned calls, first lines, documents and their links. With --headers, also that every header
compiles alone. Prints one line a fault, `file:line: what is wrong and what to do`, and exits 1 if
there is any. The rules are described in CONTRIBUTING.md; tidy_test.py shows each of them failing.
"""

import argparse
import bisect
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

# ---- the floors ---------------------------------------------------------------------------------

# A folder includes itself and what stands on a lower floor.
FLOORS = {
    "core": 0,
    "spec": 1, "expr": 1, "net": 1,
    "journal": 2,
    "source": 3, "transform": 3, "sink": 3, "journal/sqlite": 3,
    "pipeline": 4, "connectors": 4, "lua": 4,
    "scheduler": 5, "alert": 5,
    "api": 6, "reference": 6,
    "app": 7,
}
SANDBOX_MAY_INCLUDE = {"core", "net"}
# The two parts of connectors/ that any connector may stand on.
FOR_ALL_CONNECTORS = ("connectors/connector.h", "connectors/http/")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def unit_of(path):
    """The unit of the floors that a file of src/ or sandbox/ (or an include path) belongs to."""
    parts = path.removeprefix("src/").split("/")
    if parts[0] in ("connectors", "sandbox", "journal") and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0]


def floor_of(unit):
    return FLOORS.get(unit, FLOORS.get(unit.split("/")[0]))


def is_test(path):
    return path.startswith(("tests/", "bench/", "fuzz/")) or re.search(
        r"_(test|fuzz|bench)\.(cpp|h)$", path) is not None


def why_not(path, included):
    """Why this file may not include that one; None if it may."""
    here, there = unit_of(path), unit_of(included)
    if here == there:
        return None
    if there == "app":
        return "nothing stands above app"
    if is_test(path):
        return None
    if here.startswith("sandbox"):
        if there in SANDBOX_MAY_INCLUDE:
            return None
        return "a stand-in includes only core and net: it must not share the product's mistakes"
    if there.startswith("sandbox"):
        return None if here == "app" else "only app and tests know the stand-ins"
    if floor_of(there) is None:
        return None if there == "tests" else f"`{there}` has no floor in tools/tidy.py; give it one"
    if here.startswith("connectors/") and there.startswith("connectors"):
        if included.startswith(FOR_ALL_CONNECTORS):
            return None
        return "connectors never include each other; connector.h and http/ are for all"
    if here == "connectors" and there.startswith("connectors/"):
        return None
    if floor_of(here) is None:
        return f"`{here}` has no floor in tools/tidy.py; give it one"
    if floor_of(there) >= floor_of(here):
        return f"`{there}` does not stand below `{here}`"
    return None


def check_floors(path, text, folders):
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match and "/" in match.group(1):
            included = match.group(1)
            if included.split("/")[0] not in folders:
                continue  # not ours: a library's header in quotes
            reason = why_not(path, included)
            if reason:
                yield number, f'may not include "{included}": {reason}'
        elif match and not match.group(1).startswith("."):
            yield number, f'include "{match.group(1)}" by its full path from src/'


# ---- reading C++ --------------------------------------------------------------------------------

TOKEN = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\((?:.|\n)*?\)(?P=mark)"'
    r"|//(?:[^\n\\]|\\(?:.|\n))*"
    r"|/\*(?:.|\n)*?\*/"
    r'|"(?:[^"\\\n]|\\(?:.|\n))*"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'")


def bare(text):
    """The code with comments blanked and literals emptied; every line stays where it was."""
    def blank(match):
        found = match.group(0)
        spaces = re.sub(r"[^\n]", " ", found)
        return spaces if found.startswith("/") or "\n" in found else f'"{spaces[2:]}"'
    return TOKEN.sub(blank, text)


def raw_string_lines(text):
    lines = set()
    for match in TOKEN.finditer(text):
        if match.group(0).startswith('R"'):
            first = text.count("\n", 0, match.start()) + 1
            lines.update(range(first, first + match.group(0).count("\n") + 1))
    return lines


SCOPE = re.compile(r"^\s*(?:inline\s+)?(?:template\s*<.*>\s*)?"
                   r"(?:namespace|class|struct|union|enum|extern)\b", re.DOTALL)


def functions(code):
    """(first line, last line) of every function body that stands in a file, namespace or class."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\(?:.|\n))*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  code, flags=re.MULTILINE)
    starts = [0] + [m.end() for m in re.finditer("\n", code)]

    def line_of(offset):
        return bisect.bisect_right(starts, offset)

    outer, head, depth, first = [], 0, 0, 0
    for match in re.finditer(r"[{};]|\b(?:public|private|protected)\s*:(?!:)", code):
        symbol, at = match.group(0), match.start()
        if depth:
            depth += {"{": 1, "}": -1}.get(symbol, 0)
            if depth == 0:
                if first:
                    yield first, line_of(at)
                head = match.end()
        elif symbol == "{":
            before = code[head:at]
            if SCOPE.match(before) and not before.rstrip().endswith(("=", ")")):
                outer.append(symbol)
                head = match.end()
            else:
                depth = 1
                initialiser = before.rstrip().endswith("=")
                first = None if initialiser else line_of(at - len(before.lstrip()))
        else:
            if symbol == "}" and outer:
                outer.pop()
            head = match.end()


NAMESPACE = re.compile(r"^\s*(?:inline\s+)?namespace\s*([\w:]*)\s*$")
TYPE = re.compile(r"(?:^|[\s>])(?:class|struct|union|enum(?:\s+(?:class|struct))?)\s+"
                  r"(?:\[\[[^\]]*\]\]\s*)?(\w+)(?:\s+final)?\s*(?::[^:]|$)", re.DOTALL)


def linked_types(code):
    """(line, qualified name) of every type that a file defines for other files to link with."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\(?:.|\n))*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  code, flags=re.MULTILINE)
    outer, head, depth = [], 0, 0
    for match in re.finditer(r"[{};]", code):
        symbol, at = match.group(0), match.start()
        if depth:
            depth += {"{": 1, "}": -1}.get(symbol, 0)
        elif symbol == "{":
            before = code[head:at]
            namespace = NAMESPACE.match(before)
            if namespace:
                outer.append(namespace.group(1))
            else:
                depth = 1
                found = TYPE.search(before)
                if found and all(outer):
                    line = code.count("\n", 0, head + found.start(1)) + 1
                    yield line, "::".join(outer + [found.group(1)])
        elif symbol == "}" and outer:
            outer.pop()
        head = match.end()


# ---- the rules of C++ files ---------------------------------------------------------------------

FILE_LINES_MAX = {"src": 400, "sandbox": 400}
TEST_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

OUTSIDE_TESTS = "outside tests"
EVERYWHERE = "everywhere"
# (pattern on bare code, what to use instead, where it is banned, files that may)
BANNED = [
    (r"(?<![\w.>])(?:::)?(?:sleep|usleep|nanosleep)\s*\(", "Clock::sleep_for, or wait for the"
     " condition", EVERYWHERE, ("src/core/clock.cpp",)),
    (r"this_thread::sleep_(?:for|until)\b", "Clock::sleep_for (core/clock.h)", OUTSIDE_TESTS,
     ("src/core/clock.cpp",)),
    (r"(?<![\w.>])(?:std::)?(?:printf|puts|putchar)\s*\(|\bstd::cout\b|\bfmt::print\s*\(",
     "a return value, or spdlog; only app speaks to the user", OUTSIDE_TESTS, ("src/app/",)),
    (r"\bstd::thread\b(?!\s*::)", "std::jthread", EVERYWHERE, ()),
    (r"\.detach\s*\(\s*\)", "a std::jthread that somebody joins", EVERYWHERE, ()),
    (r"\bstd::(?:w?regex|basic_regex)\b", "a hand-written scan, or std::string_view::find"
     " (std::regex is slow and overflows the stack)", EVERYWHERE, ()),
    (r"(?<![\w.>:])(?:std::)?(?:system|popen)\s*\(", "a library call; no shell", OUTSIDE_TESTS, ()),
    (r"(?<![\w.>:])(?:std::)?s?rand\s*\(", "std::mt19937_64 with a seed", EVERYWHERE, ()),
    (r"(?<![\w.>:])(?:std::)?(?:sprintf|vsprintf|strcpy|strcat|strtok|gets)\s*\(",
     "fmt::format or std::string", EVERYWHERE, ()),
    (r"(?<![\w.>:])(?:std::)?(?:atoi|atol|atoll|atof)\s*\(", "std::from_chars", EVERYWHERE, ()),
    (r"(?<![\w.>:])(?:std::)?(?:localtime|localtime_r|mktime|gmtime|ctime|asctime)\s*\(",
     "core/time_zone.h (the process's own zone means nothing)", EVERYWHERE, ()),
    (r"\bco_(?:await|return|yield)\b", "threads and queues bounded by bytes (g++ 12"
     " miscompiles coroutines)", EVERYWHERE, ()),
    (r"\busing\s+namespace\s+std\s*;", "the names you need, one by one", EVERYWHERE, ()),
]
BANNED = [(re.compile(pattern), *rest) for pattern, *rest in BANNED]


def lines_max(path):
    return TEST_LINES_MAX if is_test(path) else FILE_LINES_MAX.get(path.split("/")[0], 400)


def check_banned(path, code):
    for pattern, instead, where, except_in in BANNED:
        if where == OUTSIDE_TESTS and is_test(path) or path.startswith(except_in or ("\0",)):
            continue
        for match in pattern.finditer(code):
            yield code.count("\n", 0, match.start()) + 1, \
                f"`{match.group(0).strip()}` is banned; use {instead}"


def check_lengths(path, text, code):
    count = text.count("\n")
    if count > lines_max(path):
        yield 1, f"{count} lines, at most {lines_max(path)}: one idea, or several?"
    for first, last in functions(code):
        if last - first + 1 > FUNCTION_LINES_MAX:
            yield first, f"a function of {last - first + 1} lines, at most {FUNCTION_LINES_MAX}"
    raw = raw_string_lines(text)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > COLUMNS_MAX and number not in raw and "://" not in line:
            yield number, f"{len(line)} columns, at most {COLUMNS_MAX}"


def check_cpp(path, text, folders):
    code = bare(text)
    if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n"):
        yield 1, "the first line must be `// SPDX-License-Identifier: Apache-2.0`"
    if path.endswith(".h") and not re.search(r"^#pragma once$", code, re.MULTILINE):
        yield 1, "a header needs `#pragma once`"
    yield from check_floors(path, text, folders)
    yield from check_lengths(path, text, code)
    yield from check_banned(path, code)


# ---- the rules of other files -------------------------------------------------------------------

UNDONE = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
FENCE = re.compile(r"^\s*(```|~~~)")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")


def check_undone(text):
    for number, line in enumerate(text.split("\n"), 1):
        match = UNDONE.search(line)
        if match:
            yield number, f"`{match.group(1)}`: do it, or open an issue and take the word out"


def check_script(text):
    lines = text.split("\n")
    first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
    if first != "# SPDX-License-Identifier: Apache-2.0":
        yield 1, "the first line (after #!) must be `# SPDX-License-Identifier: Apache-2.0`"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and "://" not in line:
            yield number, f"{len(line)} columns, at most {COLUMNS_MAX}"


def prose(text):
    """The lines of a document with those in code fences emptied."""
    fenced = False
    for line in text.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
            yield ""
        else:
            yield "" if fenced else line


def anchors(text):
    """The #anchors that GitHub makes of a document's headings."""
    found = set()
    for line in prose(text):
        if re.match(r"#{1,6} ", line):
            words = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
            found.add(words)
    return found


def check_document(path, text, read, exists):
    lines = list(prose(text))
    titles = [number for number, line in enumerate(lines, 1) if line.startswith("# ")]
    if titles != [1]:
        yield (titles + [1])[-1], "a document has one `# title`, on its first line"
    for number, line in enumerate(lines, 1):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            full = path
            if name:
                full = os.path.join(os.path.dirname(path), urllib.parse.unquote(name))
                full = os.path.normpath(full)
            if not exists(full):
                yield number, f"the link `{target}` leads nowhere"
            elif anchor and full.endswith(".md") and \
                    urllib.parse.unquote(anchor) not in anchors(text if full == path
                                                                else read(full)):
                yield number, f"the link `{target}` names a heading that is not there"


def table_cells(text):
    """(line, heading, cell) of each table of a document."""
    headings = []
    for number, line in enumerate(prose(text), 1):
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if not line.startswith("| "):
            headings = [] if not line.startswith("|") else headings
        elif not headings:
            headings = cells
        else:
            for heading, cell in zip(headings, cells):
                yield number, heading, cell


def check_promises(text, files):
    """That what is said to keep a promise, and the tests said to hold it, are there."""
    folders = {os.path.dirname(name) for name in files}
    stems = {os.path.splitext(name)[0] for name in files}
    tests = {os.path.basename(stem) for stem in stems if stem.endswith("_test")}
    tests |= {"unit." + os.path.dirname(stem).removeprefix("src/").replace("/", "_")
              for stem in stems if stem.endswith("_test")}
    for number, heading, cell in table_cells(text):
        for name in re.findall(r"`([\w./]+)`", cell):
            if heading == "kept by" and "/" in name and f"src/{name}" not in folders | stems:
                yield number, f"`{name}` is neither a folder nor a file of src/"
            if heading == "held by" and re.search(r"^unit\.|_test$", name) and \
                    name.removeprefix("e2e.") not in tests:
                yield number, f"there is no test `{name}`"


# ---- the tree -----------------------------------------------------------------------------------


class Tree:
    """The files that git knows or would add, below `root`."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={self.root}", "ls-files", "-z", "-co",
             "--exclude-standard"], cwd=self.root, check=True, capture_output=True).stdout
        self.files = sorted({name for name in listed.decode().split("\0")
                             if name and (self.root / name).is_file()})

    def read(self, path):
        return (self.root / path).read_bytes().decode("utf-8", "replace")

    def exists(self, path):
        return (self.root / path).exists()


def check_file(tree, path, folders):
    content = (tree.root / path).read_bytes()
    if b"\0" in content:
        return
    text = content.decode("utf-8", "replace")
    if path.endswith((".cpp", ".h")):
        yield from check_cpp(path, text, folders)
    if path.endswith((".sh", ".py")) or text.startswith("#!"):
        yield from check_script(text)
    if path.endswith(".md"):
        yield from check_document(path, text, tree.read, tree.exists)
        yield from check_promises(text, tree.files)
    if not path.startswith("tests/corpus/") and not path.endswith("package-lock.json"):
        yield from check_undone(text)


def check_tree(tree):
    folders = {name.split("/")[1] for name in tree.files if name.startswith("src/")}
    folders |= set(FLOORS) | {"sandbox", "tests"}
    for path in tree.files:
        for number, message in check_file(tree, path, folders):
            yield f"{path}:{number}: {message}"
    yield from check_type_names({path: tree.read(path) for path in tree.files
                                 if path.endswith((".h", ".cpp"))})


def check_type_names(texts):
    """Two types of one name in one program: the linker keeps one of them for both, in silence.
    Which files become one program is not asked; a name of one's own costs nothing."""
    first = {}
    for path, text in texts.items():
        for number, name in linked_types(bare(text)):
            if name in first:
                yield (f"{path}:{number}: `{name}` is defined in {first[name]} too, and the linker "
                       "would take one for the other; rename one, or put it into an unnamed "
                       "namespace")
            else:
                first[name] = f"{path}:{number}"


def compile_header(tree, path, folder):
    included = path.removeprefix("src/")
    unit = folder / (included.replace("/", "_") + ".cpp")
    unit.write_text(f'#include "{included}"\n')
    command = [os.environ.get("CXX", "clang++"), "-std=c++20", "-c", "-Wall", "-Wextra",
               "-Wpedantic", "-Werror", "-I", "src", "-I", ".", "-I", "/usr/include/mariadb",
               '-DWEIR_VERSION="0"', str(unit), "-o", str(unit.with_suffix(".o"))]
    if shutil.which("ccache"):  # a header whose text and includes are as before costs nothing
        command.insert(0, "ccache")
    done = subprocess.run(command, cwd=tree.root, text=True, capture_output=True, check=False)
    return [f"{path}:1: does not compile alone:\n{done.stderr}"] if done.returncode else []


def check_headers(tree):
    headers = [path for path in tree.files if path.endswith(".h")]
    folder = tree.root / "build" / "headers"
    folder.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for faults in pool.map(lambda path: compile_header(tree, path, folder), headers):
            yield from faults


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headers", action="store_true", help="compile every header alone")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    tree = Tree(arguments.root)
    faults = list(check_tree(tree))
    if arguments.headers:
        faults += check_headers(tree)
    for fault in faults:
        print(fault)
    print(f"{len(tree.files)} files, {len(faults)} faults", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
