#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints "PASSED FAILED" for a JUnit file of ctest: a program that speaks GoogleTest, Python's
unittest or Node's test runner counts by its cases, any other as one test. Skipped cases count as
neither. With --failures: what the tests that failed said, `lines_max` lines of each."""

import re
import sys
import xml.etree.ElementTree

lines_max = 30
# From the place of a failure to the end of its case.
gtest_failure = r"^\S+:\d+: Failure\n(?:.*\n)*?\[  FAILED  \] \S+ \(\d+ ms\)\n"


def number(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    return int(found.group(1)) if found else 0


def count_output(output):
    """(passed, failed) by the program's own words; (0, 0) when it has none."""
    if re.search(r"^Ran \d+ tests? in ", output, re.MULTILINE):
        failed = number(r"^FAILED \(.*failures=(\d+)", output) + number(
            r"^FAILED \(.*errors=(\d+)", output)
        skipped = number(r"^(?:OK|FAILED) \(.*skipped=(\d+)", output)
        return number(r"^Ran (\d+) tests? in ", output) - failed - skipped, failed
    if re.search(r"^(?:#|ℹ) pass \d+", output, re.MULTILINE):
        return number(r"^(?:#|ℹ) pass (\d+)", output), number(r"^(?:#|ℹ) fail (\d+)", output)
    return (number(r"^\[  PASSED  \] (\d+) tests?\.", output),
            number(r"^\[  FAILED  \] (\d+) tests?, listed below", output))


def count(path):
    passed = failed = 0
    try:
        cases = list(xml.etree.ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError):
        return 0, 1
    for case in cases:
        case_passed, case_failed = count_output(case.findtext("system-out") or "")
        if case.get("status") == "run":
            passed += max(case_passed, 1)
        else:
            passed += case_passed
            failed += max(case_failed, 1)
    return passed, failed


def failures(path):
    """(name, lines) of each test that failed: GoogleTest's own lines, of others the last ones."""
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        if case.get("status") == "run":
            continue
        output = case.findtext("system-out") or ""
        said = re.findall(gtest_failure, output, re.MULTILINE)
        yield case.get("name"), "".join(said).splitlines() or output.splitlines()[-lines_max:]


if __name__ == "__main__":
    if sys.argv[1] == "--failures":
        for name, lines in failures(sys.argv[2]):
            print(f"{name}:", *lines[:lines_max], sep="\n    ")
    else:
        print(*count(sys.argv[1]))
