# SPDX-License-Identifier: LGPL-2.1-or-later
# sbox import bwrap: the real bwrap and the profile that its command line became show a program the
# same; what would be different is said, and what would be looser refused.

load common

setup() {
	common_setup
	command -v bwrap >/dev/null || skip "bwrap is not installed"
	install -m 755 "$SBOX_PROBE" "$T/probe"
	as_user mkdir -p "$T/data/inner" "$T/other"
	as_user sh -c 'echo text >"$T/data/file"; echo other >"$T/other/canary"'
	getent passwd "$TEST_UID" 65534 >"$T/passwd"
	getent group "$TEST_GID" 65534 >"$T/group"
	chmod 644 "$T/passwd" "$T/group"
}

teardown() {
	umount "$T/data/mnt" 2>/dev/null || true
	common_teardown
}

# import ARG...: with files behind the descriptors 11, 12, 13 and 14.
import() {
	run as_user "$SBOX" import bwrap "$@" 11<"$T/passwd" 12<"$T/group" \
		13<"${THIRTEEN:-/dev/null}" 14<"${FOURTEEN:-/dev/null}"
}

# What is the same in both, of the probe's output: a namespace is the host's or not, the shell's "_"
# is the program, and bwrap has descriptors of the test's.
normal() {
	local host
	host=$("$SBOX_PROBE" ns)
	awk -v host="$host" '
		BEGIN { count = split(host, lines, "\n"); for (i = 1; i <= count; i++) is_host[lines[i]] = 1 }
		/^(user|mnt)=/ { next }
		/^(pid|ipc|uts|cgroup|net)=[0-9]+$/ {
			split($0, part, "="); print part[1] "=" ($0 in is_host ? "host" : "new"); next
		}
		/^_=/ { next }
		# The mode of a file or a directory in memory may differ, and so may its size on the disk.
		/^path=/ { sub(/ size=.*/, "") }
		/^mount=/ { sub(/ super=.*/, ""); sub(/,(relatime|noatime)/, "") }
		{ print }'
}

# both ARG...: bwrap and the imported profile, in $bwrap and $sbox; both have to end with status 0.
both() {
	local left right
	import ${LOOSER:+--allow-looser} --quiet --output "$T/line.ini" -- bwrap "$@"
	assert_status 0
	warnings=$output
	run as_user "$SBOX" check "$T/line.ini"
	assert_status 0
	run as_user env PWD="$T" ${ENVIRON:-A=a} bwrap "$@" 11<"$T/passwd" 12<"$T/group" \
		13<"${THIRTEEN:-/dev/null}" 14<"${FOURTEEN:-/dev/null}"
	assert_status 0
	left=$(normal <<<"$output")
	run as_user env PWD="$T" ${ENVIRON:-A=a} "$SBOX" --quiet --profile "$T/line.ini"
	assert_status 0
	right=$(normal <<<"$output")
	[ -n "$right" ]
	[ "$left" = "$right" ] || {
		diff <(echo "$left") <(echo "$right") >&2 || true
		fail "bwrap and sbox differ"
	}
}

profile_has() {
	grep -qxF -- "$1" "$T/line.ini" || {
		output=$(cat "$T/line.ini")
		fail "not in the profile: $1"
	}
}

system=(--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin
	--symlink usr/sbin /sbin)

@test "the demo of the README" {
	both "${system[@]}" --dir /tmp --dir /var --symlink ../tmp var/tmp --proc /proc --dev /dev \
		--ro-bind /etc/resolv.conf /etc/resolv.conf --chdir / --unshare-all --share-net \
		--die-with-parent --dir "/run/user/$TEST_UID" \
		--setenv XDG_RUNTIME_DIR "/run/user/$TEST_UID" --setenv PS1 'bwrap-demo$' \
		--file 11 /etc/passwd --file 12 /etc/group --ro-bind "$T/probe" /probe /probe \
		id , cwd , env , ns , ls / , ls /run/user , ls /var , ls /etc , ls /usr , stat /usr /bin \
		/tmp /var /var/tmp /run/user "/run/user/$TEST_UID" /proc /dev /dev/null , read \
		/etc/passwd , read /etc/group , write /tmp/x y , read /var/tmp/x , write \
		"/run/user/$TEST_UID/x" y , open w /dev/null , open c /usr/x , open r /etc/shadow
	[ -z "$warnings" ]
	profile_has "mode = host"
	profile_has "die-with-parent = yes"
	profile_has "tmpfs = /run/user/$TEST_UID"
}

@test "a long line of the kind that flatpak makes, by --args" {
	THIRTEEN=$T/args FOURTEEN=$T/app
	local args=(--ro-bind "$T/data" /app --lock-file /app/file "${system[@]}"
		--unshare-user --unshare-pid --unshare-ipc --unshare-cgroup-try --unshare-uts
		--hostname flat --dev /dev --proc /proc --dir /tmp --dir /var --dir /var/data
		--symlink /tmp /var/tmp --symlink /run /var/run --dir /run/host
		--perms 0700 --dir "/run/user/$TEST_UID" --ro-bind /etc/hosts /run/host/hosts
		--ro-bind-try /etc/no-such-file /run/host/none --ro-bind-try /etc/hostname /etc/hostname
		--ro-bind /sys/block /sys/block --ro-bind /sys/bus /sys/bus --ro-bind /sys/class /sys/class
		--ro-bind /sys/dev /sys/dev --ro-bind /sys/devices /sys/devices
		--bind "$T/other" /home/other --tmpfs /home/other/hidden --remount-ro /usr
		--setenv XDG_RUNTIME_DIR "/run/user/$TEST_UID" --setenv DISPLAY :99
		--setenv LD_LIBRARY_PATH /app/lib:/usr/lib/GL --setenv XDG_DATA_DIRS /app/share:/usr/share
		--setenv SHELL /bin/sh --setenv EMPTY "" --unsetenv LOGNAME --unsetenv NOT_THERE
		--ro-bind-data 11 /etc/passwd --bind-data 12 /etc/group --file 14 /run/host/.flatpak-info
		--ro-bind "$T/probe" /probe --add-seccomp-fd 9 --new-session --chdir /home/other)
	as_user mkdir "$T/other/hidden"
	as_user touch "$T/other/new"
	printf '[Application]\nname=org.example.App\n\tindented = \\n; # no comment\n' >"$T/app"
	# bwrap gets a filter that allows all; for the import it is an unknown one.
	printf '%s\0' "${args[@]}" >"$T/args"
	import -- --args 13 /probe id
	assert_status 2
	assert_match 'looser: --add-seccomp-fd 9: a compiled filter'
	refute_match '^\[exec\]'
	args=("${args[@]/--add-seccomp-fd/--sync-fd}")
	printf '%s\0' "${args[@]}" >"$T/args"
	exec 9</dev/null
	both --args 13 /probe id , cwd , env , ns , ls / , ls /run , ls /run/host , ls /app , \
		ls /etc , ls /home , ls /home/other , stat /app/file /run/host "/run/user/$TEST_UID" \
		/home/other/hidden /sys/class , read /run/host/.flatpak-info , read /etc/passwd , \
		write /home/other/new z , open c /app/x , open c "/run/user/$TEST_UID/x" , \
		open c /home/other/hidden/y , open r /run/host/none , read /proc/sys/kernel/hostname
	exec 9<&-
	assert_equal "$(cat "$T/other/new")" z
	assert_equal "$(grep -c '' <<<"$warnings")" 3
	grep -q 'nested = no, for with yes the application could move away' <<<"$warnings"
	grep -q 'lock-file /app/file: left out' <<<"$warnings"
	grep -q 'sync-fd 9: left out' <<<"$warnings"
	# What sbox makes in a writable /dev is kept there, too.
	import --quiet --output "$T/dev.ini" -- --bind "$T/data" /dev true
	assert_status 0
	run as_user "$SBOX" check "$T/dev.ini"
	assert_status 0
}

@test "a wrapper round a browser: the host read-only, a home of its own" {
	as_user mkdir -p "$T/home/.mozilla" "$T/home/Downloads"
	as_user sh -c 'echo secret >"$T/home/.netrc"'
	both --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /run --tmpfs "$T" \
		--bind "$T/home/.mozilla" "$T/home/.mozilla" --bind "$T/home/Downloads" "$T/home/Downloads" \
		--ro-bind-try "$T/home/.themes" "$T/home/.themes" --dev-bind-try /dev/dri /dev/dri \
		--ro-bind "$T/probe" /tmp/probe --setenv HOME "$T/home" --setenv MOZ_ENABLE_WAYLAND 1 \
		--unshare-pid --unshare-ipc --unshare-uts --hostname web --unshare-cgroup --new-session \
		--die-with-parent --chdir "$T/home" /tmp/probe \
		id , cwd , env , ns , ls "$T" , ls "$T/home" , ls /run , open r "$T/home/.netrc" , \
		write "$T/home/Downloads/got" it , open c /usr/x , open c /etc/x , open w /dev/null , \
		read /etc/passwd , read /proc/sys/kernel/hostname , stat /usr /etc /home /tmp "$T"
	[ -f "$T/home/Downloads/got" ]
	profile_has "base = host-ro"
}

@test "the host's root, writable and with its devices" {
	both --dev-bind / / --tmpfs /srv --ro-bind /opt /opt --unshare-net "$T/probe" \
		id , env , ns , ls /dev , ls /srv , ls / , write "$T/new" x , open w /dev/null , \
		open c /opt/x , ls "$T" , open c /srv/x
	[ -f "$T/new" ]
	profile_has "mode = none"
	grep -q 'those below are writable' <<<"$warnings"
}

@test "the host's root at another place, with what is mounted in it" {
	mkdir "$T/data/mnt"
	mount -t tmpfs -o mode=1777 tmpfs "$T/data/mnt"
	as_user sh -c 'echo mounted >"$T/data/mnt/file"'
	both "${system[@]}" --proc /proc --dev /dev --dir /tmp --bind / /host --ro-bind / /shown \
		--ro-bind "$T/probe" /probe --remount-ro / /probe ls /host , ls /shown , ls / , read "/host$T/data/file" , read "/shown$T/data/mnt/file" , \
		write "/host$T/new" x , write "/host$T/data/mnt/new" x , ls "/host$T" , ls "/shown$T/data/mnt" , \
		open c "/shown$T/y" , open c "/shown$T/data/mnt/y" , open c /host/x , open c /x
	[ -f "$T/new" ]
	[ -f "$T/data/mnt/new" ]
	profile_has "rw = /:/host"
}

@test "mounts keep what was asked of them, and a later one covers an earlier one" {
	both "${system[@]}" --dev /dev --bind "$T/data/inner" /a/b --tmpfs /a --bind "$T/data" /x \
		--ro-bind "$T/data/inner" /x/inner --bind "$T/other" /y --remount-ro /y --tmpfs /ro \
		--dir /ro/below --remount-ro /ro --perms 0711 --size 1048576 --tmpfs /sized --dir /made \
		--dir /made/below --chmod 0700 /made --symlink x/inner /link --tmpfs /link \
		--bind-try "$T/none" /none --ro-bind-try "$T/other" /sized --ro-bind "$T/probe" /probe \
		/probe ls /a , ls /x , ls /y , ls /ro , ls /sized , ls /made , stat /a /made /link/ , \
		open c /a/f , write /x/file new , open c /x/inner/f , open c /y/f , open c /ro/f , \
		open c /sized/f , open c /made/f , open c /made/below/f
	grep -q "^# --bind $T/data/inner /a/b: covered by --tmpfs /a$" "$T/line.ini"
	profile_has "rw = $T/data:/x"
	profile_has "ro = $T/other:/y"
	profile_has "mkdir = /ro"
}

# A tree with the programs of the host's, and a file in each place that sbox has of its own.
make_tree() {
	as_user mkdir -p "$T/tree"/{usr,etc,tmp,var/tmp,run/part,dev,proc,sys,srv,bind}
	as_user sh -c 'for dir in etc tmp var/tmp run/part srv; do echo tree >"$T/tree/$dir/mark"; done'
	as_user cp "$T/probe" "$T/tree/probe"
	getent passwd "$TEST_UID" 65534 >"$T/tree/etc/passwd"
	getent group "$TEST_GID" 65534 >"$T/tree/etc/group"
	as_user ln -s usr/bin usr/lib usr/lib64 usr/sbin "$T/tree/"
	as_user touch "$T/tree/etc/hosts" "$T/tree/etc/resolv.conf"
}

@test "a root from a directory" {
	make_tree
	both --ro-bind "$T/tree" / --ro-bind /usr /usr --proc /proc --dev /dev --unshare-all \
		--bind "$T/data" /bind --tmpfs /srv --chdir / /probe id , ns , cwd , ls /srv , \
		ls /tmp , ls /run , read /run/part/mark , read /var/tmp/mark , read /tmp/mark , \
		read /etc/mark , read /etc/passwd , open c /tmp/x , open c /etc/x , open c /run/x , \
		open c /x , open c /srv/x , write /bind/x y
	[ -z "$warnings" ]
	profile_has "base = $T/tree"
	profile_has "hide = /sys"
	[ -f "$T/data/x" ]
	[ ! -e "$T/tree/x" ]

	import --output "$T/line.ini" -- --bind "$T/tree" / --ro-bind /usr /usr --uid 0 --unshare-all \
		/probe open c /etc/x , ls /proc , open c /tmp/x
	assert_status 0
	assert_match "warning: --bind $T/tree /: the root is read-only; with overlay = tmp"
	profile_has "nested = no"
	run as_user "$SBOX" --quiet --profile "$T/line.ini"
	refute_match 'nested ='
	assert_match 'path=/etc/x open=EROFS'
	[ ! -e "$T/tree/etc/x" ]
	[ ! -e "$T/tree/tmp/x" ]
}

@test "an overlay whose changes stay in memory" {
	# bubblewrap has them from 0.11 on; the profile is run alone.
	import --output "$T/line.ini" -- "${system[@]}" --overlay-src "$T/data" --tmp-overlay /x \
		--ro-bind "$T/probe" /probe /probe write /x/file new , read /x/file , open c /x/made
	assert_status 0
	[ -z "$output" ]
	profile_has "overlay-dir = $T/data:/x"
	run as_user "$SBOX" --quiet --profile "$T/line.ini"
	assert_status 0
	assert_equal "$(cat "$T/data/file")" text
	[ ! -e "$T/data/made" ]
}

@test "an empty environment, ids, and no network" {
	ENVIRON=LC_ALL=C both "${system[@]}" --proc /proc --unshare-all --setenv B gone --clearenv \
		--setenv A 'b c' --setenv A 'd=e:f%g#h' --uid 4711 --gid 4712 --chdir / \
		--ro-bind "$T/probe" /probe /probe id , env , ns , cwd
	profile_has "unset = HOME"
	profile_has "hide = /dev"
}

@test "names with blanks, colons and whatever else a path may have" {
	local name line=("${system[@]}") look=(ls /at , ls /in , ls /to , ls /tmpfs , env) n=0
	printf 'x=a:b\\n\\\n\n' >"$T/content"
	for name in 'a b' 'a:b' 'a\b' 'a\:b' 'a=b' '100%' '#a' 'a;b' '$a' '-a' ' lead' 'trail ' 'ü'; do
		as_user mkdir -p "$T/names/$name"
		echo "$name" >"$T/names/$name/file"
		n=$((n + 1))
		line+=(--bind "$T/names/$name" "/at/$name" --ro-bind "$T/content" "/in/$name"
			--symlink "../at/$name" "/to/$name" --symlink "to/$name" "/link$n"
			--tmpfs "/tmpfs/$name" --setenv "V$n" "x$name.")
		look+=(, read "/link$n/file" , argv "x$name.")
	done
	THIRTEEN=$T/content both "${line[@]}" --file 13 '/in/ f:=\ g' --chdir '/at/a b' \
		--ro-bind "$T/probe" /probe /probe "${look[@]}" , read '/in/ f:=\ g' , cwd
}

@test "a command that no line holds is left to the command line" {
	import --output "$T/line.ini" -- "${system[@]}" sh -c $'echo one\necho two'
	assert_status 0
	assert_match "the command isn't part of the profile"
	run as_user "$SBOX" --quiet --profile "$T/line.ini"
	assert_status 2
	run as_user "$SBOX" --quiet --profile "$T/line.ini" -- sh -c $'echo one\necho two'
	assert_status 0
	assert_equal "$output" $'one\ntwo'
}

@test "what can't be made hides what it would have covered" {
	THIRTEEN=$SBOX_PROBE
	import --output "$T/line.ini" -- "${system[@]}" --bind "$T/data" /x --ro-bind-data 13 /x/file \
		--ro-bind "$T/probe" /probe /probe read /x/file
	assert_status 0
	assert_match 'what the host has there is hidden: it is not text'
	run as_user "$SBOX" --quiet --profile "$T/line.ini"
	assert_match 'path=/x/file read=EACCES'
}

@test "wrong lines: status 2, the word that is wrong, and no file" {
	local args expected
	while IFS='|' read -r expected args; do
		# shellcheck disable=SC2086
		import --output "$T/none.ini" -- $args
		assert_status 2
		assert_match "^sbox: .*$expected"
		[ ! -e "$T/none.ini" ]
	done <<'END'
no option "--bnid"; did you mean --bind|--bnid /a /b true
no option "--frobnicate-all"$|--frobnicate-all true
--bind needs SRC DEST|--bind /a
no command|--ro-bind / /
options and a command are missing behind --; usage: sbox import bwrap|
"x" is not the number of a descriptor|--file x /a true
"-1" is not the number of a descriptor|--seccomp -1 true
read descriptor 99: Bad file descriptor|--args 99 true
read descriptor 99: Bad file descriptor|--file 99 /a true
find the path of descriptor 99: No such file|--bind-fd 99 /a true
--size is for --tmpfs alone|--size 4096 --dir /a true
--perms 755 is not for this option|--perms 755 --proc /proc true
--perms is for an option behind it|--perms 755 true
"9z" is not an octal mode|--perms 9z --dir /a true
no --overlay-src is in front|--tmp-overlay /a true
--hostname a needs --unshare-uts|--hostname a true
would be a variable|--bind /a${HOME} /b true
would be a variable|--setenv A ${HOME} true
"~" would be the home|--setenv A ~/x true
not the name of a variable|--setenv 1A b true
no ".." can be|--tmpfs /a/../b true
that can't be the root: an overlay|--overlay-src /srv --tmp-overlay / true
there is something already, by --dir /a|--dir /a --symlink b /a true
looser: --exec-label x|--exec-label x true
looser: --remount-ro /nowhere|--remount-ro /nowhere true
END
	run as_user "$SBOX" import
	assert_status 2
	assert_equal "$output" "sbox: the word bwrap is missing behind import: command lines of \
bubblewrap alone can be read"
	run as_user "$SBOX" import firejail -- true
	assert_status 2
	assert_match 'the word bwrap is missing behind import, where "firejail" stands'
	run as_user "$SBOX" import bwrap bwrap --ro-bind / / true
	assert_status 2
	assert_match "-- is missing in front of bubblewrap's command line; usage"
	run as_user "$SBOX" import bwrap -- bwrap
	assert_status 2
	assert_match "options and a command are missing behind --; usage"
	run as_user "$SBOX" import bwrap --ro-bind / / true
	assert_status 2
	assert_match "bubblewrap's own options come behind --"
	run as_user "$SBOX" import bwrap --output "$T/no/such" -- true
	assert_status 125
}

@test "a looser profile is written when that is asked for, and says what is lost" {
	import --allow-looser --quiet -- "${system[@]}" --seccomp 11 true
	assert_status 0
	assert_match 'warning: looser: --seccomp 11'
	assert_match '^# LOOSER: --seccomp 11'
	assert_line "nested = no"
}

@test "each option of the installed bwrap is known" {
	local option
	run as_user "$SBOX" import --help
	assert_status 0
	for option in $(bwrap --help | grep -oE '^ +--[a-z0-9-]+'); do
		case $option in --help | --version) continue ;; esac
		assert_match "^  $option( |\$)"
	done
}
