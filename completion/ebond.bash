# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for ebond(8): the command itself completes its arguments,
# bash completes files.
# (compgen -W would expand "$(...)" in an interface's name: hence the loops.)
_ebond()
{
	local current=${COMP_WORDS[COMP_CWORD]} word
	local -a before=("${COMP_WORDS[@]:1:COMP_CWORD-1}")

	COMPREPLY=()
	while IFS= read -r word; do
		if [[ $word == FILE ]]; then
			_ebond_files "$current"
		elif [[ $word == "$current"* ]]; then
			COMPREPLY+=("$(printf %q "$word")")
		fi
	done < <("${COMP_WORDS[0]}" help --complete "${before[@]}" 2>/dev/null)
}

_ebond_files()
{
	local file

	while IFS= read -r file; do
		[[ -d $file ]] && file+=/
		COMPREPLY+=("$(printf %q "$file")")
	done < <(compgen -f -- "$1" | LC_ALL=C sort)
}
complete -F _ebond ebond
