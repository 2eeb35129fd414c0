#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs dependencies, builds, and runs the tests. Needs root on Debian 12. See usage().
#
# Build directories are build-check (gcc, sanitizers), build-clang and, for the coverage,
# build-coverage; nothing else is left behind.
set -euo pipefail

cd "$(dirname "$(readlink -f "$0")")"
export PYTHONDONTWRITEBYTECODE=1
# pytest keeps its temporary directories; these go when the run ends.
PYTEST_DEBUG_TEMPROOT=$(mktemp -d)
export PYTEST_DEBUG_TEMPROOT
trap 'rm -rf "$PYTEST_DEBUG_TEMPROOT"' EXIT

# One row per rung: its name; the sets of tools/install-deps.sh and the builds it needs besides
# the compilers; a description. Its function is rung_NAME.
rungs=(
	"style|style unit|skeletons|the rules of CONTRIBUTING.md that a program can check"
	"unit|unit|check|the core in virtual time"
	"cli|unit|check|the command against a mock of the daemon"
	"bpf|unit|check|the packet path under bpf_prog_test_run"
	"namespaces|unit namespaces|check clang|the real daemon, real traffic"
	"alone|unit namespaces|check clang|those that need the machine to themselves: rates, floods, Open vSwitch"
	"driver|unit namespaces|clang|the short tests of the virtual machines, and those of times"
	"fuzz|unit|fuzzers|any bytes as an input"
	"soak|unit namespaces|check clang|what each event costs in packets, then five random minutes"
	"simulation|unit|clang|20000 lives of bonds and of flows, 10000 hours of LACP"
	"coverage|unit coverage|coverage|which lines of the pure rooms the tests run"
	"vm|unit namespaces|clang|the kernel's own driver as the judge, and what differs by kernel"
	"cards|unit namespaces|clang|emulated network cards with their own drivers, beside the kernel's bonding"
	"boot|unit namespaces|clang|a real boot of Debian, with all that manages networks"
	"suite|unit namespaces|clang|the tests of the rung namespaces in virtual machines, for hours"
)
plain=(style unit cli bpf namespaces)
coverage_min=92 # percent of the lines of lang, core and import

passed=0
failed=()
seconds=()

usage() {
	local row name about
	cat >&2 <<-END
	usage: check.sh            the rungs that fit in eight minutes: ${plain[*]}
	       check.sh --driver   and alone, and the comparison with the kernel's driver
	       check.sh --full     all but suite: about an hour on two processors
	       check.sh RUNG...    only these, with what they need:
	END
	for row in "${rungs[@]}"; do
		IFS='|' read -r name _ _ about <<<"$row"
		printf '           %-12s%s\n' "$name" "$about" >&2
	done
	exit 2
}

say() { printf '\n== %s\n' "$*"; }

# Prints a rung's row; false if there is no rung of this name.
row_of() {
	local row
	for row in "${rungs[@]}"; do
		[ "${row%%|*}" != "$1" ] || { echo "$row" && return; }
	done
	return 1
}

# Runs one rung; after a failure the others still run.
run_rung() {
	local name=$1 about began=$SECONDS verdict=ok
	IFS='|' read -r _ _ _ about < <(row_of "$name")
	say "$name: $about"
	"rung_$name" || verdict=FAILED
	echo "-- $name: $verdict"
	if [ "$verdict" = ok ]; then passed=$((passed + 1)); else failed+=("$name"); fi
	seconds+=("$((SECONDS - began)) $name")
}

configure() { # DIRECTORY COMPILER [OPTION]...
	local directory=$1 compiler=$2
	shift 2
	[ -f "$directory/build.ninja" ] || CC=$compiler meson setup "$directory" "$@" >/dev/null
}

build_check() { configure build-check gcc -Dsanitize=true -Dtests=enabled && ninja -C build-check --quiet; }
build_clang() { configure build-clang clang -Dbpf_cpu=v2 && ninja -C build-clang --quiet; }
# Without libFuzzer there are no fuzzers.
build_fuzzers() { build_clang && { ninja -C build-clang --quiet fuzzers || true; }; }
build_coverage() {
	configure build-coverage gcc -Db_coverage=true -Dtests=enabled && ninja -C build-coverage --quiet
}
# Only what clang-tidy reads: the compile commands and the generated headers.
build_skeletons() {
	configure build-clang clang -Dbpf_cpu=v2 &&
		ninja -C build-clang -t targets all | sed -n 's/: CUSTOM_COMMAND.*//p' | grep '\.skel\.h$' |
		xargs ninja -C build-clang --quiet
}

# Installs and builds everything that the rungs need.
prepare() {
	local name packages builds sets=() wanted=()
	for name in "$@"; do
		IFS='|' read -r _ packages builds _ < <(row_of "$name")
		read -ra sets <<<"${sets[*]-} $packages"
		read -ra wanted <<<"${wanted[*]-} $builds"
	done
	say "packages"
	tools/install-deps.sh build "${sets[@]}"
	for builds in $(printf '%s\n' "${wanted[@]}" | sort -u); do
		say "build: $builds"
		"build_$builds"
		seconds+=("$((SECONDS - prepared)) build: $builds")
		prepared=$SECONDS
	done
}

# The C files with a compile command, except fixtures that break the style on purpose.
compiled_files() {
	sed -n 's|.*"file": "\.\./\(.*\)".*|\1|p' build-clang/compile_commands.json | sort -u |
		grep -v '^tests/style/'
}

# clang-tidy prints a count of suppressed warnings to stderr.
tidy() {
	compiled_files | xargs -n 8 -P "$(nproc)" clang-tidy --quiet -p build-clang 2> >(
		grep -vE '^([0-9]+)? ?warnings? generated|^Suppressed|^Use -header-filter' >&2
	)
}

rung_style() {
	/usr/bin/python3 tests/style/check.py && /usr/bin/python3 tests/vm/kept_differences.py --document &&
		git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run -Werror &&
		git ls-files -co --exclude-standard '*.sh' '*.bash' demo.sh '*/run' .ci/run |
		sort -u | xargs grep -lE '^#!.*(bash|/sh)' | xargs shellcheck -x -S warning && tidy
}

# Tests run against the sanitized build: a leak or an overflow is a failure.
meson_suite() { # BUILD SUITE...
	local build=$1
	shift
	meson test -C "$build" --no-rebuild --print-errorlogs "${@/#/--suite=}"
}

rung_unit() { meson_suite build-check unit; }
rung_cli() { meson_suite build-check cli; }
rung_bpf() { meson_suite build-check bpf; }

namespace_tests() { # [PYTEST'S OPTION]...
	EBOND_BUILD=$PWD/build-check EBOND_OTHER_BUILD=$PWD/build-clang \
		/usr/bin/python3 -m pytest -p no:cacheprovider -q "$@" tests/netns
}

# Tests mostly wait, so they run in parallel.
rung_namespaces() { namespace_tests -n "$(($(nproc) + 2))" -m "not alone"; }
rung_alone() { namespace_tests -m alone; }

# Fuzzes one target for half a minute. New inputs go to a temporary directory.
fuzz() { # TARGET INPUTS
	local found status=0
	if [ ! -x "build-clang/tests/fuzz/fuzz_$1" ]; then
		echo "skipped: this clang has no libFuzzer"
		return 0
	fi
	found=$(mktemp -d)
	"build-clang/tests/fuzz/fuzz_$1" -max_total_time=30 -verbosity=0 \
		-artifact_prefix="$found/" "$found" "tests/fuzz/$2" || status=$?
	[ "$status" -ne 0 ] || rm -r "$found"
	return "$status"
}

# Fuzzes configuration files, LACPDUs and Markers, state files, and other tools' files, two at a time.
# shellcheck disable=SC2016 # expanded by the inner shell
rung_fuzz() {
	export -f fuzz
	{
		printf '%s\n' 'config config' 'lacp corpus-lacp' 'state ../unit/state-0.1'
		basename -a tests/fuzz/import/*/ | sed 's/.*/import_& import\/&/'
	} | xargs -n 2 -P 2 bash -c 'fuzz "$1" "$2"' fuzz
}

# An operator's actions on a bond while numbered packets are sent; EBOND_SEED seeds the random part.
rung_soak() {
	EBOND_BUILD=$PWD/build-clang EBOND_OTHER_BUILD=$PWD/build-check \
		tests/soak/run 300 "${EBOND_SEED:-1}" --table 1
}

rung_simulation() {
	SIM_LIVES=20000 build-clang/tests/unit/sim_links &&
		SIM_LIVES=20000 build-clang/tests/unit/sim_placement &&
		meson_suite build-clang long
}

# Line coverage of the pure rooms by their own tests, the command's, and the fuzzers' inputs.
# Some tests run as user nobody, who must be able to write coverage data, too.
rung_coverage() {
	find build-coverage -name '*.gcda' -delete
	chmod -R a+rwX build-coverage
	(umask 0 && meson_suite build-coverage unit cli) &&
		gcovr --root . --filter lang/ --filter core/ --filter import/ --print-summary \
			--fail-under-line "$coverage_min" build-coverage
}

# With release builds: under emulation sanitizers triple the time, and the rungs above use them
# already.
emulated() { # COMMAND...
	local status=0
	vm_log=${vm_log:-$(mktemp)}
	EBOND_BUILD=$PWD/build-clang "$@" 2>&1 | tee -a "$vm_log" || status=$?
	if [ "$status" -eq 77 ]; then
		echo "skipped: virtual machines do not run here"
		return 0
	fi
	return "$status"
}

# Runs the named tests, or those of the list, in virtual machines with both of Debian's kernels.
virtual_machine() {
	tests/vm/kernel_test.sh && emulated tests/vm/run all "$@"
}

rung_vm() { virtual_machine; }
rung_suite() { emulated tests/vm/run --long all; }
rung_cards() { emulated tests/vm/cards/run; }
rung_boot() { emulated tests/vm/boot/run; }

# The short ones, and those that judge times: they do not depend on how fast the emulator is.
rung_driver() {
	virtual_machine tests/vm/smoke.sh tests/vm/lacking.sh \
		"tests/vm/same_port.py --modes balance-rr,active-backup,broadcast" \
		"tests/vm/same_port.py --modes balance-xor" \
		"tests/vm/same_words.py balance-rr active-backup" \
		"tests/vm/same_words.py balance-xor broadcast" \
		"@icount tests/vm/same_times.py 1/3" "@icount tests/vm/same_times.py 2/3" \
		"@icount tests/vm/same_times.py 3/3"
}

# Prints the time spent per rung and per test in the virtual machines.
tell_seconds() {
	say "seconds"
	printf '%s\n' "${seconds[@]}" "$SECONDS all" | awk '{printf "%6d  %s\n", $1, substr($0, length($1) + 2)}'
	if [ -n "${vm_log-}" ]; then
		say "seconds in the virtual machines, those in which a processor emulated, the kernel, the test"
		sed -nE 's/^(.*  )?tests\/vm: ([^ ]+): .* ([0-9]+) s \(busy ([0-9]+) s\): (.*)/\3\t\4\t\2\t\5/p' \
			"$vm_log" | sort -rn
		rm "$vm_log"
	fi
}

case "${1-}" in
"") chosen=("${plain[@]}") ;;
--driver) chosen=("${plain[@]}" alone driver) ;;
--full) chosen=("${plain[@]}" alone soak fuzz simulation coverage vm cards boot) ;;
*) chosen=("$@") ;;
esac
for name in "${chosen[@]}"; do
	row_of "$name" >/dev/null || usage
done
if [ "$(id -u)" -ne 0 ]; then
	echo "check.sh: needs root to install packages and create network namespaces" >&2
	exit 1
fi

prepared=$SECONDS
prepare "${chosen[@]}"
for name in "${chosen[@]}"; do
	run_rung "$name"
done
tell_seconds
say "result"
[ ${#failed[@]} -eq 0 ] || printf 'failed: %s\n' "${failed[@]}"
echo "rungs: $passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
