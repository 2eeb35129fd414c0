#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bonds in /etc/network/interfaces, for Debian's ifupdown: a hook in if-pre-up.d,
# if-up.d and if-post-down.d, called for every interface. ebond-interfaces(5) has
# its options; ifup passes options as described in interfaces(5): a line "bond-mode 1" or
# "bond_mode 1" of the stanza is $IF_BOND_MODE here.
#
# A bond created here is recorded in the run directory and deleted when its
# stanza goes down; one that existed before is kept.
set -u

# ifup sets its own PATH for hooks; the build adds the directory of the programs.
PATH=$PATH:@PROGRAMS@

# The stanza's option BOND_$1.
option()
{
	eval "printf '%s' \"\${IF_BOND_$1-}\""
}

# The file that records that the bond $1 was created here.
note_of()
{
	echo "${EBOND_RUN_DIR:-/run/ebond}/net-$(stat -Lc %i /proc/self/ns/net)/ifupdown.$1"
}

is_bond()
{
	ebond proc "$1" >/dev/null 2>&1
}

ports_of()
{
	ebond proc "$1" 2>/dev/null | sed -n 's/^Slave Interface: //p'
}

is_port() # PORT BOND
{
	ports_of "$2" | grep -Fqx -- "$1"
}

# Whether an ifup or ifdown further up the call chain handles $1, as the environment shows.
is_being_configured()
{
	[ -n "$(printenv "IFUPDOWN_$(printf '%s' "$1" | tr -c '[:alnum:]' _)")" ]
}

has_stanza()
{
	ifquery -l "$1" >/dev/null 2>&1
}

is_up()
{
	ifquery --state "$1" >/dev/null 2>&1
}

# The stanza's ports, under any of the option names in use.
named_ports()
{
	echo "${IF_BOND_SLAVES-} ${IF_BOND_PORTS-} ${IF_BOND_MEMBERS-} ${IF_SLAVES-}"
}

wanted_ports()
{
	# shellcheck disable=SC2046 # split into words
	set -f -- $(named_ports)
	case "$*" in
	none) ;;
	all) sed -n 's/^ *\(eth[^:]*\|en[^:]*\):.*/\1/p' /proc/net/dev ;;
	*) echo "$*" ;;
	esac
}

describes_bond()
{
	[ -n "$(named_ports | tr -d ' ')${IF_BOND_MODE-}" ]
}

# The keys of the stanza's bond options; those that others depend on come first.
option_keys()
{
	printf '%s\n' MODE MIIMON ARP_IP_TARGET NS_IP6_TARGET ARP_INTERVAL
	env | sed -n 's/^IF_BOND_\([A-Z0-9_]*\)=.*/\1/p' | sort |
		grep -vxE 'MODE|MIIMON|ARP_IP_TARGET|NS_IP6_TARGET|ARP_INTERVAL'
}

# The options of the bond itself, one "name value" per line.
options()
{
	option_keys | while read -r key; do
		value=$(option "$key")
		case $key in
		SLAVES | PORTS | MEMBERS | MASTER) continue ;;
		PRIMARY | ACTIVE_SLAVE | QUEUE_ID | PRIO) continue ;; # need ports
		GIVE_A_CHANCE) continue ;; # Wi-Fi associates through a port whether it is active or not
		ARP_IP_TARGET | NS_IP6_TARGET)
			# shellcheck disable=SC2086 # several lines become one list
			value=$(echo $value | tr ' ' ,)
			;;
		ARP_INTERVAL)
			# If both are set, miimon wins, as in Debian's own hooks.
			[ "${IF_BOND_MIIMON:-0}" = 0 ] || [ -n "${IF_BOND_LINK_WATCH-}" ] || continue
			;;
		esac
		[ -z "$value" ] || echo "$(echo "$key" | tr '[:upper:]' '[:lower:]') $value"
	done
}

# Creates or changes the bond: all options at once or, if that is refused, one by one, so that an
# option that does not apply to this bond gives a message instead of breaking the network.
configure() # BOND
{
	verb=add
	! is_bond "$1" || verb="set"
	settings=$(options)
	[ "$verb$settings" != set ] || return 0
	# shellcheck disable=SC2086 # pairs of words
	if message=$(ebond $verb "$1" $settings 2>&1); then
		[ -z "$message" ] || echo "$message" >&2
		settings=
	elif [ $verb = add ]; then
		ebond add "$1" mode "${IF_BOND_MODE:-balance-rr}" || return 1
	fi
	[ $verb = set ] || : >"$(note_of "$1")"
	[ -z "$settings" ] || echo "$settings" | while read -r name value; do
		ebond set "$1" "$name" "$value"
	done
	return 0
}

# A port with a stanza for this bond ("allow-bond0 eth0") is brought up with it, too.
attach_ports() # BOND
{
	for port in $(wanted_ports); do
		if is_port "$port" "$1" || is_being_configured "$port"; then
			continue
		fi
		ifenslave -f "$1" "$port" && ifup --allow "$1" "$port"
	done
}

# Attaches ports whose own ifup brings up this bond: an IPv6 address is usable only once the bond has
# a link, and these may be its only ports.
attach_joining() # BOND
{
	for path in /sys/class/net/*; do
		port=${path##*/}
		if [ "$port" != "$1" ] && is_being_configured "$port" && ! is_port "$port" "$1" &&
			ifquery "$port" 2>/dev/null | grep -qxE "bond[-_]master: *$1"; then
			ifenslave -f "$1" "$port"
		fi
	done
}

# Sets the first of bond-primary that is a port; a single one may be attached later.
set_primary() # BOND
{
	for port in ${IF_BOND_PRIMARY-}; do
		if is_port "$port" "$1" || [ "$port" = "$IF_BOND_PRIMARY" ]; then
			ebond set "$1" primary "$port"
			return
		fi
	done
}

set_queues() # "eth0:1 eth1:2"
{
	for pair in ${IF_BOND_QUEUE_ID-}; do
		ebond set "${pair%%:*}" queue_id "${pair#*:}"
	done
}

make_bond()
{
	configure "$IFACE" || exit 1
	attach_ports "$IFACE"
	attach_joining "$IFACE"
	set_primary "$IFACE"
	set_queues
}

join_bond() # BOND
{
	if has_stanza "$1" && ! is_up "$1" && ! is_being_configured "$1"; then
		ifup "$1" || is_bond "$1" || exit 1 # later steps that failed may work once the bond has a port
	fi
	is_bond "$1" || create_from_module_options "$1" || exit 1
	is_port "$IFACE" "$1" || ifenslave -f "$1" "$IFACE" || exit 1
	set_primary "$1"
	[ -z "${IF_BOND_PRIO-}" ] || ebond set "$IFACE" prio "$IF_BOND_PRIO"
	[ -z "${IF_BOND_QUEUE_ID-}" ] || ebond set "$IFACE" queue_id "${IF_BOND_QUEUE_ID#*:}"
}

# Creates the bond from module options, as the kernel loads a module when an interface with its alias
# is requested. Returns 0, 3 (silently) when no file defines the bond, or another error.
create_from_module_options() # BOND
{
	message=$(ifenslave --create "$1" 2>&1)
	status=$?
	[ -z "$message" ] || [ $status -eq 3 ] || echo "$message" >&2
	[ $status -ne 0 ] || : >"$(note_of "$1")"
	return $status
}

pre_up()
{
	if [ -n "${IF_BOND_MASTER-}" ]; then
		join_bond "$IF_BOND_MASTER"
	elif describes_bond; then
		make_bond
	elif [ ! -e "/sys/class/net/$IFACE" ] && [ "${IFACE%:*}" = "$IFACE" ]; then
		create_from_module_options "$IFACE"
		[ $? -ne 1 ] || exit 1
	fi
}

post_up()
{
	if describes_bond && [ -n "${IF_BOND_ACTIVE_SLAVE-}" ]; then
		ebond set "$IFACE" active_slave "$IF_BOND_ACTIVE_SLAVE"
	fi
}

post_down()
{
	if [ -n "${IF_BOND_MASTER-}" ]; then
		! is_port "$IFACE" "$IF_BOND_MASTER" || ebond detach "$IF_BOND_MASTER" "$IFACE"
		return
	fi
	[ -e "$(note_of "$IFACE")" ] || return
	for port in $(ports_of "$IFACE"); do
		if is_up "$port" && ! is_being_configured "$port"; then
			ifdown "$port"
		fi
	done
	! is_bond "$IFACE" || ebond del "$IFACE"
	rm -f "$(note_of "$IFACE")"
}

# "ifup -a" also runs the hooks once for all interfaces.
[ "${ADDRFAM-}" != meta ] || exit 0
[ "${VERBOSITY-}" != 1 ] || set -x
case ${PHASE-} in
pre-up) pre_up ;;
post-up) post_up ;;
post-down) post_down ;;
esac
exit 0
