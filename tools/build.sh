#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds a release into build/ (or $EBOND_BUILD); prints only errors.
set -eu

cd "$(dirname "$0")/.."
build=${EBOND_BUILD:-build}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

run()
{
	"$@" >"$log" 2>&1 && return
	cat "$log" >&2
	echo "$*: failed, see above" >&2
	exit 1
}

[ -f "$build/build.ninja" ] || run meson setup "$build"
run ninja -C "$build"
