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
