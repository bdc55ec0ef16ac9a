# SPDX-License-Identifier: LGPL-2.1-or-later
# Ways out of the sandbox, or into its next start, each tried in earnest.

load common

setup() {
	common_setup
	H=$TEST_HOME
	as_user mkdir -p "$H/work/sub"
	as_user sh -c 'echo SECRET >"$1"' sh "$H/key"
}

teardown() {
	pkill -KILL -u "$TEST_UID" -f 'sleep 6661' 2>/dev/null
	rm -rf "$H/work" "$H/dotfiles" "$H/key" "$H/real" "$H/lnk" "$H/priv" "$H/.config" "$H/.local"
	common_teardown
}

@test "pid 1 can't be opened from the application's first instruction on" {
	local i pad

	# A long argument list makes pid 1 take longer where it could be late.
	pad=$(head -c 100000 /dev/zero | tr '\0' x)
	for i in $(seq 40); do
		probe -- open rw /proc/1/mem , open r /proc/1/fd/3 , open r /proc/1/fd/4 , \
			open r /proc/1/environ , open r /proc/1/root , argv "$pad"
		assert_status 0
		assert_equal "$(grep -c '^path=/proc/1/' <<<"$output")" 5
		refute_match '=ok$'
	done
	probe -- read /proc/1/cmdline
	assert_match '^path=/proc/1/cmdline read='
	refute_match "$SBOX_PROBE"
}

@test "a directory of profiles that doesn't exist yet can't be made inside" {
	as_user mkdir -p "$H/.config"
	sbox --rw "$H/.config" -- sh -c 'mkdir -p ~/.config/sbox/profiles
		printf "[filesystem]\nhome = host\n" >~/.config/sbox/profiles/default.ini'
	[ ! -e "$H/.config/sbox/profiles/default.ini" ]
	sbox --rw "$H" -- sh -c 'mkdir -p ~/.local/share/sbox/homes/web'
	[ ! -e "$H/.local/share/sbox/homes" ]
	sbox -- cat "$H/key"
	assert_status 1
}

@test "the directories of SBOX_PROFILE_PATH can't be written" {
	as_user mkdir -p "$H/work/profiles"
	as_user sh -c 'cp "$1"/share/sbox/profiles/default.ini ~/work/profiles/p.ini' sh "$SBOX_PREFIX"
	run as_user SBOX_PROFILE_PATH="$H/work/profiles" "$SBOX" -p p --rw "$H/work" -- \
		sh -c 'touch ~/work/profiles/default.ini; touch ~/work/free'
	[ ! -e "$H/work/profiles/default.ini" ]
	[ -e "$H/work/free" ]
}

@test "what is hidden can't be uncovered by moving a directory above it" {
	as_user sh -c 'mkdir -p "$1/a/b"; echo SECRET >"$1/a/b/secret"' sh "$H/work"
	sbox --rw "$H/work" -o filesystem.hide="$H/work/a/b/secret" -- sh -c '
		mv ~/work/a ~/work/x; mv ~/work/a/b ~/work/a/x; rmdir ~/work/a; cat ~/work/*/*/secret'
	refute_match SECRET
	sbox --rw "$H/work" -o filesystem.hide="$H/work/a/b/secret" -- sh -c 'cat ~/work/*/*/secret'
	refute_match SECRET
	[ -e "$H/work/a/b/secret" ]
}

@test "a symlink planted in one run is not followed in the next" {
	sbox --rw "$H/work" -- ln -s "$H/key" "$H/work/cfg"
	assert_status 0
	sbox --rw "$H/work" -o filesystem.file="$H/work/cfg:/etc/app.cfg" -- cat /etc/app.cfg
	assert_refused 125 'leads through the symlink .*/work/cfg'
	refute_match SECRET
	sbox --rw "$H/work" --ro "$H/work/cfg:/x" -- cat /x
	assert_refused 125 'leads through the symlink .*/work/cfg'
	# By a path that is relative to the working directory.
	run as_user sh -c 'cd "$1" && "$SBOX" --rw . --ro ./cfg:/x -- cat /x' sh "$H/work"
	assert_refused 125 'leads through the symlink'
	# By another name of the same directory.
	as_user ln -s "$H/work" "$H/lnk"
	sbox --rw "$H/lnk:/w" --ro "$H/work/cfg:/x" -- cat /x
	assert_refused 125 'leads through the symlink'
	# By a symlink of the user's own that leads to the planted one.
	as_user ln -s "$H/work/cfg" "$H/real"
	sbox --rw "$H/work" --ro "$H/real:/x" -- cat /x
	assert_refused 125 'leads through the symlink .*/work/cfg'
	# A symlink of the user's own, elsewhere, is fine.
	sbox --ro "$H/lnk:/w" -- ls /w
	assert_status 0
}

@test "a persistent home is no stepping stone to the user's files" {
	as_user mkdir "$H/priv"
	sbox --home persist:q -- ln -s "$H/priv" "$H/Downloads"
	assert_status 0
	sbox --rw "$H/.local/share/sbox/homes/q/Downloads:/dl" -- touch /dl/x
	assert_refused 125 'leads through the symlink'
	[ ! -e "$H/priv/x" ]
}

@test "a source whose symlink climbs out by .. is found all the same" {
	as_user sh -c 'mkdir ~/real; ln -s ../../../etc/os-release ~/real/l'
	sbox --ro "$H/real/l:/x" -- cat /x
	assert_status 0
	assert_match '^ID='
}

@test "killing the launcher at any time leaves nothing running" {
	local i pid

	for i in $(seq 60); do
		setpriv --reuid $TEST_USER --regid $TEST_USER --init-groups --inh-caps=-all \
			env HOME="$H" "$SBOX" sleep 6661 3>&- &
		pid=$!
		sleep "0.0$((i % 4))$((i % 10))"
		kill -KILL $pid
		wait $pid 2>/dev/null || true
	done
	wait_for 20 bash -c '! pgrep -u '"$TEST_UID"' -f "^sleep 6661|sbox-init"'
}

@test "signals to the caller's process group don't come from inside" {
	run as_user setsid sh -c '"$SBOX" -- sh -c "kill -9 0"; echo survived' </dev/null
	assert_line survived
}

@test "devices and sockets keep their owner and mode" {
	local before

	before=$(stat -c '%a %U' /dev/full)
	run "$SBOX" -- chmod 600 /dev/full
	[ "$status" -ne 0 ]
	assert_equal "$(stat -c '%a %U' /dev/full)" "$before"
	sbox -- sh -c 'echo x >/dev/null && head -c 4 /dev/zero | wc -c'
	assert_status 0
	assert_line 4
}

@test "the session's variables show sockets and nothing else" {
	as_user mkdir -p "$T/rt"
	as_user python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' \
		"$T/rt/wayland-0"
	run as_user XDG_RUNTIME_DIR="$T/rt" "$SBOX" -o desktop.wayland=yes -- \
		sh -c 'test -S "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY"; echo $?; chmod 0 "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY"'
	assert_line 0
	[ "$(stat -c %a "$T/rt/wayland-0")" != 0 ]
	run as_user XDG_RUNTIME_DIR="$T/rt" WAYLAND_DISPLAY="$H/key" "$SBOX" -o desktop.wayland=yes -- \
		cat "$H/key"
	assert_refused 125 'not a socket'
	run as_user XDG_RUNTIME_DIR="$T/rt" WAYLAND_DISPLAY=../../key "$SBOX" \
		-o desktop.wayland=yes -- true
	assert_refused 125 '"\.\."'
	run as_user XDG_RUNTIME_DIR="$T/rt" WAYLAND_DISPLAY="$H" "$SBOX" -o desktop.wayland=auto -- \
		cat "$H/key"
	refute_match SECRET
}

@test "a directory on a standard descriptor is refused" {
	run as_user sh -c '"$SBOX" -- cat /proc/self/fd/0/key <"$HOME"'
	assert_refused 125 'descriptor 0 is a directory'
}

@test "a profile that matches but has a mistake gives way to no looser one" {
	as_user sh -c 'mkdir -p ~/.config/sbox/profiles
		printf "[profile]\nmatch = firefox\n[network]\nmode none\n" >~/.config/sbox/profiles/a.ini'
	sbox -- firefox
	assert_refused 3 'a\.ini:4'
}

@test "a file that is called like a browser doesn't get the browser's profile" {
	as_user sh -c 'cp "$SBOX_PROBE" "$T/firefox"'
	run as_user "$SBOX" --ro "$T/firefox" -- "$T/firefox" ls /sys/class/net
	refute_match 'using the profile web'
	assert_line entry=lo
}

@test "xdg-user-dirs' way of saying \"no downloads\" doesn't give the home away" {
	as_user sh -c 'mkdir -p ~/.config
		printf "#XDG_DOWNLOAD_DIR=\"\$HOME/work\"\nXDG_DOWNLOAD_DIR=\"\$HOME/\"\n" >~/.config/user-dirs.dirs'
	sbox -o 'filesystem.rw=-${XDG_DOWNLOAD_DIR}' -- cat "$H/key"
	assert_status 1
	refute_match SECRET
}

@test "a home that is part of the system stays what it is" {
	local home

	for home in /usr /proc /etc /sys; do
		run as_user HOME=$home "$SBOX" -- sh -c 'touch "$HOME/x" 2>&1; ls /usr/bin/env'
		assert_line /usr/bin/env
		[ ! -e $home/x ]
	done
}

@test "an empty PATH finds nothing in the working directory" {
	as_user sh -c 'cp "$SBOX_PROBE" "$T/tool"'
	run as_user PATH=. "$SBOX" --ro "$T" --workdir "$T" -- tool id
	assert_refused 127 'not found'
}

@test "root's groups and root's view of the kernel stay outside" {
	run setpriv --groups 4,27 "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id
	refute_match 'groups=[^ ]*65534'
	run "$SBOX" -- sh -c 'echo x >/proc/sys/kernel/core_pattern; cat /proc/kpagecount | wc -c;
		cat /proc/slabinfo | wc -c'
	refute_match '^[1-9]'
}

# What is kept as it is inside a writable tree is a mount, and no mount of its own is in the way of
# an application that may make mount namespaces.
@test "nested: nothing is kept as it is inside a writable tree" {
	local rule nested=(-o namespaces.nested=1)
	as_user mkdir -p "$H/work/sub/deep" "$H/.config/sbox"
	as_user touch "$H/work/sub/deep/f"
	for rule in hide=@ ro=@ ro=/usr/share:@ tmpfs=@ noexec=@ "file=@/f=x"; do
		sbox "${nested[@]}" --rw "$H/work" -o "filesystem.${rule/@/$H/work/sub/deep}" -- true
		assert_refused 3 "-o filesystem.${rule%%=*}: $H/work/sub/deep.* inside $H/work, .*\(--rw\): with nested = 1 \(-o namespaces.nested\)"
		sbox --rw "$H/work" -o "filesystem.${rule/@/$H/work/sub/deep}" -- true
		assert_status 0
	done
	sbox "${nested[@]}" --rw "$H/.config" -- true
	assert_refused 3 "--rw: $H/.config/sbox can't be kept"
	sbox "${nested[@]}" --rw "$H/work" -o filesystem.home=persist:nest --ro /usr/share:"$H/share" -- true
	assert_status 0
}

@test "directories above what covers a place in a writable tree stay where they are" {
	local rule
	as_user mkdir -p "$H/work/sub/deep"
	for rule in tmpfs=@ noexec=@ overlay-dir=@; do
		sbox --rw "$H/work" -o "filesystem.${rule/@/$H/work/sub/deep}" -- mv "$H/work/sub" "$H/work/away"
		assert_status 1
		assert_match 'Device or resource busy'
	done
}

@test "a restriction behind a symlink that the application could replace is refused" {
	local rule
	as_user mkdir -p "$H/work/sub/deep"
	as_user ln -s sub "$H/work/link"
	for rule in hide=@ ro=/usr/share:@ tmpfs=@ noexec=@; do
		sbox --rw "$H/work" -o "filesystem.${rule/@/$H/work/link/deep}" -- true
		assert_refused 3 "-o filesystem.${rule%%=*}: the way to $H/work/link/deep leads through the symlink $H/work/link"
	done
}

@test "sbox's directories behind a symlink that could be replaced: nothing is started" {
	as_user mkdir -p "$H/dotfiles/sbox" "$H/dotfiles/config" "$H/.config"
	as_user ln -s ../dotfiles/sbox "$H/.config/sbox"
	sbox --home host -- rm "$H/.config/sbox"
	assert_refused 125 "--home: $H/.config/sbox decides about the next start, and the symlink $H/.config/sbox"
	# Where the link can't be written to, what it leads to is guarded as ever.
	sbox --rw "$H/dotfiles" -- touch "$H/dotfiles/sbox/x"
	assert_match 'Read-only file system'
	as_user ln -sfn nowhere "$H/.config/sbox"
	sbox --home host -- true
	assert_refused 125 "the symlink $H/.config/sbox"
	as_user sh -c 'rm -r "$1"/.config && ln -s dotfiles/config "$1/.config"' sh "$H"
	sbox --home host -- true
	assert_refused 125 "the symlink $H/.config on the way"
	as_user sh -c 'printf "[filesystem]\nrw = %s\n" "$1/work" >"$1/work/real.ini" &&
		ln -s real.ini "$1/work/link.ini"' sh "$H"
	sbox --profile "$H/work/link.ini" -- true
	assert_refused 125 "link.ini decides about the next start"
}

@test "sbox's directories by the path of another mount of the home" {
	mkdir "$T/home"
	mount --bind "$H" "$T/home"
	as_user mkdir -p "$H/.config/sbox/profiles"
	sbox --rw "$T/home" -- touch "$T/home/.config/sbox/profiles/default.ini"
	assert_match 'Read-only file system'
	sbox --rw "$T/home/.config/sbox/profiles" -- touch "$T/home/.config/sbox/profiles/default.ini"
	assert_match 'Read-only file system'
	umount "$T/home"
	mount --bind / "$T/home"
	sbox --rw "$T/home:/r" -- touch "/r$H/.config/sbox/profiles/default.ini"
	assert_match 'Read-only file system'
	umount "$T/home"
}

@test "what covers sbox's directories covers them: nothing is shown there" {
	as_user mkdir -p "$H/.config/sbox/profiles"
	sbox --home host -o filesystem.hide="$H/.config" -- ls "$H/.config"
	assert_match 'Permission denied'
	sbox --home host -o filesystem.tmpfs="$H/.config" -- ls -A "$H/.config"
	assert_status 0
	assert_equal "$output" ""
}

@test "pid = host: /proc is the host's, and never taken for that of the sandbox's processes" {
	run "$SBOX" -o namespaces.pid=host -o filesystem.proc=pid-only -- true
	assert_refused 3 'proc = pid-only contradicts pid = host'
	run "$SBOX" -o namespaces.pid=host -- sh -c 'echo x >/proc/sys/kernel/core_pattern'
	assert_match 'Read-only file system'
}

@test "root takes no profile that an access control list lets others write" {
	need setfacl
	printf '[filesystem]\nhome = tmpfs\n' >"$T/acl.ini"
	run "$SBOX" --profile "$T/acl.ini" -- true
	assert_status 0
	setfacl -m "u:$TEST_USER:rw" "$T/acl.ini" || skip "no access control lists here"
	run "$SBOX" --profile "$T/acl.ini" -- true
	assert_refused 3 'others may write to it'
}

@test "directories that root's start makes are everybody's to read" {
	mv "$SBOX_PREFIX/etc" "$SBOX_PREFIX/etc.away" 2>/dev/null || true
	mkdir "$SBOX_PREFIX/etc"
	(umask 077 && "$SBOX" --rw "$SBOX_PREFIX/etc" -- true)
	run stat -c %a "$SBOX_PREFIX/etc/sbox" "$SBOX_PREFIX/etc/sbox/profiles"
	rm -r "$SBOX_PREFIX/etc"
	mv "$SBOX_PREFIX/etc.away" "$SBOX_PREFIX/etc" 2>/dev/null || true
	assert_equal "$output" "755
755"
}

@test "the command line's rules contradict each other, and come before a profile's" {
	sbox --rw "$H/work" --ro "$H/work" -- true
	assert_refused 3 '--rw: bind .* contradicts bind .*, read-only \(--ro\)'
	as_user sh -c 'printf "[filesystem]\nrw = ~/work\n" >"$1"' sh "$H/rw.ini"
	sbox --profile "$H/rw.ini" --ro "$H/work" -- touch "$H/work/x"
	assert_match 'Read-only file system'
	rm "$H/rw.ini"
}
