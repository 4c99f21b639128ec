# SPDX-License-Identifier: Apache-2.0
"""`weir connectors`: what can be connected, for people and for programs."""

import json
import subprocess
import unittest

import stand


def weir(*arguments):
    return subprocess.run([stand.WEIR, "connectors", *arguments], capture_output=True, text=True,
                          timeout=60, check=False)


class Connectors(unittest.TestCase):
    def test_all_of_them_are_listed_with_what_they_serve_as(self):
        connectors = {line["name"]: line
                      for line in map(json.loads, weir("--json").stdout.splitlines())}
        self.assertTrue(connectors["dingtalk"]["source"])
        self.assertTrue(connectors["mysql"]["target"])
        listed = weir().stdout
        for name, connector in connectors.items():
            self.assertRegex(listed, rf"(?m)^{name} .*{connector['title'].split(' (')[0]}")

    def test_the_settings_of_one_say_type_default_and_secrets(self):
        settings = {setting["name"]: setting
                    for setting in json.loads(weir("mysql", "--json").stdout)["settings"]}
        self.assertEqual(settings["port"]["default"], 3306)
        self.assertTrue(settings["password"]["secret"])
        self.assertIn("verify", settings["tls"]["one_of"])
        text = weir("mysql").stdout
        self.assertRegex(text, r"(?m)^port +integer, default 3306 +\S")
        self.assertRegex(weir("dingtalk").stdout, r"(?m)^budget.per_second ")

    def test_one_says_what_a_pipeline_may_call(self):
        apis = {api["name"]: api for api in json.loads(weir("dingtalk", "--json").stdout)["reads"]}
        instances = apis["v1.0/yida/processes/instances"]
        self.assertEqual(instances["method"], "POST")
        self.assertIn({"name": "systemToken", "required": True, "secret": True},
                      instances["fields"])
        self.assertRegex(weir("mysql").stdout, r"(?m)^batchexecute +\S")

    def test_a_wrong_name_is_told_with_the_nearest(self):
        done = weir("mysqll")
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("there is no connector `mysqll`; did you mean `mysql`?", done.stderr)


if __name__ == "__main__":
    unittest.main()
