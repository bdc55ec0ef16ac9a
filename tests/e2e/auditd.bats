# SPDX-License-Identifier: LGPL-2.1-or-later
# What a filter logs really arrives in the audit log. The tests start an audit daemon of their own,
# with a configuration and a log of its own; where one runs already, they read that one's log.

load common

setup_file() {
	export AUDIT_DIR
	AUDIT_DIR=$(mktemp -d "${TMPDIR:-/tmp}/audit.XXXXXX")
	# The daemon insists on a configuration that no one else can write.
	chmod 700 "$AUDIT_DIR"
	AUDIT_WAS_ENABLED=$(audit_status enabled)
	export AUDIT_WAS_ENABLED
	if [ -z "$AUDIT_WAS_ENABLED" ]; then
		return 0
	elif [ "$(audit_status pid)" != 0 ]; then
		echo /var/log/audit/audit.log >"$AUDIT_DIR/log"
		return 0
	fi
	cat >"$AUDIT_DIR/auditd.conf" <<-END
		local_events = yes
		write_logs = yes
		log_file = $AUDIT_DIR/audit.log
		log_format = RAW
		flush = SYNC
		max_log_file = 64
		num_logs = 0
		max_log_file_action = IGNORE
		space_left = 2
		space_left_action = IGNORE
		admin_space_left = 1
		admin_space_left_action = IGNORE
		disk_full_action = IGNORE
		disk_error_action = IGNORE
	END
	auditd -n -s enable -c "$AUDIT_DIR" >"$AUDIT_DIR/out" 2>&1 </dev/null 3>&- &
	echo $! >"$AUDIT_DIR/pid"
	echo "$AUDIT_DIR/audit.log" >"$AUDIT_DIR/log"
	wait_for 20 grep -qs DAEMON_START "$AUDIT_DIR/audit.log"
	# The kernel has to know it too, else records go to its own log.
	wait_for 20 daemon_registered
}

teardown_file() {
	local pid

	if [ -s "$AUDIT_DIR/pid" ]; then
		pid=$(cat "$AUDIT_DIR/pid")
		kill -TERM "$pid" 2>/dev/null || true
		wait_for 20 gone "$pid" || kill -KILL "$pid"
		auditctl -e "$AUDIT_WAS_ENABLED" >/dev/null 2>&1 || true
	fi
	rm -rf "$AUDIT_DIR"
}

setup() {
	common_setup
	[ -n "$AUDIT_WAS_ENABLED" ] || skip "the kernel has no audit subsystem, or it is out of reach"
	LOG=$(cat "$AUDIT_DIR/log")
}

teardown() {
	common_teardown
}

# audit_status FIELD: of "auditctl -s", empty when the kernel does not answer
audit_status() {
	auditctl -s 2>/dev/null | sed -n "s/^$1 //p"
}

daemon_registered() {
	[ "$(audit_status pid)" = "$(cat "$AUDIT_DIR/pid")" ]
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# number CALL: the system call's number here
number() {
	"$SBOX_PROBE" number "$1" | sed 's/.*=//'
}

# records COMM CALL: the SECCOMP records of the command for that call
records() {
	grep -E "^type=SECCOMP .* comm=\"$1\" .* syscall=$(number "$2") " "$LOG"
}

has_record() {
	records "$@" >/dev/null
}

# A name for the probe that no record in the log has.
unique_probe() {
	NAME=probe$BATS_TEST_NUMBER$RANDOM
	cp "$SBOX_PROBE" "$T/$NAME"
	chmod 755 "$T/$NAME"
}

@test "log = getppid writes a record of the call, and lets it through" {
	unique_probe
	sbox --ro "$T/$NAME:/$NAME" -o seccomp.log=getppid -- "/$NAME" syscall getppid , syscall getpid
	assert_status 0
	assert_match '^syscall=getppid ret=[0-9]+ errno=0$'
	wait_for 20 has_record "$NAME" getppid || fail "no record of $NAME" "$(tail "$LOG")"
	output=$(records "$NAME" getppid)
	assert_equal "$(wc -l <<<"$output")" 1
	assert_match "^type=1326|^type=SECCOMP"
	assert_match " uid=$TEST_UID "
	assert_match " gid=$TEST_GID "
	assert_match ' sig=0 '
	assert_match ' code=0x7ffc0000$'
	! has_record "$NAME" getpid
}

@test "an argument that is denied is not logged as allowed" {
	unique_probe
	sbox --ro "$T/$NAME:/$NAME" -o seccomp.log=getpriority -o 'seccomp.deny=getpriority(0==1)' \
		-- "/$NAME" syscall getpriority 1 0 , syscall getpriority 0 0
	assert_status 0
	assert_line "syscall=getpriority ret=-1 errno=EPERM"
	wait_for 20 has_record "$NAME" getpriority || fail "no record"
	assert_equal "$(records "$NAME" getpriority | grep -c ' code=0x7ffc0000$')" 1
}

@test "a killed process leaves a record with its signal" {
	unique_probe
	sbox --ro "$T/$NAME:/$NAME" -o seccomp.kill=getppid -- "/$NAME" syscall getppid
	assert_status 159
	wait_for 20 has_record "$NAME" getppid || fail "no record"
	output=$(records "$NAME" getppid)
	assert_match ' sig=31 '
	assert_match ' code=0x80000000$'
}

@test "the profile logall logs what a program calls" {
	unique_probe
	sbox --profile logall --ro "$T/$NAME:/$NAME" -- "/$NAME" syscall getppid , syscall keyctl 99
	assert_status 0
	wait_for 20 has_record "$NAME" keyctl || fail "no record"
	has_record "$NAME" getppid
	has_record "$NAME" write
}

@test "the exported program leaves the same records under bwrap" {
	command -v bwrap >/dev/null || skip "bwrap is not installed"
	unique_probe
	local ours=$NAME calls=(syscall getppid , syscall getpid , syscall getpriority 1 0)
	local options=(-o seccomp.log=getppid -o 'seccomp.log=getpriority(0==1)' -o seccomp.kill=umask)

	as_user "$SBOX" seccomp export --bpf "${options[@]}" >"$T/filter"
	sbox --ro "$T/$ours:/$ours" "${options[@]}" -- "/$ours" "${calls[@]}" , syscall umask 0
	assert_status 159
	unique_probe
	run as_user bwrap --ro-bind / / --seccomp 9 "$T/$NAME" "${calls[@]}" , syscall umask 0 9<"$T/filter"
	assert_status 159
	wait_for 20 has_record "$NAME" umask || fail "no record of $NAME" "$(tail "$LOG")"
	# sig, arch, syscall, compat and code; the address of the call differs.
	output=$(grep "^type=SECCOMP .*comm=\"$ours\"" "$LOG" | sed -E 's/.* (sig=.*) ip=[^ ]*/\1/')
	assert_equal "$(grep "^type=SECCOMP .*comm=\"$NAME\"" "$LOG" | sed -E 's/.* (sig=.*) ip=[^ ]*/\1/')" "$output"
	assert_equal "$(wc -l <<<"$output")" 3
}

@test "sbox audit reads what the daemon wrote, and what ausearch makes of it" {
	[ -x "$SBOX_PREFIX/libexec/sbox/sbox-audit" ] || skip "built without libauparse"
	local form
	unique_probe
	sbox --ro "$T/$NAME:/$NAME" -o seccomp.log=getppid -o seccomp.kill=umask -- "/$NAME" \
		syscall getppid , syscall getppid , syscall umask 0
	wait_for 20 has_record "$NAME" umask || fail "no record"
	ausearch -if "$LOG" -m SECCOMP --raw >"$T/raw"
	LC_ALL=C ausearch -if "$LOG" -m SECCOMP -i >"$T/interpreted"
	for form in "$LOG" "$T/raw" "$T/interpreted"; do
		run env LC_ALL=C "$SBOX" audit --comm "$NAME" "$form"
		assert_status 0
		assert_line "/$NAME ($NAME): 3 records"
		assert_match "^  getppid +2  log  +$(date +%Y)-"
		assert_match "^  umask +1  kill"
		assert_line "    allow = umask"
		refute_match '^note'
	done
}

@test "without log there is no record" {
	unique_probe
	sbox --ro "$T/$NAME:/$NAME" -- "/$NAME" syscall getppid
	# The record of a later sandbox shows that this one's would have come by now.
	local quiet=$NAME
	unique_probe
	sbox --ro "$T/$NAME:/$NAME" -o seccomp.log=getppid -- "/$NAME" syscall getppid
	wait_for 20 has_record "$NAME" getppid || fail "no record"
	! grep -q "comm=\"$quiet\"" "$LOG"
}

# denials NAME: the LANDLOCK_ACCESS records (1423) of the program's processes
denials() {
	grep -E "^type=(LANDLOCK_ACCESS|UNKNOWN\[1423\]) " "$LOG" | grep -F "/$1"
}

has_denial() {
	denials "$1" >/dev/null
}

@test "what Landlock denies is logged where the profile says so" {
	local abi
	abi=$(as_user "$SBOX" explain --as json -- true | sed -n 's/.*"abi": *\([0-9]*\).*/\1/p')
	as_user sh -c 'echo x >"$1/quiet"; echo x >"$1/told"' sh "$T"
	if [ "$abi" -lt 7 ]; then
		sbox -o landlock.log=yes -- true
		assert_status 0
		assert_match "log = yes \(-o landlock.log\): nothing that Landlock denies will be logged"
		return
	fi
	run as_user sh -c '"$SBOX" -- sh -c "echo >>/proc/self/fd/0" <"$T/quiet"'
	assert_match 'Permission denied'
	run as_user sh -c '"$SBOX" -o landlock.log=yes -- sh -c "echo >>/proc/self/fd/0" <"$T/told"'
	assert_match 'Permission denied'
	wait_for 20 has_denial told || fail "no record" "$(tail "$LOG")"
	output=$(denials told)
	assert_match 'blockers=fs.write_file'
	! has_denial quiet
}

# counts N: so many denials of the program are in the log, and in which process
counts() {
	"$SBOX" audit --comm "$NAME" "$LOG" | grep -q ": $1 denials of Landlock's\$"
}

@test "sbox audit counts what Landlock denies by program, with what would lift it" {
	[ -x "$SBOX_PREFIX/libexec/sbox/sbox-audit" ] || skip "built without libauparse"
	local abi form
	abi=$(as_user "$SBOX" explain --as json -- true | sed -n 's/.*"abi": *\([0-9]*\).*/\1/p')
	[ "$abi" -ge 7 ] || skip "this kernel's Landlock has ABI $abi and no log"
	unique_probe
	as_user sh -c 'echo x >"$1/counted"' sh "$T"
	for _ in 1 2; do
		run as_user sh -c '"$SBOX" -o landlock.log=yes -o landlock.tcp-connect=443 --ro "$1/$2:/$2" -- \
			"/$2" open w /proc/self/fd/0 , connect 127.0.0.1 4713 , open r /proc/self/fd/0 <"$1/counted"' sh "$T" "$NAME"
		assert_line 'connect=EACCES'
	done
	wait_for 20 counts 4 || fail "no record" "$(tail "$LOG")"
	ausearch -if "$LOG" --raw >"$T/raw"
	ausearch -if "$LOG" >"$T/plain"
	for form in "$LOG" "$T/raw" "$T/plain"; do
		run "$SBOX" audit --comm "$NAME" "$form"
		assert_status 0
		assert_line "/$NAME ($NAME): 4 denials of Landlock's"
		assert_match "^  fs.write_file +2  $(date +%Y)-.*/counted\$"
		assert_match "^  net.connect_tcp +2  .*  127.0.0.1:4713\$"
		assert_line "    tcp-connect = 4713"
		refute_match '^note|tcp-bind'
	done
}
