#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which busybox the machine boots with, whatever is installed here: a static one. The
# package comes from a stand-in for apt-get; needs no root and no network.

set -u

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# Makes a program that does nothing in file $1; more arguments are for the compiler.
program() {
	local file=$1
	shift
	echo 'int main(void) { return 0; }' | gcc -x c "$@" -o "$file" - || exit
}

# The package busybox-static, as apt-cache and apt-get have it.
make_package() {
	local root=$scratch/package

	mkdir -p "$root/DEBIAN" "$root/bin" "$scratch/apt"
	printf '%s\n' 'Package: busybox-static' 'Version: 1' 'Architecture: all' \
		'Maintainer: none <none@localhost>' 'Description: none' >"$root/DEBIAN/control"
	cp "$scratch/static" "$root/bin/busybox"
	dpkg-deb -b "$root" "$scratch/busybox.deb" >/dev/null || exit
	printf '#!/bin/sh\necho "busybox-static - none"\n' >"$scratch/apt/apt-cache"
	printf '#!/bin/sh\n[ "$1 $2" = "download busybox-static" ] && cp %q .\n' \
		"$scratch/busybox.deb" >"$scratch/apt/apt-get"
	chmod +x "$scratch"/apt/*
}

# $1: the busybox in $PATH, or nothing; $2: the path that must be chosen.
must_choose() {
	local installed=$1 expected=$2 chosen

	rm -rf "${scratch:?}/bin" "${scratch:?}/cache"
	mkdir "$scratch/bin"
	[[ -z $installed ]] || cp "$installed" "$scratch/bin/busybox"
	chosen=$(
		PATH=$scratch/bin:$scratch/apt:/usr/bin:/bin
		export EBOND_VM_CACHE=$scratch/cache
		# shellcheck source=tests/vm/kernel.sh
		. "$here/kernel.sh"
		command() { # what is really installed here is no matter
			[[ $* != "-v busybox" ]] || { [[ -x $scratch/bin/busybox ]] && echo "$scratch/bin/busybox"; }
		}
		busybox_fetch && echo "$VM_BUSYBOX"
	)
	if [[ $chosen != "$expected" ]] || ! cmp -s "$chosen" "$scratch/static"; then
		echo "FAILED: with ${installed:-none} installed: ${chosen:-nothing}, not $expected"
		failures=$((failures + 1))
	fi
}

program "$scratch/static" -static
program "$scratch/dynamic"
make_package
must_choose "$scratch/static" "$scratch/bin/busybox"
must_choose "$scratch/dynamic" "$scratch/cache/busybox"
must_choose "" "$scratch/cache/busybox"
[[ $failures -eq 0 ]] && echo "kernel_test: ok"
exit "$failures"
