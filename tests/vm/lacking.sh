#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel that lacks what ebond needs: it says which, in one line, and leaves
# nothing behind. Run inside the virtual machine: here modules can be kept out.
set -u

build=${EBOND_BUILD:-build}
export EBOND_RUN_DIR=/run/ebond-lacking EBONDD=$PWD/tests/vm/ebondd-plain
mkdir -p "$EBOND_RUN_DIR"
failures=0

# Refuses to load the named modules from now on.
keep_out() {
	local module
	for module in "$@"; do
		if [ -d "/sys/module/$module" ] && ! rmmod "$module"; then
			echo "lacking: $module is in use"
			exit 1
		fi
		echo "install $module /bin/false" >>/etc/modprobe.d/lacking.conf
	done
}

# The command must fail with one line on stderr that has the word.
must_say() {
	local word=$1 output status
	shift
	output=$("$@" 2>&1 >/dev/null)
	status=$?
	echo "exit $status: $output"
	if [ "$status" -ne 1 ] || [ "$(wc -l <<<"$output")" -ne 1 ] || [[ $output != *"$word"* ]]; then
		echo "FAILED: exit 1 and one line with $word were expected"
		failures=$((failures + 1))
	fi
}

mkdir -p /etc/modprobe.d
trap 'rm -f /etc/modprobe.d/lacking.conf' EXIT # the tests behind this one need them
keep_out veth
must_say CONFIG_VETH "$build/cli/ebond" add bond0

rm /etc/modprobe.d/lacking.conf
keep_out sch_ingress cls_bpf
must_say CONFIG_NET_SCH_INGRESS "$build/cli/ebond" add bond0
if ip link show bond0 >/dev/null 2>&1; then
	echo "FAILED: bond0 was left behind"
	failures=$((failures + 1))
fi
[ "$failures" -eq 0 ] && echo "lacking: ok"
exit "$failures"
