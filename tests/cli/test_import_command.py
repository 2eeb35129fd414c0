# SPDX-License-Identifier: GPL-2.0-or-later
"""`ebond import` as a command: arguments, files that cannot be read, bounded memory."""

import os
import random
import subprocess

import pytest

BOND = "alias bond0 bonding\n"


def write(setup, text, name="b.conf"):
    path = setup.base / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def changes(daemon):
    """The requests other than queries."""
    return [request for request in daemon.requests if request["command"] != "show"]


@pytest.mark.parametrize("words, said", [
    ([], "import: FILE is missing: usage: ebond import [modprobe|ifcfg] [FILE]... [--print|--strict]"),
    (["--print"], "import: FILE is missing: usage: ebond import [modprobe|ifcfg] [FILE]... "
                  "[--print|--strict]"),
    (["x", "--prin"], "import: unknown argument '--prin': usage: ebond import [modprobe|ifcfg] "
                      "[FILE]... [--print|--strict]"),
])
def test_usage(setup, words, said):
    result = setup.ebond("import", *words)
    assert (result.code, result.out, result.err) == (2, "", f"ebond: {said}\n")


def test_files_that_cannot_be_read(setup, daemon):
    absent, folder = str(setup.base / "absent"), str(setup.base)
    assert setup.ebond("import", absent).err == (
        f"ebond: {absent}: cannot be read: No such file or directory\n")
    assert setup.ebond("import", folder).err == (
        "ebond: no bond in the files: nothing was done\n")
    assert setup.ebond("import", "ifcfg", folder).err == (
        f"ebond: {folder}: no ifcfg-NAME in this directory\n")
    assert setup.ebond("ifup", "bond0", absent).err == (
        f"ebond: {absent}: cannot be read: No such file or directory\n")
    secret = write(setup, BOND)
    os.chmod(secret, 0)
    if os.geteuid() == 0:
        result = setup.ebond("import", secret, "--print", as_nobody=True)
        assert result.err == f"ebond: {secret}: cannot be read: Permission denied\n"
    assert changes(daemon) == []


@pytest.mark.parametrize("kind", [[], ["modprobe"], ["ifcfg"]])
def test_ten_megabytes_of_noise(setup, daemon, kind):
    """Refused because of its length, reading at most one file's worth."""
    noise = write(setup, random.Random(1).randbytes(10 << 20), "ifcfg-noise")
    done = subprocess.run(
        ["bash", "-c", 'ulimit -v "$1"; shift; exec "$@"', "bash",
         # An address sanitizer's shadow needs unlimited address space.
         "unlimited" if is_sanitized(setup) else "65536",
         setup.program, "import", *kind, noise],
        capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (
        1, f"ebond: {noise}: is longer than 262144 bytes: split it\n")
    assert changes(daemon) == []


def is_sanitized(setup):
    return b"__asan_init" in setup.program.read_bytes()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", [[], ["modprobe"], ["ifcfg"]])
def test_noise_of_a_file_s_length(setup, daemon, kind, seed):
    """Binary and printable garbage: reported with the line, and nothing is done."""
    chance = random.Random(seed)
    for noise in (chance.randbytes(256 * 1024),
                  bytes(chance.choices(b"abc=[]{}\"' \n:#$", k=256 * 1024))):
        path = write(setup, noise, "ifcfg-noise")
        result = setup.ebond("import", *kind, path)
        assert result.code == 1 and f"ebond: {path}:" in result.err, result
    assert changes(daemon) == []


def test_many_files_are_bounded(setup):
    for number in range(9):
        write(setup, b"#" + b"x" * (256 * 1024 - 2) + b"\n", f"ifcfg-{number}")
    result = setup.ebond("import", "ifcfg", str(setup.base), "--print")
    assert (result.code, result.err) == (
        1, f"ebond: {setup.base}/ifcfg-8: is longer than 2097152 bytes, counting the files before it: "
           "split it\n")


def test_dos_files(setup):
    text = "\ufeffalias bond0 bonding\noptions bond0 miimon=100\n".replace("\n", "\r\n")
    result = setup.ebond("import", write(setup, text), "--print")
    assert (result.code, result.out, result.err) == (0, "add bond0 miimon 100\n", "")


def test_standard_input(setup):
    process = subprocess.run([setup.program, "import", "-", "--print"], capture_output=True,
                             input=b"alias bond0 bonding\nfoo\n", check=False)
    assert process.stderr == (b"ebond: standard input:2: unknown directive: not a file of module "
                              b"options\n")


def test_directory_of_module_options(setup):
    write(setup, "options bond0 miimon=100\n", "20.conf")
    write(setup, BOND, "10.conf")
    write(setup, "no file of module options\n", "30.conf.rpmsave")
    result = setup.ebond("import", "modprobe", str(setup.base), "--print")
    assert (result.code, result.out, result.err) == (0, "add bond0 miimon 100\n", "")


def test_no_bond_is_an_error(setup, daemon):
    result = setup.ebond("import", "modprobe", write(setup, "alias eth0 e1000\n"))
    assert (result.code, result.err) == (
        1, "ebond: no bond in the files: nothing was done\n")
    assert changes(daemon) == []


def test_the_request_to_the_daemon(setup, daemon):
    """The text that --print prints, sent with apply."""
    nothing = {"exit": 0, "links": []}
    daemon.answer(nothing, nothing, {"exit": 1, "error": "bond0: no"})
    result = setup.ebond("import", write(setup, BOND + "options bond0 miimon=100\n"))
    assert (result.code, result.err) == (1, "ebond: bond0: no\n")
    assert changes(daemon) == [
        {"command": "apply", "args": ["import", "add bond0 miimon 100\n"]}]


NETDEV = "[NetDev]\nName=bond0\nKind=bond\n"


def test_directory_is_recognised(setup):
    """By the files' names or, failing that, their first lines."""
    write(setup, NETDEV, "20-bond.netdev")
    write(setup, "#!/bin/sh\nrm -r /\n", "ifup-post")
    (setup.base / "20-bond.netdev.d").mkdir()
    write(setup, "[Bond]\nMode=active-backup\n", "20-bond.netdev.d/mode.conf")
    result = setup.ebond("import", str(setup.base), "--print")
    assert (result.code, result.out, result.err) == (
        0, "add bond0 mode active-backup\n# ip link set bond0 up\n", "")


def test_directory_recognised_by_content(setup):
    folder = setup.base / "profiles"
    folder.mkdir()
    write(setup, "Interface=bond0\nConnection=bond\nMode=broadcast\n", "profiles/uplink")
    write(setup, "what is this\n", "profiles/other")
    result = setup.ebond("import", str(folder), "--print")
    assert result.out == "add bond0 mode broadcast\n# ip link set bond0 up\n"
    assert result.err == (f"ebond: warning: {folder}/other:1: unknown file format: see "
                          "ebond-import(8) for the known ones: left alone\n")


def test_drop_ins_come_with_their_file(setup):
    path = write(setup, NETDEV, "20-bond.netdev")
    (setup.base / "20-bond.netdev.d").mkdir()
    drop_in = write(setup, "[Bond]\nARPIntervalSec=1\nARPIPTargets=192.0.2.1\n",
                    "20-bond.netdev.d/x.conf")
    wanted = "add bond0 arp_interval 1000 arp_ip_target 192.0.2.1\n# ip link set bond0 up\n"
    for paths in ([path], [path, drop_in], [path, f"{path}.d"]):
        result = setup.ebond("import", *paths, "--print")
        assert (result.code, result.out, result.err) == (0, wanted, ""), paths


def test_warnings_come_before_a_refusal(setup):
    """The ignored line may be the cause."""
    path = write(setup, "#!/bin/sh\nip link add $BOND type bond\nip link set eth0 master bond0\n", "up.sh")
    result = setup.ebond("import", path, "--print")
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines() == [
        f"ebond: warning: {path}:2: 'ip link add ...': variables are not expanded: ignored",
        f"ebond: {path}:3: eth0: no file defines its master bond0 as a bond: import "
        "that file, too"]


def test_print_of_no_bond(setup):
    result = setup.ebond("import", write(setup, "set interfaces ethernet eth0 mtu 1500\n"), "--print")
    assert (result.code, result.out, result.err) == (
        1, "", "ebond: no bond in the files: nothing was done\n")


def test_dhcp_client(setup):
    path = write(setup, "DEVICE=bond0\nTYPE=Bond\nBOOTPROTO=dhcp\n", "ifcfg-bond0")
    result = setup.ebond("import", path, "--print")
    assert f"{path}:3: BOOTPROTO=dhcp: ebond has no DHCP client" in result.err
