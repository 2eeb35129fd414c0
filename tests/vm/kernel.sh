# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's stock kernels for the virtual machine: finding the newest package of
# a series, unpacking it into the cache and making the first-stage initrd.
# Sourced by ./run.
#
# The cache holds, per series (6.1, 6.12):
#   SERIES/release            what `uname -r` will print
#   SERIES/package            the package it came from
#   SERIES/vmlinuz            the kernel
#   SERIES/root/lib/modules/  its modules, with depmod's tables
#   SERIES/initrd-HASH.gz     the initrd, HASH of what it is made from

VM_SERIES=(6.1 6.12)
VM_CACHE=${EBOND_VM_CACHE:-/var/cache/ebond-vm}

# A half-fetched kernel, for ./run to remove when it is interrupted.
VM_FETCHING=

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

# Fetches series $1 into the cache unless it is there. Two at once: one waits.
kernel_fetch() {
	local series=$1 dir=$VM_CACHE/$1 package new release

	[[ -e $dir/release ]] && return 0
	mkdir -p "$VM_CACHE" 2>/dev/null || skip "cannot write $VM_CACHE (set EBOND_VM_CACHE)"
	exec {VM_LOCK}>"$VM_CACHE/lock" || skip "cannot write $VM_CACHE (set EBOND_VM_CACHE)"
	flock "$VM_LOCK"
	if [[ ! -e $dir/release ]]; then
		package=$(kernel_candidate "$series")
		if [[ -z $package ]]; then
			apt-get update >/dev/null 2>&1 || true
			package=$(kernel_candidate "$series")
		fi
		[[ -n $package ]] || skip "no linux-image-$series package in this system's apt sources"
		echo "tests/vm: fetching $package (once)" >&2
		new=$(mktemp -d "$VM_CACHE/fetch.XXXXXX")
		VM_FETCHING=$new
		(cd "$new" && apt-get download "$package" >fetch.log 2>&1 && dpkg -x ./*.deb root) || {
			tail -3 "$new/fetch.log" >&2
			rm -rf "$new"
			skip "could not fetch $package"
		}
		release=$(basename "$new"/root/boot/vmlinuz-*)
		release=${release#vmlinuz-}
		cp "$new/root/boot/vmlinuz-$release" "$new/vmlinuz"
		cp "$new/root/boot/config-$release" "$new/config"
		rm -rf "$new"/*.deb "$new/fetch.log" "$new/root/boot" "$new/root/usr"
		depmod -b "$new/root" "$release"
		echo "$package" >"$new/package"
		echo "$release" >"$new/release"
		chmod -R go+rX "$new"
		rm -rf "$dir"
		mv "$new" "$dir"
		VM_FETCHING=
	fi
	exec {VM_LOCK}>&-
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

	hash=$(cat "$init" "$dir/package" "$(command -v busybox)" <(echo "${VM_INITRD_MODULES[@]}") |
		sha256sum | cut -c1-16)
	initrd=$dir/initrd-$hash.gz
	if [[ ! -e $initrd ]]; then
		new=$(mktemp -d "$VM_CACHE/initrd.XXXXXX")
		mkdir -p "$new"/root/{bin,dev,proc,sys,modules,lower,upper,new}
		cp "$(command -v busybox)" "$new/root/bin/busybox"
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
		(cd "$new/root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$new/initrd"
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
