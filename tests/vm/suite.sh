#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A part of the namespace suite (tests/netns) inside the virtual machine.
#
#   tests/vm/suite.sh FILE [K/N]    the tests of tests/netns/FILE, or the K-th of N parts of them
#
# Every part must fit into the time that ./run gives a test. ./guest has one server for all.

exec /usr/bin/python3 -B "$(dirname "$0")/suite.py" "$@"
