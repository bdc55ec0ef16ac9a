# SPDX-License-Identifier: LGPL-2.1-or-later
# What sbox says of a filter without running it: explain --syscall.

load common

setup() {
	common_setup
}

teardown() {
	common_teardown
}

@test "explain --syscall names the line behind a verdict" {
	web=$(profile web.ini <<-END
		[seccomp]
		default = log
		deny = @debug
		kill = getpriority(0 == 1)
	END
	)
	run as_user "$SBOX" explain --profile "$web" --syscall ptrace --syscall read --syscall keyctl \
		--syscall getpriority --syscall 'getpriority(0 == 1)' --syscall 'getpriority(0 == 2)'
	assert_status 0
	assert_line "ptrace: denied EPERM by $web:3 (@debug)"
	assert_line "read: allowed and logged (default, $web:2)"
	assert_line "keyctl: denied EPERM by the baseline (@keyring)"
	assert_line "getpriority: allowed and logged (default, $web:2), but killed when arg 0 == 1 by $web:4"
	assert_line "getpriority(0 == 1): killed by $web:4"
	assert_line "getpriority(0 == 2): allowed and logged (default, $web:2)"
}

@test "explain --syscall as JSON" {
	run as_user "$SBOX" explain --as json --syscall ioctl --syscall fsopen
	assert_status 0
	python3 - "$output" <<-'END'
		import json, sys
		calls = json.loads(sys.argv[1])["calls"]
		assert calls[0]["syscall"] == "ioctl" and calls[0]["verdict"] == "allow"
		assert calls[0]["unless"][0]["errno"] == "EPERM"
		assert "TIOCSTI" in calls[0]["unless"][0]["when"]
		assert calls[1]["verdict"] == "errno" and calls[1]["errno"] == "ENOSYS"
		assert calls[1]["group"] == "@mount" and calls[1]["baseline"] is True
	END
}

@test "explain --syscall: mistakes" {
	run as_user "$SBOX" explain --syscall ptrac
	assert_status 2
	assert_match 'did you mean "ptrace"'
	run as_user "$SBOX" explain --syscall 'ioctl(1 != TIOCSTI)'
	assert_status 2
	assert_match 'an argument is given as N == VALUE'
	run as_user "$SBOX" explain --as profile --syscall read
	assert_status 2
}
