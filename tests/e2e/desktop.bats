# SPDX-License-Identifier: LGPL-2.1-or-later
# [desktop]: with an X server and a Wayland compositor, and with sockets that stand in for those where
# only what is shown of them matters.

load common

setup() {
	common_setup
	as_user mkdir -p "$T/run" "$T/home/.config" "$T/home/dl"
	chmod 700 "$T/run"
	# The cookie of display 7 as xauth(1) writes it, under this machine's name, and another's.
	as_user python3 - "$T/cookies" <<'END'
import socket, struct, sys
def text(s): return struct.pack('>H', len(s)) + s
with open(sys.argv[1], 'wb') as out:
    for number, key in ((b'8', b'other'), (b'7', b'cookie')):
        out.write(struct.pack('>H', 256) + text(socket.gethostname().encode()) + text(number) +
                  text(b'MIT-MAGIC-COOKIE-1') + text(key))
END
}

teardown() {
	common_teardown
}

# in_session [VAR=VALUE...] COMMAND...: as the test user, where an X server has the display 7
in_session() {
	run unshare --mount --propagation private bash -c 'mount -t tmpfs -o mode=1777 tmpfs /tmp
		mkdir -m 1777 /tmp/.X11-unix
		python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\"/tmp/.X11-unix/X7\")"
		chmod 666 /tmp/.X11-unix/X7
		. "$1"
		shift
		as_user "$@"' bash "$SBOX_SOURCE/tests/e2e/common.bash" HOME="$T/home" XDG_RUNTIME_DIR="$T/run" \
		XAUTHORITY="$T/cookies" "$@"
}

@test "the cookie holds inside, where the host's name is another one, and no other display's is shown" {
	in_session DISPLAY=:7.0 "$SBOX" -o desktop.x11=yes -- \
		sh -c 'echo "$DISPLAY"; ls /tmp/.X11-unix; od -An -v -c "$XAUTHORITY" | tr -d " \n"'
	assert_status 0
	assert_line :7
	assert_line X7
	assert_match '^377377.*MIT-MAGIC-COOKIE-1.*cookie$'
	refute_match other
}

@test "auto is no error where a variable leads to something that isn't there" {
	local display
	for display in localhost:10.0 :77 nonsense; do
		in_session DISPLAY=$display PULSE_RUNTIME_PATH="$T/none" "$SBOX" --profile web -- \
			sh -c 'echo "display=$DISPLAY sound=$PULSE_SERVER"'
		assert_status 0
		assert_line 'display= sound='
		in_session DISPLAY=$display "$SBOX" -o desktop.x11=yes -- true
		assert_status 125
	done
	in_session DISPLAY=:7 "$SBOX" --profile web -- sh -c 'echo "display=$DISPLAY"'
	assert_line display=:7
}

@test "the browser learns which directory is shown for its downloads" {
	as_user sh -c 'echo "XDG_DOWNLOAD_DIR=\"\$HOME/dl\"" >"$T/home/.config/user-dirs.dirs"'
	run as_user HOME="$T/home" "$SBOX" --profile web -- sh -c '. ~/.config/user-dirs.dirs
		touch "$XDG_DOWNLOAD_DIR/file"; echo >~/.config/user-dirs.dirs'
	assert_match 'Read-only'
	[ -e "$T/home/dl/file" ]
}

# in_display START SOCKET [VAR=VALUE...] COMMAND...: as the test user, while what START runs, in a shell,
# listens at the socket
in_display() {
	run unshare --mount --pid --fork --kill-child --mount-proc --propagation private bash -c '
		mount -t tmpfs -o mode=1777 tmpfs /tmp && mkdir -m 1777 /tmp/.X11-unix
		. "$1"
		start=$2 socket=$3
		shift 3
		as_user HOME="$T/home" XDG_RUNTIME_DIR="$T/run" sh -c "$start" </dev/null >"$T/server" 2>&1 3>&- &
		wait_for 20 test -S "$socket" || fail "$(cat "$T/server")"
		as_user HOME="$T/home" XDG_RUNTIME_DIR="$T/run" "$@"' \
		bash "$SBOX_SOURCE/tests/e2e/common.bash" "$@"
}

@test "X11: programs reach a server that asks for its cookie, and no others do" {
	local server='xauth -q -f "$T/real" add :7 . 00112233445566778899aabbccddeeff &&
		exec Xvfb :7 -auth "$T/real" -nolisten tcp'
	need Xvfb
	need xdpyinfo
	in_display "$server" /tmp/.X11-unix/X7 DISPLAY=:7 XAUTHORITY="$T/real" "$SBOX" -o desktop.x11=yes -- xdpyinfo
	assert_status 0
	assert_match '^name of display: +:7'
	in_display "$server" /tmp/.X11-unix/X7 DISPLAY=:7 XAUTHORITY="$T/cookies" "$SBOX" -o desktop.x11=yes -- xdpyinfo
	assert_status 1
	assert_match 'unable to open display'
	in_display "$server" /tmp/.X11-unix/X7 DISPLAY=:7 XAUTHORITY="$T/real" "$SBOX" -- xdpyinfo -display :7
	assert_status 1
	assert_match 'unable to open display'
}

@test "Wayland: programs reach the compositor where it is shown" {
	local server='exec weston --backend=headless-backend.so --socket=wayland-7 --no-config --idle-time=0'
	need weston
	need wayland-info
	in_display "$server" "$T/run/wayland-7" WAYLAND_DISPLAY=wayland-7 "$SBOX" -o desktop.wayland=yes -- wayland-info
	assert_status 0
	assert_match "interface: 'wl_compositor'"
	in_display "$server" "$T/run/wayland-7" WAYLAND_DISPLAY=wayland-7 "$SBOX" -- wayland-info
	[ "$status" -ne 0 ]
	assert_match 'failed to create display'
}
