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
	rm -rf "$H/work" "$H/key" "$H/real" "$H/lnk" "$H/priv" "$H/.config" "$H/.local"
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
	wait_for 5 bash -c '! pgrep -u '"$TEST_UID"' -f "^sleep 6661|sbox-init"'
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
