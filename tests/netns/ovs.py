# SPDX-License-Identifier: GPL-2.0-or-later
"""Open vSwitch with its user-space datapath on a host: an independent LACP partner."""

import os
import shutil

from rig import Failed, call, urgent, wait_for

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
BINARIES = ("ovsdb-tool", "ovsdb-server", "ovs-vsctl", "ovs-vswitchd", "ovs-appctl")


def is_there():
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    return all(shutil.which(name, path=path) for name in BINARIES) and os.path.exists(SCHEMA)


class OpenVSwitch:
    """A switch in `host`; its bridge br0 has the address `cidr`."""

    def __init__(self, host, cidr):
        self.host, self.cidr = host, cidr
        self.folder = host.rig.scratch / f"{host.name}-ovs"
        self.folder.mkdir()
        self.db = f"unix:{self.folder}/db.sock"
        # The kernel still has these ports, too, and must not answer ARP on them.
        host.shell("sysctl -qw net.ipv4.conf.all.arp_ignore=1")
        call("ovsdb-tool", "create", self.folder / "conf.db", SCHEMA, env=host.env())
        self.server = self._start("ovsdb-server", f"{self.folder}/conf.db",
                                  f"--remote=p{self.db}")
        wait_for(lambda: (self.folder / "db.sock").exists(), 20, "ovsdb-server does not listen")
        self.vsctl("--no-wait", "init")
        self.start()
        self.vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev")
        self._give_address()

    def _start(self, program, *args):
        log = open(self.folder / f"{program}.log", "ab")
        return self.host.popen(
            "env", f"OVS_RUNDIR={self.folder}", f"OVS_LOGDIR={self.folder}",
            f"OVS_DBDIR={self.folder}", program, *args, f"--unixctl={self.folder}/{program}.ctl",
            stdout=log, stderr=log,
        )

    def start(self):
        self.switchd = self._start("ovs-vswitchd", self.db, "--disable-system")
        urgent(self.switchd.pid)  # without a processor it drops packets

    def _give_address(self):
        wait_for(lambda: self.host.has_link("br0"), 20, "no br0")
        self.host.ip("addr", "replace", self.cidr, "dev", "br0")
        self.host.up("br0")

    def restart(self):
        """Is killed and restarted."""
        self.switchd.kill()
        self.switchd.wait(20)
        self.start()
        self._give_address()

    def vsctl(self, *words):
        return call("ovs-vsctl", f"--db={self.db}", "--timeout=20", *words,
                    env=self.host.env()).stdout

    def add_bond(self, ports, *settings):
        self.vsctl("add-bond", "br0", "ob", *ports, "bond_mode=balance-tcp", *settings)

    def set(self, *settings):
        self.vsctl("set", "port", "ob", *settings)

    def show(self):
        """LACP as Open vSwitch reports it."""
        done = call("ovs-appctl", "-t", f"{self.folder}/ovs-vswitchd.ctl", "lacp/show", "ob",
                    check=False, env=self.host.env())
        return done.stdout

    def members(self):
        """{port: its LACP status}, each a dict of its lines."""
        found, name = {}, None
        for line in self.show().splitlines():
            if line.startswith(("member: ", "slave: ")):
                name, _, flags = line.partition(": ")[2].partition(": ")
                found[name] = {"flags": flags}
            elif name and ":" in line:
                key, _, value = line.strip().partition(": ")
                found[name][key] = value
        return found

    def attached(self):
        """Ports in sync with their partner."""
        return sorted(
            name for name, said in self.members().items()
            if "current attached" in said["flags"]
            and "distributing" in said.get("partner state", "")
        )

    def wait_attached(self, ports, deadline=20):
        try:
            wait_for(lambda: self.attached() == sorted(ports), deadline, interval=0.1)
        except Failed:
            raise Failed(f"Open vSwitch has {self.attached()}, not {ports}:\n{self.show()}") \
                from None
