# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A root file system for the virtual machine's memory: the packages that tests of times need,
# /etc, the network modules and this tree. With it nothing waits for the host, which is what
# makes the machine's time its own (--icount): its clock leaps while it waits.

RAM_PACKAGES=(mount kmod procps python3 python3-pytest iproute2 iputils-ping ethtool libteam-utils
	libbpf1 libmnl0 libnftnl11 libjansson4 libyaml-0-2 libcap2 libseccomp2)

# The essential packages, the installed ones of those named, and all that they depend on.
ram_packages() {
	local installed

	mapfile -t installed < <(
		dpkg-query -W -f '${Essential} ${Package}\n' | sed -n 's/^yes //p'
		dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
			sed -n 's/^installed //p'
	)
	apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "${installed[@]}" | grep '^[a-z0-9]' | sort -u
}

# Every file of the root. $1: this tree, $2: build folder, $3: folder of the modules.
ram_files() {
	local packages

	mapfile -t packages < <(ram_packages "${RAM_PACKAGES[@]}")
	# Where the files really are: /bin and the like are links.
	dpkg-query -L "${packages[@]}" 2>/dev/null | sed -E 's,^/(s?bin|lib[0-9]*)(/|$),/usr/\1\2,' |
		grep -vE '^(/\.)?$|^/usr/(share/(doc|man|info|locale|lintian)|include)/|\.a$'
	find / -maxdepth 1 -type l
	find /usr/bin /usr/sbin -type l
	find /etc
	folders_above "$@" "$3/kernel/drivers/net/bonding"
	find "$1" \( -name .git -o -path "$1/build*" \) -prune -o -print
	find "$2" \( -name '*.p' -o -name 'meson-*' -o -path '*/tests/fuzz' -o -path '*/tests/unit' \) \
		-prune -o -print
	find "$3" \( -path '*/kernel/drivers' -o -path '*/kernel/fs' -o -path '*/kernel/sound' \) \
		-prune -o -print
	find "$3/kernel/drivers/net/bonding" "$3/kernel/drivers/net/team"
	find "$3/kernel/drivers/net" -maxdepth 1 -name '*.ko*'
}

# Each folder above the named ones.
folders_above() {
	local path

	for path in "$@"; do
		while path=${path%/*} && [[ -n $path ]]; do
			echo "$path"
		done
	done
}

# Prints the path of initrd $1 with the root as its folder /ram, in folder $2; then as ram_files.
ram_initrd() {
	local initrd=$1 folder=$2 path
	shift 2

	mkdir "$folder/ram-root"
	ln -s / "$folder/ram-root/ram"
	cp "$initrd" "$folder/initrd"
	truncate --size=%4 "$folder/initrd" # where the next archive may begin
	ram_files "$@" | sort -u |
		while read -r path; do # not all that a package lists need be there
			[[ -e $path || -L $path ]] && echo "ram$path"
		done |
		(cd "$folder/ram-root" && "$VM_BUSYBOX" cpio -o -H newc 2>/dev/null) >>"$folder/initrd"
	echo "$folder/initrd"
}
