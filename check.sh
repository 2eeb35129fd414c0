#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what is needed, builds, passes the tests. As root on Debian 12.
#
#   ./check.sh           every rung that fits in ten minutes
#   ./check.sh --driver  also the comparison with the kernel's driver, in a virtual machine
#   ./check.sh --full    also the long ones: everything in the virtual machine, fuzzing, simulation
#
# Build directories are build-check (gcc, sanitizers) and build-clang; nothing
# else is left behind.
set -euo pipefail

cd "$(dirname "$(readlink -f "$0")")"
export PYTHONDONTWRITEBYTECODE=1
full=false
driver=false
passed=0
failed=()

say() { printf '\n== %s\n' "$*"; }

usage() {
	echo "usage: check.sh [--driver | --full]" >&2
	exit 2
}

# Runs one rung; a failure is remembered and the others still run.
rung() {
	local name=$1
	shift
	say "$name"
	if "$@"; then
		echo "-- $name: ok"
		passed=$((passed + 1))
	else
		echo "-- $name: FAILED"
		failed+=("$name")
	fi
}

configure() { # DIRECTORY COMPILER [OPTION]...
	local directory=$1 compiler=$2
	shift 2
	[ -f "$directory/build.ninja" ] || CC=$compiler meson setup "$directory" "$@" >/dev/null
}

build() {
	configure build-check gcc -Dsanitize=true -Dtests=enabled && ninja -C build-check --quiet &&
		configure build-clang clang -Dbpf_cpu=v2 && ninja -C build-clang --quiet
}

check_style() {
	/usr/bin/python3 tests/style/check.py && /usr/bin/python3 tests/vm/kept_differences.py --document &&
		git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run -Werror &&
		git ls-files -co --exclude-standard '*.sh' '*.bash' demo.sh tests/vm/run bench/run .ci/run |
		sort -u | xargs grep -lE '^#!.*(bash|/sh)' | xargs shellcheck -x -S warning
}

# Tests run against the sanitized build: a leak or an overflow is a failure.
meson_suite() {
	meson test -C build-check --no-rebuild --print-errorlogs --suite "$1"
}

namespace_tests() { # [PYTEST'S OPTION]...
	EBOND_BUILD=$PWD/build-check EBOND_OTHER_BUILD=$PWD/build-clang \
		/usr/bin/python3 -m pytest -p no:cacheprovider -q "$@" tests/netns
}

# Most of a test's time is waiting; those that judge times come after the others, one by one.
namespaces() {
	local status=0
	namespace_tests -n "$(($(nproc) + 1))" -m "not alone" || status=$?
	namespace_tests -m alone || status=$?
	return "$status"
}

# Any bytes as an input, for a minute. New inputs go to a folder that is not kept.
fuzz() { # TARGET INPUTS
	local found status=0
	if [ ! -x "build-clang/tests/fuzz/fuzz_$1" ]; then
		echo "skipped: this clang has no libFuzzer"
		return 0
	fi
	found=$(mktemp -d)
	"build-clang/tests/fuzz/fuzz_$1" -max_total_time=60 -verbosity=0 \
		-artifact_prefix="$found/" "$found" "tests/fuzz/$2" || status=$?
	[ "$status" -ne 0 ] || rm -r "$found"
	return "$status"
}

# The same for the parsers of other tools' files, two at a time.
fuzz_imports() {
	export -f fuzz
	printf '%s\n' modprobe ifcfg networkd keyfile netplan teamd iplink |
		xargs -P 2 -I '{}' bash -c 'fuzz import_{} import/{}'
}

# With programs as users get them: under emulation sanitized ones take three times as long, and
# the rungs above have them already.
emulated() {
	local status=0
	EBOND_BUILD=$PWD/build-clang "$@" || status=$?
	if [ "$status" -eq 77 ]; then
		echo "skipped: no virtual machine here"
		return 0
	fi
	return "$status"
}

# In the virtual machines, with both of Debian's kernels: the named tests, or all.
virtual_machine() {
	tests/vm/kernel_test.sh && emulated tests/vm/run all "$@"
}

# What does not depend on how fast the emulator is.
against_the_driver() {
	virtual_machine tests/vm/smoke.sh tests/vm/lacking.sh \
		"tests/vm/same_port.py --modes balance-rr,active-backup,broadcast" \
		"tests/vm/same_port.py --modes balance-xor" \
		"tests/vm/same_words.py balance-rr active-backup" \
		"tests/vm/same_words.py balance-xor broadcast"
}

case "${1-}" in
"") ;;
--driver) driver=true ;;
--full) full=true ;;
*) usage ;;
esac
if [ "$(id -u)" -ne 0 ]; then
	echo "check.sh: needs root: it installs packages and makes network namespaces" >&2
	exit 1
fi

say "packages"
tools/install-deps.sh build test
say "build: gcc with sanitizers, clang"
build
rung "style" check_style
rung "unit: the core in virtual time" meson_suite unit
rung "cli: the command against a mock of the daemon" meson_suite cli
rung "bpf: the packet path under bpf_prog_test_run" meson_suite bpf
rung "namespaces: the real daemon, real traffic" namespaces
if $full; then
	ninja -C build-clang --quiet fuzzers || true # without libFuzzer there are none
	rung "fuzzing: configuration files" fuzz config config
	rung "fuzzing: LACPDUs and Markers" fuzz lacp corpus-lacp
	rung "fuzzing: other tools' files" fuzz_imports
	rung "simulation: many more lives of bonds" env SIM_LIVES=20000 build-clang/tests/unit/sim_links
	rung "simulation: 10000 hours of LACP" meson test -C build-clang --no-rebuild --print-errorlogs --suite long
	rung "virtual machine: everything" virtual_machine
	rung "virtual machine: a real boot" emulated tests/vm/boot/run
elif $driver; then
	rung "virtual machine: the kernel's own driver as the judge" against_the_driver
else
	say "virtual machine: skipped, run ./check.sh --driver or --full (or tests/vm/run TEST)"
fi

say "result"
[ ${#failed[@]} -eq 0 ] || printf 'failed: %s\n' "${failed[@]}"
echo "rungs: $passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
