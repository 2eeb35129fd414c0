# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may do what over the control socket, and that no client can block others or the daemon."""

import contextlib
import json
import shutil
import socket
import time

import pytest

from rig import EBOND, wait_for
from test_interface import one_bond

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
WITH_NET_ADMIN = ["--inh-caps", "+net_admin", "--ambient-caps", "+net_admin"]

# For any user: one request as given, without what `ebond` sends along.
RAW = """import json, socket, sys
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
client.sendall(json.dumps({"command": sys.argv[2], "args": sys.argv[3:]}).encode() + b"\\n")
print(client.makefile().read())"""

# Proof for another network namespace.
FOREIGN = """import socket, sys
proof = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
proof.setsockopt(socket.IPPROTO_TCP, 19, 1)  # TCP_REPAIR
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
socket.send_fds(client, [b'{"command": "del", "args": ["bond0"]}\\n'], [proof.fileno()])
print(client.makefile().read())"""


@pytest.fixture
def host(rig, pair):
    """bond0 with two ports; other users can connect and have the command."""
    a, _ = one_bond(rig, pair)
    a.shell(f"chmod 755 {rig.scratch} {a.run_dir}")
    shutil.copy(EBOND, rig.scratch / "ebond")  # others may have no access to the build directory
    return a


def may_be(host, who):
    """Skips where the kernel refuses the user namespace that `who` lives in."""
    done = host.run(*who, "true", check=False)
    if "unshare" in who and done.returncode:
        pytest.skip(f"no user namespaces here, as in a chroot: {done.stderr.strip()}")


def raw(host, who, *request):
    done = host.run(*who, "/usr/bin/python3", "-c", RAW, host.control(), *request)
    return json.loads(done.stdout)


@pytest.mark.parametrize("who", [
    ["setpriv", "--bounding-set", "-net_admin"],
    ["unshare", "-U", "-r"],
    NOBODY,
    [*NOBODY, "unshare", "-U", "-r"],
], ids=["root without CAP_NET_ADMIN", "root of a user namespace", "nobody", "nobody as root"])
def test_refused(host, who):
    may_be(host, who)
    for words in (["set", "bond0", "miimon", "200"], ["del", "bond0"], ["stop"]):
        done = host.run(*who, host.rig.scratch / "ebond", *words, check=False)
        assert done.returncode == 1 and "CAP_NET_ADMIN" in done.stderr, done
        assert "CAP_NET_ADMIN" in raw(host, who, *words)["error"]
    assert host.run(*who, host.rig.scratch / "ebond", "show", "-j").stdout
    assert host.bond_info()["miimon"] == 100


@pytest.mark.parametrize("who", [[], [*NOBODY, *WITH_NET_ADMIN]],
                         ids=["root", "nobody with CAP_NET_ADMIN"])
def test_allowed(host, who):
    host.run(*who, host.rig.scratch / "ebond", "set", "bond0", "miimon", "200")
    assert host.bond_info()["miimon"] == 200


def test_root_without_a_proof(host):
    """Scripts that write to the socket themselves."""
    assert raw(host, [], "set", "bond0", "miimon", "200")["exit"] == 0


def test_proof_of_another_namespace(host):
    """Any user can have CAP_NET_ADMIN in a network namespace of their own."""
    who = [*NOBODY, "unshare", "-U", "-r", "-n"]
    may_be(host, who)
    done = host.run(*who, "/usr/bin/python3", "-c", FOREIGN, host.control(), check=False)
    assert "CAP_NET_ADMIN" in done.stdout, done


def as_nobody(host, script):
    """Runs Python with `connect()` as an unprivileged user; returns its output."""
    program = ("import socket, sys, time\n"
               "def connect():\n"
               "    client = socket.socket(socket.AF_UNIX)\n"
               f"    client.connect('{host.control()}')\n"
               "    return client\n") + script
    return host.run(*NOBODY, "/usr/bin/python3", "-c", program).stdout


def test_hang_ups_are_not_logged(host):
    before = host.log()
    as_nobody(host, "for i in range(500):\n"
                    "    client = connect()\n"
                    "    client.send(b'{\"command\": \"show\", \"args\": []}\\n')\n"
                    "    client.close()\n")
    host.ebond("show")
    assert host.log() == before


def test_length(host):
    """Unprivileged users may send up to 4 KiB and are told so; root may send more."""
    said = as_nobody(host, "client = connect()\n"
                           "client.sendall(b'{\"x\": \"' + b'x' * 4090)\n"
                           "print(client.makefile().readline())\n")
    assert "longer than 4 KiB" in said, said
    said = as_nobody(host, "client = connect()\n"
                           "client.sendall(b'{\"command\": \"show\", \"args\": []}'.ljust(4095) + b'\\n')\n"
                           "print(client.makefile().read())\n")
    assert json.loads(said)["exit"] == 0, said
    assert host.ask("apply", "x", "#" * 100000 + "\nadd bond0\n", "--diff")["exit"] == 0


def silent_clients(host, count, stack):
    for _ in range(count):
        client = stack.enter_context(socket.socket(socket.AF_UNIX))
        client.connect(str(host.control()))
        client.send(b'{"command"')


def test_silent_clients_do_not_block_others(host):
    """More connections than there is room for, root's and others', and both get replies."""
    others = host.popen(*NOBODY, "/usr/bin/python3", "-c", f"""import socket, time
clients = []
for i in range(80):
    clients.append(socket.socket(socket.AF_UNIX))
    clients[-1].connect('{host.control()}')
print('there', flush=True)
time.sleep(60)""")
    assert others.stdout.readline() == "there\n"
    with contextlib.ExitStack() as stack:
        silent_clients(host, 100, stack)
        assert host.ask("show")["exit"] == 0
        host.ebond("set", "bond0", "miimon", 200)
    host.run(*NOBODY, host.rig.scratch / "ebond", "show")


def test_others_wait(host):
    """Unprivileged requests are answered one at a time with a pause; root's are not delayed."""
    start = time.monotonic()
    said = as_nobody(host, "for i in range(20):\n"
                           "    client = connect()\n"
                           "    client.send(b'{\"command\": \"version\", \"args\": []}\\n')\n"
                           "    print(client.makefile().read())\n")
    assert len(said.split("\n\n")) == 21 and said.count('"exit":0') == 20, said
    assert time.monotonic() - start >= 19 * 0.02
    assert [host.ask("version")["exit"] for _ in range(20)] == [0] * 20


def test_control_characters(host):
    """An interface name with control characters affects neither our terminal nor the log."""
    name = "e\x1b[2J\x9b1m\x7f"
    host.ip("link", "add", name, "type", "veth", "peer", "name", "other")
    host.ebond("attach", "bond0", name)
    said = [host.ebond("show").stdout, host.ebond("show", "-j").stdout,
            host.ebond("proc", "bond0").stdout]
    host.ebond("detach", "bond0", name)
    said += [host.ebond("detach", "bond0", name, code=1).stderr,
             host.ebond("attach", "bond0", name + "x", code=1).stderr]
    wait_for(lambda: "port e?[2J" in host.log(), what=host.log)
    for text in [*said, host.log()]:
        assert not any(c in text for c in "\x1b\x9b\x7f"), repr(text)
