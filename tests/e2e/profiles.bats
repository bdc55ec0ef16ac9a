# SPDX-License-Identifier: LGPL-2.1-or-later
# Reading profiles: what is refused and how it is said, merging, the search path, explain.

load common

setup() {
	common_setup
	P="$T/profile.ini"
}

teardown() {
	common_teardown
}

shipped="default web tether offline logall shell minimal"

# text TEXT: what $P holds, written with printf's %b
text() {
	printf '%b' "$1" >"$P"
}

# assert_profile_refused LINE REGEX: a run with $P is refused at that line, and check says the same.
assert_profile_refused() {
	probe --profile "$P" -- id
	assert_refused 3 "^(sbox: )?$P:$1: .*$2"
	sbox check "$P"
	assert_refused 3 "^(sbox: )?$P:$1: .*$2"
}

@test "an unknown section is refused, and the nearest one named" {
	text '[profile]\nversion = 1\n[filesytem]\nro = /usr\n'
	assert_profile_refused 3 'filesytem.*filesystem'
}

@test "an unknown key is refused, and the nearest one named" {
	text '[seccomp]\ndeni = ptrace\n'
	assert_profile_refused 2 'deni.*deny'
}

@test "a wrong value is refused with the allowed form" {
	text '[exec]\nnew-session = perhaps\n'
	assert_profile_refused 2 'perhaps.*yes'
	text '[network]\nmode = bridge\n'
	assert_profile_refused 2 'bridge.*none.*host.*netns'
	text '[limits]\nnofile = 12x\n'
	assert_profile_refused 2 '12x'
	text '[namespaces]\nuid = 4294967295\n'
	assert_profile_refused 2 '4294967295.*4294967294'
	text '[network]\nnetns = ../../etc\n'
	assert_profile_refused 2 '\.\./\.\./etc'
	text '[filesystem]\nro = usr/lib\n'
	assert_profile_refused 2 'usr/lib'
}

@test "an unknown system call, group or errno is refused, and the nearest one named" {
	text '[seccomp]\ndeny = ptrase\n'
	assert_profile_refused 2 'ptrase.*ptrace'
	text '[seccomp]\ndeny = @mounts\n'
	assert_profile_refused 2 '@mounts.*@mount'
	text '[seccomp]\ndeny = ptrace:ENOSUCH\n'
	assert_profile_refused 2 'ENOSUCH'
}

@test "a scalar set twice in one file is refused with both lines" {
	text '[exec]\nworkdir = /usr\n\nworkdir = /tmp\n'
	assert_profile_refused 4 'workdir'
	assert_match "(line 2|$P:2)"
}

@test "every mistake in every file is listed" {
	printf '[exec]\nwrong = 1\n' >"$T/other.ini"
	text "[profile]\ninclude = $T/other.ini\n[nosuch]\nx = 1\n[exec]\nnew-session = 7\n"
	probe --profile "$P" -- id
	assert_refused 3 "$T/other.ini:2: "
	assert_match "$P:3: "
	assert_match "$P:6: "
}

@test "an include cycle is refused" {
	printf '[profile]\ninclude = %s\n' "$P" >"$T/other.ini"
	text "[profile]\ninclude = $T/other.ini\n"
	probe --profile "$P" -- id
	assert_refused 3 'include'
	assert_match "$T/other.ini:2: "
}

@test "a missing include is refused at its line" {
	text '[profile]\ninclude = no-such-profile\n'
	assert_profile_refused 2 'no-such-profile'
	text "[profile]\ninclude = $T/missing.ini\n"
	assert_profile_refused 2 'missing.ini'
}

@test "includes nest sixteen deep and no deeper" {
	local i

	echo '[exec]' >"$T/0.ini"
	for i in $(seq 20); do
		printf '[profile]\ninclude = %s\n' "$T/$((i - 1)).ini" >"$T/$i.ini"
	done
	sbox check "$T/16.ini"
	assert_status 0
	sbox check "$T/20.ini"
	assert_refused 3 'deep'
}

@test "an over-long line is refused, not cut" {
	text "[environment]\nset = A=$(printf 'x%.0s' $(seq 4200))\n"
	assert_profile_refused 2 'long'
}

@test "the tail of a long line is no line of its own" {
	# Packaged libinih cuts at about 198 bytes and reads what follows as a new line.
	local pad length

	for length in 150 180 190 195 196 197 198 199 200 201 205 250; do
		pad=$(printf 'x%.0s' $(seq "$length"))
		text "[environment]\nset = A=$pad home=host\n[filesystem]\nro = $SBOX_PROBE:/probe\n"
		sbox --profile "$P" -- /probe env
		assert_status 0
		assert_line "A=$pad home=host"
		text "[filesystem]\nro = $SBOX_PROBE:/probe\nsymlink = /$pad home=host:/x\n"
		as_user touch "$TEST_HOME/marker"
		sbox --profile "$P" -- /probe stat "$TEST_HOME/marker"
		rm -f "$TEST_HOME/marker"
		refute_match 'type=file'
	done
}

@test "a NUL byte is refused" {
	text '[exec]\nworkdir = /usr\0/lib\n'
	assert_profile_refused 2 'NUL'
}

@test "an unclosed section is refused, and its keys go nowhere" {
	text '[filesystem]\n[seccomp\nbaseline = no\n'
	assert_profile_refused 2 '\[seccomp'
}

@test "a section name over 49 bytes is refused" {
	text "[$(printf 's%.0s' $(seq 60))]\nx = 1\n"
	assert_profile_refused 1 ''
	text "[filesystem$(printf ' %.0s' $(seq 60))]\nhome = host\n"
	sbox check "$P"
	[ "$status" -eq 0 ] || assert_refused 3 "$P:1: "
}

@test "a line without '=' and a key outside of any section are refused" {
	text '[exec]\nworkdir: /usr\n'
	assert_profile_refused 2 ''
	text 'workdir = /usr\n'
	assert_profile_refused 1 'section'
}

@test "a comment character within a value belongs to the value" {
	text "[environment]\nset = A=1 ; home=host # no comment\n[filesystem]\nro = $SBOX_PROBE:/probe\n# a comment\n  ; another\n"
	sbox --profile "$P" -- /probe env
	assert_status 0
	assert_line "A=1 ; home=host # no comment"
}

@test "an indented line is a line of its own" {
	text "[environment]\nset = A=1\n\tset = B=2\n[filesystem]\n  ro = $SBOX_PROBE:/probe\n"
	sbox --profile "$P" -- /probe env
	assert_status 0
	assert_line A=1
	assert_line B=2
}

@test "CRLF and a missing final newline are fine" {
	text "[environment]\r\nset = A=1\r\n[filesystem]\r\nro = $SBOX_PROBE:/probe"
	sbox --profile "$P" -- /probe env
	assert_status 0
	assert_line A=1
}

@test "an empty profile is the default sandbox" {
	: >"$P"
	probe --profile "$P" -- ls /sys/class/net , caps
	assert_status 0
	assert_line "ls=ok count=1"
	assert_line Seccomp=2
}

@test "a profile of 10,000 lines" {
	{
		echo '[environment]'
		seq -f 'set = V%.0f=x' 9990
		echo "[filesystem]"
		echo "ro = $SBOX_PROBE:/probe"
	} >"$P"
	sbox --profile "$P" -- /probe env
	assert_status 0
	assert_equal "$(grep -c '^V[0-9]*=x$' <<<"$output")" 9990
	echo 'nonsense = 1' >>"$P"
	sbox check "$P"
	assert_refused 3 "$P:9994: "
}

@test "a profile that can't be read is refused" {
	text '[exec]\n'
	chmod 000 "$P"
	chown root: "$P"
	probe --profile "$P" -- id
	assert_refused 3 "$P"
	probe --profile "$T/missing.ini" -- id
	assert_refused 3 'missing.ini'
	probe --profile no-such-profile -- id
	assert_refused 3 'no-such-profile'
	probe --profile "$T/" -- id
	assert_refused 3 ''
}

@test "root reads no profile that others can write" {
	text "[filesystem]\nro = $SBOX_PROBE:/probe\n"
	chown root: "$P"
	chmod 644 "$P"
	run "$SBOX" --profile "$P" -- /probe id
	assert_status 0
	chmod 646 "$P"
	run "$SBOX" --profile "$P" -- /probe id
	assert_refused 3 'others may write'
	chmod 664 "$P"
	chgrp $TEST_USER "$P"
	run "$SBOX" --profile "$P" -- /probe id
	assert_refused 3 'others may write'
}

@test "root reads a user's profile for that user's sudo alone" {
	text "[filesystem]\nro = $SBOX_PROBE:/probe\n"
	chown $TEST_USER: "$P"
	chmod 644 "$P"
	run "$SBOX" --profile "$P" -- /probe id
	assert_refused 3 "profile.ini: belongs to uid $(id -u $TEST_USER), so root takes no orders from it"
	run env SUDO_UID="$(id -u $TEST_USER)" "$SBOX" --profile "$P" -- /probe id
	assert_status 0
	run env SUDO_UID=1 "$SBOX" --profile "$P" -- /probe id
	assert_refused 3 "profile.ini: belongs to uid"
}

@test "a user's profile works whatever its mode" {
	text "[filesystem]\nro = $SBOX_PROBE:/probe\n"
	chmod 600 "$P"
	chown $TEST_USER: "$P"
	sbox --profile "$P" -- /probe id
	assert_status 0
}

@test "includes come first, then the file, then further profiles, then options" {
	printf '[exec]\nworkdir = /usr/bin\n[environment]\nset = FROM=include\nset = A=1\n' >"$T/inc.ini"
	text "[profile]\ninclude = $T/inc.ini\n[environment]\nset = FROM=file\nset = B=2\n"
	printf '[environment]\nset = FROM=second\nset = C=3\n[exec]\nworkdir = /usr/lib\n' >"$T/second.ini"
	probe --profile "$P" -- env , cwd
	assert_line FROM=file
	assert_line A=1
	assert_line B=2
	assert_line cwd=/usr/bin
	probe --profile "$P" --profile "$T/second.ini" -- env , cwd
	assert_line FROM=second
	assert_line A=1
	assert_line C=3
	assert_line cwd=/usr/lib
	probe --profile "$P" --profile "$T/second.ini" -o environment.set=FROM=option -o exec.workdir=/usr -- env , cwd
	assert_line FROM=option
	assert_line cwd=/usr
}

@test "an empty assignment resets a list" {
	printf '[environment]\nset = A=1\n' >"$T/inc.ini"
	text "[profile]\ninclude = $T/inc.ini\n[environment]\nset =\nset = B=2\n"
	probe --profile "$P" -- env
	refute_match '^A='
	assert_line B=2
}

@test "a restriction can't be reset" {
	local key section

	for key in seccomp.deny seccomp.kill seccomp.log filesystem.hide; do
		section=${key%.*}
		text "[$section]\n${key#*.} =\n"
		assert_profile_refused 2 "${key#*.}"
		probe -o "$key=" -- id
		assert_refused 3 "${key#*.}"
	done
}

@test "a later, looser layer takes no restriction back" {
	printf '[seccomp]\ndeny = getppid\n' >"$T/strict.ini"
	printf '[seccomp]\nallow = getppid\n' >"$T/loose.ini"
	probe --profile "$T/strict.ini" --profile "$T/loose.ini" -- syscall getppid
	assert_line "syscall=getppid ret=-1 errno=EPERM"
	probe --profile "$T/loose.ini" --profile "$T/strict.ini" -- syscall getppid
	assert_line "syscall=getppid ret=-1 errno=EPERM"
}

@test "a mistake on the command line names the option" {
	probe -o filesystem.home=elsewhere -- id
	assert_refused 3 '-o.*elsewhere|elsewhere.*-o'
	probe --home elsewhere -- id
	assert_refused 3 '--home.*elsewhere|elsewhere.*--home'
	probe -o filesystem.rwx=/usr -- id
	assert_refused 3 'rwx'
	probe -o nonsense -- id
	assert_refused 2 'nonsense'
}

@test "profiles are searched for in order, and never in the working directory" {
	mkdir -p "$T/a" "$T/b" "$T/config/sbox/profiles"
	printf '[environment]\nset = FROM=a\n' >"$T/a/one.ini"
	printf '[environment]\nset = FROM=b\n' >"$T/b/one.ini"
	printf '[environment]\nset = FROM=b\n' >"$T/b/two.ini"
	printf '[environment]\nset = FROM=config\n' >"$T/config/sbox/profiles/three.ini"
	printf '[environment]\nset = FROM=cwd\n' >"$T/four.ini"
	local name
	for name in one:a two:b three:config; do
		run as_user SBOX_PROFILE_PATH="$T/a:$T/b" XDG_CONFIG_HOME="$T/config" \
			"$SBOX" --ro "$SBOX_PROBE:/probe" --profile "${name%:*}" -- /probe env
		assert_line "FROM=${name#*:}"
	done
	run as_user sh -c 'cd "$T" && exec "$SBOX" --ro "$SBOX_PROBE:/probe" --profile four -- /probe id'
	assert_refused 3 'four'
	run as_user sh -c 'cd "$T" && exec "$SBOX" --ro "$SBOX_PROBE:/probe" --profile ./four.ini -- /probe env'
	assert_line FROM=cwd
	run as_user SBOX_PROFILE_PATH=relative "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id
	assert_refused 2 'SBOX_PROFILE_PATH.*relative'
}

@test "an include is searched for, or lies beside its file when it has a slash" {
	mkdir -p "$T/a"
	printf '[environment]\nset = FROM=searched\n' >"$T/a/base.ini"
	text "[profile]\ninclude = base\n"
	run as_user SBOX_PROFILE_PATH="$T/a" "$SBOX" --ro "$SBOX_PROBE:/probe" --profile "$P" -- /probe env
	assert_status 0
	assert_line FROM=searched
}

@test "a profile that matches the program's name is taken, and said" {
	mkdir -p "$T/a"
	printf '[profile]\nmatch = other probe\n[environment]\nset = FROM=match\n' >"$T/a/matching.ini"
	run as_user SBOX_PROFILE_PATH="$T/a" PATH=/tools:/usr/bin "$SBOX" --ro "$SBOX_PROBE:/tools/probe" \
		-- /tools/probe env
	assert_status 0
	assert_line FROM=match
	assert_match '^sbox: .*matching'
	# Not when a profile is named, for another program, or for a file that PATH does not find.
	run as_user SBOX_PROFILE_PATH="$T/a" PATH=/tools:/usr/bin "$SBOX" --profile default \
		--ro "$SBOX_PROBE:/tools/probe" -- /tools/probe env
	refute_match '^FROM='
	run as_user SBOX_PROFILE_PATH="$T/a" "$SBOX" -- env
	refute_match '^FROM='
	run as_user SBOX_PROFILE_PATH="$T/a" "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe env
	refute_match '^FROM='
}

@test "plain sbox firefox takes the profile web" {
	run as_user "$SBOX" explain -- firefox
	assert_status 0
	assert_match 'web'
}

@test "variables expand, and an unset one is an error at its line" {
	as_user mkdir -p "$T/x/$TEST_USER"
	as_user touch "$T/x/$TEST_USER/file"
	text "[filesystem]\nro = $T/x/\${USER}:/mine\nro = -\${WAYLAND_DISPLAY}/x\nro = $SBOX_PROBE:/probe\ntmpfs = ~/scratch\n"
	sbox --profile "$P" -- /probe ls /mine , stat "$TEST_HOME/scratch"
	assert_status 0
	assert_line entry=file
	assert_match "^path=$TEST_HOME/scratch type=dir"
	text "[filesystem]\n\nro = \${WAYLAND_DISPLAY}\n"
	probe --profile "$P" -- id
	[ "$status" -eq 125 ] || [ "$status" -eq 3 ] || fail "status"
	assert_match "$P:3: .*WAYLAND_DISPLAY"
	text "[filesystem]\nro = \${LD_PRELOAD}\n"
	assert_profile_refused 2 'LD_PRELOAD'
}

@test "a value with a colon from a variable is one path" {
	as_user mkdir -p "$T/od:d"
	as_user touch "$T/od:d/file"
	text "[filesystem]\nro = \${XDG_CONFIG_HOME}:/config\nro = $SBOX_PROBE:/probe\n"
	run as_user XDG_CONFIG_HOME="$T/od:d" "$SBOX" --profile "$P" -- /probe ls /config
	assert_status 0
	assert_line entry=file
}

@test "each shipped profile is right, and its dump loads and dumps to the same bytes" {
	local name

	for name in $shipped; do
		sbox check "$name"
		assert_status 0
		as_user sh -c '"$SBOX" explain --profile "$1" --as profile >"$T/dump1.ini"' sh "$name"
		as_user sh -c '"$SBOX" explain --profile "$T/dump1.ini" --as profile >"$T/dump2.ini"'
		[ -s "$T/dump1.ini" ]
		run diff "$T/dump1.ini" "$T/dump2.ini"
		assert_status 0
	done
}

@test "list-profiles has the shipped ones with what they are for" {
	local name

	sbox list-profiles
	assert_status 0
	for name in $shipped; do
		assert_match "^$name +[^ ]"
	done
}

@test "explain says what a run would do, with the profile's lines" {
	text "[filesystem]\nro = /usr/share:/shared\nhide = /shared/doc\nrw = $T\n[seccomp]\ndeny = getppid\nlog = getuid\n[network]\nmode = host\n"
	sbox explain --profile "$P" -- true
	assert_status 0
	assert_match "/shared,.*$P:2"
	assert_match "/shared/doc.*$P:3"
	assert_match "$T.*$P:4"
	assert_match "deny with EPERM.*$P:6"
	assert_match '^ +getppid$'
	assert_match "log.*$P:7"
	assert_match '^ +getuid$'
	assert_match "host.*$P:9"
}

@test "explain starts nothing and changes nothing" {
	local before

	before=$(host_manifest "$T" "$TEST_HOME")
	sbox explain --home persist:explained --rw "$T" -- touch "$T/ran"
	assert_status 0
	assert_equal "$(host_manifest "$T" "$TEST_HOME")" "$before"
}

@test "explain as JSON is one JSON document" {
	run as_user sh -c '"$SBOX" explain --profile web --as json -- firefox | python3 -m json.tool >/dev/null'
	assert_status 0
	run as_user sh -c '"$SBOX" explain --profile web --as json |
		python3 -c "import json, sys; print(json.load(sys.stdin)[\"command\"])"'
	assert_status 0
	assert_equal "$output" None
}

@test "each line of explain ends with where it is from" {
	text '[namespaces]\nuid = 7\nhostname = box\n[environment]\nset = A=b c\n'
	sbox explain --workdir / --profile "$P" -- true
	assert_status 0
	assert_match "^  user id 7 +$P:2$"
	assert_match "^  group id [0-9]+ +default$"
	assert_match "^  host name box +$P:3$"
	assert_match "^  A=b c +$P:5$"
	assert_match "^  HOME=.* default$"
	# What has none is a title, a summary or the names below one.
	assert_equal "$(grep '^  [^ ]' <<<"$output" | grep -vE "( default| $P:[0-9]+|^  by .*:)$" |
		grep -v 'supplementary groups\? .* kept')" ""
}

@test "explain refuses what a run refuses, with the same words" {
	text '[seccomp]\ndeny = nosuchcall\n'
	probe --profile "$P" -- id
	local ran=$output
	sbox explain --profile "$P" -- true
	assert_status 3
	assert_equal "$output" "$ran"
}

@test "what is to be hidden or noexec and is missing: check, explain and a start say the same" {
	local key said

	for key in hide noexec; do
		text "[filesystem]\nro = $T:/d\n$key = /d/no/such\n"
		said="$P:3: $key = /d/no/such: there is no such path in the sandbox; with a - in front"
		probe --profile "$P" -- id
		assert_refused 125 "^sbox: $said"
		sbox check "$P"
		assert_refused 125 "^sbox: $P: $said"
		sbox explain --profile "$P" -- true
		assert_status 125
		assert_match "^sbox: $said"
		text "[filesystem]\nro = $T:/d\n$key = -/d/no/such\n"
		probe --profile "$P" -- id
		assert_status 0
		sbox check "$P"
		assert_status 0
	done
	# Where a symlink is on the way only the start can tell.
	as_user ln -s no "$T/link"
	text "[filesystem]\nro = $T:/d\nhide = /d/link/such\nro = $SBOX_PROBE:/probe\n"
	sbox check "$P"
	assert_status 0
	sbox --profile "$P" -- /probe id
	assert_refused 125 "^sbox: "
	as_user mkdir -p "$T/no/such"
	sbox --profile "$P" -- /probe stat /d/no/such
	assert_status 0
	rm -r "$T/no/such"
	sbox --profile "$P" -- /probe id
	assert_refused 125 "^sbox: $P:3: hide = /d/link/such: there is no such path"
}

@test "minimal runs a static program in an empty root" {
	probe --profile minimal -- ls / , rlimits
	assert_status 0
	refute_line entry=usr
	assert_line nofile=256:256
}

@test "offline on top of a profile with network takes it away" {
	text '[network]\nmode = host\n'
	probe --profile "$P" --profile offline -- ls /sys/class/net
	assert_line "ls=ok count=1"
}

@test "logall denies nothing and logs" {
	probe --profile logall -- syscall keyctl 99 , syscall getppid , caps
	assert_status 0
	assert_match '^syscall=keyctl ret=-1 errno=EOPNOTSUPP'
	assert_line Seccomp=2
	assert_line CapEff=0000000000000000
}

@test "shell is a shell with a home of its own" {
	run as_user sh -c 'echo "echo \$PS1; echo kept >~/file; exit 4" | "$SBOX" --profile shell'
	assert_status 4
	assert_equal "$(cat "$TEST_HOME/.local/share/sbox/homes/shell/file")" kept
	rm -rf "$TEST_HOME/.local"
}

@test "tether wants its uplink and says how to bring it up" {
	probe --profile tether -- id
	assert_refused 125 'phone'
	assert_match 'sbox netns up'
}

@test "list-profiles shows no control character of a description" {
	as_user sh -c 'mkdir -p "$T/config/sbox" && printf "[profile]\ndescription = a\302\233" >"$T/config/sbox/odd.ini" &&
		printf "31m\n" >>"$T/config/sbox/odd.ini"'
	run as_user SBOX_PROFILE_PATH="$T/config/sbox" "$SBOX" list-profiles
	assert_status 0
	assert_match '^odd +a\\xc2\\x9b31m$'
}
