#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Bonds of cards with drivers of their own: the same history of a bond of the kernel's driver and of
one of ebond, compared after every step as same_words.py does, traffic and teardown included.
Runs in the machine that cards/run starts.

    same_cards.py CARD CARD [MODE]...     the kinds of the two ports
"""
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from monitor import Monitor  # noqa: E402
from same_words import MODES, settle  # noqa: E402
from sides import BOND, DriverSide, EbondSide, ready  # noqa: E402
from rig import Failed, Rig, call, wait_for  # noqa: E402

# With MSI-X, qemu's e1000e may lose the interrupt for a changed link for good (seen with 6.1).
MODULES = ("e1000e IntMode=1,1,1,1,1,1,1,1", "e1000", "8139cp", "vmxnet3", "virtio_net", "ne2k-pci")
IN_SLOTS = ("e1000e", "virtio-net-pci", "vmxnet3")
# Its driver never asks whether there is a cable.
BLIND = ("ne2k_pci",)
# Modes in which the driver takes a port without a speed for down (docs/differences.md).
WITHOUT_SPEED = ("virtio-net-pci", "ne2k_pci")
NEED_SPEED = ("802.3ad", "balance-tlb", "balance-alb")
# What a port must have back when it is given back.
OF_A_PORT = ("address", "mtu", "promiscuity", "allmulti", "operstate", "flags")


def card_named(mac):
    """The interface of this machine that was made with the address, where it is now; or None."""
    for path in Path("/sys/class/net").glob("*/address"):
        if path.read_text().strip() == mac:
            return path.parent.name
    return None


class Cards:
    """Cables of qemu's instead of veth."""

    cards = ()
    monitor = None

    def _card(self, number):
        return f"{self.kind[0]}{number}"

    def _mac(self, number, end):
        return f"52:54:00:00:0{number}:{self.kind[0]}{end}"

    def _fetch(self, number, port):
        """Takes the card from where the machine found it."""
        name = wait_for(lambda: card_named(self._mac(number, 1)), 10, f"no card for {port}")
        call("ip", "link", "set", name, "netns", self.host.ns, "name", port)

    def _lay_cable(self, number, port):
        self._fetch(number, port)
        call("ip", "link", "set", card_named(self._mac(number, 2)), "netns", self.far.ns,
             "name", self._far(port))

    def _set_cable(self, port, connected):
        """And waits until the card has noticed, before any bond is judged by it."""
        self.monitor.set_link(self._card(int(port[-1])), connected)
        wait_for(lambda: ("NO-CARRIER" in self.host.link(port)["flags"]) != connected, 5,
                 f"{self.kind}: {port} does not see what its cable does")

    def unplug(self, *ports):
        for port in ports:
            self._set_cable(port, False)

    def plug(self, *ports):
        for port in ports:
            self._set_cable(port, True)

    def pull_out(self, port):
        """The card itself: out of its slot."""
        self.monitor.ask(f"device_del {self._card(int(port[-1]))}")
        wait_for(lambda: not self.host.has_link(port), 30, f"{port} is still there")

    def put_in(self, port):
        number = int(port[-1])
        card, kind = self._card(number), self.cards[number]
        self.monitor.ask(f"device_add {kind},id={card},netdev=near-{card},bus=slot-{card},"
                         f"mac={self._mac(number, 1)}")
        self._fetch(number, port)
        self.host.ip("link", "set", port, "address", f"02:00:00:00:00:{number:02x}")

    def address(self):
        """This host's address and the far end's."""
        net = 1 if self.kind == "driver" else 2
        return f"10.{net}.0.1", f"10.{net}.0.2"

    def bridge(self):
        """The far ends on one network, with one address on both sides: hashes are then the same."""
        name = f"br{self.address()[1].split('.')[1]}"
        self.far.bridge(name, *map(self._far, self.ports), cidr=f"{self.address()[1]}/24")
        self.far.ip("link", "set", name, "address", "02:b0:00:00:00:01")

    def pings(self):
        """Within a few seconds: some cards have a carrier before they pass frames."""
        return any(self.host.ping(self.address()[1], 3, 0.2) for _ in range(5))

    def state_of_ports(self):
        shown = {link["ifname"]: link for link in self.host.ip_json("-d", "link", "show")}
        return {port: {key: shown[port].get(key) for key in OF_A_PORT} for port in self.ports}


class DriverCards(Cards, DriverSide):
    pass


class EbondCards(Cards, EbondSide):
    pass


def history(mode, cards):
    """(what is done, how) in turn; as far as the cards can be asked for it."""
    yield "create", lambda side: side.add(mode=mode, miimon=100)
    yield "switch on", lambda side: side.up()
    yield "attach eth0", lambda side: side.attach("eth0")
    yield "attach eth1", lambda side: side.attach("eth1")
    yield "detach eth0", lambda side: side.detach("eth0")
    if mode == "802.3ad":
        return  # lost links, bond0 down and an aggregator's next number differ on purpose (docs/lacp.md)
    yield "attach eth0 again", lambda side: side.attach("eth0")
    for number, card in enumerate(cards):
        if card not in BLIND:
            port = f"eth{number}"
            yield f"unplug {port}", lambda side, port=port: side.unplug(port)
            yield f"plug {port}", lambda side, port=port: side.plug(port)
    yield "switch off", lambda side: side.down()
    yield "switch on again", lambda side: side.up()


def different_after(what, driver, ebond):
    """Prints what differs; returns how many things do."""
    lines = settle(driver, ebond)
    if not what.startswith(("create", "unplug", "switch off")):
        lines += [f"traffic: driver {seen[0]}, ebond {seen[1]}" for seen in [
            (driver.pings(), ebond.pings())] if seen[0] != seen[1]]
    if lines:
        print(f"{what}:", *lines, sep="\n    ", flush=True)
    return bool(lines)


def run_history(driver, ebond, mode, cards):
    different = steps = 0
    before = ebond.state_of_ports()
    for what, how in history(mode, cards):
        for side in (driver, ebond):
            how(side)
            if what == "create":
                side.host.address(BOND, f"{side.address()[0]}/24")
        different += different_after(what, driver, ebond)
        steps += 1
    for side in (driver, ebond):
        side.delete()
        side.host.down(*side.ports)
    after = ebond.state_of_ports()
    if after != before:
        print(f"{mode}: ports before {before}\n    and given back {after}")
        different += 1
    print(f"{mode}: {steps - different} of {steps} steps equal", flush=True)
    return different


def replug(driver, ebond, cards):
    """A card that is pulled out of a running bond, and another put in its place."""
    number = next((i for i, card in enumerate(cards) if card in IN_SLOTS), None)
    if number is None:
        return 0
    port, different = f"eth{number}", 0
    steps = (
        ("create", lambda side: side.add(mode="active-backup", miimon=100)),
        ("switch on", lambda side: side.up()),
        ("attach both", lambda side: side.attach(*side.ports)),
        ("pull the card", lambda side: side.pull_out(port)),
        ("another card", lambda side: (side.put_in(port), side.host.down(port),
                                       attach_unless_there(side, port))),
    )
    for what, how in steps:
        for side in (driver, ebond):
            how(side)
            if what == "create":
                side.host.address(BOND, f"{side.address()[0]}/24")
        different += different_after(what, driver, ebond)
    for side in (driver, ebond):
        side.delete()
    print(f"replug: {different} of {len(steps)} steps differ", flush=True)
    return different


def attach_unless_there(side, port):
    """ebond takes a card back by itself; the driver has to be told."""
    if side.links().get(port, {}).get("master") != BOND:
        side.attach(port)


def main():
    cards, modes = sys.argv[1:3], sys.argv[3:] or MODES
    if not ready():
        return 77
    for module in MODULES:
        call("modprobe", *module.split())
    Cards.cards, Cards.monitor = cards, Monitor()
    different = 0
    with Rig("cards") as rig:
        far = rig.host("far")
        driver, ebond = DriverCards(rig, far, len(cards)), EbondCards(rig, far, len(cards))
        for side in (driver, ebond):
            side.bridge()
        try:
            for mode in modes:
                if mode in NEED_SPEED and set(cards) & set(WITHOUT_SPEED):
                    continue
                different += run_history(driver, ebond, mode, cards)
            different += replug(driver, ebond, cards)
        except Failed as fault:
            print(fault)
            different += 1
        if different:
            print(rig.report())
    print(f"same_cards: {' '.join(cards)}: {different} steps differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
