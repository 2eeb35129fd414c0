#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs the Debian packages that are missing for the given purposes:
#
#     tools/install-deps.sh build test demo
#
# Prints what it does. Needs root only if something is missing.
set -eu

known="build test (style unit coverage namespaces) demo bench"

fail()
{
	echo "install-deps: $*" >&2
	exit 1
}

packages_for()
{
	case $1 in
	build)
		echo gcc clang llvm meson ninja-build pkg-config bpftool libbpf-dev libmnl-dev \
			libnftnl-dev libjansson-dev libyaml-dev libcap-dev libseccomp-dev scdoc
		;;
	style) echo clang-format clang-tidy git shellcheck python3 ;;
	unit) echo libcmocka-dev python3 python3-pytest systemd ;;
	coverage) echo gcovr ;;
	namespaces)
		echo python3-pytest-xdist iproute2 iputils-ping ethtool iperf3 procps tcpdump util-linux \
			ifupdown net-tools nftables openvswitch-switch tshark libteam-utils
		;;
	test) for part in style unit coverage namespaces; do packages_for "$part"; done ;;
	demo) echo python3 iproute2 iputils-ping iperf3 procps ;;
	bench) echo gcc python3 python3-matplotlib iproute2 iperf3 procps ;;
	*) fail "$1: unknown: any of: $known" ;;
	esac
}

[ $# -gt 0 ] || fail "no purpose given: use any of: $known"
command -v apt-get >/dev/null || fail "no apt-get here: install by hand: $(packages_for build)"

missing=
for set in "$@"; do
	wanted=$(packages_for "$set")
	for package in $wanted; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
		[ "$status" = installed ] && continue
		case " $missing " in
		*" $package "*) ;;
		*) missing="$missing $package" ;;
		esac
	done
done
[ -n "$missing" ] || exit 0

[ "$(id -u)" -eq 0 ] || fail "run as root, or install by hand:$missing"
echo "Installing with apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
# A fresh image has no package lists; others may be out of date.
# shellcheck disable=SC2086 # one word per package
{ apt-get -qq update && apt-get -qq install --no-install-recommends -y $missing; } </dev/null >&2
