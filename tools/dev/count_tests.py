#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints "PASSED FAILED" for a JUnit file of ctest: a program that speaks GoogleTest, Python's
unittest or Node's test runner counts by its cases, any other as one test. Skipped cases count as
neither."""

import re
import sys
import xml.etree.ElementTree


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


if __name__ == "__main__":
    print(*count(sys.argv[1]))
