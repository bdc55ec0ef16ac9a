# SPDX-License-Identifier: LGPL-2.1-or-later
# What the end-to-end tests share. tests/run.sh sets:
#   SBOX_PREFIX  where sbox is installed    SBOX_PROBE   the static probe
#   SBOX_BUILD   its build directory        SBOX_SOURCE  its source
# and runs them as root; the launcher itself runs as an unprivileged user, SBOX_TEST_USER (as_user).

bats_require_minimum_version 1.5.0

. "$(dirname "${BASH_SOURCE[0]}")/wait.bash"

TEST_USER=${SBOX_TEST_USER:-sbox-test}
OTHER_USER=${SBOX_OTHER_USER:-sbox-test2}

common_setup() {
	: "${SBOX_PREFIX:?run these by tests/run.sh}" "${SBOX_PROBE:?}"
	SBOX=$SBOX_PREFIX/bin/sbox
	TEST_UID=$(id -u $TEST_USER)
	TEST_GID=$(id -g $TEST_USER)
	TEST_HOME=$(getent passwd $TEST_USER | cut -d: -f6)
	# A directory of the test's own that the test user may write.
	T=$(mktemp -d "${TMPDIR:-/tmp}/test.XXXXXX")
	chown $TEST_USER: "$T"
	chmod 755 "$T"
	cd "$T"
	# For the shells that tests start as another user.
	export SBOX SBOX_PROBE T
}

common_teardown() {
	cd /
	[ -z "${T:-}" ] || rm -rf "$T"
}

# as_user COMMAND...: runs it as the test user, with that user's environment and no capability. It
# has a minute, or $patience seconds. VAR=VALUE words may come first.
as_user() {
	as_named_user $TEST_USER "$@"
}

as_named_user() {
	local user=$1 set=()
	shift
	while [[ $# -gt 0 && $1 =~ ^[A-Za-z_][A-Za-z0-9_]*= ]]; do
		set+=("$1")
		shift
	done
	timeout -k 5 "${patience:-60}" setpriv --reuid "$user" --regid "$user" --init-groups --inh-caps=-all \
		--reset-env env SBOX="$SBOX" SBOX_PROBE="$SBOX_PROBE" T="$T" LANG=C.UTF-8 \
		SBOX_TESTS_RUN="${SBOX_TESTS_RUN:-}" "${set[@]}" "$@"
}

# end_server PID: ends an as_user that runs in the background, whose shell alone a kill would end.
end_server() {
	pkill -P "$1" || true
	wait "$1" 2>/dev/null || true
}

# sbox ARGS...: the launcher as the test user, its output and exit status in $output (both streams),
# $stderr is not separated, and $status.
sbox() {
	run as_user "$SBOX" "$@"
}

# probe [SBOX-OPTION...] -- VERB [ARG...]: the probe in a sandbox, standing at /probe.
probe() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	run as_user "$SBOX" --ro "$SBOX_PROBE:/probe" "${options[@]}" -- /probe "$@"
}

# probe_as_user VERB...: the same outside of any sandbox, to compare with.
probe_as_user() {
	run as_user "$SBOX_PROBE" "$@"
}

# profile NAME <<TEXT: writes a profile to a place where --profile takes it by its path, and prints
# that path.
profile() {
	local path="$T/$1"
	cat >"$path"
	chown $TEST_USER: "$path"
	printf '%s\n' "$path"
}

fail() {
	printf '%s\n' "$@" >&2
	printf 'status: %s\noutput:\n%s\n' "${status:-}" "${output:-}" >&2
	return 1
}

assert_status() {
	[ "$status" -eq "$1" ] || fail "expected status $1, got $status"
}

# assert_line TEXT: one line of the output is exactly this.
assert_line() {
	grep -qxF -- "$1" <<<"$output" || fail "no line: $1"
}

refute_line() {
	! grep -qxF -- "$1" <<<"$output" || fail "unexpected line: $1"
}

# assert_match REGEX: some line of the output matches the extended regular expression.
assert_match() {
	grep -qE -- "$1" <<<"$output" || fail "no line matches: $1"
}

refute_match() {
	! grep -qE -- "$1" <<<"$output" || fail "a line matches: $1"
}

assert_equal() {
	[ "$1" = "$2" ] || fail "expected: $2" "got: $1"
}

# value KEY: what follows "KEY=" in the output, up to a blank.
value() {
	grep -oE "(^| )$1=[^ ]*" <<<"$output" | head -n 1 | sed "s/^ *$1=//"
}

# assert_refused STATUS REGEX: sbox ended with the status and one line that starts with its name
# and matches; the probe did not run.
assert_refused() {
	assert_status "$1"
	assert_match "$2"
	refute_match '^uid='
}

# host_manifest PATH...: every file below with type, mode, owner, size, time and, for small files, a
# hash; compare one from before with one from after.
host_manifest() {
	local path
	for path in "$@"; do
		find "$path" -xdev -printf '%p %y %m %U:%G %s %T@ %l\n' 2>/dev/null
		find "$path" -xdev -type f -size -64k -exec sha256sum {} + 2>/dev/null
	done | LC_ALL=C sort
}

# wait_for_none PATTERN: until no process of the test user's has that in its command line.
wait_for_none() {
	wait_for 20 not pgrep -u "$TEST_UID" -f -- "$1" || fail "$(pgrep -a -u "$TEST_UID" -f -- "$1")"
}

not() {
	! "$@" >/dev/null
}

# left_processes: the test user's processes, by number and name.
left_processes() {
	pgrep -a -u "$TEST_UID"
}

# need PROGRAM: or else the test is skipped.
need() {
	command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] || skip "needs $1"
}

# needs_ranges: subordinate ids of the test user, or else the test is skipped.
needs_ranges() {
	command -v newuidmap >/dev/null || skip "newuidmap is not installed"
	grep -q "^$TEST_USER:" /etc/subuid && grep -q "^$TEST_USER:" /etc/subgid ||
		skip "$TEST_USER has no subordinate ids"
}
