# SPDX-License-Identifier: LGPL-2.1-or-later
# base = PATH with a Debian that mmdebstrap made, in SBOX_DEBIAN.

load common

setup_file() {
	export TREE=$TMPDIR/tree-debian
	[ -x "${SBOX_DEBIAN:-/nonexistent}/usr/bin/dpkg" ] || return 0
	# A copy, to compare with at the end.
	cp -a "$SBOX_DEBIAN" "$TREE"
}

teardown_file() {
	rm -rf "$TREE"
}

setup() {
	common_setup
	[ -x "$TREE/usr/bin/dpkg" ] || skip "the Debian that mmdebstrap makes is missing (SBOX_DEBIAN)"
}

teardown() {
	common_teardown
}

in_tree() {
	sbox -o "filesystem.base=$TREE" "$@"
}

# package: $T/example.deb, with a file, a directory of another owner, and a script that dpkg runs.
package() {
	mkdir -p "$T/example/DEBIAN" "$T/example/usr/bin" "$T/example/var/lib/example"
	cat >"$T/example/DEBIAN/control" <<-END
		Package: sbox-example
		Version: 1.0
		Architecture: all
		Maintainer: Nobody <nobody@example.org>
		Depends: coreutils
		Description: example
	END
	printf '#!/bin/sh\nset -e\nid -u >/var/lib/example/configured\n' >"$T/example/DEBIAN/postinst"
	printf '#!/bin/sh\necho the example runs\n' >"$T/example/usr/bin/sbox-example"
	chmod 755 "$T/example/DEBIAN/postinst" "$T/example/usr/bin/sbox-example"
	chown 0:mail "$T/example/var/lib/example"
	dpkg-deb --build "$T/example" "$T/example.deb" >/dev/null
	chmod 644 "$T/example.deb"
}

# owned_by_user TREE: what was root's is the test user's then, and what was somebody else's belongs to
# that user's subordinate ids, as where an unprivileged user unpacks a tree.
owned_by_user() {
	local first
	first=$(grep "^$TEST_USER:" /etc/subuid | head -n 1 | cut -d: -f2)
	python3 - "$1" "$TEST_UID" "$TEST_GID" "$first" \
		"$(grep "^$TEST_USER:" /etc/subgid | head -n 1 | cut -d: -f2)" <<-'END'
		import os, sys
		top, uid, gid, first_uid, first_gid = sys.argv[1], *map(int, sys.argv[2:])
		def give(path):
		    st = os.lstat(path)
		    os.lchown(path, first_uid + st.st_uid - 1 if st.st_uid else uid,
		              first_gid + st.st_gid - 1 if st.st_gid else gid)
		    if not os.path.islink(path):
		        os.chmod(path, st.st_mode & 0o7777)
		for at, dirs, files in os.walk(top):
		    for name in dirs + files:
		        give(os.path.join(at, name))
		give(top)
	END
}

@test "a bootstrapped Debian's programs run in it, and it stays as it is" {
	local before packages
	packages=$(dpkg-query --admindir="$TREE/var/lib/dpkg" -W -f '${Package} ${Version} ${Status}\n' | sort)
	[ "$(wc -l <<<"$packages")" -gt 30 ] || fail "$packages"
	before=$(host_manifest "$TREE")
	in_tree -- dpkg-query -W -f '${Package} ${Version} ${Status}\n'
	assert_status 0
	assert_equal "$(sort <<<"$output")" "$packages"
	in_tree -- sh -c 'dpkg-query -l apt | tail -n 1; apt-get --version | head -n 1; id; cat /etc/os-release
		perl -e "use POSIX; printf qq(perl %s %s\n), 6 * 7, (POSIX::uname())[0]"
		bash -c "echo \${BASH_VERSION%%.*}"; dpkg --verify coreutils && echo verified
		getent passwd _apt; ls -A /root; touch /usr/new /etc/new /var/lib/new /root/new; echo end'
	assert_status 0
	assert_match '^ii +apt +2\.'
	assert_match '^apt 2\..* \(amd64\)'
	assert_match "^uid=$TEST_UID\\($TEST_USER\\)"
	assert_line 'ID=debian'
	assert_line 'VERSION_CODENAME=bookworm'
	assert_line 'perl 42 Linux'
	assert_line 5
	assert_line verified
	assert_match '^_apt:x:42:'
	assert_match "^ls: .*/root'?: Permission denied"
	assert_equal "$(grep -cE '^touch: .*(Read-only file system|Permission denied)' <<<"$output")" 4
	assert_line end
	assert_equal "$(host_manifest "$TREE")" "$before"
}

@test "a Debian that is the user's own: apt and dpkg write to an overlay in memory" {
	local before root=(-o filesystem.overlay=tmp -o namespaces.ids=sub -o namespaces.uid=0
		-o namespaces.gid=0 -o environment.set=PATH=/usr/sbin:/usr/bin:/sbin:/bin)
	needs_ranges
	command -v dpkg-deb >/dev/null || skip "needs dpkg-deb"
	package
	owned_by_user "$TREE"
	before=$(host_manifest "$TREE")
	in_tree "${root[@]}" -o filesystem.list-changes=yes --ro "$T/example.deb:/opt/example.deb" -- sh -c '
		dpkg -i /opt/example.deb && sbox-example && cat /var/lib/example/configured &&
		stat -c "%U:%G" /var/lib/example /usr/bin/sbox-example /etc/passwd /var/cache/apt/archives/partial &&
		dpkg-query -W sbox-example && dpkg --verify sbox-example &&
		apt-get check -qq && dpkg -r sbox-example && ! test -e /usr/bin/sbox-example && echo removed'
	assert_status 0
	assert_match '^Setting up sbox-example \(1\.0\)'
	assert_line 'the example runs'
	assert_line 0
	assert_line root:mail
	assert_line root:root
	assert_line _apt:root
	assert_line $'sbox-example\t1.0'
	assert_line removed
	assert_match 'changed.* /var/lib/dpkg/status$'
	in_tree "${root[@]}" --ro "$T/example.deb:/opt/example.deb" -- \
		apt-get install -y -o APT::Sandbox::User=root /opt/example.deb
	assert_status 0
	assert_match '^Setting up sbox-example \(1\.0\)'
	# Nothing of it is left.
	in_tree "${root[@]}" -- dpkg-query -W sbox-example
	assert_status 1
	assert_equal "$(host_manifest "$TREE")" "$before"
	# Without the overlay dpkg says that it can't.
	in_tree "${root[@]}" -o filesystem.overlay=no --ro "$T/example.deb:/opt/example.deb" -- \
		dpkg -i /opt/example.deb
	assert_status 2
	assert_match 'Read-only file system'
}
