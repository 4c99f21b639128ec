# SPDX-License-Identifier: Apache-2.0
"""The Debian package of this build: what is in it, what it needs, what its scripts do to a fresh
root, and what systemd says of the unit. WEIR_BUILD is the build's folder."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["WEIR_BUILD"])


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True, **options).stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        run("cpack", "-G", "DEB", "--config", "CPackConfig.cmake", "-B", cls.folder / "made",
            cwd=BUILD, umask=0o022)
        (cls.file,) = (cls.folder / "made").glob("weir_*.deb")
        cls.root = cls.folder / "root"
        run("dpkg-deb", "-x", cls.file, cls.root)
        cls.control = cls.folder / "control"
        run("dpkg-deb", "-e", cls.file, cls.control)

    def test_it_holds_what_it_must_and_nothing_outside_usr(self):
        files = {line.split()[5]: line.split() for line in run("dpkg-deb", "-c", self.file)
                 .splitlines()}
        for path in ("bin/weir", "lib/systemd/system/weir.service", "share/man/man1/weir.1.gz",
                     "share/doc/weir/README.md", "share/doc/weir/copyright",
                     "share/doc/weir/changelog.gz",
                     "share/doc/weir/examples/receipts/pipelines/receipts.yaml"):
            self.assertIn(f"./usr/{path}", files)
        for path, (mode, owner, *_) in files.items():
            self.assertTrue(path.startswith("./usr/"), path)
            self.assertEqual(owner, "root/root", path)
            executable = path == "./usr/bin/weir" or mode.startswith("d")
            self.assertEqual(mode[1:], "rwxr-xr-x" if executable else "rw-r--r--", path)
        version = run(self.root / "usr/bin/weir", "--version").split()[1]
        self.assertRegex(self.file.name, rf"^weir_{re.escape(version)}_[a-z0-9]+\.deb$")

    def test_it_needs_each_library_it_is_linked_with(self):
        described = run("dpkg-deb", "-f", self.file, "Description").splitlines()
        self.assertTrue(all(line[0] == " " and line[1] != " " for line in described[1:]), described)
        depends = run("dpkg-deb", "-f", self.file, "Depends")
        for package in ("libc6", "libsodium23", "libarchive13", "libsqlite3-0", "libmariadb3",
                        "adduser", "ca-certificates", "tzdata"):
            self.assertRegex(depends, rf"(^|, ){re.escape(package)}( \(|,|$)")

    def test_its_scripts_are_sound_and_keep_a_workspace_that_is_there(self):
        for name in ("postinst", "prerm", "postrm"):
            script = self.control / name
            self.assertEqual(script.stat().st_mode & 0o777, 0o755)
            run("sh", "-n", script)
        text = (self.control / "postinst").read_text()
        workspace = self.folder / "workspace"
        text = text.replace("workspace=/var/lib/weir", f"workspace={workspace}")
        tools = self.folder / "tools"
        tools.mkdir()
        for name in ("adduser", "chown", "deb-systemd-helper", "systemctl", "deb-systemd-invoke"):
            (tools / name).write_text("#!/bin/sh\nexit 0\n")
            (tools / name).chmod(0o755)
        (tools / "install").write_text('#!/bin/sh\nfor last; do :; done\nmkdir -p "$last"\n')
        (tools / "install").chmod(0o755)
        (self.folder / "postinst").write_text(text)
        environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}")
        run("sh", self.folder / "postinst", "configure", env=environment)
        self.assertEqual(sorted(os.listdir(workspace)), ["connections", "pipelines", "weir.yaml"])
        checked = subprocess.run([self.root / "usr/bin/weir", "check", "--offline", "--workspace",
                                  workspace], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked)
        (workspace / "weir.yaml").write_text("timezone: UTC\n")
        (workspace / "pipelines").rmdir()
        run("sh", self.folder / "postinst", "configure", "0.0.1", env=environment)
        self.assertEqual((workspace / "weir.yaml").read_text(), "timezone: UTC\n")
        self.assertEqual(sorted(os.listdir(workspace)), ["connections", "weir.yaml"])

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd here")
    def test_systemd_takes_the_unit(self):
        unit = self.root / "usr/lib/systemd/system/weir.service"
        text = unit.read_text().replace("/usr/bin/weir", str(self.root / "usr/bin/weir"))
        copy = self.folder / "weir.service"
        copy.write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy],
                              capture_output=True, text=True)
        said = [line for line in done.stderr.splitlines() if "weir.service" in line]
        self.assertEqual((done.returncode, said), (0, []), done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
