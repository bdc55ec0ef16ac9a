# SPDX-License-Identifier: LGPL-2.1-or-later
# Who the application is: subordinate ids, groups, root as the caller, keys, clocks; and sbox inside
# other sandboxes and containers.

load common

setup() {
	common_setup
}

teardown() {
	[ ! -d "$T/runc" ] || runc --root "$T/runc" delete -f "box$$" >/dev/null 2>&1 || true
	common_teardown
}

sub=(-o namespaces.ids=sub)
zero=(-o namespaces.uid=0 -o namespaces.gid=0)

@test "ids = sub: root of the sandbox gives files to others, and can be them" {
	needs_ranges
	mkdir -m 777 "$T/out"
	sbox "${sub[@]}" "${zero[@]}" --rw "$T/out:/out" -- sh -c '
		touch /tmp/f /out/f && chown 33:34 /tmp/f /out/f && stat -c "%u:%g" /tmp/f
		setpriv --reuid 33 --regid 34 --clear-groups sh -c "id -u; echo x >/tmp/f && echo written"
		grep -E "Cap(Prm|Eff|Bnd)" /proc/self/status; grep NoNewPrivs /proc/self/status'
	assert_status 0
	assert_line 33:34
	assert_line 33
	assert_line written
	assert_line $'CapPrm:\t00000000000000db'
	assert_line $'CapEff:\t00000000000000db'
	assert_line $'CapBnd:\t00000000000000db'
	assert_line $'NoNewPrivs:\t1'
	# Outside it belongs to the 33rd of the user's subordinate ids.
	local first=$(grep "^$TEST_USER:" /etc/subuid | head -n 1 | cut -d: -f2)
	assert_equal "$(stat -c %u "$T/out/f")" $((first + 32))
}

@test "ids = sub gives no power over what is not the caller's" {
	needs_ranges
	echo secret >"$T/theirs" && chmod 600 "$T/theirs" && mkdir -m 777 "$T/d"
	touch "$T/d/root" && chmod 600 "$T/d/root"
	sbox "${sub[@]}" "${zero[@]}" --ro "$T:/t" --rw "$T/d:/d" -- sh -c '
		cat /t/theirs; chown 0 /d/root; chown 33 /d/root; chmod 666 /d/root; echo x >/d/root
		mount -t tmpfs none /mnt; chroot / true && echo chrooted; echo x >/proc/sys/kernel/hostname; echo done'
	assert_line done
	refute_match 'secret|chrooted'
	assert_equal "$(stat -c '%u %a %s' "$T/d/root")" "0 600 0"
}

@test "ids = sub with one's own id, and with a limit on nesting" {
	needs_ranges
	sbox "${sub[@]}" -- sh -c 'id -u; wc -l </proc/self/uid_map; grep CapEff /proc/self/status'
	assert_status 0
	assert_line "$TEST_UID"
	assert_line 3
	assert_line $'CapEff:\t0000000000000000'
	sbox "${sub[@]}" -o namespaces.nested=2 -- sh -c 'id -u; wc -l </proc/self/uid_map; unshare -U true && echo made'
	assert_status 0
	assert_line "$TEST_UID"
	assert_line 3
	assert_line made
}

@test "ids = sub drops the supplementary groups, which are kept without" {
	needs_ranges
	local as=(setpriv --reuid $TEST_USER --regid $TEST_USER --groups 20,$TEST_GID --inh-caps=-all
		--reset-env)
	run "${as[@]}" "$SBOX" -- grep Groups /proc/self/status
	assert_match '^Groups:.*65534'
	run "${as[@]}" "$SBOX" explain
	assert_match "the caller's 1 supplementary group is kept, shown as 65534"
	run as_user "$SBOX" explain -o namespaces.nested=1 true
	assert_match 'the application may create 1 user namespace '
	run "${as[@]}" "$SBOX" "${sub[@]}" -- grep Groups /proc/self/status
	assert_status 0
	refute_match '[0-9]'
	run "${as[@]}" "$SBOX" explain "${sub[@]}"
	assert_match "the caller's 1 supplementary group is dropped"
	assert_match 'uid map 0 [0-9]+ '
}

@test "ids = sub fails closed: no range, and a helper that is kept from its power" {
	needs_ranges
	run setpriv --reuid 64321 --regid 64321 --clear-groups --inh-caps=-all env -i HOME=/ PATH=/usr/bin \
		"$SBOX" "${sub[@]}" --ro "$SBOX_PROBE:/probe" -- /probe id
	assert_refused 125 '^sbox: -o namespaces.ids: ids = sub: /etc/subuid has no range for 64321'
	run as_user setpriv --no-new-privs "$SBOX" "${sub[@]}" --ro "$SBOX_PROBE:/probe" -- /probe id
	assert_refused 125 '^sbox: ids: /usr/bin/newuidmap \(-o namespaces.ids\): .*no_new_privs is set around sbox'
	run as_user unshare -r sh -c '"$SBOX" -o namespaces.ids=sub -- true'
	assert_refused 125 'no range for root'
	wait_for_none "^$SBOX "
}

@test "run-as: root becomes a user before anything else" {
	export SECRET_OF_ROOT=x LC_TEST=kept
	run "$SBOX" -o exec.run-as=$TEST_USER -o environment.clear=no --ro "$SBOX_PROBE:/probe" -- /probe id , caps , env
	assert_status 0
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
	assert_line CapEff=0000000000000000
	assert_match "HOME=$TEST_HOME$"
	assert_match "USER=$TEST_USER$"
	assert_match "LC_TEST=kept"
	refute_match 'SECRET_OF_ROOT|HOME=/root'
	echo secret >"$T/roots" && chmod 600 "$T/roots"
	run "$SBOX" -o exec.run-as=$TEST_USER --ro "$T:/t" -- cat /t/roots
	assert_match 'Permission denied'
	# Nor does a working directory that is closed to others lead to what is in it.
	mkdir -m 700 "$T/closed" && echo open >"$T/closed/f"
	run bash -c 'cd "$1" && exec "$2" -o exec.run-as="$3" -o filesystem.home=host -- pwd' _ "$T/closed" "$SBOX" $TEST_USER
	assert_match "warning: -o exec.run-as: run-as = $TEST_USER: $T/closed is out of this user's reach: the working directory is $TEST_HOME"
	assert_line "$TEST_HOME"
	# The launcher itself tells nothing of root either.
	"$SBOX" -o exec.run-as=$TEST_USER -- sleep 60 &
	local launcher=$!
	wait_for 20 sh -c "grep -q '^Uid:.*$TEST_UID' /proc/$launcher/status"
	wait_for 20 sh -c "! tr '\\0' '\\n' </proc/$launcher/environ | grep -q SECRET_OF_ROOT"
	run grep -E '^(Uid|Gid|CapPrm|CapEff|CapInh):' /proc/$launcher/status
	kill $launcher
	wait $launcher || true
	assert_line $'CapPrm:\t0000000000000000'
	assert_match "^Uid:	$TEST_UID	$TEST_UID	$TEST_UID	$TEST_UID$"
}

@test "run-as takes a group, and says what it can't do" {
	local group=$(id -gn $OTHER_USER)
	run "$SBOX" -o exec.run-as=$TEST_USER:$group -- id -g
	assert_line "$(id -g $OTHER_USER)"
	run "$SBOX" -o exec.run-as=nosuchuser -- id
	assert_refused 125 '/etc/passwd has no user "nosuchuser"'
	run "$SBOX" -o exec.run-as=$TEST_USER:nosuchgroup -- id
	assert_refused 125 '/etc/group has no group "nosuchgroup"'
	run "$SBOX" -o exec.run-as=root -- id
	assert_refused 125 'that is root again'
	run "$SBOX" -o exec.run-as=$TEST_USER: -- id
	assert_refused 3 'USER\[:GROUP\]'
	run "$SBOX" -o exec.run-as=$TEST_USER -o namespaces.user=host -- id
	assert_refused 3 'contradicts'
	sbox -o exec.run-as=$OTHER_USER -- id
	assert_refused 125 'run-as = .* is for root'
	run as_user unshare -r "$SBOX" -o exec.run-as=$TEST_USER -- id
	assert_refused 125 'setgroups: Operation not permitted; sbox runs in a user namespace'
	# Who is checked is who it is for, and the next profile is root's again.
	local one=$(profile one.ini <<<"[exec]
run-as = $TEST_USER") two=$(profile two.ini <<<'[namespaces]
user = host')
	chown root: "$one" "$two" "$T"
	run "$SBOX" check "$one" "$two"
	assert_status 0
}

@test "root stays the owner of root's files, and has no power beside" {
	run "$SBOX" -- sh -c 'cat /etc/shadow; id -u; grep CapEff /proc/self/status; echo x >/proc/sys/kernel/core_pattern'
	assert_line 0
	assert_line $'CapEff:\t0000000000000000'
	assert_match '/etc/shadow: No such file'
	assert_match 'core_pattern: Read-only file system'
	echo secret >"$T/theirs" && chown $TEST_USER: "$T/theirs" && chmod 600 "$T/theirs"
	run "$SBOX" --ro "$T:/t" -- cat /t/theirs
	assert_match 'Permission denied'
}

@test "nested: of no use to the user id 0, refused to root, who takes run-as" {
	sbox -o namespaces.nested=yes -o namespaces.uid=0 -- unshare -r true
	assert_match 'warning: .*nested = yes is of no use to the user id 0'
	[ "$status" -ne 0 ] || fail "it worked"
	run "$SBOX" -o namespaces.nested=yes -o namespaces.uid=1000 -- unshare -r id -u
	assert_refused 3 '-o namespaces.nested: nested = yes would let an application of root.s .* run-as = USER'
	run unshare -r "$SBOX" -o namespaces.nested=yes -o namespaces.uid=1000 -- unshare -r id -u
	assert_status 0
	assert_line 0
	run "$SBOX" -o namespaces.nested=yes -o exec.run-as=$TEST_USER -- unshare -r id -u
	assert_line 0
}

# Others of that user's can look into the launcher once it is the user's.
@test "run-as: root's session keyring is left before root's id" {
	need strace
	run env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=keyctl,setresuid -o "$T/trace" \
		"$SBOX" -o exec.run-as=$TEST_USER -- true
	assert_status 0
	run grep -m 2 -oE 'keyctl\(KEYCTL_JOIN_SESSION_KEYRING, NULL\) += [0-9]+|setresuid' "$T/trace"
	assert_match '^keyctl'
	assert_equal "${lines[1]}" setresuid
}

@test "the caller's session keyring is out of reach" {
	command -v keyctl >/dev/null || skip "keyutils are not installed"
	# Exempt, so that the keyring itself is what keeps it.
	run as_user keyctl session - sh -c 'id=$(keyctl add user sbox-test-key secret @s) &&
		keyctl print $id && "$SBOX" -o seccomp.exempt=@keyring -- \
			sh -c "keyctl print $id; keyctl search @s user sbox-test-key; keyctl show @s"'
	assert_equal "$(grep -c '^secret$' <<<"$output")" 1
	assert_match 'Required key not available|Permission denied|Key has been'
	refute_match ' user: sbox-test-key'
	run as_user keyctl session - "$SBOX" -- keyctl show @s
	assert_match 'Operation not permitted'
}

@test "time = new: the clocks start anew, whatever offsets there are around" {
	[ -e /proc/self/ns/time ] || skip "this kernel has no time namespaces"
	sbox -o namespaces.time=new -- sh -c 'cut -d. -f1 /proc/uptime; readlink /proc/self/ns/time'
	assert_status 0
	[ "${lines[0]}" -lt 60 ] || fail "the host's uptime shows"
	[ "${lines[1]}" != "$(readlink /proc/self/ns/time)" ] || fail "it is the host's"
	sbox -o namespaces.time=new -o namespaces.uptime=2h -o namespaces.nested=1 -- \
		python3 -c 'import time
for clock in time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME:
    print("in order" if 7200 <= time.clock_gettime(clock) < 7260 else time.clock_gettime(clock))'
	assert_equal "$(grep -c '^in order$' <<<"$output")" 2
	# In one that has offsets already.
	run as_user unshare -rT --monotonic 100000 --boottime 200000 -f "$SBOX" -o namespaces.time=new -- cut -d. -f1 /proc/uptime
	assert_status 0
	[ "$output" -lt 60 ] || fail "offsets were added up"
	sbox -o namespaces.time=new -o namespaces.uptime=500000d -- true
	assert_refused 3 'uptime = 500000d: 36500d is the most'
	sbox -o namespaces.uptime=5 -- true
	assert_refused 3 'it needs time = new'
	probe -- ns
	sbox -- readlink /proc/self/ns/time
	assert_line "$(readlink /proc/self/ns/time)"
}

@test "what /proc and /sys show is covered by files of the sandbox's own, and the cgroup is its root" {
	probe -- open r /proc/keys , open r /proc/kcore , open w /proc/sys/kernel/hostname , ls /sys/firmware , \
		open w /proc/sysrq-trigger , ls /proc/acpi
	refute_match '^open=ok'
	refute_match '^ls=ok'
	sbox -- sh -c 'stat -c "%F %t" /proc/keys; cat /proc/self/cgroup; stat -f -c %T /proc/keys'
	assert_match '^regular empty file 0$'
	assert_match '^0::/$'
	assert_line tmpfs
}

@test "inside unshare -r, -Urm and -Urmpf it works; with no ids it says so" {
	local how
	for how in -r -Urm "-Urmpf --mount-proc"; do
		# shellcheck disable=SC2086
		run as_user unshare $how "$SBOX" -- id -u
		assert_status 0
		assert_line 0
	done
	run as_user unshare -U "$SBOX" -- id
	assert_refused 125 'a user namespace that maps no ids'
}

@test "inside sbox: with nested = yes and the mount calls, else it says what is missing" {
	# A sanitizer's search for leaks would need ptrace.
	local inner=(--ro "$SBOX_PREFIX" --ro "$SBOX_PROBE:/probe" --setenv ASAN_OPTIONS=detect_leaks=0)
	local again=("$SBOX" --profile "$SBOX_PREFIX/share/sbox/profiles/default.ini")
	sbox "${inner[@]}" -o namespaces.nested=yes -o 'seccomp.exempt=@mount sethostname' -- \
		"${again[@]}" -- sh -c 'id -u; echo $$; grep Seccomp: /proc/self/status'
	assert_status 0
	assert_line "$TEST_UID"
	sbox "${inner[@]}" -o namespaces.nested=yes -- "${again[@]}" -- id
	assert_refused 125 'fsopen: Function not implemented; .*exempt = @mount sethostname'
	sbox "${inner[@]}" -- "${again[@]}" -- id
	assert_refused 125 'a seccomp filter around sbox forbids them: in a sandbox of sbox nested = yes'
	sbox "${inner[@]}" -o namespaces.nested=yes -o seccomp.deny=mount -- "${again[@]}" -- id
	assert_refused 125 'root: /: mount: .* a seccomp filter or a security module .* forbids mounting'
	sbox "${inner[@]}" -o namespaces.nested=yes -o namespaces.uid=0 -- "${again[@]}" -- id
	assert_refused 125 'with the user id 0 maps itself .* only with CAP_SETFCAP'
}

@test "where /proc is read-only nothing starts, and the message says so" {
	run as_user unshare --user --map-root-user --mount sh -c \
		'mount --rbind /proc /proc && mount -o remount,bind,ro /proc && exec "$0" true' "$SBOX"
	assert_refused 125 'setgroups: .*; /proc is mounted read-only where sbox was started'
}

@test "inside sbox with base = host-ro: sbox's own files over the host's take mounts, and no changes" {
	local outer=(--ro "$SBOX_PREFIX" --ro "$SBOX_PROBE:/probe" --setenv ASAN_OPTIONS=detect_leaks=0
		-o filesystem.base=host-ro -o namespaces.nested=yes -o 'seccomp.exempt=@mount sethostname')
	local covered=/etc/nsswitch.conf
	[ -e $covered ] || covered=/etc/hosts
	sbox "${outer[@]}" -- "$SBOX" --profile "$SBOX_PREFIX/share/sbox/profiles/default.ini" -o filesystem.base=host-ro -- \
		sh -c "id -u; cat $covered; cat /etc/passwd >/dev/null && echo read"
	assert_status 0
	assert_line "$TEST_UID"
	assert_line read
	refute_match '^sbox: '
	# The file is sbox's, its owner the caller: only the mount keeps it.
	sbox "${outer[@]}" -- sh -c "
		/probe mounts , ls / , open w $covered , chmod 666 $covered
		rm -f $covered && echo changed; mv $covered /tmp/x && echo changed
		unshare -Urm sh -c 'echo inside; mount -o remount,bind,rw $covered && echo changed
			umount $covered && echo changed; echo x >$covered && echo changed'"
	assert_match "^mount=$covered fs=tmpfs options=ro,nosuid,nodev"
	assert_line "path=$covered open=EROFS"
	assert_line "path=$covered chmod=EROFS"
	assert_line inside
	refute_line changed
	# Nor is there another path to it.
	refute_match '^entry=\.sbox'
	refute_match '^mount=[^ ]*\.sbox'
	if command -v bwrap >/dev/null; then
		sbox "${outer[@]}" -- bwrap --ro-bind / / --ro-bind /etc/passwd "$covered" cmp /etc/passwd "$covered"
		assert_status 0
	fi
}

# container SECCOMP MASKED: a container as Docker makes them, in which the launcher runs as the test
# user, whose seccomp and maskedPaths are these JSON texts.
container() {
	mkdir -p "$T/bundle/rootfs"
	python3 - "$TEST_UID" "$TEST_GID" "$SBOX_PREFIX" "$1" "$2" >"$T/bundle/config.json" <<-'END'
		import json, os, sys
		uid, gid, prefix, seccomp, masked = sys.argv[1:]
		def bind(path):
		    return {"destination": path, "source": os.path.realpath(path), "type": "bind",
		            "options": ["rbind", "ro"]}
		print(json.dumps({
		    "ociVersion": "1.0.2",
		    "process": {"user": {"uid": int(uid), "gid": int(gid)}, "cwd": "/", "noNewPrivileges": True,
		                "args": [prefix + "/bin/sbox", "--profile",
		                         prefix + "/share/sbox/profiles/default.ini", "--", "id", "-u"],
		                "env": ["PATH=/usr/bin:/bin", "HOME=/"], "capabilities": {}},
		    "root": {"path": "rootfs"},
		    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
		               {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro"]},
		               {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}] +
		              [bind(path) for path in ("/usr", "/bin", "/lib", "/lib64", "/etc", prefix)
		               if os.path.exists(path)],
		    "linux": {"namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts", "network")],
		              "seccomp": json.loads(seccomp), "maskedPaths": json.loads(masked)}}))
	END
	run timeout 60 runc --root "$T/runc" run --bundle "$T/bundle" "box$$" </dev/null
}

@test "inside a container: works, or says that its filter or its /proc is in the way" {
	command -v runc >/dev/null || skip "runc is not installed"
	# It wants control groups; the tests' own /sys has none.
	[ "$(stat -f -c %T /sys/fs/cgroup)" != sysfs ] || mount -t cgroup2 cgroup2 /sys/fs/cgroup
	local all='{"defaultAction": "SCMP_ACT_ALLOW"}'
	# What Docker's profile does of it: no user namespaces, no keys.
	local docker='{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
		"syscalls": [{"names": ["keyctl", "unshare", "setns"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1},
			{"names": ["clone"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
				"args": [{"index": 0, "value": 268435456, "valueTwo": 268435456, "op": "SCMP_CMP_MASKED_EQ"}]}]}'
	local no_keys='{"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["keyctl"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}'

	container "$no_keys" '[]'
	[[ $output != *"runc run failed"* ]] || skip "runc runs nothing here: ${lines[0]}"
	assert_status 0
	assert_line "$TEST_UID"
	container "$all" '["/proc/kcore", "/proc/keys", "/proc/acpi"]'
	assert_refused 125 'procfs .*the surrounding container hides parts of its own'
	container "$docker" '["/proc/kcore"]'
	assert_refused 125 'a seccomp filter around sbox forbids them'
}
