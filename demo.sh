#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shows what ebond is for, on this machine, in about a minute: installs what is
# needed (Debian 12), builds, and runs demo/demo.py. As root. Leaves nothing
# behind but the installed packages and the folder build/.
set -eu

cd "$(dirname "$0")"
if [ "$(id -u)" -ne 0 ]; then
	echo "demo.sh: makes network namespaces and loads BPF programs: run it as root" >&2
	exit 1
fi
echo "== 1/3 What is needed"
tools/install-deps.sh build demo
echo "== 2/3 Building into build/"
unset EBOND_BUILD
tools/build.sh
echo "== 3/3 Running demo/demo.py"
exec python3 demo/demo.py
