#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints "PASSED FAILED" for a JUnit file of ctest: a program that speaks GoogleTest counts by its
cases, any other as one test."""

import re
import sys
import xml.etree.ElementTree


def count(path):
    passed = failed = 0
    try:
        cases = xml.etree.ElementTree.parse(path).getroot().iter("testcase")
    except (OSError, xml.etree.ElementTree.ParseError):
        return 0, 1
    for case in cases:
        output = case.findtext("system-out") or ""
        good = re.search(r"^\[  PASSED  \] (\d+) tests?\.", output, re.MULTILINE)
        bad = re.search(r"^\[  FAILED  \] (\d+) tests?, listed below", output, re.MULTILINE)
        ok = case.get("status") == "run"
        passed += int(good.group(1)) if good else int(ok)
        failed += max(int(bad.group(1)) if bad else 0, int(not ok))
    return passed, failed


if __name__ == "__main__":
    print(*count(sys.argv[1]))
