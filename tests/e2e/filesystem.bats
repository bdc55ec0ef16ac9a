# SPDX-License-Identifier: LGPL-2.1-or-later
# What the application sees of files, and what it can do to them.

load common

setup() {
	common_setup
}

teardown() {
	umount -R "$T/tree/mnt" 2>/dev/null || true
	common_teardown
}

# files NAME=TEXT...: files of the test user's below $T
files() {
	local word
	for word; do
		as_user mkdir -p "$(dirname "$T/${word%%=*}")"
		as_user sh -c 'printf %s "$2" >"$1"' sh "$T/${word%%=*}" "${word#*=}"
	done
}

@test "the root holds what it should and nothing else" {
	local name

	probe -- ls /
	assert_status 0
	for name in bin dev etc home lib probe proc sbin sys tmp usr var; do
		assert_line "entry=$name"
	done
	for name in boot media mnt srv opt root lost+found; do
		refute_line "entry=$name"
	done
	probe -- ls /home , ls /run , ls /var , stat /var/lib/dpkg /var/cache/apt
	refute_line "entry=$OTHER_USER"
	refute_match '^entry=(lock|user|log|mail|spool|backups)$'
	assert_line "path=/var/lib/dpkg stat=ENOENT"
	assert_line "path=/var/cache/apt stat=ENOENT"
}

@test "/usr is there, read-only, and the links into it" {
	local link

	probe -- stat /bin /lib /sbin , open c /usr/new , open r /usr/bin/env , mounts
	assert_line "path=/usr/new open=EROFS"
	assert_line "path=/usr/bin/env open=ok"
	for link in bin lib sbin; do
		[ ! -L /$link ] || assert_match "^path=/$link type=link .* target=(/)?usr/$link$"
	done
	assert_match '^mount=/usr fs=[^ ]+ options=ro,'
	assert_match '^mount=/usr .*options=[^ ]*nosuid'
}

@test "the root itself can't be written" {
	run "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe open c /new , mkdir /dir , open c /etc/new , chmod 777 /
	assert_status 0
	refute_match '=ok$'
}

@test "of /etc only what programs need" {
	probe -- stat /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/ssh /etc/sudoers /etc/crontab , ls /etc
	assert_match '^path=/etc/passwd type=file mode=0644 '
	assert_match '^path=/etc/group type=file mode=0644 '
	local name
	for name in shadow gshadow ssh sudoers crontab; do
		assert_line "path=/etc/$name stat=ENOENT"
	done
	assert_line entry=ld.so.cache
}

@test "passwd and group are cut to the caller's own" {
	sbox -- cat /etc/passwd /etc/group
	assert_status 0
	assert_match "^$TEST_USER:x:$TEST_UID:$TEST_GID:"
	assert_match '^root:x:0:0:'
	assert_match "^$TEST_USER:x:$TEST_GID:"
	refute_match "^$OTHER_USER:"
	sbox -- id -un
	assert_equal "$output" $TEST_USER
}

@test "a home with a colon or a newline in its name adds nothing to passwd" {
	local name

	for name in $'a\nother:x:0:0::' 'a:b'; do
		run as_user HOME="$TEST_HOME/$name" "$SBOX" sh -c 'test -d "$HOME" && cat /etc/passwd'
		assert_status 0
		assert_equal "${#lines[@]}" 3
		assert_match "^$TEST_USER:x:[0-9]*:[0-9]*:$TEST_USER:/nonexistent:[^:]*\$"
	done
}

@test "/tmp and /var/tmp are private, empty and writable" {
	files in-t=x
	probe -- ls /tmp , ls /var/tmp , write /tmp/a 1 , write /var/tmp/b 2 , stat /tmp /var/tmp "$T"
	assert_equal "$(grep -c '^ls=ok count=0$' <<<"$output")" 2
	assert_line "path=/tmp/a write=ok"
	assert_line "path=/var/tmp/b write=ok"
	assert_match '^path=/tmp type=dir mode=1777 '
	assert_line "path=$T stat=ENOENT"
	[ ! -e /tmp/a ]
	[ ! -e /var/tmp/b ]
}

@test "/dev holds the harmless devices alone" {
	local line

	probe -- stat /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/pts /dev/shm \
		/dev/ptmx /dev/fd /dev/stdin /dev/mem /dev/kmsg /dev/sda /dev/vda /dev/fuse /dev/net /dev/kvm /dev/loop0
	for line in 'null type=char .*rdev=1:3' 'zero type=char .*rdev=1:5' 'full type=char .*rdev=1:7' \
		'random type=char .*rdev=1:8' 'urandom type=char .*rdev=1:9' 'tty type=char .*rdev=5:0' \
		'pts type=dir' 'shm type=dir mode=1777' 'fd type=link .*target=/proc/self/fd' 'stdin type=link'; do
		assert_match "^path=/dev/$line"
	done
	for line in mem kmsg sda vda fuse net kvm loop0; do
		assert_line "path=/dev/$line stat=ENOENT"
	done
	probe -- write /dev/null x , open c /dev/new , write /dev/shm/x y , open w /dev/null , open r /dev/urandom
	assert_line "path=/dev/null write=ok"
	assert_line "path=/dev/new open=EROFS"
	assert_line "path=/dev/shm/x write=ok"
	assert_line "path=/dev/urandom open=ok"
}

@test "pseudo terminals work, in an instance of their own" {
	sbox -- python3 -c 'import os, pty; m, s = os.openpty(); print(os.ttyname(s)); os.write(m, b"x\n"); print(os.read(s, 9))'
	assert_status 0
	assert_line /dev/pts/0
	assert_line "b'x\\n'"
}

@test "/proc is the sandbox's own" {
	probe -- open w /proc/sys/kernel/core_pattern , open w /proc/sysrq-trigger , open r /proc/kcore , mounts
	refute_match '^path=/proc/.* open=ok$'
	assert_match '^mount=/proc fs=proc options=[^ ]*nosuid,nodev,noexec'
}

@test "proc = pid-only hides the rest of /proc" {
	probe -o filesystem.proc=pid-only -- stat /proc/self/status /proc/cpuinfo /proc/sys
	assert_match '^path=/proc/self/status type=file'
	assert_line "path=/proc/cpuinfo stat=ENOENT"
	assert_line "path=/proc/sys stat=ENOENT"
}

@test "/sys shows no interface of the host's" {
	ip link add name sbox-t0 type veth peer name sbox-t1
	probe -- ls /sys/class/net , open w /sys/class/net/lo/mtu
	ip link del sbox-t0
	assert_line entry=lo
	refute_line entry=sbox-t0
	refute_match '^path=/sys/.* open=ok$'
}

@test "a private home is empty, writable and gone afterwards" {
	files_in_home=$(as_user sh -c 'echo secret >"$HOME/file"; ls -A "$HOME"')
	[ -n "$files_in_home" ]
	probe -- ls "$TEST_HOME" , write "$TEST_HOME/new" x , stat "$TEST_HOME"
	assert_line "ls=ok count=0"
	assert_line "path=$TEST_HOME/new write=ok"
	assert_match "^path=$TEST_HOME type=dir mode=0700 uid=$TEST_UID "
	[ ! -e "$TEST_HOME/new" ]
	probe --home tmpfs -- ls "$TEST_HOME" , write "$TEST_HOME/new" x
	assert_line "ls=ok count=0"
	assert_line "path=$TEST_HOME/new write=ok"
	[ ! -e "$TEST_HOME/new" ]
	rm -f "$TEST_HOME/file"
}

@test "the host's home, read-only or writable, on request" {
	as_user sh -c 'echo secret >"$HOME/file"'
	probe --home host-ro -- read "$TEST_HOME/file" , open w "$TEST_HOME/file"
	assert_line "path=$TEST_HOME/file read=ok text=secret\\x0a"
	assert_line "path=$TEST_HOME/file open=EROFS"
	probe --home host -- write "$TEST_HOME/file" changed
	assert_line "path=$TEST_HOME/file write=ok"
	assert_equal "$(cat "$TEST_HOME/file")" changed
	rm -f "$TEST_HOME/file"
}

@test "a persistent home keeps its files, apart from other names and the host's home" {
	rm -rf "$TEST_HOME/.local"
	probe --home persist:one -- write "$TEST_HOME/kept" first
	assert_line "path=$TEST_HOME/kept write=ok"
	probe --home persist:one -- read "$TEST_HOME/kept" , stat "$TEST_HOME"
	assert_line "path=$TEST_HOME/kept read=ok text=first"
	assert_match "^path=$TEST_HOME type=dir mode=0700 uid=$TEST_UID "
	probe --home persist:two -- stat "$TEST_HOME/kept"
	assert_line "path=$TEST_HOME/kept stat=ENOENT"
	assert_equal "$(cat "$TEST_HOME/.local/share/sbox/homes/one/kept")" first
	[ ! -e "$TEST_HOME/kept" ]
	rm -rf "$TEST_HOME/.local"
}

@test "a persistent home replaced by a symlink is refused" {
	rm -rf "$TEST_HOME/.local"
	as_user sh -c 'mkdir -p "$HOME/.local/share/sbox/homes" "$HOME/victim" &&
		ln -s "$HOME/victim" "$HOME/.local/share/sbox/homes/evil"'
	probe --home persist:evil -- id , write "$TEST_HOME/x" y
	rm -rf "$TEST_HOME/.local"
	[ ! -e "$TEST_HOME/victim/x" ]
	rm -rf "$TEST_HOME/victim"
	assert_refused 125 '^sbox: .*evil'
}

@test "names of persistent homes that lead elsewhere are refused" {
	local name

	for name in .. . ../x a/b '' -x; do
		probe --home "persist:$name" -- id
		assert_refused 3 'home'
	done
}

@test "ro shows a path read-only, rw writable" {
	files dir/file=text
	probe --ro "$T/dir" -- read "$T/dir/file" , open w "$T/dir/file" , open c "$T/dir/new"
	assert_line "path=$T/dir/file read=ok text=text"
	assert_line "path=$T/dir/file open=EROFS"
	assert_line "path=$T/dir/new open=EROFS"
	probe --rw "$T/dir" -- write "$T/dir/file" other , write "$T/dir/new" x
	assert_line "path=$T/dir/new write=ok"
	assert_equal "$(cat "$T/dir/file")" other
	assert_equal "$(stat -c %u "$T/dir/new")" "$TEST_UID"
}

@test "SOURCE:DEST, with a literal colon escaped" {
	files dir/file=text 'co:lon=odd'
	probe --ro "$T/dir/file:/deep/below/file" --ro "$T/co\\:lon:/with\\:colon" \
		-- read /deep/below/file , read /with:colon
	assert_line "path=/deep/below/file read=ok text=text"
	assert_line "path=/with:colon read=ok text=odd"
	# Also in a relative path, and in the directory that it is relative to.
	as_user mkdir "$T/b\\s:"
	mv "$T/co:lon" "$T/b\\s:/"
	cd "$T/b\\s:"
	probe --ro 'co\:lon:/with\:colon' -- read /with:colon
	assert_line "path=/with:colon read=ok text=odd"
}

@test "a bind has its submounts, which are as read-only as itself" {
	files tree/file=1
	as_user mkdir "$T/tree/mnt"
	mount -t tmpfs tmpfs "$T/tree/mnt"
	chmod 777 "$T/tree/mnt"
	as_user sh -c 'echo sub >"$T/tree/mnt/file"'
	probe --ro "$T/tree:/tree" -- read /tree/mnt/file , open w /tree/mnt/file , open c /tree/mnt/new , mounts
	assert_line "path=/tree/mnt/file read=ok text=sub\\x0a"
	assert_line "path=/tree/mnt/file open=EROFS"
	assert_line "path=/tree/mnt/new open=EROFS"
	assert_match '^mount=/tree/mnt .*options=ro,nosuid,nodev'
}

# A directory with a file, and a file system of the host's below it.
tree_with_mount() {
	files tree/file=1
	as_user mkdir "$T/tree/mnt"
	mount -t tmpfs tmpfs "$T/tree/mnt"
	chmod 777 "$T/tree/mnt"
	as_user sh -c 'printf sub >"$T/tree/mnt/file"'
}

# shows_host_root DEST: the sandbox's DEST, which `ls DEST , read ...` looked at, is the host's root.
shows_host_root() {
	assert_status 0
	assert_equal "$(sed -n 's/^entry=//p' <<<"$output" | LC_ALL=C sort)" "$(ls -A / | LC_ALL=C sort)"
	assert_line "path=$1$T/tree/file read=ok text=1"
	assert_line "path=$1$T/tree/mnt/file read=ok text=sub"
}

@test "a bind of / shows the host's root with its submounts, not the sandbox's" {
	local source option
	tree_with_mount
	as_user ln -s / "$T/link"
	for source in / // "$T/link"; do
		for option in base=minimal base=none base=host-ro; do
			probe --ro "$source:/run/y" -o "filesystem.$option" -- ls /run/y , read "/run/y$T/tree/file" , \
				read "/run/y$T/tree/mnt/file" , open c "/run/y$T/new" , open c "/run/y$T/tree/mnt/new"
			shows_host_root /run/y
			assert_line "path=/run/y$T/new open=EROFS"
			assert_line "path=/run/y$T/tree/mnt/new open=EROFS"
		done
	done
	run "$SBOX" --ro "$SBOX_PROBE:/probe" --ro /:/y -- /probe ls /y , read "/y$T/tree/file" , \
		read "/y$T/tree/mnt/file"
	shows_host_root /y
	# Two of them, and sbox's own root is left as it was.
	probe --ro /:/y --ro /:/z -- ls /y , read "/y$T/tree/file" , read "/y$T/tree/mnt/file" , \
		read "/z$T/tree/mnt/file" , stat /y/probe /z/y , open c /new
	shows_host_root /y
	assert_line "path=/z$T/tree/mnt/file read=ok text=sub"
	assert_line "path=/y/probe stat=ENOENT"
	assert_line "path=/z/y stat=ENOENT"
	assert_line "path=/new open=EROFS"
}

@test "a writable bind of / writes to the host's files, not to the sandbox's root" {
	local p
	tree_with_mount
	p=$(profile p <<<$'[filesystem]\nrw = /:/y\nhide = /y'"$T/tree/file"$'\n[landlock]\nmode = off')
	# The probe's other path leads through a symlink that can be written inside.
	run as_user "$SBOX" --profile "$p" --ro "$(realpath "$SBOX_PROBE"):/probe" -- /probe read "/y$T/tree/mnt/file" , \
		read "/y$T/tree/file" , write "/y$T/new" new , write "/y$T/tree/mnt/new" new , open c /y/new , \
		open c /new , open w "/y$p" , stat /y/probe
	assert_status 0
	assert_line "path=/y$T/tree/mnt/file read=ok text=sub"
	assert_line "path=/y$T/new write=ok"
	assert_line "path=/y$T/tree/mnt/new write=ok"
	assert_line "path=/y/new open=EACCES"
	assert_line "path=/new open=EROFS"
	# What protects the next start holds here, too.
	assert_line "path=/y$p open=EROFS"
	refute_line "path=/y$T/tree/file read=ok text=1"
	assert_line "path=/y/probe stat=ENOENT"
	assert_equal "$(cat "$T/new" "$T/tree/mnt/new")" newnew
}

@test "nothing takes the place of the root itself" {
	local key
	for key in ro=/ rw=/ "rw=$T:/" tmpfs=/ hide=/ symlink=/usr:/ "file=$SBOX_PROBE:/"; do
		sbox -o "filesystem.$key" -- id
		assert_refused 3 "^sbox: -o filesystem.${key%%=*}: .*: the root itself is sbox's own; base says what it shows$"
		sbox explain -o "filesystem.$key" -- id
		assert_refused 3 'the root itself'
	done
	probe -o filesystem.overlay-dir=/ -- id
	assert_refused 125 "there can't be an overlay on /: other file systems are mounted below it"
	probe -o filesystem.overlay-dir=/:/w -- id
	assert_refused 125 "there can't be an overlay on /: other file systems are mounted below it"
}

@test "no bind has setuid programs or devices" {
	files dir/file=1
	mknod "$T/dir/null" c 1 3
	chmod 666 "$T/dir/null"
	probe --rw "$T/dir:/d" -- open r /d/null , mounts
	assert_line "path=/d/null open=EACCES"
	assert_match '^mount=/d .*options=rw,nosuid,nodev'
	probe -o "filesystem.dev=$T/dir/null:/dev/other" -- open r /dev/other
	assert_line "path=/dev/other open=ok"
}

@test "a missing source is refused with its place, unless marked optional" {
	local p

	p=$(profile p <<-END
		[filesystem]
		ro = /usr

		rw = /no/such/path
	END
	)
	probe --profile "$p" -- id
	assert_refused 125 "^sbox: .*$p:4:? "
	assert_match '/no/such/path'
	probe --ro -/no/such/path -- id
	assert_status 0
	sbox --ro /no/such/path -- "$SBOX_PROBE" id
	assert_refused 125 'ro.*/no/such/path|/no/such/path.*ro'
}

@test "tmpfs has its size and mode" {
	probe -o filesystem.tmpfs=/scratch:size=1M,mode=0750 -o filesystem.tmpfs=/other \
		-- stat /scratch , mounts , write /scratch/x y , write /other/x y
	assert_match '^path=/scratch type=dir mode=0750 '
	assert_match '^mount=/scratch fs=tmpfs .*super=[^ ]*size=1024k'
	assert_line "path=/scratch/x write=ok"
	assert_line "path=/other/x write=ok"
}

@test "hide covers files and directories, whatever the order of lines" {
	files dir/secret/key=k dir/file=f
	probe -o "filesystem.hide=/d/secret" -o "filesystem.hide=/d/file" --ro "$T/dir:/d" \
		-- read /d/secret/key , ls /d/secret , read /d/file
	assert_status 0
	refute_match 'read=ok text=.'
	refute_match '^entry='
	run "$SBOX" --ro "$SBOX_PROBE:/probe" --ro "$T/dir:/d" -o filesystem.hide=/d/secret -o filesystem.hide=/d/file \
		-- /probe read /d/secret/key , read /d/file , ls /d/secret
	assert_status 0
	refute_match 'text=[kf]'
	refute_match '^entry='
}

@test "what is hidden stays hidden from one who may change the directory" {
	files dir/secret/key=k
	sbox --rw "$T/dir:/d" -o filesystem.hide=/d/secret -- sh -c 'mv /d/secret /d/moved; rmdir /d/secret; cat /d/*/key'
	refute_match '^k$'
	assert_equal "$(cat "$T/dir/secret/key")" k
}

@test "mkdir, symlink, and files with their text or a copy" {
	files original=content
	probe -o filesystem.mkdir=/a/b/c -o filesystem.symlink=/usr/bin:/tools \
		-o 'filesystem.file=/etc/motd=two\nlines' -o "filesystem.file=$T/original:/copy" \
		-- stat /a/b/c /tools , read /etc/motd , read /copy , open w /copy
	assert_status 0
	assert_match '^path=/a/b/c type=dir mode=0755 '
	assert_match '^path=/tools type=link .*target=/usr/bin$'
	assert_match '^path=/etc/motd read=ok text=two\\x0alines'
	assert_line "path=/copy read=ok text=content"
	refute_line "path=/copy open=ok"
}

@test "a destination below a file is refused" {
	files file=x dir/y=z
	probe --ro "$T/file:/f" --ro "$T/dir:/f/below" -- id
	[ "$status" -eq 125 ] || [ "$status" -eq 3 ] || fail "status"
	assert_match '/f/below'
	refute_match '^uid='
	probe --ro "$T/dir:/usr/bin/env/x" -- id
	assert_refused 125 '/usr/bin/env/x'
}

@test "a destination of the other kind, or missing in the host's, is refused for that" {
	files file=x dir/y=z
	probe --ro "$T/dir:/d" --ro "$T/dir:/d/y" -- id
	assert_refused 125 'a file can.t be shown at a directory, nor a directory at a file'
	probe --ro "$T/dir:/d" -o filesystem.file=/d/missing=text -- id
	assert_refused 125 'sbox creates nothing in a tree of the host'
}

@test "a destination through a symlink lands inside the new root" {
	files dir/real/old=1 other/file=new
	as_user ln -s real "$T/dir/relative"
	as_user ln -s /d/real "$T/dir/absolute"
	probe --ro "$T/dir:/d" --ro "$T/other:/d/relative" -- ls /d/real
	assert_status 0
	assert_line entry=file
	probe --ro "$T/dir:/d" --ro "$T/other:/d/absolute" -- ls /d/real
	assert_status 0
	assert_line entry=file
}

@test "a dangling symlink as destination is an error that names link and target" {
	files dir/x=1 other/file=new
	as_user ln -s /nowhere/at/all "$T/dir/link"
	probe --ro "$T/dir:/d" --ro "$T/other:/d/link" -- id
	assert_refused 125 '/d/link'
	assert_match '/nowhere/at/all'
}

@test "symlinks that point out of the root never touch the host" {
	local target before

	files victim/x=1 other/file=new
	before=$(host_manifest "$T/victim")
	for target in "../../../../../../../..$T/victim" "$T/victim" /proc/self/root"$T/victim" \
		/proc/self/cwd /proc/1/root"$T/victim" /oldroot"$T/victim" \
		/proc/self/fd/{3,4,5,6,7,8,9,10,11,12}; do
		rm -rf "$T/dir"
		as_user sh -c 'mkdir "$T/dir" && ln -s "$1" "$T/dir/link"' sh "$target"
		probe --rw "$T/dir:/d" --rw "$T/other:/d/link" -- write /d/link/pwned x
		probe --rw "$T/dir:/d" --rw "$T/other:/d/link/sub" -- write /d/link/sub/pwned x
		probe --rw "$T/dir:/d" -o filesystem.mkdir=/d/link/made -- write /d/link/made/pwned x
		probe --rw "$T/dir:/d" -o filesystem.file=/d/link/made=x -o filesystem.symlink=x:/d/link/y -- id
		assert_equal "$(host_manifest "$T/victim")" "$before"
		assert_equal "$(ls -A "$T/dir")" link
		rm -f "$T/other/pwned"
	done
}

@test "no mount point is created in a tree of the host" {
	files dir/x=1 other/file=new
	probe --rw "$T/dir:/d" --ro "$T/other:/d/new" -- id
	assert_refused 125 '/d/new'
	assert_equal "$(ls -A "$T/dir")" x
}

@test "/var/run is /run, as a destination too" {
	files sock=1
	probe --ro "$T/sock:/var/run/sock" -- read /run/sock
	assert_status 0
	assert_line "path=/run/sock read=ok text=1"
}

@test "a source and a destination below directories of mode 0711" {
	mkdir -p "$T/closed/open"
	echo text >"$T/closed/open/file"
	chmod 711 "$T/closed"
	probe --ro "$T/closed/open" -- read "$T/closed/open/file"
	assert_line "path=$T/closed/open/file read=ok text=text\\x0a"
	probe --ro "$T/closed:/c" --ro "$SBOX_SOURCE/tests:/c/open" -- stat /c/open/e2e
	assert_status 0
	assert_match '^path=/c/open/e2e type=dir'
}

@test "a source that the caller may not read is refused" {
	mkdir "$T/root-only"
	chmod 700 "$T/root-only"
	echo x >"$T/root-only/file"
	probe --ro "$T/root-only/file:/x" -- id
	assert_refused 125 'root-only/file'
	probe --ro "$T/root-only:/x" -- ls /x
	assert_line ls=EACCES
}

@test "deeper mounts win, whatever the order of lines" {
	files outer/in/file=outer inner/file=inner
	probe --ro "$T/inner:/o/in" --ro "$T/outer:/o" -- read /o/in/file
	assert_line "path=/o/in/file read=ok text=inner"
	probe --ro "$T/outer:/o" --ro "$T/inner:/o/in" -- read /o/in/file
	assert_line "path=/o/in/file read=ok text=inner"
}

@test "two mounts on one destination are refused with both places" {
	local p

	files a/x=1 b/x=2
	p=$(profile p <<-END
		[filesystem]
		ro = $T/a:/same
		ro = $T/b:/same
	END
	)
	probe --profile "$p" -- id
	[ "$status" -eq 125 ] || [ "$status" -eq 3 ] || fail "status"
	assert_match "$p:2"
	assert_match "$p:3"
	refute_match '^uid='
}

@test "a read-only bind can't be made writable from inside" {
	files dir/file=text
	sbox --ro "$T/dir:/d" -o namespaces.nested=yes -o seccomp.baseline=no -- unshare --user --map-root-user --mount \
		sh -c 'mount -o remount,bind,rw /d; umount -l /d; echo changed >/d/file'
	assert_equal "$(cat "$T/dir/file")" text
}

@test "a profile within a writable grant can't be written" {
	local p

	p=$(profile p.ini <<-END
		[filesystem]
		rw = $T
		ro = $SBOX_PROBE:/probe
	END
	)
	sbox --profile "$p" -- /probe open w "$p" , write "$T/else" x
	assert_line "path=$p open=EROFS"
	assert_line "path=$T/else write=ok"
	assert_match '^sbox: .*p\.ini'
}

@test "base = none is an empty root" {
	probe -o filesystem.base=none -- ls / , cwd
	assert_status 0
	assert_equal "$(grep '^entry=' <<<"$output" | paste -sd' ')" "entry=dev entry=probe entry=proc entry=tmp"
}

@test "base = host-ro is the host's tree, read-only, but for home and /tmp" {
	probe -o filesystem.base=host-ro -- stat /etc/hostname /var/lib/dpkg , open c /etc/new , ls "$TEST_HOME" , ls /tmp
	assert_status 0
	assert_match '^path=/var/lib/dpkg type=dir'
	assert_match '^path=/etc/new open=(EROFS|EACCES)'
	assert_equal "$(grep -c '^ls=ok count=0$' <<<"$output")" 2
}

@test "names of a hostile tree neither reach the terminal as they are nor forge a line of explain" {
	local form
	as_user sh -c 'mkdir -p "$T/tree/etc" "$T/tree/usr" && cd "$T/tree" &&
		touch "$(printf "etc/\033]0;pwned\007")" "$(printf "etc/a\n  FORGED")" "$(printf "etc/c\302\2331m")" &&
		mkdir "$(printf "\033[31m")" "$(printf "b\n  FORGED")"'
	for form in text json; do
		sbox explain -o "filesystem.base=$T/tree" --as $form
		assert_status 0
		refute_match $'\033|\007|\302\233'
		refute_match '^ +FORGED'
		assert_match 'FORGED'
	done
	sbox explain -o "filesystem.base=$T/tree"
	assert_match '/etc/\\x1b\]0;pwned\\x07'
	assert_match '/etc/a\\x0a +FORGED|/etc/a\\x0a  FORGED'
	assert_match '/etc/c\\xc2\\x9b1m'
	sbox explain -o "filesystem.base=$T/tree" --as json
	assert_match '/etc/c\\u009b1m'
}
