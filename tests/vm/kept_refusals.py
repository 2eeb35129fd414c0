# SPDX-License-Identifier: GPL-2.0-or-later
"""Where ebond deliberately accepts what the driver refuses, or the other way round:
docs/differences.md has the reasons. An entry that no case needs makes
same_refusals.py fail.
"""
from typing import Callable, NamedTuple


class Kept(NamedTuple):
    what: str
    modes: tuple  # where it must show; none: everywhere
    applies: Callable  # (case, driver refused, ebond refused) -> bool


def only_driver(case, driver_refused, ebond_refused):
    """The driver accepts it, ebond refuses."""
    return not driver_refused and ebond_refused


def only_ebond(case, driver_refused, ebond_refused):
    return driver_refused and not ebond_refused


def both(case, driver_refused, ebond_refused):
    """Both accept it, but the value read back differs."""
    return not driver_refused and not ebond_refused


def kept(what, who, which, modes=()):
    return Kept(what, modes, lambda case, *refused: bool(who(case, *refused) and which(case)))


# Modes that have the ARP monitor.
ARP_MODES = ("balance-rr", "active-backup", "balance-xor", "broadcast")

DELAYS = ("updelay", "downdelay", "peer_notify_delay")
ZEROES = ("0", "default", "off")
AT_CREATION = ("updelay 0", "miimon 0 updelay 0", "miimon 0 arp_interval 100 updelay 0")

TWO_WORDS = kept("a value of two words", only_driver, lambda case: case.text == "1 2")
ZERO_DELAY = kept("a delay of 0 without miimon", only_ebond,
                  lambda case: case.text in AT_CREATION if not case.option else
                  case.option in DELAYS and case.text in ZEROES and
                  case.situation not in ("down", "two ports"))

KEPT = {"general": [
    kept("the word default, for peer_notify_delay", only_ebond,
         lambda case: case.option == "peer_notify_delay" and case.text == "default"),
    ZERO_DELAY,
    TWO_WORDS,
    kept("use_carrier 0", only_driver,
         lambda case: (case.option, case.text) in (
             ("use_carrier", "0"), ("use_carrier", "off"), ("", "use_carrier 0"))),
    kept("setting the mode it has", only_ebond,
         lambda case: case.option == "mode" and case.situation == "two ports"),
    kept("setting the tlb_dynamic_lb it has", only_ebond,
         lambda case: case.option == "tlb_dynamic_lb" and case.situation == "two ports",
         ("balance-tlb", "balance-alb")),
    kept("another mode while it is up, without ports", only_ebond,
         lambda case: case.option == "mode" and case.situation == "up"),
    kept("options that another mode lacks", both,
         lambda case: case.option == "mode" and case.situation == "packets set", ("balance-rr",)),
    kept("delays when miimon changes", both,
         lambda case: case.option == "miimon" and case.situation == "delays set"),
    kept("a primary longer than a name", only_driver,
         lambda case: case.option == "primary" and len(case.text) > 15, ("active-backup",)),
    kept("blanks before the name of the primary", both,
         lambda case: case.option == "primary" and case.text.startswith(" "), ("active-backup",)),
], "monitors": [
    ZERO_DELAY._replace(modes=ARP_MODES),
    TWO_WORDS,
    kept("arp_validate beside miimon, in one request", only_ebond,
         lambda case: case.text == "miimon 100 arp_validate all", ARP_MODES),
    kept("a target without a sign, in arp_ip_target", only_ebond,
         lambda case: (case.option, case.text) == ("arp_ip_target", "10.0.0.3")),
    kept("the fail_over_mac it has, with ports", only_ebond,
         lambda case: case.option == "fail_over_mac" and case.situation == "two ports"),
    kept("arp_validate when the mode is set", both,
         lambda case: case.option == "mode" and case.situation == "validating",
         ("active-backup",)),
], "lacp": [
    TWO_WORDS,
    kept("the word default, for lacp_rate and ad_actor_system", only_ebond,
         lambda case: case.option in ("ad_lacp_rate", "ad_actor_system") and
         case.text == "default", ("802.3ad",)),
    kept("options that the driver takes only while its bond is down", only_ebond,
         lambda case: case.situation == "two ports"),
    kept("ad_select actor_port_prio, of kernel 6.18", only_ebond,
         lambda case: (case.option, case.text) == ("ad_select", "3")),
]}
