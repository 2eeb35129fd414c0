# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Debian system to boot, made once by debootstrap from this machine's own mirror and
# kept in the cache of ../kernel.sh: systemd, udev, ifupdown, cloud-init, NetworkManager.

BOOT_PACKAGES=(systemd-sysv udev dbus kmod iproute2 iputils-ping ifupdown cloud-init network-manager
	procps python3-minimal libbpf1 libmnl0 libnftnl11 libjansson4 libyaml-0-2 libcap2 libseccomp2)

# The mirror of this machine's Debian, or Debian's own name for the nearest.
debian_mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Created-By: Packages' \
		"Codename: $1" 2>/dev/null | head -1 | grep . || echo http://deb.debian.org/debian
}

# $1: the folder to fill, $2: the release.
make_root() {
	local root=$1 release=$2

	debootstrap --variant=minbase "$release" "$root" "$(debian_mirror "$release")" || return
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # nothing starts while it is made
	chmod +x "$root/usr/sbin/policy-rc.d"
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get -y -q --no-install-recommends \
		install "${BOOT_PACKAGES[@]}" || return
	chroot "$root" apt-get clean
	rm "$root/usr/sbin/policy-rc.d"
}

# Sets BOOT_ROOT, the path of the root; makes it if it is not there. Two at once: one waits.
boot_root() {
	local key new

	key=$(printf '%s\n' bookworm "${BOOT_PACKAGES[@]}" | sha256sum | cut -c1-16)
	BOOT_ROOT=$VM_CACHE/boot-$key
	[[ -d $BOOT_ROOT ]] && return
	command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap \
		>/dev/null 2>&1 || skip "needs debootstrap"
	lock_cache
	if [[ ! -d $BOOT_ROOT ]]; then
		echo "tests/vm: making a Debian system to boot (once, minutes)" >&2
		new=$(mktemp -d "$VM_CACHE/fetch.XXXXXX")
		VM_FETCHING=$new
		make_root "$new" bookworm >"$new.log" 2>&1 || {
			tail -5 "$new.log" >&2
			rm -rf "$new"
			skip "could not make a Debian system: see $new.log"
		}
		rm "$new.log"
		chmod 755 "$new"
		mv "$new" "$BOOT_ROOT"
		VM_FETCHING=
	fi
	unlock_cache
}
