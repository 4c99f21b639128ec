# SPDX-License-Identifier: Apache-2.0
"""Where alerts arrive in a test: a web hook and a mail server, on ports of their own. The mail
server speaks what RFC 5321, 3207 (STARTTLS) and 4954 (AUTH PLAIN) ask of one."""

import base64
import email
import email.policy
import http.server
import json
import socketserver
import threading


class Server:
    """A server on a thread of its own, until close()."""

    def __init__(self, server):
        self.server = server
        self.port = server.server_address[1]
        self.thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Hook(Server):
    """Keeps each POST as (path, headers, body); answers `status`."""

    def __init__(self, status=200):
        self.status = status
        self.posts = []
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.posts.append((self.path, dict(self.headers), body))
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        super().__init__(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        self.url = f"http://127.0.0.1:{self.port}/hooks/T0KEN"

    def bodies(self):
        return [json.loads(body) for _, _, body in self.posts]


class MailServer(Server):
    """Keeps each mail as (sender, recipients, message). `tls`: a context for STARTTLS; `account`:
    (user, password) that must sign in; `refuse`: an answer to RCPT in place of 250."""

    def __init__(self, tls=None, account=None, refuse=None):
        self.mails = []
        self.tls = tls
        self.account = account
        self.refuse = refuse
        office = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                Conversation(office, self).hold()

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a client that goes away, or does not trust the certificate

        super().__init__(Threads(("127.0.0.1", 0), Handler))


class Conversation:
    def __init__(self, office, handler):
        self.office = office
        self.socket = handler.connection
        self.file = handler.connection.makefile("rb")
        self.private = False
        self.signed_in = False
        self.begin()

    def begin(self):
        self.sender = None
        self.recipients = []

    def say(self, *lines):
        for number, line in enumerate(lines, 1):
            mark = " " if number == len(lines) else "-"
            self.socket.sendall(f"{line[:3]}{mark}{line[4:]}\r\n".encode())

    def hold(self):
        self.say("220 test ready")
        while line := self.file.readline().decode().rstrip("\r\n"):
            word = line.split(" ")[0].upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            getattr(self, "on_" + word.lower(), self.on_unknown)(line)

    def on_unknown(self, line):
        self.say("500 unknown: " + line)

    def on_ehlo(self, line):
        offers = ["250 test"]
        if self.office.tls and not self.private:
            offers.append("250 STARTTLS")
        if self.office.account:
            offers.append("250 AUTH PLAIN")
        self.say(*offers, "250 8BITMIME")

    def on_starttls(self, line):
        self.say("220 go on")
        self.socket = self.office.tls.wrap_socket(self.socket, server_side=True)
        self.file = self.socket.makefile("rb")
        self.private = True

    def on_auth(self, line):
        words = line.split(" ")
        if len(words) < 3:
            self.say("334 ")
            words.append(self.file.readline().decode().strip())
        _, user, password = base64.b64decode(words[2]).decode().split("\0")
        self.signed_in = (user, password) == self.office.account
        self.say("235 welcome" if self.signed_in else "535 5.7.8 bad credentials")

    def on_mail(self, line):
        self.begin()
        if self.office.account and not self.signed_in:
            self.say("530 sign in first")
            return
        self.sender = line.split("<")[1].split(">")[0]
        self.say("250 ok")

    def on_rcpt(self, line):
        if self.office.refuse:
            self.say(self.office.refuse)
            return
        self.recipients.append(line.split("<")[1].split(">")[0])
        self.say("250 ok")

    def on_data(self, line):
        self.say("354 go on")
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.office.mails.append((self.sender, self.recipients, message))
        self.say("250 2.0.0 queued as 1")
