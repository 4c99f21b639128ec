# SPDX-License-Identifier: Apache-2.0
"""What breaks around the program: a disk that fills or turns read-only, a network that goes silent.
Disks and network namespaces need the right to mount and to make them; `permitted()` says whether.
"""

import contextlib
import os
import pathlib
import selectors
import socket
import subprocess
import tempfile
import threading


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL).stdout


def permitted():
    """Whether this process may mount file systems and make network namespaces."""
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder],
                               capture_output=True)
        if tried.returncode != 0:
            return False
        run("umount", folder)
    return subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0


class SmallDisk:
    """A file system in memory over a folder, with room for `size` bytes."""

    def __init__(self, folder, size):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", f"size={size}", "none", self.folder)
        self.filler = self.folder / "filler"

    def room(self):
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_frsize

    def fill(self, leaving=0):
        """What is not whole blocks is rounded up."""
        with open(self.filler, "ab", buffering=0) as file:
            while self.room() > leaving:
                try:
                    file.write(bytes(min(self.room() - leaving, 1 << 20)))
                except OSError:
                    break

    def free(self):
        self.filler.unlink(missing_ok=True)

    def close(self):
        run("umount", "-l", self.folder)


class FailingDisk:
    """An ext4 file system over a folder, which the kernel turns read-only as after a disk error."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        image, self.image = tempfile.mkstemp(prefix="weir-disk-")
        os.ftruncate(image, 32 << 20)
        os.close(image)
        run("mkfs.ext4", "-q", "-O", "^has_journal", self.image)
        self.mount()

    def mount(self, *options):
        run("mount", "-o", ",".join(("loop", *options)), self.image, self.folder)

    def turn_read_only(self):
        run("mount", "-o", "remount,abort", self.folder)

    def unmount(self):
        run("umount", self.folder)

    def repair(self):
        self.unmount()
        subprocess.run(["e2fsck", "-f", "-y", self.image], capture_output=True)
        self.mount()

    def close(self):
        subprocess.run(["umount", "-l", self.folder], capture_output=True)
        os.unlink(self.image)


class Relay:
    """Carries TCP connections to another address, until it is cut: then nothing moves any more, and
    nobody is told. `on_request(bytes)` sees what goes out, before it goes; true: cut now, once it
    has gone.
    """

    def __init__(self, target, host="127.0.0.1"):
        self.target = target  # (host, port), or the path of a socket
        self.on_request = None
        self.silent = threading.Event()
        self.unheard = threading.Event()  # a statement, or an answer, went into the silence
        self.pairs = []
        self.lock = threading.Lock()
        self.listener = socket.create_server((host, 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.ended = False
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def cut(self):
        self.silent.set()

    def heal(self):
        """Connections from before the cut are gone; new ones pass."""
        with self.lock:
            for ours, theirs in self.pairs:
                for end in (ours, theirs):
                    with contextlib.suppress(OSError):
                        end.close()
            self.pairs.clear()
        self.silent.clear()
        self.unheard.clear()

    def _connect(self):
        if isinstance(self.target, str):
            end = socket.socket(socket.AF_UNIX)
            end.connect(self.target)
            return end
        return socket.create_connection(self.target)

    def _work(self):
        while not self.ended:
            with contextlib.suppress(OSError):
                ours, _ = self.listener.accept()
                if self.silent.is_set():  # the kernel took it; nobody speaks
                    with self.lock:
                        self.pairs.append((ours, ours))
                    continue
                theirs = self._connect()
                with self.lock:
                    self.pairs.append((ours, theirs))
                threading.Thread(target=self._carry, args=(ours, theirs), daemon=True).start()

    def _carry(self, ours, theirs):
        with contextlib.suppress(OSError, ValueError), selectors.DefaultSelector() as selector:
            selector.register(ours, selectors.EVENT_READ, theirs)
            selector.register(theirs, selectors.EVENT_READ, ours)
            while not self.ended:
                for key, _ in selector.select(timeout=0.1):
                    if self.silent.is_set():
                        self.unheard.set()
                        return
                    data = key.fileobj.recv(65536)
                    if not data:
                        ours.close()
                        theirs.close()
                        return
                    cuts = key.fileobj is ours and self.on_request and self.on_request(data)
                    key.data.sendall(data)
                    if cuts:
                        self.cut()

    def close(self):
        self.ended = True
        self.listener.close()
        self.heal()


class Namespace:
    """A network namespace with one wire to ours. `here` and `there` are the ends' addresses."""

    here = "10.213.77.1"
    there = "10.213.77.2"

    made = 0

    def __init__(self):
        # The kernel takes its time over those before.
        Namespace.made += 1
        self.name = f"weir-{os.getpid()}-{Namespace.made}"
        self.wire = f"wr{os.getpid() % 1000000}-{Namespace.made}"
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self.wire, "type", "veth", "peer", "name", "inside", "netns",
            self.name)
        run("ip", "addr", "add", f"{self.here}/30", "dev", self.wire)
        run("ip", "-n", self.name, "addr", "add", f"{self.there}/30", "dev", "inside")
        run("ip", "-n", self.name, "link", "set", "inside", "up")
        run("ip", "-n", self.name, "link", "set", "lo", "up")
        self.heal()

    def cut(self):
        run("ip", "link", "set", self.wire, "down")

    def heal(self):
        run("ip", "link", "set", self.wire, "up")

    def close(self):
        run("ip", "link", "del", self.wire)
        run("ip", "netns", "del", self.name)
