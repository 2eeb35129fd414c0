#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a manual page: puts the options (made by `ebond help --scdoc-options`)
# in the place of the line @OPTIONS@ and lets scdoc format it.
#     build.sh SCDOC PAGE.scd OPTIONS.scd OUTPUT
set -eu
sed -e "/^@OPTIONS@\$/{
r $3
d
}" "$2" | "$1" > "$4"
