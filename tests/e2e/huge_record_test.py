# SPDX-License-Identifier: Apache-2.0
"""One record of 20 MB among small ones: it passes to a server that takes it, and fails alone, with
the reason, at one that does not."""

import http.server
import json
import os
import unittest
import urllib.request

import checker
import e2e_test
import receivers

BYTES = 20_000_000
MIB = 1 << 20


class Enlarger(receivers.Server):
    """Passes calls on to the stand-in, and gives one record a text of BYTES letters more."""

    def __init__(self, url, record):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name: value for name, value in self.headers.items()
                           if name.lower() not in ("host", "content-length", "accept-encoding")}
                request = urllib.request.Request(url + self.path, body, headers)
                with urllib.request.urlopen(request, timeout=60) as reply:
                    answer = json.load(reply)
                rows = answer.get("data", [])
                for row in rows:
                    if row["processInstanceId"] == record:
                        row["data"]["textField_huge"] = "h" * BYTES
                text = json.dumps(answer, ensure_ascii=False).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments):
                pass

        super().__init__(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        self.url = f"http://127.0.0.1:{self.port}"


class HugeRecord(e2e_test.EndToEnd):
    records = 300

    def setUp(self):
        super().setUp()
        self.due = sorted(checker.expected_receipts(self.sandbox.truth()))
        self.huge = self.due[len(self.due) // 2]
        enlarger = Enlarger(self.sandbox.url, self.huge)
        self.addCleanup(enlarger.close)
        self.workspace.edit("receipts", "{field: status}",
                            '{field: status, value: "{textField_huge}"}')
        self.database.sql("ALTER TABLE hc_dd_skd MODIFY status LONGTEXT")
        file = self.workspace.folder / "connections" / "dingtalk.yaml"
        file.write_text(file.read_text().replace(self.sandbox.url, enlarger.url))

    def measured_run(self):
        """Exit code, peak memory in bytes."""
        process = self.workspace.start("run", "receipts")
        process.stdout.read()
        process.stdout.close()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, usage.ru_maxrss * 1024

    def allow(self, packet):
        before = self.database.sql("SELECT @@GLOBAL.max_allowed_packet")[0][0]
        self.addCleanup(self.database.sql, f"SET GLOBAL max_allowed_packet = {before}")
        self.database.sql(f"SET GLOBAL max_allowed_packet = {packet}")

    def arrived(self):
        return {row: int(size or 0) for row, size in self.database.sql(
            "SELECT extend_processInstanceId, LENGTH(status) FROM hc_dd_skd")}

    def test_it_passes_to_a_server_that_takes_it(self):
        self.allow(64 * MIB)
        code, peak = self.measured_run()
        self.assertEqual(code, 0)
        arrived = self.arrived()
        self.assertEqual(sorted(arrived), self.due)
        self.assertEqual({row: size for row, size in arrived.items() if size},
                         {self.huge: BYTES})
        self.assertLess(peak, 14 * BYTES)

    def test_it_fails_alone_where_the_server_takes_less(self):
        self.allow(16 * MIB)
        self.assertEqual(self.measured_run()[0], 1)
        self.assertEqual(sorted(self.arrived()), [row for row in self.due if row != self.huge])
        failed = self.workspace.weir("records", "receipts", "--state", "failed").lines
        self.assertEqual([record["id"] for record in failed], [self.huge])
        self.assertRegex(failed[0]["reason"], r"takes 200\d{5} bytes.*allows 16777216"
                         r" \(max_allowed_packet\); shorten it, or raise that limit")
        self.allow(64 * MIB)
        self.assertEqual(self.workspace.weir("retry", "receipts").code, 0)
        self.assertEqual(self.arrived()[self.huge], BYTES)


if __name__ == "__main__":
    unittest.main()
