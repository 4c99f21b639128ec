# SPDX-License-Identifier: Apache-2.0
"""What a person hears: `weir alert test` against the stand-in's robot, a web hook and a mail
server that refuse, vanish and check what they are sent."""

import hashlib
import hmac
import json
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import unittest

from receivers import Hook, MailServer
from stand import Sandbox, WEIR, Run

SECRET = "SEC0123456789"


class Alerts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox("--records", 1, "--robot-secret", SECRET)

    @classmethod
    def tearDownClass(cls):
        cls.sandbox.close()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-alert-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.robot(secret=SECRET, keyword="", per_minute=20, down=False, clear=True)

    def robot(self, **wishes):
        return json.loads(self.sandbox.control("robot", wishes))

    def group(self, **settings):
        return {"type": "dingtalk", "url": self.sandbox.url + "/robot/send?access_token=t0ken",
                "secret": SECRET, **settings}

    def hook(self, **settings):
        hook = Hook(**settings)
        self.addCleanup(hook.close)
        return hook

    def mail_server(self, **settings):
        server = MailServer(**settings)
        self.addCleanup(server.close)
        return server

    @staticmethod
    def post(server, **settings):
        return {"type": "mail", "host": "127.0.0.1", "port": server.port, "security": "none",
                "from": "weir@hongchao.example", "to": ["ops@hongchao.example"], **settings}

    def configure(self, channels, language="zh", **alerts):
        (self.folder / "weir.yaml").write_text(json.dumps(
            {"language": language, "alerts": {"channels": channels, **alerts}}))

    def weir(self, *arguments, as_json=True):
        done = subprocess.run(
            [WEIR, "alert", "test", *arguments, "--workspace", str(self.folder)]
            + (["--json"] if as_json else []),
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
        return Run(done.returncode, done.stdout, done.stderr)

    def answers(self, run):
        return {line["channel"]: line for line in run.lines}

    # ---- what arrives ---------------------------------------------------------------------------

    def test_every_channel_is_told_and_says_what_it_answered(self):
        hook, post = self.hook(), self.mail_server()
        self.configure({"group": self.group(), "hook": {"type": "webhook", "url": hook.url},
                        "post": self.post(post)})
        run = self.weir()
        self.assertEqual(run.code, 0, run)
        answers = self.answers(run)
        self.assertEqual(answers["group"]["answer"], "errcode 0: ok")
        self.assertEqual(answers["hook"]["answer"], "HTTP 200")
        self.assertIn("250", answers["post"]["answer"])
        markdown = self.robot()["messages"][0]["markdown"]
        self.assertEqual(markdown["title"], "Weir 测试消息")
        self.assertIn("group", markdown["text"])
        self.assertEqual(hook.bodies()[0]["title"], "Weir 测试消息")
        self.assertEqual(len(post.mails), 1)

    def test_mail_keeps_its_chinese_in_headers_and_text(self):
        post = self.mail_server()
        self.configure({"通知": self.post(post, to=["a@b.example", "c@d.example"])})
        self.assertEqual(self.weir().code, 0)
        sender, recipients, message = post.mails[0]
        self.assertEqual(sender, "weir@hongchao.example")
        self.assertEqual(recipients, ["a@b.example", "c@d.example"])
        self.assertEqual(message["Subject"], "Weir 测试消息")
        self.assertEqual([str(a.addr_spec) for a in message["To"].addresses], recipients)
        self.assertIsNotNone(message["Date"].datetime)
        body = message.get_body(preferencelist=("plain",))
        self.assertEqual(body.get_content_charset(), "utf-8")
        self.assertIn("告警通道 通知 可以收到消息", body.get_content())

    def test_a_webhook_can_hold_the_signature_against_the_body(self):
        hook = self.hook()
        self.configure({"hook": {"type": "webhook", "url": hook.url, "secret": "k"}}, "en")
        self.assertEqual(self.weir().code, 0)
        path, headers, body = hook.posts[0]
        self.assertEqual(path, "/hooks/T0KEN")
        expected = "sha256=" + hmac.new(b"k", body, hashlib.sha256).hexdigest()
        self.assertEqual(headers["X-Weir-Signature"], expected)
        self.assertEqual(json.loads(body)["title"], "Weir: a test message")

    def test_one_channel_alone(self):
        hook = self.hook()
        self.configure({"group": self.group(), "hook": {"type": "webhook", "url": hook.url}})
        self.assertEqual(list(self.answers(self.weir("hook"))), ["hook"])
        self.assertEqual(self.robot()["messages"], [])

    # ---- what is refused ------------------------------------------------------------------------

    def test_a_wrong_signature_is_told_with_what_to_do(self):
        self.configure({"group": self.group(secret="SECwrong")})
        run = self.weir(as_json=False)
        self.assertEqual(run.code, 3, run)
        self.assertIn("sign not match; set `secret` to the robot's signing secret", run.err)
        self.assertNotIn("SECwrong", run.err + run.out)
        self.assertNotIn("t0ken", run.err + run.out)

    def test_a_channel_that_is_down_leaves_the_others_told(self):
        hook = self.hook(status=500)
        post = self.mail_server()
        self.robot(down=True)
        self.configure({"group": self.group(), "hook": {"type": "webhook", "url": hook.url},
                        "gone": {"type": "webhook", "url": "http://127.0.0.1:1/T0KEN"},
                        "post": self.post(post)})
        run = self.weir()
        self.assertEqual(run.code, 3, run)
        answers = self.answers(run)
        self.assertEqual([answers[name]["ok"] for name in ("group", "hook", "gone", "post")],
                         [False, False, False, True])
        self.assertEqual(answers["gone"]["error"], "unavailable")
        self.assertNotIn("T0KEN", run.out + run.err)
        self.assertEqual(len(post.mails), 1)

    def test_a_robot_that_was_sent_too_many_messages(self):
        self.robot(per_minute=1)
        self.configure({"group": self.group()})
        self.assertEqual(self.weir().code, 0)
        run = self.weir()
        self.assertEqual((run.code, run.lines[0]["error"]), (4, "throttled"))
        self.assertIn("send too fast", run.lines[0]["message"])

    def test_a_keyword_that_stands_in_every_message(self):
        self.robot(keyword="Weir")
        self.configure({"group": self.group()})
        self.assertEqual(self.weir().code, 0)
        self.robot(keyword="告警")
        self.configure({"group": self.group()}, "en")
        self.assertIn("make `Weir` a keyword", self.weir().lines[0]["message"])

    # ---- mail servers ---------------------------------------------------------------------------

    def test_signing_in(self):
        post = self.mail_server(account=("weir", "p:w"))
        self.configure({"post": self.post(post, user="weir", password="p:w")})
        self.assertEqual(self.weir().code, 0)
        self.configure({"post": self.post(post, user="weir", password="s3cret")})
        run = self.weir()
        self.assertEqual((run.code, run.lines[0]["error"]), (3, "unauthorized"))
        self.assertNotIn("s3cret", run.out + run.err)
        self.assertEqual(len(post.mails), 1)

    def test_a_refused_recipient(self):
        for answer, kind in (("550 5.1.1 no such user", "rejected"),
                             ("451 4.3.0 try later", "unavailable")):
            post = self.mail_server(refuse=answer)
            self.configure({"post": self.post(post)})
            run = self.weir()
            self.assertEqual((run.code, run.lines[0]["error"]), (3, kind), run)
            self.assertIn(answer, run.lines[0]["message"])

    def test_without_starttls_nothing_is_sent(self):
        post = self.mail_server(account=("weir", "s3cret"))
        self.configure({"post": self.post(post, security="starttls", user="weir",
                                          password="s3cret")})
        run = self.weir()
        self.assertEqual(run.code, 3, run)
        self.assertIn("offers no STARTTLS", run.lines[0]["message"])
        self.assertEqual(post.mails, [])

    def test_a_certificate_that_nobody_vouches_for(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-keyout", self.folder / "key",
                        "-out", self.folder / "cert"], check=True, capture_output=True)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.folder / "cert", self.folder / "key")
        post = self.mail_server(tls=tls)
        self.configure({"post": self.post(post, security="starttls")})
        run = self.weir()
        self.assertEqual(run.code, 3, run)
        self.assertIn("its certificate is not trusted", run.lines[0]["message"])
        self.assertEqual(post.mails, [])

    # ---- the files ------------------------------------------------------------------------------

    def test_faults_of_the_file_are_all_told_and_nothing_is_sent(self):
        self.configure({"group": self.group(kinds=["run_faild"]),
                        "hook": {"type": "webhok"}, "post": {"type": "mail", "host": "h"}})
        run = self.weir(as_json=False)
        self.assertEqual(run.code, 2, run)
        for part in ("did you mean `run_failed`?", "did you mean `webhook`?", "`from` is missing",
                     "`to` is missing"):
            self.assertIn(part, run.err)
        self.assertEqual(self.robot()["messages"], [])

    def test_no_channel_and_an_unknown_one(self):
        (self.folder / "weir.yaml").write_text("")
        self.assertIn("names no channel for alerts", self.weir(as_json=False).err)
        self.configure({"group": self.group()})
        run = self.weir("grop", as_json=False)
        self.assertEqual(run.code, 2)
        self.assertIn("there is no channel `grop` under `alerts`; did you mean `group`?", run.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
