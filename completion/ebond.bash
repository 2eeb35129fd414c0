# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for ebond(8): the command itself knows what can come next.
# (compgen -W would expand "$(...)" in an interface's name: hence the loop.)
_ebond()
{
	local current=${COMP_WORDS[COMP_CWORD]} word
	local -a before=("${COMP_WORDS[@]:1:COMP_CWORD-1}")

	COMPREPLY=()
	while IFS= read -r word; do
		[[ $word == "$current"* ]] && COMPREPLY+=("$(printf %q "$word")")
	done < <("${COMP_WORDS[0]}" help --complete "${before[@]}" 2>/dev/null)
}
complete -F _ebond ebond
