# SPDX-License-Identifier: Apache-2.0
"""The whole program against a source that does whatever a source can do: each fault alone, at a
rate, for ever, and several together while records change. Cases run side by side, each with a
stand-in, a workspace and a schema of its own."""

import concurrent.futures
import copy
import datetime
import itertools
import json
import re
import threading
import unittest

import checker
import stand

LISTS = "POST /v1.0/yida/processes/instances"
LOGINS = "POST /v1.0/oauth2/accessToken"
FIRST_DAY = (datetime.datetime.now(checker.ZONE) - datetime.timedelta(days=5)).strftime("%Y-%m-%d")
FIVE_MINUTES = datetime.timedelta(minutes=5)
SLACK = datetime.timedelta(seconds=10)

# What may come once in place of a page, and words of the reason when nothing else comes.
BROKEN_PAGES = {
    "http500": "500", "http502": "502", "unavailable": "ServiceUnavailable", "html": "JSON",
    "empty_body": "JSON", "empty_object": "data", "code_200": "ServiceUnavailable",
    "bad_json": "JSON", "broken_record": "JSON", "cut": "cut", "reset": "instances",
    "hang": "instances", "endless": "longer", "no_data": "data",
}
THROTTLES = {
    "qps": "QpsLimitForAppkeyAndApi", "api_qps": "QpsLimitForApi",
    "too_fast": "requestTooFast", "too_many": "tooManyVisitors",
}


class Place:
    """One stand-in, one schema, one workspace with both official pipelines."""

    numbers = itertools.count(1)
    lock = threading.Lock()

    def __init__(self, server, *arguments, records=600, timeout=1, **dingtalk):
        with self.lock:
            number = next(self.numbers)
        self.database = copy.copy(server)
        self.database.name = f"hostile_{number}"
        self.database.sql(f"CREATE DATABASE {self.database.name} CHARACTER SET utf8mb4",
                          database="")
        self.database.execute_file(stand.EXAMPLE / "schema.sql")
        self.sandbox = stand.Sandbox("--records", records, "--seed", number, "--qps", 100000,
                                     "--from", FIRST_DAY, *arguments)
        self.workspace = stand.Workspace(self.database, self.sandbox,
                                         dingtalk={"timeout": timeout, **dingtalk})
        for file in (self.workspace.folder / "pipelines").iterdir():
            file.write_text(file.read_text().replace("2026-01-01", FIRST_DAY))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sandbox.close()
        self.workspace.close()

    def faults(self, **kinds):
        self.sandbox.control("faults", kinds)

    def stats(self):
        return json.loads(self.sandbox.control("stats"))

    def calls(self, api=LISTS):
        return self.stats()["apis"].get(api, {"calls": 0})["calls"]

    def run(self, *arguments, wait="2s"):
        """Every run of this test: no crash, and the books balance."""
        run = self.workspace.weir("run", *arguments, "--wait", wait)
        assert run.code in (0, 1, 3, 4), run
        for line in run.lines:
            assert checker.check_books(line) == [], run
        return run

    def expect(self, code, *arguments, reason="", wait="2s"):
        run = self.run(*(arguments or ("receipts_current",)), wait=wait)
        assert run.code == code, f"exit {code} was expected: {run}"
        assert reason in run.result.get("reason", ""), f"`{reason}` was expected: {run}"
        return run.result

    def differences(self):
        return checker.check_current(self.database, self.sandbox.truth())

    def heal(self, *arguments):
        """The fault is gone: one more run, and every record is there, once and as it is."""
        self.faults(clear=True)
        result = self.expect(0, "receipts_current", *arguments, wait="1m")
        assert self.differences() == [], self.differences()[:5]
        return result


class HostileSource(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = stand.Database()
        cls.addClassCleanup(cls.server.close)
        cls.pool = concurrent.futures.ThreadPoolExecutor(24)
        cls.addClassCleanup(cls.pool.shutdown)
        # They wait most of their time, beside all the others.
        cls.patient = {case: cls.pool.submit(cls.spends_eight_tries, case)
                       for case in ("http500", "html", "broken_record", "no_data", "hang")}

    def collect(self, futures):
        for case, future in futures.items():
            with self.subTest(case):
                future.result()

    def side_by_side(self, function, cases):
        self.collect({case: self.pool.submit(function, case) for case in cases})

    @classmethod
    def spends_eight_tries(cls, fault):
        """Throttles are not counted as tries."""
        with Place(cls.server) as place:
            place.faults(**{"qps": {"next": 2}, fault: 1.0})
            run = place.run("receipts_current", wait="5m")
            assert run.code in (3, 4), run
            assert BROKEN_PAGES[fault] in run.result["reason"], run
            assert place.calls() == 8 + 2, place.stats()
            assert run.result["throttled"] == 2, run
            place.heal()

    def test_a_page_is_tried_eight_times_and_throttles_are_not_counted(self):
        self.collect(self.patient)

    def test_a_broken_page_is_asked_for_again(self):
        def once(fault):
            with Place(self.server) as place:
                place.faults(**{fault: {"next": 2, "skip": 2}})
                result = place.expect(0, wait="1m")
                assert place.stats()["faults"] == {fault: 2}, place.stats()
                assert result["retries"] >= 2, result
                assert result["requests"] == place.calls(), (result, place.stats())
                assert result["failed"] == 0, result
                assert place.differences() == [], place.differences()[:5]
        self.side_by_side(once, BROKEN_PAGES)

    def test_a_source_that_stays_broken_parks_the_run_and_names_the_cause(self):
        def for_ever(fault):
            # What ends an endless answer is its length, however busy the machine is.
            with Place(self.server, timeout=60 if fault == "endless" else 1) as place:
                place.faults(**{fault: {"rate": 1, "skip": 3}})
                result = place.expect(4, reason=BROKEN_PAGES[fault], wait="1s")
                assert result["delivered"] > 0, result
                place.heal()
        self.side_by_side(for_ever, BROKEN_PAGES)

    def test_a_broken_source_at_a_rate_while_records_change(self):
        def at_a_rate(fault):
            with Place(self.server, "--fault", f"{fault}=0.2") as place:
                place.faults(live={"every_calls": 3, "add": 1, "change": 2, "approve": 1,
                                   "delete": 0})
                place.run("receipts_current", wait="1m")
                place.heal()
        self.side_by_side(at_a_rate, [*BROKEN_PAGES, "empty_page", "repeat_page", "previous_page",
                                      "total_high", "total_low", "total_text", "token", "slow"])

    def test_all_at_once(self):
        def together(seed):
            kinds = [*BROKEN_PAGES, "empty_page", "previous_page", "total_low", "token", "qps",
                     "too_fast", "huge_record"]
            flags = [flag for kind in kinds for flag in ("--fault", f"{kind}=0.02")]
            with Place(self.server, *flags) as place:
                place.faults(live={"every_calls": 2, "add": 1, "change": 1, "approve": 1,
                                   "delete": 0})
                for _ in range(2):
                    place.run("receipts", "receipts_current", wait="1m")
                place.faults(clear=True)
                run = place.run("receipts", "receipts_current", wait="1m")
                assert run.code == 0, run
                truth = place.sandbox.truth()
                assert checker.check_current(place.database, truth) == [], seed
                rows = [key for key, _ in checker.receipts_in(place.database)]
                assert sorted(rows) == sorted(checker.expected_receipts(truth)), seed
        self.side_by_side(together, range(2))

    def test_every_kind_of_throttle_is_waited_for(self):
        def throttled(case):
            fault, status = case
            with Place(self.server, "--yida-throttle-status", status) as place:
                place.faults(**{fault: {"next": 2, "skip": 1}})
                result = place.expect(0, wait="1m")
                assert result["throttled"] == 2, result
                place.faults(**{fault: 1.0})
                place.expect(4, "receipts_current", "--full", reason=THROTTLES[fault])
                place.heal()
        self.side_by_side(throttled, [(fault, 403) for fault in THROTTLES] +
                          [("too_fast", 200), ("too_many", 429)])

    def test_a_month_that_is_used_up_is_not_asked_again(self):
        with Place(self.server) as place:
            place.faults(quota={"rate": 1})
            place.expect(4, reason="calls of this month are used up")
            self.assertEqual(place.calls(), 1)
            place.heal()

    def test_the_1111_page_pauses_all_calls_of_the_account_for_five_minutes(self):
        def punished(fault):
            with Place(self.server) as place:
                place.faults(**{fault: {"next": 1}})
                before = datetime.datetime.now(datetime.timezone.utc)
                run = place.run("receipts", "receipts_current")
                after = datetime.datetime.now(datetime.timezone.utc)
                assert run.code == 4, run
                for line in run.lines:
                    assert line["status"] == "parked", run
                    until = datetime.datetime.fromisoformat(
                        line["resume_at"].replace("Z", "+00:00"))
                    assert before + FIVE_MINUTES - SLACK <= until <= after + FIVE_MINUTES, run
                assert any("1111" in line["reason"] for line in run.lines), run
                # The other pipeline may have had one under way; none leaves later.
                assert place.calls() <= 2, place.stats()
        self.side_by_side(punished, ["punish", "punish_html"])

    def test_refusals_end_the_run_at_once(self):
        def refused(case):
            fault, reason = case
            with Place(self.server) as place:
                place.faults(**{fault: {"rate": 1, "skip": 3}})
                result = place.expect(3, reason=reason)
                assert result["delivered"] > 0, result
                place.heal()
        self.side_by_side(refused, [("permission", "permission"), ("address", "address"),
                                    ("token", "token")])

    def test_a_credential_revoked_in_mid_run(self):
        with Place(self.server, "--latency", 150, records=1200) as place:
            process = place.workspace.start("run", "receipts_current", "--wait", "2s")
            stand.wait_until(lambda: place.database.sql(
                "SELECT COUNT(*) > 0 FROM hc_dd_skd_current") == [["1"]], "a row")
            place.faults(revoke_credentials=True)
            run = place.workspace.finish(process)
            self.assertEqual(run.code, 3, run)
            self.assertRegex(run.result["reason"], "clientId|app_key|token")
            self.assertEqual(checker.check_books(run.result), [])
            self.assertGreater(run.result["delivered"], 0)
            self.assertEqual(run.result["delivered"], run.result["due"], run)
            rows = {key for key, _ in checker.current_in(place.database)}
            self.assertEqual(len(rows), run.result["delivered"])
            place.expect(3)
            place.heal()

    def test_a_wrong_total_never_closes_a_window(self):
        def wrong(fault):
            with Place(self.server) as place:
                place.faults(**{fault: 1.0})
                result = place.expect(4)
                # Where the wrong total reaches one page further than the rows do, that page stays
                # empty, which looks like the end of what the source pages through.
                assert re.search("records were not all seen|one query pages through",
                                 result["reason"]), result
                assert result["delivered"] > 0, result
                healed = place.heal()
                assert healed["from"] == FIRST_DAY, healed
        self.side_by_side(wrong, ["total_high", "total_low"])

    def test_a_total_given_as_text_is_read_or_is_no_page(self):
        with Place(self.server) as place:
            place.faults(total_text=1.0)
            run = place.run("receipts_current", wait="1s")
            if run.code == 0:
                self.assertEqual(place.differences(), [])
            else:
                self.assertIn("totalCount", run.result["reason"])
            place.heal()

    def test_pages_without_progress_are_noticed(self):
        def stuck(fault):
            with Place(self.server) as place:
                place.faults(**{fault: 1.0})
                place.expect(4, reason="no progress")
                place.heal()
        self.side_by_side(stuck, ["repeat_page", "previous_page"])

    def test_pages_that_are_given_again_or_empty_lose_nothing(self):
        def again(fault):
            with Place(self.server) as place:
                place.faults(**{fault: {"next": 1, "skip": 3}})
                place.expect(0, wait="1m")
                assert place.differences() == [], place.differences()[:5]
        self.side_by_side(again, ["repeat_page", "previous_page", "empty_page"])

    def test_a_record_that_is_spoilt_once_comes_whole(self):
        def spoilt(fault):
            with Place(self.server) as place:
                place.faults(**{fault: {"next": 1, "skip": 2}})
                result = place.expect(0, wait="1m")
                assert result["failed"] == 0 and result["retries"] > 0, result
                assert place.differences() == [], place.differences()[:5]
        self.side_by_side(spoilt, ["no_id", "twin_id", "invalid_utf8"])

    def test_a_record_that_is_spoilt_for_ever_fails_alone(self):
        def spoilt(case):
            fault, reason = case
            with Place(self.server) as place:
                place.faults(**{fault: 1.0})
                result = place.expect(1, wait="1m")
                assert 0 < result["failed"] <= result["pages"], result
                assert result["delivered"] == result["new"] - result["failed"], result
                for record in place.workspace.weir(
                        "records", "receipts_current", "--state", "failed").lines:
                    assert reason in record["reason"], record
                missing = place.differences()
                assert len(missing) <= result["failed"], missing
                # Whole again when those days are read again, which may lie outside the overlap.
                place.faults(clear=True)
                place.run("receipts_current", "--full", wait="1m")
                assert place.differences() == [], place.differences()[:5]
        self.side_by_side(spoilt, [("no_id", "processInstanceId"), ("twin_id", "id")])

    def test_a_huge_record_passes_or_fails_alone(self):
        with Place(self.server) as place:
            place.faults(huge_record={"next": 1, "skip": 2})
            run = place.run("receipts_current", wait="1m")
            self.assertIn(run.code, (0, 1), run)
            self.assertEqual(run.result["failed"], run.code, run)
            self.assertLessEqual(len(place.differences()), run.result["failed"])
            place.faults(clear=True)
            place.run("receipts_current", "--full", wait="1m")
            self.assertEqual(place.differences(), [])

    def test_a_date_that_is_an_hour_off_loses_nothing(self):
        def off(minutes):
            with Place(self.server, f"--date-offset={minutes}") as place:
                for _ in range(2):
                    place.expect(0)
                    assert place.differences() == [], place.differences()[:5]
                    place.sandbox.control("add", {"count": 5})
                    place.sandbox.control("change", {"count": 5})
                place.sandbox.control("settings", {"date_offset_minutes": -minutes})
                place.expect(0)
                assert place.differences() == [], place.differences()[:5]
                place.sandbox.control("settings", {"date_offset_minutes": 0})
                place.heal()
        self.side_by_side(off, [60, -60])

    def test_a_token_that_dies_every_three_seconds(self):
        with Place(self.server, "--token-life", 3,
                   budget={"per_second": 2, "per_month": 1000000}) as place:
            place.expect(0)
            self.assertEqual(place.differences(), [])
            self.assertGreaterEqual(place.calls(LOGINS), 2)

    def test_a_form_renamed_between_versions_changes_nothing(self):
        with Place(self.server) as place:
            place.expect(0)
            place.sandbox.control("settings", {"form_name": "回款单", "form_version": 90})
            result = place.expect(0, "receipts_current", "--full")
            self.assertEqual((result["new"], result["changed"], result["due"]), (0, 0, 0), result)
            self.assertEqual(place.differences(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
