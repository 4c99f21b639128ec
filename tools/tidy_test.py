#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows each rule of tidy.py failing on a bad sample, and passing on its good twin."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import tidy  # pylint: disable=wrong-import-position

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
FOLDERS = set(tidy.FLOORS) | {"sandbox", "tests"}


def messages(path, text):
    return [message for _, message in tidy.check_cpp(path, text, FOLDERS)]


def include_fault(path, included):
    return messages(path, LICENCE + f'#include "{included}"\n')


class TypeNames(unittest.TestCase):
    @staticmethod
    def faults(first, second):
        return list(tidy.check_type_names({"src/core/a.h": first, "src/sink/b.cpp": second}))

    def test_one_name_in_two_files_is_refused(self):
        twice = "namespace weir {\nstruct Batch {\n  int n;\n};\n}\n"
        self.assertEqual(len(self.faults(twice, twice)), 1)
        self.assertIn("weir::Batch", self.faults(twice, twice)[0])
        final = "namespace weir {\nclass Batch final : public Base {};\n}\n"
        self.assertEqual(len(self.faults(twice, final)), 1)
        enum = "namespace weir { enum class Batch : std::uint8_t { one }; }\n"
        self.assertEqual(len(self.faults(twice, enum)), 1)

    def test_what_no_other_file_links_with_may_share_a_name(self):
        one = "namespace weir { struct Batch { int n; }; }\n"
        for other in ("namespace weir { namespace { struct Batch { int n; }; } }\n",
                      "namespace weir { struct Batch; }\n",
                      "namespace weir::other { struct Batch { int n; }; }\n",
                      "namespace weir { struct Lane { struct Batch { int n; }; }; }\n",
                      "namespace weir { Batch make(struct Batch b) { return b; } }\n"):
            self.assertEqual(self.faults(one, other), [], other)


class Floors(unittest.TestCase):
    def refused(self, path, included):
        self.assertEqual(len(include_fault(path, included)), 1, f"{path} includes {included}")

    def allowed(self, path, included):
        self.assertEqual(include_fault(path, included), [], f"{path} includes {included}")

    def test_lower_floors_only(self):
        self.allowed("src/sink/a.cpp", "journal/journal.h")
        self.allowed("src/journal/sqlite/a.cpp", "journal/journal.h")
        self.allowed("src/sink/a.cpp", "sink/b.h")
        self.refused("src/core/a.cpp", "net/b.h")
        self.refused("src/journal/journal.cpp", "journal/sqlite/b.h")
        self.refused("src/sink/a.cpp", "journal/sqlite/b.h")
        self.refused("src/pipeline/a.cpp", "app/b.h")

    def test_never_sideways(self):
        self.refused("src/source/a.cpp", "sink/b.h")
        self.refused("src/spec/a.cpp", "net/b.h")
        self.refused("src/pipeline/a.cpp", "connectors/connectors.h")

    def test_connectors_do_not_know_each_other(self):
        self.refused("src/connectors/mysql/a.cpp", "connectors/dingtalk/b.h")
        self.refused("src/connectors/http/a.cpp", "connectors/dingtalk/b.h")
        self.refused("src/connectors/mysql/a.cpp", "connectors/connectors.h")
        self.allowed("src/connectors/dingtalk/a.cpp", "connectors/http/b.h")
        self.allowed("src/connectors/mysql/a.cpp", "connectors/connector.h")
        self.allowed("src/connectors/connectors.cpp", "connectors/mysql/mysql.h")

    def test_stand_ins_stay_apart(self):
        self.allowed("sandbox/dingtalk/a.cpp", "net/http_server.h")
        self.refused("sandbox/dingtalk/a.cpp", "source/source.h")
        self.refused("sandbox/dingtalk/a.cpp", "connectors/http/b.h")
        self.refused("src/connectors/http/a.cpp", "sandbox/dingtalk/b.h")
        self.allowed("src/app/a.cpp", "sandbox/dingtalk/b.h")

    def test_tests_may_look_anywhere_below_app(self):
        self.allowed("src/core/a_test.cpp", "sink/b.h")
        self.allowed("tests/golden/a.cpp", "sandbox/dingtalk/b.h")
        self.refused("src/core/a_test.cpp", "app/b.h")
        self.refused("tests/golden/a.cpp", "app/b.h")

    def test_new_folder_needs_a_floor(self):
        found = list(tidy.check_floors("src/core/a.cpp", '#include "cellar/b.h"',
                                       FOLDERS | {"cellar"}))
        self.assertEqual(len(found), 1)
        self.refused("src/cellar/a.cpp", "core/b.h")

    def test_full_path(self):
        self.assertIn("full path", include_fault("src/core/a.cpp", "b.h")[0])


class Lengths(unittest.TestCase):
    def test_file(self):
        self.assertEqual(messages("src/core/a.cpp", LICENCE + "\n" * 399), [])
        self.assertEqual(len(messages("src/core/a.cpp", LICENCE + "\n" * 400)), 1)
        self.assertEqual(messages("src/core/a_test.cpp", LICENCE + "\n" * 499), [])
        self.assertEqual(len(messages("src/core/a_test.cpp", LICENCE + "\n" * 500)), 1)

    def test_function(self):
        for opening in ("void f() {", "TEST(A, B) {", "A::A() : b_(1) {",
                        "Result<Value> A::f(int x, int y) const noexcept {",
                        "auto f() -> std::vector<int> {", "A::A() : a_{1}, b_{2} {"):
            for around in ("%s", "namespace weir {\n%s}\n", "class A : B {\n%s};\n"):
                for lines, count in ((tidy.FUNCTION_LINES_MAX, 0),
                                     (tidy.FUNCTION_LINES_MAX + 1, 1)):
                    body = around % (opening + "\n" * (lines - 1) + "}\n")
                    self.assertEqual(len(messages("src/core/a.cpp", LICENCE + body)), count, body)

    def test_tables_and_classes_are_no_functions(self):
        rows = "  {1, 2},\n" * 80
        self.assertEqual(messages("src/core/a.cpp", LICENCE + "const A table[] = {\n" + rows +
                                  "};\n"), [])
        self.assertEqual(messages("src/core/a.cpp", LICENCE + "class A : public ::a::B {\n" +
                                  "  int a;\n" * 80 + "};\n"), [])

    def test_columns(self):
        self.assertEqual(messages("src/core/a.cpp", LICENCE + "//" + "x" * 98 + "\n"), [])
        self.assertEqual(len(messages("src/core/a.cpp", LICENCE + "//" + "x" * 99 + "\n")), 1)
        raw = 'auto a = R"({\n' + "x" * 200 + '\n})";\n'
        self.assertEqual(messages("src/core/a.cpp", LICENCE + raw), [])


class Banned(unittest.TestCase):
    def found(self, line, path="src/core/a.cpp"):
        return len(messages(path, LICENCE + line + "\n"))

    def test_each(self):
        for line in ("sleep(1);", "::usleep(1);", "std::this_thread::sleep_for(a);",
                     'printf("x");', 'std::puts("x");', "std::cout << 1;", 'fmt::print("x");',
                     "std::thread a;", "worker.detach();", "std::regex a;", 'system("x");',
                     'popen("x", "r");', "rand();", "std::srand(1);", "sprintf(a, b);",
                     "atoi(a);", "localtime(&a);", "co_return 1;", "using namespace std;"):
            self.assertEqual(self.found(line), 1, line)

    def test_likeness_is_no_guilt(self):
        for line in ("clock.sleep_for(a, stop);", 'snprintf(a, 3, "x");', "std::thread::id a;",
                     "std::jthread a;", "file_system(a);", "table.system(a);", "operand(a);",
                     "// printf is banned",
                     "using namespace std::chrono_literals;", 'auto a = "system(x)";',
                     "std::cerr << 1;"):
            self.assertEqual(self.found(line), 0, line)

    def test_places(self):
        self.assertEqual(self.found('fmt::print("x");', "src/app/main.cpp"), 0)
        self.assertEqual(self.found("std::this_thread::sleep_for(a);", "src/core/clock.cpp"), 0)
        self.assertEqual(self.found("std::this_thread::sleep_for(a);", "src/core/a_test.cpp"), 0)
        self.assertEqual(self.found("std::thread a;", "src/core/a_test.cpp"), 1)


class FirstLines(unittest.TestCase):
    def test_licence(self):
        self.assertEqual(len(messages("src/core/a.cpp", "int a;\n")), 1)
        self.assertEqual(list(tidy.check_script("#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"
                                                )), [])
        self.assertEqual(len(list(tidy.check_script("#!/bin/sh\ntrue\n"))), 1)

    def test_pragma_once(self):
        self.assertEqual(messages("src/core/a.h", LICENCE + "#pragma once\n"), [])
        self.assertEqual(len(messages("src/core/a.h", LICENCE)), 1)
        self.assertEqual(len(messages("src/core/a.h", LICENCE + "// #pragma once\n")), 1)


class Documents(unittest.TestCase):
    files = {"docs/a.md": "# A\n\n## The way `home`\n", "README.md": ""}

    def faults(self, text, path="README.md"):
        return [message for _, message in
                tidy.check_document(path, text, self.files.get, self.files.__contains__)]

    def test_one_title(self):
        self.assertEqual(self.faults("# A\n\n```sh\n# no title\n```\n"), [])
        self.assertEqual(len(self.faults("text\n")), 1)
        self.assertEqual(len(self.faults("# A\n\n# B\n")), 1)

    def test_links(self):
        for good in ("[a](docs/a.md)", "[a](https://example.org)", "[a](docs/a.md#the-way-home)",
                     "`[a](b.md)`", "[a](#a)"):
            self.assertEqual(self.faults(f"# A\n\n{good}\n"), [], good)
        for bad in ("[a](docs/b.md)", "[a](docs/a.md#work)", "![a](a.png)", "[a](#b)",
                    "[![a](docs/b.png)](docs/a.md)"):
            self.assertEqual(len(self.faults(f"# A\n\n{bad}\n")), 1, bad)
        self.assertEqual(self.faults("# B\n\n[a](a.md)\n", "docs/b.md"), [])

    def test_promises(self):
        files = ["src/sink/lane_queue.h", "src/sink/lane_queue_test.cpp", "src/a/b/c_test.cpp",
                 "tests/e2e/house_test.py"]

        def faults(kept_by, held_by, headings="| promise | kept by | held by |"):
            text = f"# A\n\n{headings}\n|---|---|---|\n| `no/where` | {kept_by} | {held_by} |\n"
            return [message for _, message in tidy.check_promises(text, files)]

        self.assertEqual(faults("`sink/lane_queue`, `a/b`, `Journal::store`, `sink`",
                                "`unit.sink`, `unit.a_b` (`lane_queue_test`), `e2e.house_test`"),
                         [])
        for kept_by, held_by in (("`sink/gone`", ""), ("", "`unit.gone`"), ("", "`gone_test`"),
                                 ("", "`e2e.gone_test`"), ("`lane_queue`, `gone/a`", "`e2e`")):
            self.assertEqual(len(faults(kept_by, held_by)), 1, (kept_by, held_by))
        self.assertEqual(faults("`gone/a`", "`gone_test`", "| a | b | c |"), [])

    def test_undone(self):
        for word in ("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK"):
            self.assertEqual(len(list(tidy.check_undone(f"a\n// {word}: b\n"))), 1, word)
        self.assertEqual(list(tidy.check_undone("mktemp -d /tmp/a.XXXXXX\n")), [])


class WholeTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        subprocess.run(["git", "init", "-q"], cwd=self.root, check=True)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def run_tidy(self, *options):
        script = pathlib.Path(tidy.__file__)
        return subprocess.run([sys.executable, script, "--root", self.root, *options], text=True,
                              capture_output=True, check=False)

    def test_faults_are_named_and_fail(self):
        self.write("src/core/a.h", LICENCE + "#pragma once\n")
        self.assertEqual(self.run_tidy().returncode, 0)
        self.write("src/core/b.cpp", LICENCE + '#include "core/a.h"\n#include "net/c.h"\n')
        done = self.run_tidy()
        self.assertEqual(done.returncode, 1)
        self.assertIn("src/core/b.cpp:3: may not include", done.stdout)

    def test_a_type_of_a_test_counts_too(self):
        self.write("src/core/a.h", LICENCE + "#pragma once\nnamespace weir { struct A {}; }\n")
        self.write("src/core/b_test.cpp", LICENCE + "namespace weir { struct A {}; }\n")
        self.assertIn("`weir::A` is defined in src/core/a.h:3 too", self.run_tidy().stdout)

    def test_ignored_files_are_left_alone(self):
        self.write(".gitignore", "/build/\n")
        self.write("build/a.cpp", "std::thread a;\n")
        self.assertEqual(self.run_tidy().returncode, 0)

    def test_header_that_leans_on_others(self):
        self.write("src/core/a.h", LICENCE + "#pragma once\nstd::string a();\n")
        self.assertEqual(self.run_tidy().returncode, 0)
        done = self.run_tidy("--headers")
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not compile alone", done.stdout)


if __name__ == "__main__":
    unittest.main()
