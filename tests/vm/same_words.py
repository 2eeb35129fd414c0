#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Same output: the same history of a bond of the kernel's driver and of one of
ebond. After every step `ebond proc` must equal /proc/net/bonding/NAME line by
line, and `ebond show -j` must have what `ip -d -j link` prints for the driver's.

Nothing is masked except a few lines of 802.3ad: both run on one kernel (version), their ports have
the same addresses, and the text has no times.

same_words.py [MODE]...
"""
import difflib
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from sides import BOND, DriverSide, EbondSide, ready  # noqa: E402
from rig import Rig  # noqa: E402

MODES = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
         "balance-alb"]
POLICIES = ["layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4", "vlan+srcmac"]
# A delay that does not end while the test runs.
LONG_MS = 60000
DEADLINE_S = 8
# Equal for this long is equal for good: the driver polls every 100 ms.
STEADY_S = 0.25

# Keys that only a newer iproute2 than Debian's shows.
NEWER = {"coupled_control", "broadcast_neighbor", "actor_port_prio"}

# Lines that differ on purpose in 802.3ad (docs/lacp.md): the driver's churn machines wait for
# their 60 s before they say that all is well; and its system is unset before the first port.
CHURN = ("Actor Churn", "Partner Churn")
SYSTEM = ("System priority: ", "System MAC address: ")

# Of the link itself. Not operstate: without a carrier a veth's is LOWERLAYERDOWN and
# that of the driver's bond DOWN (docs/differences.md).
LINK_KEYS = ["ifname", "mtu", "master"]


def history(mode):
    """(description, action) in turn; eth2 has no link to begin with, eth3 is never attached."""
    yield "create", lambda side: side.add(mode=mode)
    yield "miimon", lambda side: side.set(miimon=100)
    yield "delays", lambda side: side.set(updelay=250, downdelay=420, peer_notify_delay=1000)
    yield "no delays", lambda side: side.set(updelay=0, downdelay=0, peer_notify_delay=0)
    if mode == "802.3ad":
        yield from history_of_lacp_options()
    if mode in ("balance-tlb", "balance-alb"):
        yield "by hash", lambda side: side.set(tlb_dynamic_lb=0)
    yield "switch on", lambda side: side.up()
    yield "attach eth0", lambda side: side.attach("eth0")
    yield "attach eth1", lambda side: side.attach("eth1")
    yield "unplug eth2", lambda side: side.unplug("eth2")
    yield "attach eth2", lambda side: side.attach("eth2")
    yield "queue", lambda side: side.set_port("eth1", queue_id=5)
    yield "counts", lambda side: side.set(num_grat_arp=3, resend_igmp=0, min_links=1, lp_interval=9)
    yield "reselect", lambda side: side.set(primary_reselect="better", all_slaves_active=1)
    for policy in POLICIES:
        yield f"policy {policy}", lambda side, policy=policy: side.set(xmit_hash_policy=policy)
    if mode == "balance-rr":
        yield "packets", lambda side: side.set(packets_per_slave=7)
    if mode in ("active-backup", "balance-tlb", "balance-alb"):
        yield from history_of_preference()
    if mode == "802.3ad":
        # What LACP makes of a lost link differs on purpose (docs/lacp.md); lacp_partners.py has the rest.
        yield from history_of_lacp()
        return
    yield from history_of_links()
    yield "switch off", lambda side: side.down()
    yield "switch on", lambda side: side.up()
    yield "detach eth0", lambda side: side.detach("eth0")
    yield "attach eth0 again", lambda side: side.attach("eth0")
    yield "mtu", lambda side: side.host.ip("link", "set", BOND, "mtu", 1400)
    yield "detach all", lambda side: side.detach("eth1", "eth2", "eth0")
    yield "miimon 0", lambda side: side.set(miimon=0)
    yield "delete and create", lambda side: (side.delete(), side.add(mode=mode, miimon=50))


def history_of_lacp_options():
    """Options that the driver accepts only before the bond is set up."""
    yield "rate", lambda side: side.set(lacp_rate="fast")
    yield "passive", lambda side: side.set(lacp_active="off")
    yield "user key", lambda side: side.set(ad_user_port_key=700)
    for policy in ("bandwidth", "count", "stable"):
        yield f"ad_select {policy}", lambda side, policy=policy: side.set(ad_select=policy)
    yield "slow and active", lambda side: side.set(lacp_rate="slow", lacp_active="on")


def history_of_lacp():
    yield "priority", lambda side: side.set(ad_actor_sys_prio=7)
    yield "system", lambda side: side.set(ad_actor_system="02:00:5e:00:00:01")
    yield "no system", lambda side: side.set(ad_actor_system="00:00:00:00:00:00")
    yield "min_links", lambda side: side.set(min_links=3)
    yield "min_links 0", lambda side: side.set(min_links=0)
    yield "detach eth1", lambda side: side.detach("eth1")
    yield "mtu", lambda side: side.host.ip("link", "set", BOND, "mtu", 1400)
    yield "detach all", lambda side: side.detach("eth2", "eth0")
    yield "delete and create", lambda side: (side.delete(), side.add(mode="802.3ad", miimon=50))


def history_of_preference():
    yield "primary eth1", lambda side: side.set(primary="eth1")
    yield "active eth0", lambda side: side.set(active_slave="eth0")
    yield "reselect failure", lambda side: side.set(primary_reselect="failure")
    yield "primary not attached", lambda side: side.set(primary="eth3")
    yield "prio", lambda side: side.set_port("eth0", prio=-7)
    yield "reselect always", lambda side: side.set(primary_reselect="always")
    yield "primary eth0", lambda side: side.set(primary="eth0")


def history_of_links():
    yield "unplug eth0", lambda side: side.unplug("eth0")
    yield "plug eth0", lambda side: side.plug("eth0")
    yield "long delays", lambda side: side.set(updelay=LONG_MS, downdelay=LONG_MS)
    yield "unplug eth1: going down", lambda side: side.unplug("eth1")
    yield "plug eth1: up as if nothing was", lambda side: side.plug("eth1")
    yield "plug eth2: going back", lambda side: side.plug("eth2")
    yield "unplug eth2: down", lambda side: side.unplug("eth2")
    yield "short delays", lambda side: side.set(updelay=100, downdelay=100)
    yield "unplug all", lambda side: side.unplug("eth0", "eth1")
    yield "plug eth1", lambda side: side.plug("eth1")
    yield "plug all", lambda side: side.plug("eth0", "eth2")
    yield "switch eth1 off", lambda side: side.down("eth1")
    yield "switch eth1 on", lambda side: side.up("eth1")


def judged_lines(text):
    lines = [line for line in text.splitlines() if not line.startswith(CHURN)]
    if "Slave Interface: " not in text:
        lines = [line for line in lines if not line.startswith(SYSTEM)]
    return lines


def compare_text(driver, ebond):
    expected, got = judged_lines(driver.text()), judged_lines(ebond.text())
    return list(difflib.unified_diff(expected, got, "driver", "ebond", lineterm="", n=0))


def compare_keys(where, expected, got):
    """What `expected` has and `got` lacks, or has differently; descends into dicts."""
    lines = []
    for key, value in expected.items():
        if isinstance(value, dict):
            lines += compare_keys(f"{where}.{key}", value, got.get(key, {}))
        elif got.get(key) != value:
            lines.append(f"{where}.{key}: driver {value!r}, ebond {got.get(key)!r}")
    return lines


def compare_links(driver, ebond):
    expected, got = driver.links(), ebond.links()
    ports = [name for name, link in expected.items() if link.get("master") == BOND]
    lines = []
    if [name for name, link in got.items() if link.get("master")] != \
            [port for port in got if port in ports]:
        lines.append(f"ports: driver {ports}, ebond {list(got)}")
    for name in [BOND, *ports]:
        link, other = expected[name], got.get(name, {})
        wanted = {key: link[key] for key in LINK_KEYS if key in link}
        if ports:  # before the first port it is random
            wanted["address"] = link["address"]
        lines += compare_keys(name, {**wanted, "linkinfo": link["linkinfo"]}, other)
        # An option that the driver shows only in some states must be gone here, too.
        for data in ("info_data", "info_slave_data"):
            extra = set(other.get("linkinfo", {}).get(data, {})) - set(
                link["linkinfo"].get(data, {}))
            lines += [f"{name}.{data}.{key}: ebond only" for key in sorted(extra - NEWER)]
    return lines


def settle(driver, ebond):
    """What still differs after enough time to become equal and to stay so."""
    start = equal_since = time.monotonic()
    while True:
        lines = compare_text(driver, ebond)
        now = time.monotonic()
        if lines:
            equal_since = now
        elif now - equal_since > STEADY_S:
            lines = compare_links(driver, ebond)
        if now - start > DEADLINE_S or (not lines and now - equal_since > STEADY_S):
            return lines
        time.sleep(0.03)


def run_history(driver, ebond, mode):
    different = steps = 0
    began = time.monotonic()
    for what, how in history(mode):
        for side in (driver, ebond):
            how(side)
        lines = settle(driver, ebond)
        steps += 1
        if lines:
            different += 1
            print(f"{mode}: {what}:", *lines, sep="\n    ", flush=True)
    for side in (driver, ebond):
        side.delete()
    print(f"{mode}: {steps - different} of {steps} steps equal, {time.monotonic() - began:.1f} s",
          flush=True)
    return different


def main():
    if not ready():
        return 77
    different = 0
    with Rig("words") as rig:
        far = rig.host("far")
        driver, ebond = DriverSide(rig, far, 4), EbondSide(rig, far, 4)
        for mode in sys.argv[1:] or MODES:
            different += run_history(driver, ebond, mode)
            for side in (driver, ebond):
                side.plug(*side.ports)
        if different:
            print(rig.report())
    print(f"same_words: {different} steps differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
