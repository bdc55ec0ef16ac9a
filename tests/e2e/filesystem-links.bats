# SPDX-License-Identifier: LGPL-2.1-or-later
# Two paths that a symlink inside makes one: what is covered, hidden or read-only stays so.

load common

setup() {
	common_setup
}

teardown() {
	common_teardown
}

@test "what covers a part of the base by a symlink covers it whatever lies below" {
	as_user sh -c 'cd "$T" && mkdir -p tree/srv/real/sub && echo 1 >tree/srv/real/canary &&
		ln -s real tree/srv/link'
	# A place that the tree lacks has it taken apart, but not where something else is mounted.
	probe -o "filesystem.base=$T/tree" -o filesystem.tmpfs=/srv/link -o filesystem.file=/srv/link/new/f=x \
		-- ls /srv/real , ls /srv/link/new
	assert_status 0
	refute_match canary
	refute_line entry=sub
	assert_line entry=f
}

@test "a destination by a link that ends in .. is where that leads, also beside a part taken apart" {
	as_user sh -c 'cd "$T" && mkdir -p tree/srv/a/b tree/opt/x && ln -s ../.. tree/srv/a/b/up'
	probe -o "filesystem.base=$T/tree" -o filesystem.tmpfs=/srv/a/b/up -o filesystem.file=/opt/new/f=x \
		-- ls /srv , mounts
	assert_status 0
	assert_line "ls=ok count=0"
	assert_match '^mount=/srv fs=tmpfs '
	# Nor does it matter that the link itself is covered.
	probe -o "filesystem.base=$T/tree" -o filesystem.tmpfs=/srv/a/b/up -- mounts
	assert_status 0
	assert_match '^mount=/srv fs=tmpfs '
}

@test "what a symlink inside puts over another line's mount is refused" {
	as_user sh -c 'cd "$T" && mkdir -p dir/b other/b && echo 1 >dir/b/f && echo 2 >other/b/f'
	sbox -o filesystem.symlink=/a:/s/t/up --ro "$T/other/b:/a/b" --rw "$T/dir/b:/s/t/up/b" -- cat /a/b/f
	assert_refused 125 'on /a/b, read-only .* what is at /s/t/up/b would cover it'
	# The same thing twice is no matter.
	sbox -o filesystem.symlink=/a:/s/t/up --rw "$T/dir/b:/a/b" --rw "$T/dir/b:/s/t/up/b" -- cat /a/b/f
	assert_status 0
	assert_equal "$output" 1
}

@test "a restriction in a writable place is refused where a symlink hides that it is one" {
	local line

	as_user sh -c 'cd "$T" && mkdir -p dir/sub && echo canary >dir/sub/f'
	for line in hide=/l/sub/f "ro=$T/dir/sub/f:/l/sub/f" "file=/l/sub/f=text" noexec=/l/sub/f; do
		sbox -o filesystem.symlink=/d:/l --rw "$T/dir:/d" -o "filesystem.$line" -- cat /d/sub/f
		assert_refused 125 '/l/sub/f.* a symlink leads to it into /d,'
	done
	# At the top there is no directory that could be renamed.
	sbox -o filesystem.symlink=/d:/l --rw "$T/dir:/d" -o filesystem.hide=/l/sub -- mv /d/sub /d/moved
	assert_status 1
	assert_match 'busy'
}
