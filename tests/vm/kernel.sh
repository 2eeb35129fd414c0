# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's stock kernels for the virtual machine: finding the newest package of
# a series, unpacking it into the cache and making the first-stage initrd, with
# a busybox that needs no libraries.
#
# The cache holds, per series (6.1, 6.12):
#   SERIES/release            what `uname -r` will print
#   SERIES/package            the package it came from
#   SERIES/vmlinuz            the kernel
#   SERIES/root/lib/modules/  its modules, with depmod's tables
#   SERIES/initrd-HASH.gz     the initrd, HASH of what it is made from
# and busybox, from Debian's busybox-static, unless the installed one will do.

VM_SERIES=(6.1 6.12)
VM_CACHE=${EBOND_VM_CACHE:-/var/cache/ebond-vm}

# A half-fetched package, for ./run to remove when it is interrupted.
VM_FETCHING=
VM_BUSYBOX= # see busybox_fetch

# What the initrd needs to reach the root file system and to talk to the host.
VM_INITRD_MODULES=(virtio_pci 9pnet_virtio 9p overlay virtio_console virtio_rng)

# skip WHY: this machine cannot do it; the exit code that test runners take as "skipped".
skip() {
	echo "tests/vm: skipped: $*" >&2
	exit 77
}

# Name of the newest stock kernel package of series $1, or nothing. The signed
# and the unsigned package hold the same kernel; either will do.
kernel_candidate() {
	local series=${1//./\\.}

	apt-cache search --names-only "^linux-image-${series}\\.[0-9].*-amd64(-unsigned)?\$" |
		cut -d' ' -f1 |
		grep -E "^linux-image-${series}\\.[0-9.]+([-+][0-9a-z.]+)?-amd64(-unsigned)?\$" |
		grep -vE -- '-(cloud|rt)-' |
		sort -V | tail -1
}

# Makes the cache folder and waits for whoever is filling it; unlock_cache when done.
lock_cache() {
	mkdir -p "$VM_CACHE" 2>/dev/null || skip "cannot write $VM_CACHE (set EBOND_VM_CACHE)"
	exec {VM_LOCK}>"$VM_CACHE/lock" || skip "cannot write $VM_CACHE (set EBOND_VM_CACHE)"
	flock "$VM_LOCK"
}

unlock_cache() {
	[[ -z $VM_FETCHING ]] || rm -rf "$VM_FETCHING"
	VM_FETCHING=
	exec {VM_LOCK}>&-
}

# Unpacks the Debian package that the command "$@" names into $VM_FETCHING/root, and names it
# in $VM_FETCHING/package.
unpack_package() {
	local package

	package=$("$@")
	if [[ -z $package ]]; then
		apt-get update >/dev/null 2>&1 || true
		package=$("$@")
	fi
	[[ -n $package ]] || skip "this system's apt sources have no package for: $*"
	echo "tests/vm: fetching $package (once)" >&2
	VM_FETCHING=$(mktemp -d "$VM_CACHE/fetch.XXXXXX")
	(cd "$VM_FETCHING" && apt-get download "$package" >fetch.log 2>&1 && dpkg -x ./*.deb root) || {
		tail -3 "$VM_FETCHING/fetch.log" >&2
		rm -rf "$VM_FETCHING"
		skip "could not fetch $package"
	}
	rm -f "$VM_FETCHING"/*.deb "$VM_FETCHING/fetch.log"
	echo "$package" >"$VM_FETCHING/package"
}

# Fetches series $1 into the cache unless it is there. Two at once: one waits.
kernel_fetch() {
	local series=$1 dir=$VM_CACHE/$1 new release

	[[ -e $dir/release ]] && return 0
	lock_cache
	if [[ ! -e $dir/release ]]; then
		unpack_package kernel_candidate "$series"
		new=$VM_FETCHING
		release=$(basename "$new"/root/boot/vmlinuz-*)
		release=${release#vmlinuz-}
		cp "$new/root/boot/vmlinuz-$release" "$new/vmlinuz"
		cp "$new/root/boot/config-$release" "$new/config"
		rm -rf "$new/root/boot" "$new/root/usr"
		depmod -b "$new/root" "$release"
		echo "$release" >"$new/release"
		chmod -R go+rX "$new"
		rm -rf "$dir"
		mv "$new" "$dir"
	fi
	unlock_cache
}

# Does program $1 run where there are no libraries?
is_static() {
	[[ -x $1 ]] && ! LC_ALL=C ldd "$1" 2>/dev/null | grep -q '\.so'
}

busybox_candidate() {
	apt-cache search --names-only '^busybox-static$' | cut -d' ' -f1
}

# Sets VM_BUSYBOX, the path of a static busybox: the installed one, else the cache's. Debian's
# package busybox has a dynamic one under the same name, and the two cannot both be installed.
busybox_fetch() {
	VM_BUSYBOX=$(command -v busybox)
	is_static "$VM_BUSYBOX" && return
	VM_BUSYBOX=$VM_CACHE/busybox
	[[ -x $VM_BUSYBOX ]] && return
	lock_cache
	if [[ ! -x $VM_BUSYBOX ]]; then
		unpack_package busybox_candidate
		is_static "$VM_FETCHING/root/bin/busybox" || skip "busybox-static has no static busybox"
		mv "$VM_FETCHING/root/bin/busybox" "$VM_BUSYBOX"
	fi
	unlock_cache
}

# The module files that modules $2... of series $1 need, in loading order.
kernel_module_files() {
	local series=$1 module
	shift
	for module in "$@"; do
		modprobe -d "$VM_CACHE/$series/root" -S "$(<"$VM_CACHE/$series/release")" \
			--show-depends "$module" 2>/dev/null
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# Prints the path of series $1's initrd, made on the first call. $2: its init script.
kernel_initrd() {
	local series=$1 init=$2 dir=$VM_CACHE/$1 hash initrd new file name

	hash=$(cat "$init" "$dir/package" "$VM_BUSYBOX" <(echo "${VM_INITRD_MODULES[@]}") |
		sha256sum | cut -c1-16)
	initrd=$dir/initrd-$hash.gz
	if [[ ! -e $initrd ]]; then
		new=$(mktemp -d "$VM_CACHE/initrd.XXXXXX")
		mkdir -p "$new"/root/{bin,dev,proc,sys,modules,job,lower,upper,new,ram}
		cp "$VM_BUSYBOX" "$new/root/bin/busybox"
		install -m 755 "$init" "$new/root/init"
		for file in $(kernel_module_files "$series" "${VM_INITRD_MODULES[@]}"); do
			name=$(basename "$file")
			case $name in
			*.xz) xz -dc "$file" >"$new/root/modules/${name%.xz}" ;;
			*.zst) zstd -qdc "$file" >"$new/root/modules/${name%.zst}" ;;
			*) cp "$file" "$new/root/modules/$name" ;;
			esac
			name=${name%.xz}
			echo "${name%.zst}" >>"$new/root/modules/order"
		done
		(cd "$new/root" && find . | "$VM_BUSYBOX" cpio -o -H newc 2>/dev/null | gzip -1) >"$new/initrd"
		mv "$new/initrd" "$initrd"
		rm -rf "$new"
	fi
	echo "$initrd"
}

# "6.12  6.12.117+deb12-amd64  cached", one line per series.
kernel_list() {
	local series package
	for series in "${VM_SERIES[@]}"; do
		if [[ -e $VM_CACHE/$series/release ]]; then
			printf '%-6s%s  cached\n' "$series" "$(<"$VM_CACHE/$series/release")"
		else
			package=$(kernel_candidate "$series")
			printf '%-6s%s\n' "$series" "${package:+$package  not fetched yet}"
		fi
	done
}
