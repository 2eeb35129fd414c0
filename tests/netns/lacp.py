# SPDX-License-Identifier: GPL-2.0-or-later
"""Shared by the tests of mode 802.3ad: waiting for partners, and a port's LACP state."""

from rig import wait_for

FAST = ("lacp_rate", "fast")
SLOW_RATE = ("lacp_rate", "slow")


def lacp_of(host, port):
    """The port's "lacp" object of `ebond show -j`."""
    return host.show()[port]["ebond"]["lacp"]


def describe(host):
    """LACP state of all ports, for failure messages."""
    return "\n".join(
        f"{name}: {link['ebond']['lacp']} {link['ebond']['reason']}"
        for name, link in host.show().items()
        if "lacp" in link["ebond"]
    )


def senders(host):
    """The ports that distribute."""
    return [
        name
        for name, link in host.show().items()
        if link["ebond"].get("lacp", {}).get("distributes")
    ]


def in_agreement(host):
    """The ports that distribute to a partner in sync."""
    found = {name: link["ebond"].get("lacp", {}) for name, link in host.show().items()}
    return [name for name, lacp in found.items()
            if lacp.get("distributes") and lacp["has_partner"] and not lacp["alone"]]


def wait_in_agreement(host, ports, deadline=15):
    """Waits until exactly these ports distribute to a partner."""
    wait_for(
        lambda: in_agreement(host) == list(ports), deadline,
        lambda: f"{host} in agreement: {in_agreement(host)}, not {ports}\n{describe(host)}",
        interval=0.05,
    )


def lacp_bond(host, ports, *options, cidr=None, name="bond0"):
    """An 802.3ad bond of `ports`, up, with an address."""
    host.ebond("add", name, "mode", "802.3ad", *options)
    host.ebond("attach", name, *ports)
    host.pin(name)
    host.up(name)
    if cidr:
        host.address(name, cidr)
