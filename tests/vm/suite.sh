#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A part of the namespace suite (tests/netns) inside the virtual machine.
#
#   tests/vm/suite.sh FILE [K/N]    the tests of tests/netns/FILE, or the K-th of N parts of them
#
# Every part must fit into the time that ./run gives a test. Which tests are in
# which part depends on nothing but their order, so that none is forgotten.

set -u

file=tests/netns/$1
part=${2:-1/1}

modprobe -a veth tun 8021q macvlan bridge ifb sch_tbf
exec /usr/bin/python3 -B -m pytest -p no:cacheprovider -q -rs --durations=5 --color=no \
	--part "$part" "$file"
