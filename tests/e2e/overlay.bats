# SPDX-License-Identifier: LGPL-2.1-or-later
# Overlays: what is written goes elsewhere, and is listed. And where nothing may be executed.

load common

setup() {
	common_setup
	as_user mkdir -p "$T/src/sub/deep" "$T/src/gone"
	as_user sh -c 'cd "$T/src" && echo one >file && echo two >sub/two && echo x >gone/x && echo d >delete'
	# The test user's own, so that no other test is in the way.
	DATA=$T/data
}

teardown() {
	umount -R "$T/src/mnt" "$T/tmpfs" "$T/fuse" "$T/alias" 2>/dev/null || true
	common_teardown
}

# with_data SBOX-ARGS...
with_data() {
	run as_user XDG_DATA_HOME="$DATA" "$SBOX" "$@"
}

@test "in memory: changes are seen inside, vanish, and are listed" {
	local before
	before=$(host_manifest "$T/src")
	sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes -- bash -c '
		cd /w && echo more >>file && rm delete && mkdir new && echo n >new/n && mkdir passing && rmdir passing &&
		echo y >"$(printf "\033[31m\302\233x\nq")" && touch sub/deep/added && cat file && ls &&
		mkdir "closed\\x0aone" && chmod 0 "closed\\x0aone"'
	assert_status 0
	assert_line more
	assert_line 'sbox: changed /w/file'
	assert_line 'sbox: deleted /w/delete'
	assert_line 'sbox: added /w/new/'
	assert_line 'sbox: added /w/new/n'
	assert_line 'sbox: added /w/sub/deep/added'
	assert_line 'sbox: added /w/\x1b[31m\xc2\x9bx\x0aq'
	assert_line 'sbox: added /w/closed\\x0aone/'
	assert_line "sbox: warning: what was written in /w/closed\\\\x0aone can't be listed: Permission denied"
	assert_equal "$(grep -c '^sbox: ' <<<"$output")" 8
	assert_equal "$(host_manifest "$T/src")" "$before"
}

@test "list-changes with more overlays than it takes is refused, and not waited for" {
	local i
	for i in {1..1500}; do
		echo "overlay-dir = $T/src/sub:/many/$i"
	done | cat <(printf '[filesystem]\nlist-changes = yes\n') - >"$T/many.ini"
	sbox --profile "$T/many.ini" -- true
	assert_refused 125 'many\.ini:[0-9]+.*sendmsg.*list-changes takes some hundred overlays'
}

@test "in memory: a directory of the tree below is removed and made anew, where a tmpfs has attributes of users" {
	local in_memory=(sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes -- sh -c)
	if python3 -c 'import os; os.setxattr("/run", "user.sbox", b"x")' 2>/dev/null; then
		"${in_memory[@]}" 'cd /w && rm -r gone && mkdir gone && ls gone'
		assert_equal "$output" 'sbox: replaced /w/gone/'
		"${in_memory[@]}" 'rm -r /w/gone'
		assert_equal "$output" 'sbox: deleted /w/gone/'
	else
		"${in_memory[@]}" 'rm -r /w/gone'
		assert_status 1
		assert_match 'Input/output error'
	fi
	assert_equal "$(cat "$T/src/gone/x")" x
}

@test "a directory that was removed and made anew is said to be replaced, a file's place is changed" {
	with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes \
		-- sh -c 'cd /w && rm -r gone && mkdir gone && echo n >gone/new && rm file && mkdir file && chmod 700 sub'
	assert_status 0
	assert_line 'sbox: replaced /w/gone/'
	assert_line 'sbox: added /w/gone/new'
	assert_line 'sbox: changed /w/file/'
	assert_line 'sbox: changed /w/sub/'
	assert_equal "$(grep -c '^sbox: ' <<<"$output")" 4
}

@test "what the application puts in the place of a mount point is listed" {
	sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes -o filesystem.tmpfs=/w/a/tmp \
		--ro "$T/src/file:/w/b/file" -o filesystem.symlink=/etc:/w/c/link -- sh -c 'cd /w && mv a a2 && echo x >a &&
		mv b b2 && mkdir b && echo x >b/file && ln -sfn /usr c/link'
	assert_status 0
	assert_line 'sbox: added /w/a'
	assert_line 'sbox: added /w/b/file'
	assert_line 'sbox: added /w/c/link'
	sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes -o filesystem.tmpfs=/w/a/tmp \
		--ro "$T/src/file:/w/b/file" -o filesystem.symlink=/etc:/w/c/link -- true
	assert_equal "$output" ""
}

@test "the list of changes ends after 10000 lines, and the rest is counted" {
	sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes -- \
		sh -c 'cd /w && mkdir new sub/new && seq -f new/%g 10003 | xargs touch && seq -f sub/new/%g 4 | xargs touch'
	assert_status 0
	assert_equal "$(grep -c '^sbox: added /w/new/' <<<"$output")" 10000
	assert_equal "$(tail -n 1 <<<"$output")" 'sbox: and 9 more changes'
	# More names than are held at once are counted as what they are, names.
	sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes -- \
		sh -c 'cd /w && mkdir new && seq -f new/%.0f 100010 | xargs touch'
	assert_status 0
	assert_equal "$(grep -c '^sbox: ' <<<"$output")" 10001
	assert_equal "$(tail -n 1 <<<"$output")" 'sbox: and at least 90011 more changes'
}

@test "there is no overlay on /proc, and why is said" {
	sbox -o filesystem.overlay-dir=/proc:/w -- true
	assert_status 125
	assert_equal "$output" "sbox: -o filesystem.overlay-dir: there can't be an overlay on /proc: it is the kernel's own, procfs, which takes no part in overlays"
	sbox -o filesystem.overlay-dir=/proc/sys/kernel:/w -- true
	assert_status 125
	assert_match 'on /proc/sys/kernel: .*procfs'
}

@test "the exit status is the application's, and nothing is listed unasked" {
	sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes -- sh -c 'echo >/w/x; exit 7'
	assert_status 7
	assert_line 'sbox: added /w/x'
	sbox -o "filesystem.overlay-dir=$T/src:/w" -- sh -c 'echo >/w/x'
	assert_equal "$output" ""
}

@test "names with the characters that mount options use" {
	local name='a:b,c\d=e f'
	as_user sh -c 'mkdir -p "$1" && echo text >"$1/file"' sh "$T/$name"
	sbox -o "filesystem.overlay-dir=$T/a\\:b,c\\\\d=e f:/w" -- sh -c 'cat /w/file && echo x >/w/new && cat /w/new'
	assert_status 0
	assert_equal "$output" "text"$'\n'"x"
	assert_equal "$(ls "$T/$name")" file
}

@test "persistent: the next run sees it, another name doesn't, and the source is as it was" {
	local before place=$DATA/sbox/overlays/one
	before=$(host_manifest "$T/src")
	with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" -- \
		sh -c 'echo kept >/w/kept; rm /w/delete; rm -r /w/gone; mkdir /w/gone; ls -d /w/gone /w/file'
	assert_line /w/file
	with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" -- sh -c 'cat /w/kept; ls -A /w /w/gone'
	assert_status 0
	assert_line kept
	refute_line delete
	refute_line x
	with_data -o filesystem.overlay=persist:two -o "filesystem.overlay-dir=$T/src:/w" -- ls -A /w
	refute_line kept
	assert_line delete
	assert_equal "$(host_manifest "$T/src")" "$before"
	assert_equal "$(cat "$place/w/upper/kept")" kept
	assert_equal "$(stat -c '%U %a' "$place")" "$TEST_USER 700"
}

@test "a place of the caller's choice; in use it is locked" {
	as_user mkdir "$T/control"
	as_user "$SBOX" -o "filesystem.overlay=$T/place" -o "filesystem.overlay-dir=$T/src:/w" --ro "$T/control:/control" -- \
		sh -c 'echo >/w/ready; until [ -e /control/end ]; do sleep 0.1; done' 3>&- &
	wait_for 20 test -e "$T/place/w/upper/ready"
	sbox -o "filesystem.overlay=$T/place" -o "filesystem.overlay-dir=$T/src:/w" -- id
	touch "$T/control/end"
	assert_refused 125 'another sandbox is using the overlay in .*/place'
	wait
	sbox -o "filesystem.overlay=$T/place" -o "filesystem.overlay-dir=$T/src:/w" -- ls /w
	assert_status 0
	assert_line ready
}

@test "a layer that was replaced by a symlink is refused, and its target untouched" {
	local layer
	for layer in "" /w /w/upper /w/work; do
		rm -rf "$T/data"
		as_user mkdir -p "$T/victim"
		with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" -- true
		assert_status 0
		as_user sh -c 'rm -r "$1" && ln -s "$2" "$1"' sh "$DATA/sbox/overlays/one$layer" "$T/victim"
		with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" -- "$SBOX_PROBE" id
		assert_refused 125 'symlink'
		assert_equal "$(ls -A "$T/victim")" ""
	done
}

@test "what an earlier run left in the layer is only seen through the overlay" {
	with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" -- \
		sh -c 'ln -s /etc/hostname /w/link; rm -r /w/sub; ln -s / /w/sub; ln -s ../../../../../../../../../../etc /w/up'
	assert_status 0
	with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.list-changes=yes \
		-- sh -c 'ls -d /w/sub/usr; cat /w/link'
	assert_line /w/sub/usr
	assert_match 'link: No such file'
	assert_line 'sbox: changed /w/sub'
	# A mount point below it doesn't lead out either.
	with_data -o filesystem.overlay=persist:one -o "filesystem.overlay-dir=$T/src:/w" --ro "$T/src:/w/up/new" -- cat /etc/new/file
	assert_line one
	[ ! -e /etc/new ]
}

@test "over the base: written, gone, listed; nothing of it reaches the host" {
	sbox -o filesystem.overlay=tmp -o filesystem.list-changes=yes -- sh -c 'echo x >/usr/sbox-test-new && cat /usr/sbox-test-new; echo y >/usr/bin/y'
	assert_line x
	assert_line 'sbox: added /usr/sbox-test-new'
	assert_match '/usr/bin/y: Permission denied'
	[ ! -e /usr/sbox-test-new ]
}

@test "over host-ro: mount points go to the overlay, and aren't listed" {
	sbox -o filesystem.base=host-ro -o filesystem.overlay=tmp -o filesystem.list-changes=yes --ro "$T/src:/usr/sbox-test-new/w" \
		-- sh -c 'cat /usr/sbox-test-new/w/file; echo z >/usr/z'
	assert_status 0
	assert_line one
	assert_line 'sbox: added /usr/z'
	refute_match 'added /usr/sbox-test'
	[ ! -e /usr/sbox-test-new ]
}

@test "over host-ro, to a directory of the caller's: what can't have an overlay stays read-only, as with tmp" {
	[ -d /srv ] && [ -d /opt ] || skip "there is no /srv or no /opt"
	mount -t tmpfs tmpfs /srv && mkdir /srv/below && mount -t tmpfs tmpfs /srv/below
	sbox -o filesystem.base=host-ro -o "filesystem.overlay=$T/place" --ro "$T" -- sh -c '
		echo kept >/opt/sbox-test-new && cat /opt/sbox-test-new; echo x >/srv/x; echo x >/var/x
		echo x >"$0/x"; mkdir "$0/opt/upper/x"; rm -r "$0/opt"' "$T/place"
	umount -R /srv
	assert_status 1
	assert_line kept
	assert_line 'sbox: /srv stays read-only under the overlay: other file systems are mounted below it'
	assert_match '^sbox: /var stays read-only under the overlay: '
	assert_match '/srv/x: Read-only'
	assert_match '/var/x: Read-only'
	assert_match 'place/x: Read-only'
	assert_match "place/opt/upper/x.*: Read-only"
	assert_equal "$(cat "$T/place/opt/upper/sbox-test-new")" kept
	[ ! -e /opt/sbox-test-new ] && [ ! -e "$T/place/srv" ] && [ ! -e "$T/place/var" ] && [ ! -e "$T/place/x" ]
	# The directory is made writable by no overlay either, nor is it by a line of the profile.
	sbox -o filesystem.base=host-ro -o "filesystem.overlay=$T/place" --rw "$T" -- id
	assert_refused 3 "behind the overlay's back"
	sbox -o filesystem.base=host-ro -o "filesystem.overlay=$T/place" -o "filesystem.overlay-dir=$T" -- id
	assert_refused 125 'it holds the directory for what is written'
}

@test "hide and read-only parts hold in an overlay" {
	sbox -o "filesystem.overlay-dir=$T/src:/w" -o filesystem.hide=/w/sub --ro "$T/src/gone:/w/gone" -- \
		sh -c 'ls -A /w/sub; mv /w/sub /w/moved; cat /w/*/two; echo x >/w/gone/x; rm -r /w/gone'
	refute_line two
	assert_match '/w/gone/x: Read-only'
	assert_equal "$(cat "$T/src/gone/x")" x
}

@test "what contradicts itself, or can't work, is said" {
	local p
	p=$(profile p <<-END
		[filesystem]
		base = none
		overlay = tmp
	END
	)
	sbox --profile "$p" -- id
	assert_refused 3 "$p:3: overlay = tmp contradicts base = none at $p:2"
	sbox -o filesystem.list-changes=yes -- id
	assert_refused 3 'list-changes = yes has nothing to list'
	sbox -o "filesystem.overlay=$T/src/upper" -o "filesystem.overlay-dir=$T/src" -- id
	assert_refused 125 'it holds the directory for what is written'
	sbox -o "filesystem.overlay=$T/src" -o "filesystem.overlay-dir=$T/src/sub" -- id
	assert_refused 125 'it lies in the directory for what is written'
	sbox -o "filesystem.overlay=$T/place" -o "filesystem.overlay-dir=$T/src/file" -- id
	assert_refused 125 'file is not a directory'
	sbox -o "filesystem.overlay=$T/place" --rw "$T" -- id
	assert_refused 3 "behind the overlay's back"
	# By another mount of the same directory.
	mkdir "$T/alias" && mount --bind "$T" "$T/alias"
	sbox -o "filesystem.overlay=$T/place" --rw "$T/alias:/alias" -- id
	umount "$T/alias"
	assert_refused 3 "behind the overlay's back"
	as_user mkdir -m 770 "$T/loose"
	sbox -o "filesystem.overlay=$T/loose" -- id
	assert_refused 125 'others may write to .*/loose.*mode is 0770'
	sbox -o exec.die-with-parent=no -o filesystem.overlay=persist:x -- id
	assert_refused 3 "nobody holds the overlay's lock"
	sbox -o "filesystem.overlay=relative" -- id
	assert_refused 3 'not one of no\|tmp'
	mkdir -m 755 "$T/foreign"
	sbox -o "filesystem.overlay=$T/foreign" -- id
	assert_refused 125 "is not the caller's"
	as_user mkdir "$T/src/mnt"
	mount -t tmpfs tmpfs "$T/src/mnt"
	sbox -o "filesystem.overlay-dir=$T/src" -- id
	assert_refused 125 'other file systems are mounted below it'
}

@test "an overlay can't keep its changes on another overlay" {
	mkdir "$T/tmpfs"
	mount -t tmpfs tmpfs "$T/tmpfs"
	mkdir "$T"/tmpfs/{u,w,m}
	chown $TEST_USER: "$T"/tmpfs/*
	mount -t overlay -o "lowerdir=$T/src,upperdir=$T/tmpfs/u,workdir=$T/tmpfs/w" overlay "$T/tmpfs/m"
	sbox -o "filesystem.overlay=$T/tmpfs/m/place" -o "filesystem.overlay-dir=$T/src/sub" -- id
	assert_refused 125 "is on overlayfs, which can't hold what is written"
	# But one can lie over it.
	sbox -o "filesystem.overlay-dir=$T/tmpfs/m:/w" -- sh -c 'echo >>/w/file && cat /w/file'
	assert_status 0
	assert_line one
}

@test "root's overlays" {
	mkdir "$T/root"
	echo one >"$T/root/file"
	cp "$SBOX_PROBE" "$T/root/probe"
	run env HOME=/root "$SBOX" -o "filesystem.overlay-dir=$T/root:/w" -o filesystem.list-changes=yes -- sh -c 'rm /w/file; echo >/w/new'
	assert_status 0
	assert_line 'sbox: deleted /w/file'
	run env HOME=/root "$SBOX" -o namespaces.user=host -o "filesystem.overlay-dir=$T/root:/w" -o filesystem.list-changes=yes \
		-- sh -c 'rm /w/file; mkdir /w/file; echo >/w/new'
	assert_status 0
	assert_line 'sbox: changed /w/file/'
	assert_equal "$(cat "$T/root/file")" one
}

@test "what the host mounts noexec stays so under an overlay" {
	mkdir "$T/tmpfs" && mount -t tmpfs -o noexec,mode=755 tmpfs "$T/tmpfs"
	cp /bin/true "$T/tmpfs/true"
	sbox -o "filesystem.overlay-dir=$T/tmpfs:/w" -- sh -c '/w/true; echo $?; cp /w/true /w/own; /w/own; echo $?'
	assert_equal "$(grep -cx 126 <<<"$output")" 2
}

@test "nothing is executed where noexec says" {
	as_user sh -c 'printf "#!/bin/sh\necho ran\n" >"$T/src/script" && chmod +x "$T/src/script"'
	sbox --rw "$T/src:/w" -- /w/script
	assert_line ran
	sbox --rw "$T/src:/w" -o filesystem.noexec=/w/sub -o filesystem.noexec=/tmp -o "filesystem.noexec=-/not/there" -- sh -c '
		/w/script; for d in /w/sub /w/sub/deep /tmp; do cp /w/script $d/; $d/script; done; cp /usr/bin/true /tmp/; /tmp/true; echo $?'
	assert_equal "$(grep -c '^ran$' <<<"$output")" 1
	assert_equal "$(grep -c 'Permission denied' <<<"$output")" 4
	assert_line 126
	sbox -o filesystem.tmpfs=/s:noexec,mode=1777 -- sh -c 'cp /usr/bin/true /s/ && /s/true'
	assert_status 126
	sbox -o filesystem.noexec=/not/there -- id
	assert_refused 125 '/not/there'
	sbox -o filesystem.noexec=/ -- id
	assert_refused 3 'nothing at all'
}

@test "modes are exact under any umask" {
	local mask
	for mask in 000 077 022; do
		run as_user sh -c "umask $mask"'; exec "$SBOX" --ro "$SBOX_PROBE:/probe" -o filesystem.tmpfs=/a:mode=0750 \
			-o filesystem.tmpfs=/b:mode=1777 -o filesystem.mkdir=/c -o filesystem.file=/d=x \
			-o "filesystem.overlay-dir=$T/src:/w" -- /probe stat /a /b /c /d /tmp "$HOME" /w'
		assert_match '^path=/a type=dir mode=0750 '
		assert_match '^path=/b type=dir mode=1777 '
		assert_match '^path=/c type=dir mode=0755 '
		assert_match '^path=/d type=file mode=0644 '
		assert_match '^path=/tmp type=dir mode=1777 '
		assert_match "^path=$TEST_HOME type=dir mode=0700 "
		assert_match '^path=/w type=dir mode=0755 '
	done
}

@test "a socket and a file over files; both read-only" {
	as_user python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$T/sock"
	probe --ro "$T/sock:/run/sock" --ro "$T/src/file:/etc/hosts" -- stat /run/sock , read /etc/hosts , chmod 777 /run/sock
	assert_match '^path=/run/sock type=sock'
	assert_line 'path=/etc/hosts read=ok text=one\x0a'
	assert_match '^path=/run/sock chmod=EROFS'
}

@test "a FUSE file system as a source, for its owner" {
	[ -c /dev/fuse ] || skip "there is no /dev/fuse"
	as_user mkdir "$T/fuse"
	as_user mksquashfs "$T/src" "$T/image" -quiet -no-progress >/dev/null
	as_user squashfuse "$T/image" "$T/fuse" || skip "FUSE can't be mounted here"
	probe --ro "$T/fuse:/f" -- read /f/file , open w /f/file
	assert_line 'path=/f/file read=ok text=one\x0a'
	assert_line 'path=/f/file open=EROFS'
	# Root may not look into it, and says so.
	run env HOME=/root "$SBOX" --ro "$T/fuse:/f" -- ls /f
	assert_match 'Permission denied'
	fusermount3 -u "$T/fuse" || umount "$T/fuse"
}
