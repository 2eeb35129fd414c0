#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Demonstrates ebond on this machine in about a minute: installs the dependencies
# (Debian 12), builds, and runs demo/demo.py. Needs root. Leaves nothing behind
# except the installed packages and the directory build/.
set -eu

cd "$(dirname "$0")"
if [ "$(id -u)" -ne 0 ]; then
	echo "demo.sh: creates network namespaces and loads BPF programs: run as root" >&2
	exit 1
fi
echo "== 1/3 Installing dependencies"
tools/install-deps.sh build demo
echo "== 2/3 Building into build/"
unset EBOND_BUILD
tools/build.sh
echo "== 3/3 Running demo/demo.py"
exec python3 -B demo/demo.py
