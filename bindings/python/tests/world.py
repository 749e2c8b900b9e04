"""A small agglomeration for the stories: a real server, the road to it, and its supervisor."""

import contextlib
import json
import os
import re
import socket
import subprocess
import threading
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def server_program():
    """The server that cargo built: RONDE_SERVER_BIN, else beside the libraries, else in target/debug."""
    if named := os.environ.get("RONDE_SERVER_BIN"):
        return named
    binaries = os.environ.get("RONDE_BINARIES") or Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "debug")
    return str(Path(binaries, "ronde-server"))


class Server:
    """One agglomeration's archive, which may be served or not."""

    def __init__(self, directory):
        self.environment = {**os.environ, "RONDE_SERVER_DIR": str(directory)}
        self.process = None
        self.say("init", "--name", "Agglomération de Valbrume")
        self.say("territory", "draw")

    def say(self, *command):
        """Runs one command of the server and gives what it printed."""
        done = subprocess.run(
            [server_program(), *command], env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, f"{command}: {done.stderr or done.stdout}"
        return done.stdout

    def tell(self, *command):
        """The same with --json: the object on the last line."""
        return json.loads(self.say(*command, "--json").strip().splitlines()[-1])

    def start(self):
        """Serves on a free port and gives it."""
        self.process = subprocess.Popen(
            [server_program(), "serve", "--listen", "127.0.0.1:0"], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                return int(found.group(1))
        raise AssertionError(f"the server ended with {self.process.wait()} before it listened")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.communicate(timeout=60)
            self.process = None


class Road:
    """The network between the phones and the server: open, cut, or silent (taken in, never answered)."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.port, self.silent = None, False
        self.taken = threading.Semaphore(0)
        self.open, self.lock = set(), threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def leads_to(self, port):
        self.port, self.silent = port, False

    def goes_silent(self):
        self.silent = True

    def is_cut(self):
        """Nothing passes any more, and what was on its way is lost."""
        self.port, self.silent = None, False
        with self.lock:
            for end in self.open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near):
        with contextlib.suppress(OSError), near, self._known(near):
            if self.silent:
                self.taken.release()
                while near.recv(65536):
                    pass
            elif port := self.port:
                with socket.create_connection(("127.0.0.1", port)) as far, self._known(far):
                    back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                    back.start()
                    _pump(near, far)
                    back.join()

    @contextlib.contextmanager
    def _known(self, end):
        with self.lock:
            self.open.add(end)
        try:
            yield
        finally:
            with self.lock:
                self.open.discard(end)

    def close(self):
        self.is_cut()
        self.listener.close()


def _pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class Supervisor:
    """Hélène, on the server's own machine, through the JSON interface."""

    def __init__(self, port, token):
        self.base, self.token = f"http://127.0.0.1:{port}/v1", token

    def ask(self, path, body=None):
        """GET, or POST when there is a body."""
        request = urllib.request.Request(
            self.base + path, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
