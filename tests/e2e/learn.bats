# SPDX-License-Identifier: LGPL-2.1-or-later
# sbox learn: the profile that it writes runs the same command to the same result, and shows nothing
# that the command didn't use.

load common

setup() {
	common_setup
	PROFILE=$T/learned.ini
}

teardown() {
	[ -z "${SERVER:-}" ] || end_server "$SERVER"
	common_teardown
}

# twice COMMAND...: learns it, then runs it under what was learned: same status, same output but for
# the warnings. $between is run in between.
twice() {
	local first
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- "$@"
	assert_status 0
	first=$(grep -v '^sbox: warning: ' <<<"$output") || true
	eval "${between:-}"
	run as_user "$SBOX" check "$PROFILE"
	assert_status 0
	run as_user "$SBOX" --profile "$PROFILE" -- "$@"
	assert_status 0
	assert_equal "$output" "$first"
}

learned() {
	grep -qxF -- "$1" "$PROFILE" || {
		output=$(cat "$PROFILE")
		fail "not in the profile: $1"
	}
}

not_learned() {
	! grep -qE -- "$1" "$PROFILE" || {
		output=$(cat "$PROFILE")
		fail "in the profile: $1"
	}
}

# denied FILE...: each is there under what was learned, and can't be read.
denied() {
	local file
	for file; do
		run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/$file"
		assert_status 1
		assert_match 'Permission denied'
	done
}

files() {
	as_user mkdir -p "$T/used" "$T/beside" "$T/out"
	as_user sh -c 'echo data >"$T/used/file"; echo canary >"$T/used/canary"
		echo canary >"$T/beside/canary"'
}

@test "the profile goes to standard output, behind the command's own output" {
	run as_user "$SBOX" learn --quiet -- echo hello
	assert_status 0
	assert_equal "${lines[0]}" hello
	assert_line "[seccomp]"
	assert_line "default = errno"
	assert_line "mode = none"
}

@test "the status is the command's own, also after a signal, and the profile is written" {
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c 'exit 7'
	assert_status 7
	[ -s "$PROFILE" ]
	rm "$PROFILE"
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c 'kill -TERM $$'
	assert_status 143
	[ -s "$PROFILE" ]
}

@test "what can't be started leaves no profile" {
	run -127 as_user "$SBOX" learn --output "$PROFILE" -- no-such-command
	[ ! -e "$PROFILE" ]
	run as_user "$SBOX" learn --output "$PROFILE" -- "$T"
	assert_status 126
	[ ! -e "$PROFILE" ]
	run -127 as_user "$SBOX" learn --output "$PROFILE" --profile default -- no-such-command
	[ ! -e "$PROFILE" ]
}

@test "standard input and output pass through" {
	run as_user sh -c 'echo through | "$SBOX" learn --quiet --output "$T/learned.ini" -- cat'
	assert_status 0
	assert_equal "$output" through
}

@test "a file that was read is shown, and no file beside it" {
	files
	twice cat "$T/used/file"
	learned "ro = $T/used/file"
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/used/canary"
	assert_status 1
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/beside/canary"
	assert_status 1
	run as_user "$SBOX" --profile "$PROFILE" -- sh -c 'echo x >>"$1"' sh "$T/used/file"
	[ "$status" -ne 0 ]
	assert_equal "$(cat "$T/used/file")" data
}

@test "a directory that was listed is shown, one beside it is not" {
	files
	twice ls "$T/used"
	learned "ro = $T/used"
	run as_user "$SBOX" --profile "$PROFILE" -- ls "$T/beside"
	[ "$status" -ne 0 ]
}

@test "all files of a directory together are the directory, also relative to it" {
	files
	twice sh -c 'cd "$1" && cat file canary' sh "$T/used"
	learned "ro = $T/used"
	not_learned "ro = .*/used/"
}

@test "a directory in which something was made is writable, and what is written arrives" {
	files
	between='rm "$T/out/new"' twice sh -c 'cat "$1/used/file" >"$1/out/new"; cat "$1/out/new"' sh "$T"
	learned "rw = $T/out"
	learned "ro = $T/used/file"
	assert_equal "$(cat "$T/out/new")" data
}

@test "a file that was written in place is writable alone" {
	files
	twice sh -c 'echo more >"$1/used/file"; cat "$1/used/file"' sh "$T"
	learned "rw = $T/used/file"
	run as_user "$SBOX" --profile "$PROFILE" -- ls "$T/used/canary"
	[ "$status" -ne 0 ]
}

@test "what is made at home is granted by itself, home never" {
	as_user sh -c 'mkdir -p ~/.cache; echo canary >~/.cache/canary'
	twice sh -c 'mkdir -p ~/.cache/learned-test ~/learned-test; echo x >~/learned-test/f; echo ok'
	learned "rw = -~/.cache/learned-test"
	learned "rw = -~/learned-test"
	run as_user "$SBOX" --profile "$PROFILE" -- sh -c 'cat ~/.cache/canary'
	as_user sh -c 'rm -r ~/.cache/learned-test ~/learned-test ~/.cache/canary'
	assert_status 1
}

@test "a symlink on the way is there, and what it leads to is shown" {
	files
	as_user ln -s used "$T/link"
	twice sh -c 'readlink "$1/link"; cat "$1/link/file"' sh "$T"
	learned "symlink = used:$T/link"
	learned "ro = $T/used/file"
}

@test "a symlink that is made, looked at, moved or removed grants nothing of what it leads to" {
	files
	as_user sh -c 'ln -s ../used/canary "$T/out/old"; ln -s nowhere "$T/out/dangling"'
	between='as_user ln -s nowhere "$T/out/dangling"' twice sh -c 'cd "$1/out"
		ln -s ../used new; cp -a new copy; mv copy moved; ls -l old new; touch -h old
		readlink moved; rm new moved dangling; tar cf a -P --transform "s,old,b," old
		tar xPf a; readlink b; rm a b' sh "$T"
	learned "rw = $T/out"
	not_learned "$T/used"
	# Of one that is replaced, what is read through it then is shown.
	twice sh -c 'ln -sf ../used/file "$1/out/old"; cat "$1/out/old"' sh "$T"
	learned "ro = $T/used/file"
	as_user ln -s nowhere "$T/used/dangling"
	twice readlink "$T/used/dangling"
	# At home it is made again.
	between='rm "$TEST_HOME/learned-link"' twice ln -s "$T/used" "$TEST_HOME/learned-link"
	not_learned '^(rw|symlink) = '
}

@test "what is made and removed in a directory that many programs share" {
	as_user mkdir -p "$TEST_HOME/.cache" "$T/run"
	twice sh -c 'echo >~/.cache/learned-test && rm ~/.cache/learned-test'
	run as_user env XDG_RUNTIME_DIR="$T/run" "$SBOX" learn --quiet --output "$PROFILE" -- \
		sh -c 'mkdir "$1/run/d"; echo >"$1/run/f"; rm -r "$1"/run/*' sh "$T"
	assert_status 0
	grep -qxE "(mkdir|tmpfs) = $T/run" "$PROFILE"
	run as_user "$SBOX" --profile "$PROFILE" -- \
		sh -c 'mkdir "$1/run/d" && echo >"$1/run/f" && rm -r "$1"/run/*' sh "$T"
	assert_status 0
	# What was there before and is gone: a copy, or a warning.
	as_user sh -c 'echo x >~/learned-gone'
	between='as_user sh -c "echo x >~/learned-gone"' twice sh -c 'cat ~/learned-gone; rm ~/learned-gone'
	learned "file = -~/learned-gone:~/learned-gone"
	rm "$TEST_HOME/learned-gone"
	as_user mkdir "$TEST_HOME/learned-gone"
	run as_user "$SBOX" learn --quiet -- rmdir "$TEST_HOME/learned-gone"
	assert_match "^sbox: warning: removed at home or the like, .*: $TEST_HOME/learned-gone\$"
}

@test "a named pipe, and a file that couldn't be removed, are shown" {
	files
	as_user sh -c 'mkfifo "$T/used/pipe"; chmod 500 "$T/beside"'
	twice sh -c '(echo hello >"$1/used/pipe" &); cat "$1/used/pipe"
		rm -f "$1/beside/canary" 2>&-; cat "$1/beside/canary"' sh "$T"
	learned "rw = $T/used/pipe"
	learned "ro = $T/beside/canary"
}

@test "what is used and has a name that no profile can write is said not to be shown" {
	files
	as_user sh -c 'mkdir "$T/a b "; echo canary >"$T/a b /canary"'
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c 'echo >"$1/a b /new"' sh "$T"
	assert_status 0
	assert_match "^sbox: warning: used, and not shown, .*: $T/a b \$"
	refute_match 'writable as a whole|not used, and shown'
	run as_user "$SBOX" check "$PROFILE"
	assert_status 0
}

@test "a script's interpreter is shown, though no call opens it" {
	as_user mkdir "$T/bin" "$T/tools"
	as_user cp /bin/sh "$T/tools/shell"
	as_user sh -c 'printf "#!%s/tools/shell\necho from a script\n" "$T" >"$T/bin/script"; chmod +x "$T/bin/script"'
	twice "$T/bin/script"
	learned "ro = $T/tools/shell"
	learned "ro = $T/bin/script"
}

@test "paths with colons and blanks" {
	as_user sh -c 'mkdir "$T/a b"; echo odd >"$T/a b/c:d"'
	twice cat "$T/a b/c:d"
	learned "ro = $T/a b/c\\:d"
}

@test "what lies in a listed directory's subdirectories is shown only as far as it was used" {
	files
	as_user sh -c 'mkdir "$T/tree"; mv "$T/used" "$T/beside" "$T/tree"'
	between='rm "$T/tree/made"' twice sh -c 'ls "$1"; cat "$1/used/file"; echo >"$1/made"' sh "$T/tree"
	learned "rw = $T/tree"
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/tree/used/file"
	assert_equal "$output" data
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/tree/used/canary"
	[ "$status" -ne 0 ]
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/tree/beside/canary"
	[ "$status" -ne 0 ]
	# Once it is used, it is no longer hidden.
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- cat "$T/tree/beside/canary"
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/tree/beside/canary"
	assert_equal "$output" canary
}

@test "what lies unused in a directory that is shown whole is hidden, and not written to" {
	files
	as_user sh -c 'echo canary >"$T/out/canary"; mkdir "$T/out/sub"; echo canary >"$T/out/sub/canary"'
	between='rm "$T/out/new"' twice sh -c 'ls "$1/used"; cat "$1/used/file"; echo data >"$1/out/new"
		ls "$1/out"' sh "$T"
	learned "ro = $T/used"
	learned "hide = -$T/used/canary"
	learned "rw = $T/out"
	learned "hide = -$T/out/canary"
	learned "hide = -$T/out/sub"
	for canary in used out out/sub; do
		run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/$canary/canary"
		assert_status 1
		run as_user "$SBOX" --profile "$PROFILE" -- sh -c 'echo bad >"$1"' sh "$T/$canary/canary"
		[ "$status" -ne 0 ]
		run as_user "$SBOX" --profile "$PROFILE" -- rm -f "$T/$canary/canary"
		[ "$status" -ne 0 ]
		assert_equal "$(cat "$T/$canary/canary")" canary
	done
	# What the command made is its own, and stays as it is.
	not_learned 'hide = .*/new'
}

@test "what was looked for in vain is missing in the sandbox as well, and not denied" {
	files
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c 'cd "$1" && ls; cat used/missing' sh "$T"
	assert_status 1
	assert_match 'used/missing: No such file or directory'
	run as_user "$SBOX" --profile "$PROFILE" -- sh -c 'cd "$1" && ls; cat used/missing' sh "$T"
	assert_status 1
	assert_line beside
	assert_match 'used/missing: No such file or directory'
	learned "hide = -$T/used/canary"
	learned "hide = -$T/used/file"
	learned "hide = -$T/beside"
	denied used/canary used/file beside/canary
}

@test "python3 looks for a file in vain twice" {
	need python3
	files
	cd "$T"
	twice python3 -c "
import os
print(os.listdir('.').count('used'))
try:
    open('used/missing')
except FileNotFoundError as e:
    print(e)"
	assert_match "No such file or directory: 'used/missing'"
	learned "hide = -$T/used/canary"
}

@test "--merge: a directory that was hidden, and in which something is looked for in vain" {
	files
	printf '[filesystem]\nro = %s\nhide = -%s\nhide = -%s\n' "$T" "$T/used" "$T/beside" >"$PROFILE"
	chown "$TEST_UID" "$PROFILE"
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/used/missing"
	assert_match 'Permission denied'
	# Looked for alone, it would show what lies beside it.
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- cat "$T/used/missing"
	assert_match "^sbox: warning: .*learned.ini:3: hide = -$T/used stays; "
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/used/canary"
	assert_match 'Permission denied'
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- sh -c 'ls "$1"; cat "$1/used/missing"' sh "$T"
	assert_match "^sbox: warning: .*learned.ini:3: hide = -$T/used is taken out; "
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/used/missing"
	assert_status 1
	assert_match 'No such file or directory'
	denied used/canary used/file beside/canary
}

@test "warnings name what is writable as a whole, and what couldn't be hidden" {
	files
	as_user sh -c 'cd "$T/out"; i=0; while [ $i -lt 120 ]; do : >$i; i=$((i + 1)); done'
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c 'echo >"$1/out/new"' sh "$T"
	assert_status 0
	assert_match "^sbox: warning: writable as a whole, .*: $T/out\$"
	assert_match "^sbox: warning: more lies in these directories, .*: $T/out\$"
	assert_equal "$(grep -c '^hide = ' "$PROFILE")" 100
	run as_user "$SBOX" check "$PROFILE"
	assert_status 0
	# A name that no profile can write can't be hidden either.
	as_user sh -c 'mkdir "$T/odd"; echo >"$T/odd/a
b"'
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- ls "$T/odd"
	assert_match "^sbox: warning: not used, and shown, .*: $T/odd/a"
	run as_user "$SBOX" check "$PROFILE"
	assert_status 0
	# A directory that the command made itself is nobody else's.
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c \
		'mkdir "$1/out/own"; echo >"$1/out/own/f"; cat "$1/used/file"' sh "$T"
	not_learned "hide = .*out/own"
}

@test "what only failed grants nothing: mkdir of what is there, rm of what isn't" {
	files
	twice sh -c 'mkdir "$1/used"; rm -f "$1/out/missing"; cat "$1/used/file"' sh "$T"
	not_learned '^rw'
}

@test "threads and children of children are seen" {
	files
	twice sh -c 'sh -c "sh -c \"cat $1/used/file\"" & wait' sh "$T"
	learned "ro = $T/used/file"
	need python3
	cd "$T/out"
	twice python3 -c "
import threading
t = threading.Thread(target=lambda: print(open('$T/used/file').read()))
t.start()
t.join()"
	learned "ro = $T/used/file"
}

@test "calls that were not used are denied" {
	twice /bin/true
	run as_user "$SBOX" --profile "$PROFILE" --ro "$SBOX_PROBE:/probe" -o 'seccomp.allow=ioctl' -- \
		/probe syscall socket 1 1 0
	assert_match "^syscall=socket ret=-1 errno=EPERM"
}

@test "--exact sees each call" {
	run as_user "$SBOX" learn --exact --output "$PROFILE" -- /bin/true
	assert_status 0
	assert_match 'learned from [0-9]+ calls .*, 0 addresses$'
	not_learned '@basic-io'
	run as_user "$SBOX" --profile "$PROFILE" -- /bin/true
	assert_status 0
	run as_user "$SBOX" learn --output "$PROFILE" -- bash -c ': >/dev/udp/127.0.0.1/9'
	assert_match 'learned from [0-9]+ calls .*, 1 address$'
	run as_user "$SBOX" learn --output "$PROFILE" -- "$SBOX_PROBE" syscall getpid
	assert_match 'learned from [0-9]+ calls .*: 1 path, 0 addresses$'
}

@test "what the command leaves behind ends with it" {
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c 'sleep 55 & echo $! >"$T/pid"'
	assert_status 0
	! kill -0 "$(cat "$T/pid")" 2>/dev/null
}

@test "a signal that learn gets is handed on" {
	as_user "$SBOX" learn --quiet --output "$PROFILE" -- sh -c \
		'trap "echo caught >$T/caught; exit 5" USR1; echo >"$T/ready"; while :; do sleep 0.1; done' &
	wait_for 20 test -e "$T/ready"
	pkill -USR1 -u "$TEST_UID" -x sbox
	local status=0
	wait $! || status=$?
	assert_equal "$status" 5
	[ -e "$T/caught" ]
	[ -s "$PROFILE" ]
}

@test "with --profile it learns inside that sandbox" {
	files
	run as_user "$SBOX" learn --output "$PROFILE" --ro "$T/used" --profile default -- \
		sh -c 'cat "$1/used/file"; cat "$1/beside/canary"; echo x >~/inside; ls ~' sh "$T"
	assert_status 0
	assert_line data
	assert_line inside
	refute_line canary
	learned "ro = $T/used/file"
	not_learned '^r[ow] = .*(inside|beside)'
}

@test "with --profile a program that the command starts first is shown" {
	as_user mkdir "$T/tools"
	as_user sh -c 'cp /bin/true "$T/tools/tool"'
	run as_user PATH=/usr/local/bin:/usr/bin:/bin:/usr/games "$SBOX" learn --quiet \
		--output "$PROFILE" --ro "$T/tools" --profile default -- sh -c "$T/tools/tool"
	assert_status 0
	learned "ro = $T/tools/tool"
}

@test "with --profile a command that is named relative to the working directory" {
	local command
	as_user mkdir -p "$T/tools/deep"
	as_user cp /bin/true "$T/tools/tool"
	as_user cp /bin/true "$T/tools/deep/another-one"
	cd "$T"
	for command in {,./,tools/../}tools/{tool,deep/another-one}; do
		run as_user "$SBOX" learn --quiet --output "$PROFILE" --ro "$T/tools" \
			--profile default -- "$command"
		assert_status 0
		learned "ro = $T/${command#*./}"
	done
}

@test "what is made in /tmp or at home, and would be lost another time, is named" {
	local file=/tmp/made-$$ home=made-$$
	run as_user "$SBOX" learn --output "$PROFILE" -- \
		sh -c 'echo >"$1"; mkdir ~/"$2"; echo >~/"$2/f"; echo >~/"$2.f"' sh "$file" "$home"
	assert_status 0
	assert_match "^sbox: warning: made in a directory that many programs share, .*: $TEST_HOME/$home, $file\$"
	grep -q "^# made in a directory that many programs share, .*: $TEST_HOME/$home, $file\$" "$PROFILE"
	learned "rw = -$file"
	learned "rw = -~/$home"
	learned "rw = ~/$home.f"
	rm -r "$file" "$TEST_HOME/$home" "$TEST_HOME/$home.f"
	run as_user "$SBOX" learn --output "$PROFILE" -- sh -c 'echo >"$1"; rm "$1"' sh "$file"
	refute_match 'made in a directory'
}

@test "with --profile what the sandbox has of its own is not taken for the host's" {
	local file=/tmp/learned-$$
	files
	as_user sh -c 'echo canary >"$1"' sh "$file"
	run as_user "$SBOX" learn --quiet --output "$PROFILE" --rw "$T/used" --profile default -- \
		sh -c 'echo mine >"$2"; cat "$2"; ls "$1"; echo more >>"$1/used/file"' sh "$T" "$file"
	rm "$file"
	assert_status 0
	assert_line mine
	# The directory holds nothing but what is shown, inside.
	refute_line beside
	learned "rw = $T/used/file"
	not_learned '^[a-z]+ = .*/learned-'
	not_learned "^r[ow] = $T\$"
}

@test "what a process uses in a namespace of its own is not taken for the host's" {
	local file=/var/tmp/learned-$$
	files
	as_user sh -c 'echo canary >"$1"' sh "$file"
	run as_user "$SBOX" learn --output "$PROFILE" -- unshare -Urm sh -c \
		'mount -t tmpfs t "$1/out" && echo >"$1/out/f" && mount -t tmpfs t /var/tmp &&
		echo mine >"$2" && cat "$2" && ls /var/tmp' sh "$T" "$file"
	rm "$file"
	assert_status 0
	assert_line mine
	assert_match "warning: not learned: ([0-9]+ paths|1 path) used with another root directory"
	not_learned '^r[ow] = .*(/var/tmp|/out)'
	learned "nested = yes"
}

@test "what a process uses in another root directory is not taken for the host's" {
	need python3
	files
	as_user mkdir -p "$T/root$T/used"
	as_user sh -c 'echo inside >"$T/root$T/used/file"'
	run as_user "$SBOX" learn --output "$PROFILE" -- unshare -Ur python3 -c "
import os
os.chroot('$T/root')
print(open('$T/used/file').read(), end='')"
	assert_status 0
	assert_line inside
	assert_match "warning: not learned: ([0-9]+ paths|1 path) used with another root directory"
	not_learned "^[a-z]+ = .*$T/used"
}

@test "under a profile's allow list it works, too" {
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -o seccomp.default=errno \
		-o 'seccomp.allow=@basic-io @file-system' -- echo ok
	assert_status 0
	assert_line ok
	learned "default = errno"
}

@test "--merge keeps what is there and adds what is missing" {
	files
	cat >"$PROFILE" <<-END
		# mine
		[network]
		# nothing yet
		mode = none

		[filesystem]
		; a comment
		ro =   $T/beside
	END
	chown "$TEST_UID" "$PROFILE"
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- \
		sh -c 'cat "$1/used/file" "$1/beside/canary"' sh "$T"
	assert_status 0
	learned "# mine"
	learned "; a comment"
	learned "ro =   $T/beside"
	learned "ro = $T/used/file"
	learned "mode = none"
	not_learned 'beside/canary'
	# Once more adds nothing.
	cp "$PROFILE" "$T/before"
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- \
		sh -c 'cat "$1/used/file" "$1/beside/canary"' sh "$T"
	assert_status 0
	cmp "$T/before" "$PROFILE"
	run as_user "$SBOX" --profile "$PROFILE" -- cat "$T/used/file"
	assert_equal "$output" data
}

@test "--merge gives no allow list to a profile that allows what it doesn't list" {
	files
	printf '[filesystem]\nhome = tmpfs\n' >"$PROFILE"
	chown "$TEST_UID" "$PROFILE"
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- cat "$T/used/file"
	assert_status 0
	learned "ro = $T/used/file"
	not_learned '^(default|allow)'
	run as_user "$SBOX" --profile "$PROFILE" -- bash -c 'echo x | cat'
	assert_status 0
	# One that has a list gets what it lacks.
	printf '[seccomp]\ndefault = errno\nallow = @basic-io\n' >"$PROFILE"
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- sh -c 'echo x | cat'
	assert_status 0
	learned 'default = errno'
	run as_user "$SBOX" --profile "$PROFILE" -- sh -c 'echo x | cat'
	assert_equal "$output" x
}

@test "--merge: a read-only line inside what is writable gives way, or is told of" {
	files
	as_user mkdir "$T/used/deep"
	as_user sh -c 'echo >"$T/used/deep/file"'
	printf '[filesystem]\nrw = %s\nro = %s\nro = %s\n' "$T/used" "$T/used/file" "$T/used/deep" >"$PROFILE"
	chown "$TEST_UID" "$PROFILE"
	run as_user "$SBOX" learn --quiet --merge "$PROFILE" -- \
		sh -c 'echo more >>"$1/file"; echo more >>"$1/deep/file"' sh "$T/used"
	assert_status 0
	assert_match "learned.ini:3: ro = $T/used/file stays; the command wrote there"
	learned "rw = $T/used/deep/file"
}

@test "--output: a device or pipe is written to, a symlink followed, and a dangling one refused" {
	as_user sh -c 'mkfifo "$T/pipe"; touch "$T/real.ini"; ln -s real.ini "$T/link.ini"; ln -s nowhere "$T/dangling.ini"'
	mknod "$T/null" c 1 3
	run "$SBOX" learn --quiet --output "$T/null" -- true
	assert_status 0
	[ -c "$T/null" ]
	cat "$T/pipe" >"$T/from-pipe" 3>&- &
	run as_user "$SBOX" learn --quiet --output "$T/pipe" -- true
	assert_status 0
	wait $!
	[ -p "$T/pipe" ]
	grep -qx '\[seccomp\]' "$T/from-pipe"
	run as_user "$SBOX" learn --quiet --output "$T/link.ini" -- true
	assert_status 0
	[ -L "$T/link.ini" ]
	grep -qx '\[seccomp\]' "$T/real.ini"
	run as_user "$SBOX" learn --quiet --output "$T/dangling.ini" -- touch "$T/made"
	assert_status 125
	assert_match 'dangling.ini: the symlink leads nowhere'
	[ ! -e "$T/made" ]
}

@test "--merge refuses what is no profile, before the command runs" {
	echo "no profile" >"$PROFILE"
	run as_user "$SBOX" learn --merge "$PROFILE" -- touch "$T/made"
	assert_status 3
	assert_match "learned.ini:1: "
	[ ! -e "$T/made" ]
	run as_user "$SBOX" learn --merge "$T/missing.ini" -- touch "$T/made"
	assert_status 125
	[ ! -e "$T/made" ]
}

@test "a profile that can't be written is refused before the command runs" {
	local target
	as_user mkdir "$T/shut" "$T/dir"
	chmod 555 "$T/shut"
	for target in "$T/missing/p.ini" "$T/shut/p.ini" "$T/dir"; do
		run as_user "$SBOX" learn --output "$target" -- touch "$T/made"
		assert_status 125
		assert_match "^sbox: write $target"
		[ ! -e "$T/made" ]
	done
	as_user touch "$T/shut.ini"
	mv "$T/shut.ini" "$T/shut/p.ini"
	run as_user "$SBOX" learn --merge "$T/shut/p.ini" -- touch "$T/made"
	assert_status 125
	[ ! -e "$T/made" ]
}

@test "a profile that can't be written after all goes to standard output" {
	as_user mkdir "$T/going"
	run as_user "$SBOX" learn --quiet --output "$T/going/p.ini" -- rmdir "$T/going"
	assert_status 125
	assert_line "[seccomp]"
	assert_match "^sbox: .*going/p.ini.*: No such file or directory"
}

@test "gcc builds a small program" {
	need gcc
	as_user mkdir "$T/src"
	as_user sh -c 'printf "#include <stdio.h>\nint main(void)\n{\n\tputs(\"built\");\n\treturn 0;\n}\n" >"$T/src/p.c"'
	between='rm "$T/src/p"' twice sh -c 'cd "$1" && gcc -o p p.c && ./p' sh "$T/src"
	assert_line built
	learned "rw = $T/src"
}

@test "git makes a repository, commits and clones" {
	need git
	as_user mkdir "$T/work"
	between='rm -rf "$T/work/"*' twice sh -c 'cd "$1" && git init -q one && cd one &&
		git config user.name n && git config user.email e@example.org &&
		echo text >file && git add file && git commit -q -m first &&
		cd .. && git clone -q one two && cat two/file && git -C two log --format=%s' sh "$T/work"
	assert_line first
	learned "rw = $T/work"
}

@test "git status and log in a repository without a commit" {
	need git
	as_user git init -q -b master "$T/fresh"
	twice git -C "$T/fresh" status
	assert_line "On branch master"
	as_user sh -c 'echo text >"$T/fresh/file"'
	as_user cp -a "$T/fresh" "$T/saved"
	between='rm -rf "$T/fresh"; cp -a "$T/saved" "$T/fresh"' twice sh -c 'cd "$1" &&
		export GIT_AUTHOR_DATE="@1000000000 +0000" GIT_COMMITTER_DATE="@1000000000 +0000" &&
		git log; git add file && git -c user.name=n -c user.email=e@example.org commit -m first &&
		git log --format=%s' sh "$T/fresh"
	assert_match "does not have any commits yet"
	assert_line first
}

@test "git commits in a repository with a commit and samples of hooks" {
	need git
	as_user git init -q -b master "$T/work"
	as_user sh -c 'cd "$T/work" && mkdir -p .git/hooks && echo "exit 1" >.git/hooks/pre-commit.sample &&
		git config user.name n && git config user.email e@example.org &&
		echo one >file && git add file && git commit -q -m first && echo two >file'
	as_user cp -a "$T/work" "$T/saved"
	between='rm -rf "$T/work"; cp -a "$T/saved" "$T/work"' twice sh -c 'cd "$1" &&
		export GIT_AUTHOR_DATE="@1000000000 +0000" GIT_COMMITTER_DATE="@1000000000 +0000" && git commit -a -m second' sh "$T/work"
	assert_match "second"
	refute_match "hint:|Permission denied"
	learned "hide = -$T/work/.git/hooks/pre-commit.sample"
	run as_user git -C "$T/work" log --format=%s
	assert_line second
}

@test "python3 with its modules" {
	need python3
	files
	twice python3 -c "import json, ssl, sqlite3, subprocess
print(json.dumps(open('$T/used/file').read()), subprocess.check_output(['uname']))"
}

@test "sqlite3 makes a database" {
	need sqlite3
	as_user mkdir "$T/db"
	between='rm "$T/db/"*' twice sqlite3 "$T/db/file" \
		"create table t(a); insert into t values(42); select a from t;"
	assert_line 42
	[ -s "$T/db/file" ]
}

@test "curl and nginx, each under what was learned of it" {
	local round
	need curl
	# Not installed, for it would start then: tests/run.sh unpacks it.
	local nginx=${SBOX_SERVERS:-}/usr/sbin/nginx
	[ -x "$nginx" ] || skip "nginx is missing (SBOX_SERVERS)"
	as_user mkdir "$T/www" "$T/state"
	as_user sh -c 'echo page >"$T/www/index.html"; echo canary >"$T/www/canary"'
	cat >"$T/nginx.conf" <<-END
		daemon off;
		pid $T/state/pid;
		error_log $T/state/error.log;
		events { worker_connections 32; }
		http {
			access_log $T/state/access.log;
			client_body_temp_path $T/state/1;
			proxy_temp_path $T/state/2;
			fastcgi_temp_path $T/state/3;
			uwsgi_temp_path $T/state/4;
			scgi_temp_path $T/state/5;
			server { listen 127.0.0.1:8088; root $T/www; }
		}
	END
	for round in learn sandbox; do
		if [ $round = learn ]; then
			set -- learn --quiet --output "$PROFILE"
		else
			set -- --profile "$PROFILE"
		fi
		patience=300 as_user "$SBOX" "$@" -- "$nginx" -c "$T/nginx.conf" &
		SERVER=$!
		wait_for 40 curl -sf -o "$T/page" http://127.0.0.1:8088/
		assert_equal "$(cat "$T/page")" page
		[ $round = learn ] || break
		pkill -TERM -u "$TEST_UID" -x sbox
		wait $SERVER
		SERVER=
	done
	learned "mode = host"
	learned "ro = $T/www/index.html"
	# The server still has the file that it was seen to serve, and not the one beside it.
	run curl -sf http://127.0.0.1:8088/canary
	[ "$status" -ne 0 ]
	PROFILE=$T/curl.ini twice curl -s http://127.0.0.1:8088/
	grep -qx "mode = host" "$T/curl.ini"
}

@test "firefox takes a screenshot of a local file" {
	local patience=200
	need firefox-esr
	as_user mkdir "$T/shots" "$T/shots/state" "$T/web"
	as_user sh -c 'echo "<h1>hello</h1>" >"$T/web/page.html"; echo canary >"$T/web/canary"'
	run as_user "$SBOX" learn --quiet --output "$PROFILE" -- firefox-esr --headless --no-remote \
		--profile "$T/shots/state" --screenshot "$T/shots/one.png" "file://$T/web/page.html"
	assert_status 0
	[ -s "$T/shots/one.png" ]
	mv "$T/shots/one.png" "$T/first.png"
	learned "ro = $T/web/page.html"
	run as_user "$SBOX" --profile "$PROFILE" -- firefox-esr --headless --no-remote \
		--profile "$T/shots/state" --screenshot "$T/shots/one.png" "file://$T/web/page.html"
	assert_status 0
	cmp "$T/first.png" "$T/shots/one.png"
	run as_user "$SBOX" --profile "$PROFILE" -- ls "$T/web/canary"
	[ "$status" -ne 0 ]
}
