#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Does the virtual machine itself work? Runs inside: the modules load, a bond of
# the kernel's driver on two veth pairs carries pings, survives the loss of its
# active port, and its text status says so.

set -eu
trap 'echo "smoke: failed in line $LINENO" >&2' ERR

for module in bonding team 8021q dummy sch_netem veth cls_bpf act_mirred macvlan bridge tun ifb; do
	modprobe "$module"
done
[[ $(ls /sys/fs/bpf 2>&1) == "" ]] # there, and empty

peer=smoke-$$
trap 'ip link del bond9 2>/dev/null; ip netns del "$peer" 2>/dev/null' EXIT
ip netns add "$peer"
ip -n "$peer" link add br0 type bridge
ip -n "$peer" addr add 192.0.2.2/24 dev br0
ip -n "$peer" link set br0 up
ip link add bond9 type bond mode active-backup miimon 10
for i in 0 1; do
	ip link add "sm$i" type veth peer name "far$i" netns "$peer"
	ip -n "$peer" link set "far$i" master br0 up
	ip link set "sm$i" master bond9
done
ip addr add 192.0.2.1/24 dev bond9
ip link set bond9 up

# ping_until_deadline: one answer within 10 s.
ping_until_deadline() {
	for _ in {1..20}; do
		ping -c 1 -W 0.5 192.0.2.2 >/dev/null && return
	done
	echo "smoke: no answer from 192.0.2.2" >&2
	cat /proc/net/bonding/bond9 >&2
	return 1
}

ping_until_deadline
grep -qx 'Currently Active Slave: sm0' /proc/net/bonding/bond9
ip -n "$peer" link set far0 down
ping_until_deadline
cat /proc/net/bonding/bond9
grep -qx 'Currently Active Slave: sm1' /proc/net/bonding/bond9
[[ $(grep -cx 'MII Status: up' /proc/net/bonding/bond9) == 2 ]] # the bond and sm1
echo "smoke: passed on $(uname -r)"
