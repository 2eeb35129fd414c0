# SPDX-License-Identifier: GPL-2.0-or-later
"""The command under test, and a mock daemon for it to talk to.

The mock listens on a real Unix socket where the real daemon would and gives
the replies that a test specifies: it stands in for ebondd because that needs root
and a network. The real one is tested in tests/netns. Nothing here needs root,
and any number of runs can go on at once: each has its own EBOND_RUN_DIR.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading

import pytest

# However slow the machine, a command that takes this long hangs.
DEADLINE_S = 60


class Result:
    """The outcome of one run of the command."""

    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout.decode()
        self.err = process.stderr.decode()

    def __repr__(self):
        return f"exit {self.code}\nstdout: {self.out!r}\nstderr: {self.err!r}"


class MockDaemon:
    """Sends each connection the next of `answers`; keeps the requests.

    An answer is an object (sent as a line of JSON), bytes (sent as they are),
    or a function that is given the connection.
    """

    def __init__(self, path):
        self.requests = []
        self.answers = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        path.chmod(0o666)
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answer(self, *answers):
        self.answers += answers

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(DEADLINE_S)
                try:
                    self._answer(connection)
                except OSError:
                    pass  # the command disconnected: its output tells why

    def _answer(self, connection):
        answer = self.answers.pop(0) if self.answers else {"exit": 0}
        if callable(answer):
            answer(connection)
            return
        self.requests.append(json.loads(read_line(connection)))
        if not isinstance(answer, bytes):
            answer = json.dumps(answer).encode() + b"\n"
        connection.sendall(answer)

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive()


def read_line(connection):
    line = b""
    while not line.endswith(b"\n"):
        block = connection.recv(65536)
        assert block, f"the command closed after {line!r}"
        line += block
    return line


class Setup:
    """A run directory and the command that uses it."""

    def __init__(self, base, program):
        self.base = pathlib.Path(base)
        self.program = program
        self.rundir = self.base / f"net-{os.stat('/proc/self/ns/net').st_ino}"
        self.rundir.mkdir()
        self.rundir.chmod(0o755)

    def ebond(self, *args, as_nobody=False, program=None, stdout=subprocess.PIPE, cwd=None,
              **environment):
        """Runs the command; EBONDD names a missing file unless given.

        `as_nobody`: as an unprivileged user, and a copy of it that such a user can reach.
        """
        env = dict(
            os.environ,
            EBOND_RUN_DIR=str(self.base),
            EBONDD=str(self.base / "absent-ebondd"),
            EBOND_TIMEOUT="30",
        )
        env.update(environment)
        become = {}
        if as_nobody:
            become = {"user": 65534, "group": 65534, "extra_groups": []}
            program = program or shutil.copy(self.program, self.base / "ebond")
        process = subprocess.run(
            [program or self.program, *args],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=DEADLINE_S,
            check=False,
            cwd=cwd,
            **become,
        )
        if process.stdout is None:
            process.stdout = b""
        return Result(process)

    def write_program(self, name, text):
        path = self.base / name
        path.write_text(text)
        path.chmod(0o755)
        return path


@pytest.fixture(scope="session")
def program():
    build = os.environ.get("EBOND_BUILD")
    assert build, "EBOND_BUILD must name the build directory"
    path = pathlib.Path(build).resolve() / "cli" / "ebond"
    assert os.access(path, os.X_OK), f"{path} is not built"
    return path


@pytest.fixture
def setup(program):
    """No daemon runs. The path is short: a socket's is limited to 107 characters."""
    base = tempfile.mkdtemp(prefix="ebond-cli-")
    os.chmod(base, 0o755)
    yield Setup(base, program)
    shutil.rmtree(base)


@pytest.fixture
def daemon(setup):
    """A mock daemon replies in `setup`."""
    mock = MockDaemon(setup.rundir / "control")
    yield mock
    mock.close()
