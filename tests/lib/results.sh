# SPDX-License-Identifier: LGPL-2.1-or-later
# Shell functions that run test programs, pass their output on as it comes, and count; sourced by
# scripts that also source setup.sh and set $work, the run's directory, and $cannot_run, the list of
# tests that may be skipped.

passed=0 failed=0 skipped=0
failures=()
step= step_status=0
bats_file= bats_planned=0 bats_seen=0

stop_step() {
	[ -z "$step" ] || kill -TERM -- "-$step" 2>/dev/null
}

# handle_step HANDLER COMMAND...: runs the command in a session of its own, which stop_step() can end
# as a whole, and hands each line of its output to HANDLER. What it starts carries the mark of this
# run, SBOX_TESTS_RUN=$work. Its exit status is in $step_status.
handle_step() {
	local handler=$1 fd line
	shift
	exec {fd}< <(exec setsid env "SBOX_TESTS_RUN=$work" "$@" 2>&1 </dev/null 9>&-)
	step=$!
	while IFS= read -r line <&"$fd" || [ -n "$line" ]; do
		"$handler" "$line"
	done
	exec {fd}<&-
	wait "$step"
	step_status=$?
	step=
}

# may_skip FILE NAME: whether the list says, with a reason, that this test can't run.
may_skip() {
	[ "${SBOX_TESTS_MUST_RUN:-}" = 1 ] || return 0
	grep -qF -- "$1: $2 -- " "$cannot_run"
}

# count_failure TEXT: counted, and said again at the end, where it is found without a search.
count_failure() {
	failed=$((failed + 1))
	failures+=("$1")
}

say_results() {
	local failure
	for failure in "${failures[@]}"; do
		say "failed: $failure"
	done
	say "$passed passed, $failed failed, $skipped skipped"
}

count_skip() {
	if may_skip "$1" "$2"; then
		skipped=$((skipped + 1))
	else
		count_failure "$1: $2: skipped, and not listed in tests/cannot-run-here"
		say "not ok - $1: $2: skipped, and not listed in tests/cannot-run-here"
	fi
}

# "PASS: test_base 3 - name", as automake's TAP driver prints them
unit_line() {
	case $1 in
	"PASS: "* | "XFAIL: "*) passed=$((passed + 1)) ;;
	"FAIL: "* | "XPASS: "* | "ERROR: "*) count_failure "${1#*: }" ;;
	"SKIP: "*)
		local name=${1#SKIP: }
		name=${name% # SKIP*}
		count_skip "${name%% *}" "${name#* - }"
		;;
	*) return ;;
	esac
	say "$1"
}

# begin_bats FILE, then bats_line for each line that bats prints ("ok 3 name # skip reason"), then
# end_bats, which takes a file that did not come to its end for a failure.
begin_bats() {
	bats_file=$1 bats_planned=0 bats_seen=0
	say "== $bats_file"
}

end_bats() {
	[ "$bats_planned" -eq 0 ] || [ "$bats_seen" -lt "$bats_planned" ] || return 0
	count_failure "$bats_file ended after $bats_seen of $bats_planned tests"
	say "not ok - $bats_file ended after $bats_seen of $bats_planned tests"
}

bats_line() {
	local name
	say "$1"
	case $1 in
	1..[0-9]*) bats_planned=${1#1..} ;;
	"ok "*" # skip"*)
		bats_seen=$((bats_seen + 1))
		name=${1#ok * }
		count_skip "$bats_file" "${name%% # skip*}"
		;;
	"ok "*)
		bats_seen=$((bats_seen + 1))
		passed=$((passed + 1))
		;;
	"not ok "*)
		bats_seen=$((bats_seen + 1))
		count_failure "$bats_file: ${1#not ok }"
		;;
	esac
}
