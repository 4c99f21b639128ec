# SPDX-License-Identifier: Apache-2.0
"""The printed schemas, by a validator of others: the official files pass, wrong ones do not."""

import copy
import json
import os
import pathlib
import subprocess
import unittest

import jsonschema
import yaml

WEIR = os.environ["WEIR_BIN"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def validator(file):
    text = subprocess.run([WEIR, "schema", file], check=True, capture_output=True).stdout
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def read(path):
    return yaml.safe_load(path.read_text())


class Schema(unittest.TestCase):
    def passes(self, file, document):
        self.assertEqual([e.message for e in validator(file).iter_errors(document)], [])

    def refuses(self, file, document):
        self.assertFalse(validator(file).is_valid(document), document)

    def test_the_official_pipelines_pass(self):
        pipelines = sorted((ROOT / "examples/receipts/pipelines").glob("*.yaml"))
        self.assertGreaterEqual(len(pipelines), 2)
        for path in pipelines:
            self.passes("pipeline", read(path))
        for name in ("receipts", "receipts_current", "receipts_metadata_connected",
                     "vocabulary", "filters"):
            golden = read(ROOT / f"tests/golden/{name}.yaml")
            self.passes("pipeline", yaml.safe_load(golden["pipeline"]))

    def test_wrong_pipelines_are_refused(self):
        good = read(ROOT / "examples/receipts/pipelines/receipts.yaml")

        def without(side, key):
            document = copy.deepcopy(good)
            del document[side][key]
            return document

        def put(document, value, *path):
            document = copy.deepcopy(document)
            part = document
            for step in path[:-1]:
                part = part[step]
            part[path[-1]] = value
            return document

        for document in ({}, {"source": good["source"]}, without("source", "api"),
                         without("target", "connection"), put(good, {}, "shedule"),
                         put(good, "perhaps", "delivery"), put(good, "daily", "sync", "by"),
                         put(good, "perhaps", "source", "idCheck"),
                         put(good, [{"value": 1}], "source", "request"),
                         put(good, [{"old": "a", "new": "b"}], "source", "formatResponse"),
                         put(good, [{"field": "a", "logic": "eq"}], "source", "condition"),
                         put(good, [{"field": "a", "rule": "requird"}], "quality"),
                         put(good, [{"field": "a", "rule": "required", "minn": 1}], "quality")):
            self.refuses("pipeline", document)
        self.passes("pipeline", put(good, [{"field": "a", "rule": "range", "min": 0}], "quality"))
        self.passes("pipeline", put(good, 1, "source", "banana"))  # warned about, not refused

        remedy = {"crontab": "10 3 * * *", "takeOverRequest": [{"field": "a", "value": "b"}]}
        daily = {"cron": "@daily"}
        for document in (put(good, daily, "source", "schedule"), put(good, "@daily", "target",
                                                                     "crontab"),
                         put(good, remedy, "source", "omissionRemedy"), put(good, "off", "retry"),
                         put(good, ["20s", "5m"], "retry")):
            self.passes("pipeline", document)
        for document in (put(good, "@daily", "source", "schedule"),
                         put(good, {"corn": "@daily"}, "target", "schedule"),
                         put(good, [{"value": "b"}], "source", "request"),
                         put(good, {**remedy, "takeOverRequest": [{"value": "b"}]}, "source",
                             "omissionRemedy")):
            self.refuses("pipeline", document)

    def test_connections_by_their_connector(self):
        self.passes("connection", {
            "connector": "dingtalk", "app_key": "key", "app_secret": "${env:SECRET}",
            "timezone": "Asia/Shanghai", "clock": "local", "result_cap": "auto",
            "budget": {"per_second": 10, "per_minute": 600, "per_month": 5000}})
        good = {"connector": "mysql", "host": "127.0.0.1", "port": 3306, "user": "weir",
                "password": "${env:MYSQL_PASSWORD}", "database": "hongchao", "tls": "preferred"}
        self.passes("connection", good)
        self.passes("connection", {**good, "port": "${env:PORT}"})
        for wrong in ({"connector": "mysqll"}, {"host": "a"}, {**good, "port": "many"},
                      {**good, "tls": "perhaps"}, {**good, "pasword": "x"},
                      {"connector": "dingtalk", "app_key": "key"}):
            self.refuses("connection", wrong)

    def test_the_workspace(self):
        for good in (None, {}, {"timezone": "Asia/Shanghai", "listen": "127.0.0.1:8787"}):
            self.passes("workspace", good)
        self.refuses("workspace", {"time_zone": "Asia/Shanghai"})
        self.refuses("workspace", {"state": True})

    def test_the_retention(self):
        for good in ("off", None, {}, {"age": "90d"}, {"age": "off", "size": "10GB"}):
            self.passes("workspace", {"retention": good})
        for wrong in ("on", 90, ["90d"], {"days": 90}, {"age": ["90d"]}):
            self.refuses("workspace", {"retention": wrong})

    def test_alerts_and_their_channels(self):
        group = {"type": "dingtalk", "url": "${env:ROBOT_URL}", "secret": "SEC1"}
        self.passes("workspace", {"log": "json", "alerts": {
            "nothing_for": "2d", "warned_percent": 2.5, "repeat_after": "1h", "channels": {
                "group": {**group, "kinds": ["nothing_delivered", "budget_forecast"]},
                "hook": {"type": "webhook", "url": "http://h.example/", "kinds": "run_failed"},
                "post": {"type": "mail", "host": "h", "from": "a@b", "to": ["c@d"]}}}})
        for wrong in ({"log": "xml"}, {"alerts": {"nothing_fr": "2d"}},
                      {"alerts": {"warned_percent": 101}},
                      {"alerts": {"channels": {"group": {**group, "type": "dingtlak"}}}},
                      {"alerts": {"channels": {"group": {**group, "kinds": ["run_faild"]}}}},
                      {"alerts": {"channels": {"group": {**group, "secrt": "x"}}}},
                      {"alerts": {"channels": {"post": {"type": "mail", "host": "h"}}}}):
            self.refuses("workspace", wrong)
        good = read(ROOT / "examples/receipts/pipelines/receipts.yaml")
        self.passes("pipeline", {**good, "alerts": {"nothing_for": "never", "warned_percent": 0}})
        self.refuses("pipeline", {**good, "alerts": {"channels": {}}})


if __name__ == "__main__":
    unittest.main(verbosity=2)
