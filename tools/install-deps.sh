#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs the Debian packages that are missing for what is named:
#
#     tools/install-deps.sh build test demo
#
# Says what it does. Needs root only when something is missing.
set -eu

build="gcc clang llvm meson ninja-build pkg-config bpftool libbpf-dev libmnl-dev libjansson-dev scdoc"
test="libcmocka-dev python3 python3-pytest iproute2 iputils-ping ethtool iperf3 procps tcpdump
	util-linux"
demo="python3 iproute2 iputils-ping iperf3 procps"
bench="gcc python3 iproute2 iperf3 procps"

fail()
{
	echo "install-deps: $*" >&2
	exit 1
}

[ $# -gt 0 ] || fail "what for? Any of: build test demo bench"
command -v apt-get >/dev/null || fail "no apt-get here: install by hand: $build $test"

wanted=
for set in "$@"; do
	case $set in
	build | test | demo | bench) eval "wanted=\"\$wanted \$$set\"" ;;
	*) fail "$set: unknown: any of: build test demo bench" ;;
	esac
done

missing=
for package in $wanted; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$status" = installed ] && continue
	case " $missing " in
	*" $package "*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

[ "$(id -u)" -eq 0 ] || fail "run as root, or install by hand:$missing"
echo "Installing with apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
# A fresh image has no package lists; a used one may have old ones.
{ apt-get -qq update && apt-get -qq install --no-install-recommends -y $missing; } </dev/null >&2
