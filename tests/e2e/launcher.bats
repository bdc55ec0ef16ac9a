# SPDX-License-Identifier: LGPL-2.1-or-later
# Starting, ending and what lies in between: exit statuses, signals, file descriptors, odd callers.

load common

setup() {
	common_setup
}

teardown() {
	[ -z "${background:-}" ] || kill -KILL "$background" 2>/dev/null || true
	common_teardown
}

# start ARGS...: the launcher in the background, its output in $T/out; its pid in $background.
start() {
	setpriv --reuid $TEST_USER --regid $TEST_USER --init-groups --reset-env \
		"$SBOX" "$@" >"$T/out" 2>&1 </dev/null 3>&- &
	background=$!
}

# end_of_background: waits for it; then its exit status is in $status.
end_of_background() {
	status=0
	wait "$background" || status=$?
	background=
}

no_process_named() {
	! pgrep -x -u "$TEST_UID" "$1" >/dev/null
}

output_has() {
	grep -q "$1" "$T/out"
}

@test "the application's exit status is sbox's" {
	local n

	for n in 0 1 7 125 255; do
		probe -- exit $n
		assert_status $n
		assert_equal "$output" ""
	done
}

@test "an application that dies of a signal gives 128 and the signal's number" {
	probe -- raise 9
	assert_status 137
	probe -- raise 15
	assert_status 143
}

@test "a command is looked up in PATH inside" {
	sbox -- sh -c 'echo "$0 $*"' one two
	assert_status 0
	assert_line "one two"
}

@test "a command that is not found is 127" {
	sbox -- no-such-command
	assert_status 127
	assert_match '^sbox: .*no-such-command'
	sbox -- /no/such/command
	assert_status 127
	assert_match '^sbox: .*/no/such/command'
}

@test "a command that is not executable, or a directory, is 126" {
	echo "plain text" >"$T/plain"
	sbox --ro "$T/plain:/plain" -- /plain
	assert_status 126
	assert_match '^sbox: .*/plain'
	sbox -- /usr
	assert_status 126
	assert_match '^sbox: .*/usr'
}

@test "an error is one line" {
	sbox -- no-such-command
	assert_equal "$(wc -l <<<"$output")" 1
	sbox --ro /no/such/source -- true
	assert_equal "$(wc -l <<<"$output")" 1
}

@test "a wrong command line is 2 and starts nothing" {
	sbox --no-such-option -- "$SBOX_PROBE" id
	assert_refused 2 '^sbox: .*--no-such-option'
	sbox --profile
	assert_refused 2 '^sbox: '
	sbox -o
	assert_refused 2 '^sbox: '
}

@test "--help and --version answer on standard output" {
	run --separate-stderr as_user "$SBOX" --help
	assert_status 0
	assert_match '--profile'
	assert_equal "$stderr" ""
	run --separate-stderr as_user "$SBOX" --version
	assert_status 0
	assert_match '^sbox [0-9]+\.[0-9]+'
}

@test "what follows the command is never read as an option" {
	probe -- argv --ro /x -o a.b=c --help -- --
	assert_status 0
	assert_equal "$output" "$(printf 'argv=%s\n' --ro /x -o a.b=c --help -- --)"
	sbox -- --version
	assert_status 127
}

@test "arguments arrive as they are" {
	probe -- argv '' ' ' '$(id)' '`id`' 'a;b' $'two\nlines' '*' '\' "'" '"'
	assert_status 0
	assert_equal "$output" "$(printf 'argv=%s\n' '' ' ' '$(id)' '`id`' 'a;b' 'two\x0alines' '*' '\' "'" '"')"
}

@test "standard input and output pass through" {
	run as_user sh -c 'printf "a line" | "$SBOX" -- cat'
	assert_status 0
	assert_equal "$output" "a line"
	run --separate-stderr as_user "$SBOX" -- sh -c 'echo out; echo err >&2'
	assert_equal "$output" out
	assert_equal "$stderr" err
}

@test "only file descriptors 0 to 2 reach the application" {
	run as_user bash -c 'exec 3</ 7</etc/passwd 200</; "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe fds </dev/null'
	assert_status 0
	assert_match '^fd=0 target=/dev/null$'
	refute_match '^fd=([3-9]|[0-9]{2,}) '
}

@test "closed standard streams become /dev/null, not some other file" {
	run as_user bash -c '"$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe fds <&-'
	assert_status 0
	assert_match '^fd=0 target=(/dev)?/null$'
	run as_user bash -c '"$SBOX" --ro "$SBOX_PROBE:/probe" --rw "$T:/t" -- /probe write /t/done yes >&-'
	assert_status 0
	assert_equal "$(cat "$T/done")" yes
	run as_user bash -c '"$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe exit 9 <&- >&- 2>&-'
	assert_status 9
}

@test "an empty environment is enough" {
	run as_user env -i "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id , cwd
	assert_status 0
	assert_match "^uid=$TEST_UID "
}

@test "neither HOME nor XDG_RUNTIME_DIR is needed" {
	run as_user env -u HOME -u XDG_RUNTIME_DIR "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe env
	assert_status 0
	assert_line "HOME=$TEST_HOME"
}

@test "a deleted working directory is replaced by the home directory" {
	run as_user sh -c 'mkdir "$T/gone" && cd "$T/gone" && rmdir "$T/gone" &&
		exec "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe cwd'
	assert_status 0
	assert_line "cwd=$TEST_HOME"
}

@test "it runs as root, and the application has no capability" {
	run "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id , caps , open r /etc/shadow
	assert_status 0
	assert_match '^uid=0 euid=0 '
	assert_line CapEff=0000000000000000
	assert_line CapBnd=0000000000000000
	assert_line "path=/etc/shadow open=ENOENT"
}

@test "it runs as root of a user namespace" {
	run as_user unshare --user --map-root-user \
		"$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id , caps
	assert_status 0
	assert_match '^uid=0 euid=0 '
	assert_line CapEff=0000000000000000
}

@test "the umask is the caller's and bends no mode inside" {
	local mask

	for mask in 0000 0077; do
		run as_user sh -c "umask $mask; exec \"\$SBOX\" --ro \"\$SBOX_PROBE:/probe\" -o filesystem.mkdir=/made \
			-- /probe name , stat / /tmp /var/tmp /dev/shm /etc /made \"\$HOME\""
		assert_status 0
		assert_line "umask=$mask"
		assert_match '^path=/ type=dir mode=0755 '
		assert_match '^path=/tmp type=dir mode=1777 '
		assert_match '^path=/var/tmp type=dir mode=1777 '
		assert_match '^path=/dev/shm type=dir mode=1777 '
		assert_match '^path=/etc type=dir mode=0755 '
		assert_match '^path=/made type=dir mode=0755 '
		assert_match "^path=$TEST_HOME type=dir mode=0700 uid=$TEST_UID "
	done
}

@test "messages and results do not depend on the locale" {
	run as_user LANG=C LC_ALL=C "$SBOX" -- no-such-command
	assert_status 127
	run as_user LANG=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 "$SBOX" -- no-such-command
	assert_status 127
}

@test "pid 1 is the reaper, and the application is not" {
	probe -- procs , tty
	assert_status 0
	assert_match '^pid=1 comm=sbox'
	assert_match '^pid=[0-9]+ comm=probe$'
	refute_match '^pid=1 comm=probe$'
}

@test "pid 1 keeps neither the caller's environment nor its arguments" {
	run as_user SECRET_WORD=in-the-environment "$SBOX" --ro "$SBOX_PROBE:/probe" -o exec.argv0=x \
		-- /probe read /proc/1/environ , read /proc/1/cmdline
	refute_match in-the-environment
	refute_match 'path=/proc/1/cmdline .*--ro'
}

@test "the launcher's own binary is out of the application's reach" {
	probe -- open w /proc/1/exe , stat "$SBOX"
	assert_status 0
	refute_match '^path=/proc/1/exe open=ok'
	assert_line "path=$SBOX stat=ENOENT"
}

@test "what the application leaves behind ends with it" {
	probe -- spawn 300
	assert_status 0
	assert_line spawn=ok
	wait_for 20 no_process_named probe-left
}

@test "pid = host: what the application leaves behind ends with it, and nothing else" {
	local victim

	probe -o namespaces.pid=host -o filesystem.hide=/proc -- spawn 300
	assert_status 0
	wait_for 20 no_process_named probe-left
	# What lies at /proc inside may be the application's own.
	as_user sleep 50 3>&- &
	victim=$!
	wait_for 20 pgrep -x -u "$TEST_UID" sleep
	sbox -o namespaces.pid=host -o namespaces.nested=yes -o filesystem.tmpfs=/proc \
		--ro "$SBOX_PROBE:/probe" -- sh -c '
		mkdir -p "/proc/self/task/$PPID"
		echo "$1" >"/proc/self/task/$PPID/children"
		/probe spawn 300
		exit 3' sh "$(pgrep -x -u "$TEST_UID" sleep)"
	assert_status 3
	wait_for 20 no_process_named probe-left
	pkill -x -u "$TEST_UID" sleep || fail "another process of the user was ended"
	wait "$victim" || true
}

@test "signals reach the application" {
	local name

	start --ro "$SBOX_PROBE:/probe" -- /probe trap 6
	wait_for 20 output_has trap=ready
	for name in TERM INT HUP QUIT USR1 USR2; do
		kill -"$name" "$background"
		wait_for 20 output_has "signal=$name"
	done
	end_of_background
	assert_status 0
}

@test "SIGTERM ends an application that does not handle it, with 143" {
	start --ro "$SBOX_PROBE:/probe" -- /probe argv ready , sleep 300
	wait_for 20 output_has argv=ready
	kill -TERM "$background"
	end_of_background
	assert_status 143
}

@test "signals reach the application, whatever pending signals the user's processes have used up" {
	local option

	for option in exec.why=no exec.why=yes exec.tty=new namespaces.pid=host; do
		(
			# The kernel then leaves out what tells of a signal's sender.
			ulimit -i 0
			exec setpriv --reuid $TEST_USER --regid $TEST_USER --init-groups --reset-env \
				"$SBOX" -o "$option" --ro "$SBOX_PROBE:/probe" -- /probe trap 2
		) >"$T/out" 2>&1 </dev/null 3>&- &
		background=$!
		wait_for 20 output_has trap=ready
		kill -TERM "$background"
		wait_for 20 output_has signal=TERM
		kill -USR1 "$background"
		end_of_background
		assert_status 0
		assert_equal "$(grep -c ^signal= "$T/out")" 2
	done
}

@test "the alarm of one who sets it and executes sbox ends the application" {
	local arguments

	for arguments in "-q --" "--why --" "-o exec.tty=new --" "-o namespaces.pid=host --" "learn --"; do
		run as_user python3 -c 'import os, signal, sys
signal.alarm(1)
os.execv(sys.argv[1], sys.argv[1:])' "$SBOX" $arguments sleep 20
		assert_status 142
	done
	# Once; and who waits for more lives on.
	run as_user python3 -c 'import os, signal, sys
signal.setitimer(signal.ITIMER_REAL, 0.5)
os.execv(sys.argv[1], sys.argv[1:])' "$SBOX" --why --ro "$SBOX_PROBE:/probe" -- \
		sh -c 'trap "echo alarm" ALRM; sleep 1; sleep 1'
	assert_status 0
	assert_equal "$(grep -c '^alarm$' <<<"$output")" 1
}

@test "a signal that the application sends to pid 1 doesn't come back to it" {
	sbox -- sh -c 'trap "echo got" TERM; kill -TERM 1; sleep 0.3; echo end'
	assert_status 0
	assert_equal "$output" end
}

@test "a killed launcher takes everything inside with it" {
	start --ro "$SBOX_PROBE:/probe" -- /probe spawn 300 , argv ready , sleep 300
	wait_for 20 output_has argv=ready
	kill -KILL "$background"
	background=
	wait_for 20 no_process_named probe-left
	wait_for 20 no_process_named probe
}

@test "a caller that ignores or blocks signals does not confuse the launcher" {
	# What the caller ignores stays ignored, as nohup(1) wants it, except for SIGCHLD.
	run as_user python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1])
os.execv(sys.argv[1], sys.argv[1:])' "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe signals , exit 7
	assert_status 7
	assert_line ignored=HUP
	refute_line ignored=CHLD
}

@test "setuid, setgid and file capabilities on the binary are refused" {
	# With a sanitizer: its leak check can't attach to such a process.
	local copy="$T/sbox"

	cp "$SBOX" "$copy"
	chmod 4755 "$copy"
	run as_user ASAN_OPTIONS=detect_leaks=0 "$copy" -- true
	assert_refused 125 '^sbox: .*set-user-ID'
	chown root:root "$copy"
	chmod 2755 "$copy"
	run as_user ASAN_OPTIONS=detect_leaks=0 "$copy" -- true
	assert_refused 125 '^sbox: .*set-group-ID'
	chmod 755 "$copy"
	setcap cap_net_admin+ep "$copy"
	run as_user ASAN_OPTIONS=detect_leaks=0 "$copy" -- true
	assert_refused 125 '^sbox: .*capabilit'
}

@test "without user namespaces it says so, and which setting forbids them" {
	run as_user unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces &&
		exec setpriv --bounding-set -all --inh-caps -all "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id'
	assert_refused 125 '^sbox: .*user namespace'
	assert_match 'max_user_namespaces'
}

@test "in a chroot, where the kernel makes no user namespace, that is named" {
	mkdir "$T/root"
	mount --bind / "$T/root"
	mount --bind /dev "$T/root/dev"
	mount --bind "$(dirname "$SBOX")" "$T/root/mnt"
	run timeout 20 chroot "$T/root" setpriv --reuid $TEST_USER --regid $TEST_USER --init-groups --reset-env \
		"/mnt/$(basename "$SBOX")" true
	umount -R "$T/root"
	assert_refused 125 '^sbox: create the sandbox.s namespaces: Operation not permitted; .*chroot'
}

@test "standard input need not be a terminal" {
	run as_user sh -c '"$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe tty </dev/null'
	assert_status 0
	assert_match '^fd=0 tty=no '
}

@test "a terminal stays usable inside" {
	run as_user script -qec '"$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe tty' /dev/null
	output=${output//$'\r'/}
	assert_status 0
	assert_match '^fd=0 tty=yes '
}

@test "new-session takes the controlling terminal away" {
	run as_user script -qec '"$SBOX" --ro "$SBOX_PROBE:/probe" -o exec.new-session=yes -- /probe tty' /dev/null
	output=${output//$'\r'/}
	assert_status 0
	assert_line "ctty=ENXIO"
	assert_match '^pid=([0-9]+) .* sid=[0-9]+$'
}

@test "a profile names the command and its arguments" {
	local p

	p=$(profile p <<-END
		[exec]
		command = /probe
		arg = argv
		arg = two words
		[filesystem]
		ro = $SBOX_PROBE:/probe
	END
	)
	sbox --profile "$p"
	assert_status 0
	assert_line "argv=two words"
	sbox --profile "$p" -- /probe argv other
	assert_equal "$output" "argv=other"
}

@test "without any command it is a usage error" {
	sbox
	assert_refused 2 '^sbox: '
}

@test "argv0 is what the application sees as its name" {
	probe -o exec.argv0=another-name -- name
	assert_status 0
	assert_line self=another-name
}

# What a start could leave behind: files of the user's, anything in /run, a mount.
everything() {
	host_manifest "$T" "$TEST_HOME"
	find /tmp /var/tmp /dev/shm -xdev -user $TEST_USER -not -path "$T/*" -printf '%p %y\n' 2>/dev/null
	find /run
	cat /proc/self/mounts
}

@test "starting leaves nothing on the host" {
	local before after

	as_user mkdir -p "$T/dir/sub"
	before=$(everything)
	probe --rw "$T/dir:/data" --home tmpfs -o filesystem.tmpfs=/scratch -- write /tmp/x y , write "$TEST_HOME/x" y
	assert_status 0
	sbox --ro /no/such/source -- true
	after=$(everything)
	assert_equal "$after" "$before"
}

@test "what lets a start fail is named with its line and its cure" {
	local p
	as_user sh -c 'printf "#!/nonexistent/sh\r\n" >"$T/script" && chmod 755 "$T/script" && truncate -s 2M "$T/large" && mkdir "$T/dir"'
	p=$(profile p <<-END
		[exec]
		workdir = /nonexistent
	END
	)
	sbox --profile "$p" -- "$SBOX_PROBE" id
	assert_refused 125 "^sbox: $p:2: workdir = /nonexistent: No such file.* in the sandbox; mkdir = /nonexistent makes one there\$"
	sbox --profile "$p" -o filesystem.mkdir=/nonexistent -- pwd
	assert_equal "$output" /nonexistent
	sbox -o exec.workdir=/etc/passwd -- "$SBOX_PROBE" id
	assert_refused 125 '^sbox: -o exec.workdir: workdir = /etc/passwd: Not a directory$'
	sbox --ro "$T/script:/s" -- /s
	assert_refused 126 '^sbox: /s \(command line\): the interpreter that it names, /nonexistent/sh.x0d, is not in the sandbox$'
	printf 'echo no first line\n' >"$T/plain"
	chmod 755 "$T/plain"
	sbox --ro "$T/plain:/s" -- /s
	assert_refused 126 '^sbox: execute /s \(command line\): Exec format error; it is no program of .*\(#!\)$'
	sbox -- ''
	assert_refused 2 '^sbox: the command is empty$'
	sbox -o filesystem.base=none --ro /bin/true:/t --ro "$T/script:/s" -- /t
	assert_refused 126 '^sbox: /t .*: the interpreter that it names, /lib.*, is not in the sandbox$'
	sbox -o filesystem.tmpfs=/s:noexec -o filesystem.file=/bin/true:/s/t -- /s/t
	assert_refused 126 '^sbox: execute /s/t .*: Permission denied; /s is noexec \(-o filesystem.tmpfs\)$'
	sbox --why -o filesystem.noexec=/usr/bin -- /usr/bin/true
	assert_refused 126 '; /usr/bin is noexec \(-o filesystem.noexec\)$'
	sbox -o filesystem.file=/dev/zero:/z -- "$SBOX_PROBE" id
	assert_refused 125 'copy /dev/zero: it is not a regular file$'
	sbox -o "filesystem.file=$T/dir:/z" -- "$SBOX_PROBE" id
	assert_refused 125 'copy .*/dir: it is not a regular file$'
	sbox -o "filesystem.file=$T/large:/z" -- "$SBOX_PROBE" id
	assert_refused 125 'copy .*/large: it is larger than the 1 MiB'
	sbox -o namespaces.uptime=999999999d -- "$SBOX_PROBE" id
	assert_refused 3 'the time "999999999d" is too large: at most 106751991d$'
}

@test "explain names the working directory that a start will have" {
	mkdir -p "$T/dir/sub"
	chmod 755 "$T/dir" "$T/dir/sub"
	cd "$T/dir"
	# Not there: the home directory takes its place, else the root.
	sbox explain -- pwd
	assert_match "^working directory $TEST_HOME +default\$"
	assert_line "  the caller's, $T/dir, is not in the sandbox"
	sbox explain --as json -- pwd
	assert_match "\"workdir\":\"$TEST_HOME\""
	sbox explain -o filesystem.base=none -- pwd
	assert_match "^working directory / +default\$"
	for option in "--ro=$T/dir" "--ro=/usr:$T/dir" "--option=filesystem.mkdir=$T/dir"; do
		sbox explain "$option" -- pwd
		assert_match "^working directory $T/dir +default\$"
		refute_match "is not in the sandbox"
		sbox "$option" -- pwd
		assert_equal "$output" "$T/dir"
	done
	sbox explain --workdir /nonexistent -- pwd
	assert_match "^working directory /nonexistent +--workdir\$"
	assert_line "  which is not found in the sandbox"
	sbox explain --ro "$T/dir" --workdir sub -- pwd
	refute_match "not found"
	# A command's relative path is looked up from there.
	sbox explain --ro . -- ./nosuch
	assert_line "  which is not found in the sandbox"
	cp /usr/bin/true "$T/dir/there"
	sbox explain --ro . -- ./there
	refute_match "not found"
	sbox explain -- ./there
	assert_line "  which is not found in the sandbox"
}

@test "explain says of a command that it isn't there, and only then" {
	local base command
	for base in minimal host-ro; do
		for command in nosuchcmd /usr/bin/nosuch /bin/nosuch /tmp/nosuch; do
			sbox explain -o filesystem.base=$base -- $command
			assert_status 0
			assert_line '  which is not found in the sandbox'
		done
		for command in true /bin/true /usr/bin/env; do
			sbox explain -o filesystem.base=$base -- $command
			refute_match 'not found'
		done
	done
	sbox explain --ro /bin/true:/opt/x/nosuch -- /opt/x/nosuch
	refute_match 'not found'
	sbox explain -o filesystem.symlink=/usr/bin/true:/l -- /l
	refute_match 'not found'
	sbox explain -o filesystem.symlink=/usr/bin/nosuch:/l -- /l
	assert_match 'not found'
}
