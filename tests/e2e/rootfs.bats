# SPDX-License-Identifier: LGPL-2.1-or-later
# base = PATH: trees of other systems. SBOX_TREES holds the unpacked packages they are made of.

load common

setup_file() {
	local trees=$TMPDIR/trees-rootfs link
	export TREES=$trees
	[ -x "${SBOX_TREES:-/nonexistent}/usr/bin/dash" ] || return 0
	mkdir -m 755 "$trees"

	# As debootstrap makes them: /bin and so on lead into /usr, the interpreter is an absolute link.
	cp -a "$SBOX_TREES" "$trees/debian"
	mkdir -p "$trees"/debian/{usr/lib64,home,root,tmp,var/lib,var/cache,var/tmp,dev,proc,sys,run,opt,srv}
	for link in bin sbin lib lib64; do
		ln -s usr/$link "$trees/debian/$link"
	done
	ln -s /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$trees/debian/usr/lib64/ld-linux-x86-64.so.2"
	ln -sf dash "$trees/debian/usr/bin/sh"
	ln -s /run "$trees/debian/var/run"
	ln -s ../run/nowhere/stub-resolv.conf "$trees/debian/etc/resolv.conf"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$trees/debian/etc/passwd"
	echo 'root:x:0:' >"$trees/debian/etc/group"

	# Alpine's layout: musl, busybox, nothing merged, absolute links.
	mkdir -p "$trees"/alpine/{bin,lib,etc,usr/bin,home,dev,proc,sys,tmp,var/tmp}
	cp -L "$SBOX_TREES/usr/lib/x86_64-linux-musl/libc.so" "$trees/alpine/lib/ld-musl-x86_64.so.1"
	ln -s ld-musl-x86_64.so.1 "$trees/alpine/lib/libc.musl-x86_64.so.1"
	cp "$SBOX_TREES/usr/bin/busybox" "$trees/alpine/bin/busybox"
	for link in sh cat ls id echo; do
		ln -s /bin/busybox "$trees/alpine/bin/$link"
	done
	echo 'root:x:0:0:root:/root:/bin/sh' >"$trees/alpine/etc/passwd"
	echo 3.20.0 >"$trees/alpine/etc/alpine-release"
	! command -v musl-gcc >/dev/null ||
		printf '#include <pwd.h>\n#include <stdio.h>\n#include <unistd.h>\nint main(void)
			{ struct passwd *p = getpwuid(getuid()); puts(p ? p->pw_name : "?"); }' |
			musl-gcc -x c -o "$trees/alpine/usr/bin/whoami-musl" -

	# One program and what it links.
	mkdir -p "$trees"/distroless/{lib64,lib/x86_64-linux-gnu}
	cp "$SBOX_TREES/usr/bin/cat" "$trees/distroless/app"
	cp "$SBOX_TREES/usr/lib/x86_64-linux-gnu/libc.so.6" "$trees/distroless/lib/x86_64-linux-gnu"
	cp "$SBOX_TREES/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" "$trees/distroless/lib64"
}

teardown_file() {
	rm -rf "$TREES"
}

setup() {
	common_setup
	[ -e "$TREES/distroless/app" ] || skip "the packages for trees are missing (SBOX_TREES)"
}

teardown() {
	common_teardown
}

# in_tree TREE SBOX-ARGS...
in_tree() {
	local tree=$1
	shift
	sbox -o "filesystem.base=$TREES/$tree" "$@"
}

@test "Debian's tree: its own files, sbox's /proc, /dev, /tmp, a home that it has no place for" {
	local before
	before=$(host_manifest "$TREES/debian")
	in_tree debian -- sh -c 'cat /etc/debian_version; id -un; ls /home; cat /etc/hosts
		echo x >"$HOME/new" && echo x >/tmp/new && echo x >/var/tmp/new && echo written
		echo x >/usr/new; echo x >/etc/new; echo x >/new; ls -d /dev/null /proc/self/status; ls -A /run'
	assert_line written
	assert_line $TEST_USER
	assert_line /dev/null
	assert_line /proc/self/status
	assert_match '^127\.0\.0\.1.localhost$'
	assert_line "$(cat "$TREES/debian/etc/debian_version")"
	assert_equal "$(grep -c 'Read-only file system' <<<"$output")" 3
	assert_equal "$(host_manifest "$TREES/debian")" "$before"
}

@test "Alpine's layout: musl, busybox, absolute links into the tree" {
	need musl-gcc
	in_tree alpine -- sh -c 'cat /etc/alpine-release; whoami-musl; ls -l /bin/sh; ls /usr'
	assert_status 0
	assert_line 3.20.0
	assert_line $TEST_USER
	assert_match '/bin/sh -> /bin/busybox$'
	assert_line bin
}

@test "a distroless tree: one program, and nothing else to run" {
	in_tree distroless -- /app /etc/hosts
	assert_status 0
	assert_match '^127\.0\.0\.1'
	run -127 as_user "$SBOX" -o "filesystem.base=$TREES/distroless" -- sh -c id
	assert_status 127
	# The host has it, and that is no help.
	run -127 as_user "$SBOX" -o "filesystem.base=$TREES/distroless" -- /lib/systemd/systemd
	assert_match "not found in the sandbox; base = $TREES/distroless shows that tree's files, and it lacks it"
	refute_match 'host has it'
	in_tree distroless --ro "$SBOX_PROBE:/probe" -- /probe ls /
	assert_equal "$(grep '^entry=' <<<"$output" | paste -sd' ')" \
		"entry=app entry=dev entry=etc entry=home entry=lib entry=lib64 entry=probe entry=proc entry=run entry=sys entry=tmp"
}

@test "--why: what the tree lacks and the host has is said as that" {
	in_tree debian --why -- cat /usr/bin/python3 "$T/file"
	assert_match "missing: .*/usr/bin/python3.* \(the tree $TREES/debian lacks it, the host has it: ro = "
	as_user touch "$T/file"
	in_tree debian --why -- cat "$T/file"
	assert_match "missing: .*$T/file.* \(the host has it: ro = $T/file\)"
}

@test "mount points that the tree lacks, at any depth and through its links" {
	local before
	before=$(host_manifest "$TREES/debian")
	mkdir "$T/src"
	echo text >"$T/src/file"
	in_tree debian --ro "$T/src:/opt/a/b/c" --ro "$T/src/file:/var/lib/x/y" --ro "$T/src/file:/bin/newcommand" \
		--ro "$T/src/file:/var/run/z" -o filesystem.file=/srv/made=inline -o filesystem.symlink=/opt/a:/usr/link \
		-- sh -c 'cat /opt/a/b/c/file /var/lib/x/y /usr/bin/newcommand /run/z /srv/made /usr/link/b/c/file; ls /usr/bin/dash /usr/lib'
	assert_status 0
	assert_equal "$(grep -cE '^(inline)?text$' <<<"$output")" 5
	assert_line inlinetext
	assert_line x86_64-linux-gnu
	assert_line /usr/bin/dash
	assert_equal "$(host_manifest "$TREES/debian")" "$before"
}

@test "hostile links in a tree lead into the tree, not to the host" {
	local tree=$T/tree target
	mkdir -p "$T/victim"
	echo secret >"$T/victim/passwd"
	chown -R $TEST_USER: "$T"
	for target in "$T/victim" "../../../../../../../..$T/victim" /proc/self/cwd; do
		rm -rf "$tree"
		cp -a "$TREES/alpine" "$tree"
		rm -r "$tree"/{dev,proc,sys,tmp,home}
		for link in dev proc sys tmp run home; do
			ln -s "$target" "$tree/$link"
		done
		ln -sf "$target/passwd" "$tree/etc/passwd"
		chown -hR $TEST_USER: "$tree"
		as_user "$SBOX" -o "filesystem.base=$tree" -o filesystem.home=private -- \
			sh -c 'ls /dev; cat /etc/passwd; echo x >/tmp/x' >"$T/out" 2>&1 || true
		run cat "$T/out"
		refute_line secret
		assert_equal "$(ls -A "$T/victim")" passwd
		# Without the home, whose link leads nowhere inside, it starts.
		rm "$tree/home"
		sbox -o "filesystem.base=$tree" -- sh -c 'ls /dev; cat /etc/passwd; echo x >/tmp/x && echo ok'
		assert_status 0
		assert_line null
		assert_line ok
		refute_line secret
		assert_equal "$(ls -A "$T/victim")" passwd
	done
}

@test "a tree that isn't one, and what it says" {
	echo x >"$T/file"
	sbox -o filesystem.base=/no/such/tree -- id
	assert_refused 125 'filesystem\.base.*/no/such/tree: No such file'
	sbox -o "filesystem.base=$T/file" -- id
	assert_refused 125 'file is not a directory'
	sbox -o filesystem.base=tree -- id
	assert_refused 3 'not one of minimal'
	sbox -o filesystem.base=/ -- id
	assert_refused 3 'base = host-ro'
	in_tree debian -o filesystem.closure=/bin/sh -- id
	assert_refused 3 'the tree has libraries of its own, and closure shows the host'
}

@test "the resolver in a tree is the sandbox's" {
	in_tree debian --network host -- sh -c 'cat /etc/resolv.conf; ls -l /etc/resolv.conf'
	refute_match stub-resolv
	in_tree debian -o network.mode=host -o network.dns=192.0.2.7 -- cat /etc/resolv.conf
	assert_status 0
	assert_equal "$output" "nameserver 192.0.2.7"
}

@test "directories of mode 0711 in a tree" {
	local tree=$T/tree
	cp -a "$TREES/alpine" "$tree"
	mkdir -p "$tree/closed/open"
	echo text >"$tree/closed/open/file"
	chmod 711 "$tree/closed"
	mkdir "$T/src"
	echo other >"$T/src/file"
	sbox -o "filesystem.base=$tree" --ro "$T/src:/closed/open" -- cat /closed/open/file
	assert_equal "$output" other
	# What is missing there can't be put in: that needs a list of what is.
	sbox -o "filesystem.base=$tree" --ro "$T/src:/closed/new" -- cat /closed/new/file
	assert_refused 125 '/closed: Permission denied'
}

@test "explain tells of the tree, and its profile is the same again" {
	local p
	p=$(profile p.ini <<-END
		[filesystem]
		base = $TREES/alpine
		overlay = tmp
		list-changes = yes
		noexec = /tmp
	END
	)
	sbox explain --profile "$p" -- sh
	assert_status 0
	assert_match "overlay $TREES/alpine/bin on /bin, changes in memory +$p:2"
	assert_match 'cover /tmp, noexec'
	sbox explain --as profile --profile "$p" -- sh
	as_user sh -c 'cat >"$T/again.ini"' <<<"$output"
	assert_equal "$(as_user "$SBOX" explain --as profile --profile "$T/again.ini" -- sh)" "$output"
	sbox explain --as json --profile "$p" -- sh
	python3 -c 'import json,sys; p=json.load(sys.stdin); assert any(s["kind"]=="overlay" and s["dest"]=="/bin" for s in p["steps"])' <<<"$output"
}
