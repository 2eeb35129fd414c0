# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for ifenslave(8): a bond, then interfaces, as listed in /sys.
_ifenslave()
{
	local current=${COMP_WORDS[COMP_CWORD]} word

	COMPREPLY=()
	for word in -a -c -d -f -h -u -v -V --create /sys/class/net/*; do
		word=${word##*/}
		[[ $word != bonding_masters ]] || continue
		[[ $word != -* || $current == -* ]] || continue
		[[ $word == "$current"* ]] && COMPREPLY+=("$(printf %q "$word")")
	done
}
complete -F _ifenslave ifenslave
