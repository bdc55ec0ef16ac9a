# SPDX-License-Identifier: LGPL-2.1-or-later
# sbox audit on text as ausearch, dmesg and journalctl write it. Records that the kernel really makes
# are in auditd.bats.

load common

setup() {
	common_setup
	[ -x "$SBOX_PREFIX/libexec/sbox/sbox-audit" ] || skip "built without libauparse"
	[ "$(uname -m)" = x86_64 ] || skip "the numbers below are those of x86-64"
}

teardown() {
	common_teardown
}

# fields COMM-AS-WRITTEN EXE-AS-WRITTEN NUMBER CODE [ARCH]
fields() {
	echo "auid=1000 uid=1000 gid=1000 ses=2 subj=unconfined pid=4711 comm=$1 exe=$2 sig=0 arch=${5:-c000003e} syscall=$3 compat=0 ip=0x7f0a code=$4"
}

# audit OPTION...: standard input's records
audit() {
	run as_user TZ=UTC "$SBOX" audit "$@" -
}

@test "the same records in all their shapes give the same table" {
	local shape reference= raw=()
	for n in 63 63 257; do
		raw+=("$(fields '"uname"' '"/usr/bin/uname"' $n 0x7ffc0000)")
	done
	for shape in 'type=SECCOMP msg=audit(1700000000.123:%d): %s' \
		'[12345.678901] audit: type=1326 audit(1700000000.123:%d): %s' \
		'Nov 14 22:13:20 host kernel: audit: type=1326 audit(1700000000.123:%d): %s'; do
		i=0
		for r in "${raw[@]}"; do
			printf "$shape\n" $((456 + i++)) "$r"
		done >"$T/in"
		audit <"$T/in"
		assert_status 0
		assert_line "/usr/bin/uname (uname): 3 records"
		assert_line "  uname        2  log          2023-11-14 22:13:20  2023-11-14 22:13:20"
		assert_line "  openat       1  log          2023-11-14 22:13:20  2023-11-14 22:13:20"
		assert_line "    allow = openat uname"
		[ -n "$reference" ] || reference=$output
		assert_equal "$output" "$reference"
	done
	cat >"$T/in" <<-END
		----
		type=SECCOMP msg=audit(11/14/23 22:13:20.123:456) : auid=u uid=u gid=u ses=2 subj=unconfined pid=4711 comm=uname exe=/usr/bin/uname sig=SIG0 arch=x86_64 syscall=uname compat=0 ip=0x7f0a code=log
		----
		type=SECCOMP msg=audit(11/14/23 22:13:20.123:457) : auid=u uid=u gid=u ses=2 subj=unconfined pid=4711 comm=uname exe=/usr/bin/uname sig=SIG0 arch=x86_64 syscall=uname compat=0 ip=0x7f0a code=log
		----
		type=SECCOMP msg=audit(11/14/23 22:13:20.123:458) : auid=u uid=u gid=u ses=2 subj=unconfined pid=4711 comm=uname exe=/usr/bin/uname sig=SIG0 arch=x86_64 syscall=openat compat=0 ip=0x7f0a code=log
	END
	audit <"$T/in"
	assert_equal "$output" "$reference"
}

@test "a record that the journal has twice counts once" {
	local r="$(fields '"uname"' '"/usr/bin/uname"' 63 0x7ffc0000)"
	audit <<-END
		Nov 14 22:13:20 host kernel: audit: type=1326 audit(1700000000.123:456): $r
		Nov 14 22:13:20 host audit[4711]: SECCOMP $r
		Nov 14 22:13:21 host audit[4711]: SECCOMP $r
	END
	assert_line "/usr/bin/uname (uname): 2 records"
}

@test "what journalctl says on each of its two runs is told once" {
	need journalctl
	printf '#!/bin/sh\nprintf "%%s\\n" "called with $*" "No journal files were found." >&2\n' \
		>"$T/journalctl"
	chmod 755 "$T/journalctl"
	# As root, without an audit daemon's log, and with an empty journal.
	run unshare -m sh -c 'mount -t tmpfs none /var/log && mkdir /var/log/journal &&
		mount --bind "$1" "$2" && exec "$3" audit --since 1h' \
		sh "$T/journalctl" "$(command -v journalctl)" "$SBOX"
	assert_equal "$(grep -c '^note: journalctl: called with' <<<"$output")" 2
	assert_equal "$(grep -c '^note: journalctl: No journal files were found\.$' <<<"$output")" 1
}

@test "forms of journalctl that are not read are refused" {
	local first
	for first in '{"__CURSOR":"s=1","MESSAGE":"x"}' '{' '__CURSOR=s=1;i=2' \
		'Tue 2023-11-14 22:13:20.123456 UTC [s=1;i=2;b=3;m=4;t=5;x=6]'; do
		echo "$first" >"$T/in"
		audit <"$T/in"
		assert_status 125
		assert_match "^sbox audit: read standard input: it has the form of journalctl --output=(json|json-pretty|export|verbose), which sbox audit does not know; it reads what journalctl writes without --output"
	done
	printf '%s\n' "Nov 14 22:13:20 host alice[9]: x" "$first" '{' >"$T/in"
	audit <"$T/in"
	assert_status 0
	assert_line "No SECCOMP or LANDLOCK_ACCESS record in standard input."
}

@test "what a user's logger wrote does not count" {
	local r="audit: type=1326 audit(1700000000.123:456): $(fields '"evil"' '"/evil"' 63 0x7ffc0000)"
	audit <<-END
		Nov 14 22:13:20 host alice: kernel: $r
		Nov 14 22:13:20 host alice[9]: kernel: [1.5] $r
		2023-11-14T22:13:20.123456+00:00 host alice: kernel: $r
		<13>1 2023-11-14T22:13:20+00:00 host kernel - - - $r
		Nov 14 22:13:20 host alice: kernel: kauditd_printk_skb: 23 callbacks suppressed
		[    1.500000] overlayfs: failed to resolve '/x
		               $r': -2
		Nov 14 22:13:20 host kernel: ${r//evil/real}
	END
	assert_status 0
	assert_line "/real (real): 1 record"
	refute_match evil
	refute_match '^note'
}

@test "names that attack a terminal are shown escaped" {
	# ESC ] 0 ; x BEL, in hexadecimal as the kernel writes it, and a direction override
	audit <<-END
		type=SECCOMP msg=audit(1700000000.123:456): $(fields 1B5D303B7807 2F746D702FE280AE61 63 0x80000000)
		type=SECCOMP msg=audit(1700000000.123:457): $(fields 57656220436F6E74656E74 '"/b"' 63 0x80000000)
	END
	assert_status 0
	assert_line '/tmp/\xe2\x80\xaea (\x1b]0;x\x07): 1 record'
	assert_line '/b (Web Content): 1 record'
	refute_match $'\e'
	audit --json <<-END
		type=SECCOMP msg=audit(1700000000.123:456): $(fields FF41 '"/b"' 63 0x80000000)
	END
	python3 - "$output" <<-'END'
		import json, sys
		j = json.loads(sys.argv[1])
		assert j["records"] == 1
		p = j["programs"][0]
		assert p["comm"] == ["\\xffA"], p
		assert p["calls"][0] == {"syscall": "uname", "number": 63, "abi": "x86_64", "action": "kill",
			"count": 1, "first": 1700000000.123, "last": 1700000000.123}, p
		assert any("no arguments" in n for n in j["notes"])
	END
}

# As Linux 6.18 and its audit daemon write them, cut to what counts.
landlock_records() {
	local domain='domain=1570987d1' call='arch=c000003e success=no exit=-13 ppid=1 pid=9'
	cat <<-END
		type=UNKNOWN[1423] msg=audit(1700000000.221:7): $domain blockers=fs.write_file path="/home/u/in" dev="vda" ino=1343971
		type=UNKNOWN[1424] msg=audit(1700000000.221:7): $domain status=allocated mode=enforcing pid=9 uid=1001 exe="/usr/bin/sbox" comm="sbox-init"
		type=SYSCALL msg=audit(1700000000.221:7): $call syscall=257 comm="tool" exe="/usr/bin/tool" key=(null)
		type=PROCTITLE msg=audit(1700000000.221:7): proctitle=746F6F6C
		type=SYSCALL msg=audit(1700000000.230:8): arch=c000003e success=no exit=-2 syscall=257 comm="other" exe="/other" key=(null)
		type=UNKNOWN[1423] msg=audit(1700000000.525:9): $domain blockers=fs.remove_file,fs.refer path="/tmp" dev="vda" ino=247066
		type=UNKNOWN[1423] msg=audit(1700000000.525:9): $domain blockers=fs.make_reg,fs.refer path=2F7661722F746D702F1B78 dev="vda" ino=409338
		type=SYSCALL msg=audit(1700000000.525:9): $call syscall=82 comm="tool" exe="/usr/bin/tool" key=(null)
		type=UNKNOWN[1423] msg=audit(1700000001.525:10): $domain blockers=net.connect_tcp daddr=127.0.0.1 dest=25
		type=SYSCALL msg=audit(1700000001.525:10): $call syscall=42 comm="tool" exe="/usr/bin/tool" key=(null)
		type=UNKNOWN[1423] msg=audit(1700000001.525:11): $domain blockers=net.bind_tcp saddr=127.0.0.1 src=8080
		type=SYSCALL msg=audit(1700000001.525:11): $call syscall=49 comm="tool" exe="/usr/bin/tool" key=(null)
		type=UNKNOWN[1423] msg=audit(1700000001.525:12): $domain blockers=net.connect_tcp daddr=::1 dest=443
		type=SYSCALL msg=audit(1700000001.525:12): $call syscall=42 comm="tool" exe="/usr/bin/tool" key=(null)
		type=UNKNOWN[1423] msg=audit(1700000002.525:13): $domain blockers=scope.abstract_unix_socket path=006F757473696465
		type=SYSCALL msg=audit(1700000002.525:13): $call syscall=42 comm="tool" exe="/usr/bin/tool" key=(null)
		type=UNKNOWN[1424] msg=audit(1700000002.649:14): $domain status=deallocated denials=7
	END
}

@test "what Landlock denied, by program, from each form of the log" {
	local reference form
	landlock_records >"$T/raw"
	sed -E 's/^type=UNKNOWN.(14..). msg=/[12.5] audit: type=\1 /; s/^type=SYSCALL msg=/[12.5] audit: type=1300 /' "$T/raw" >"$T/kernel"
	sed -E 's/UNKNOWN.1423./LANDLOCK_ACCESS/; s/UNKNOWN.1424./LANDLOCK_DOMAIN/' "$T/raw" >"$T/named"
	# As ausearch without --raw has each event.
	tac "$T/raw" >"$T/turned"
	reference="/usr/bin/tool (tool): 7 denials of Landlock's
  BLOCKERS                    COUNT  FIRST                LAST                 OBJECT
  fs.write_file                   1  2023-11-14 22:13:20  2023-11-14 22:13:20  /home/u/in
  fs.remove_file,fs.refer         1  2023-11-14 22:13:20  2023-11-14 22:13:20  /tmp
  fs.make_reg,fs.refer            1  2023-11-14 22:13:20  2023-11-14 22:13:20  /var/tmp/\\x1bx
  net.connect_tcp                 1  2023-11-14 22:13:21  2023-11-14 22:13:21  127.0.0.1:25
  net.bind_tcp                    1  2023-11-14 22:13:21  2023-11-14 22:13:21  127.0.0.1:8080
  scope.abstract_unix_socket      1  2023-11-14 22:13:22  2023-11-14 22:13:22  @outside
  net.connect_tcp                 1  2023-11-14 22:13:21  2023-11-14 22:13:21  [::1]:443

  to allow these ports, below [landlock]:
    tcp-connect = 25 443
    tcp-bind = 8080"
	for form in raw kernel named turned; do
		audit <"$T/$form"
		assert_status 0
		assert_equal "$output" "$reference"
	done
	audit --json <"$T/raw"
	python3 - "$output" <<-'END'
		import json, sys
		j = json.loads(sys.argv[1])
		assert j["records"] == 0 and j["notes"] == [] and len(j["programs"]) == 1, j
		p = j["programs"][0]
		assert p["program"] == "/usr/bin/tool" and p["tcp-connect"] == ["25", "443"] and p["tcp-bind"] == ["8080"], p
		assert {"blockers": ["fs.make_reg", "fs.refer"], "object": "/var/tmp/\\x1bx", "count": 1,
			"first": 1700000000.525, "last": 1700000000.525} in p["denials"], p
	END
}

@test "where no record has the process, the program is the one that made the domain" {
	landlock_records | grep -v SYSCALL >"$T/in"
	audit <"$T/in"
	assert_line "/usr/bin/sbox (sbox-init): 7 denials of Landlock's"
	audit <<<'type=UNKNOWN[1423] msg=audit(1700000000.221:7): domain=15 blockers=fs.read_dir path="/" dev="vda" ino=2'
	assert_line "? (?): 1 denial of Landlock's"
}

@test "denials beside calls; --comm and --since; what a logger wrote doesn't count" {
	{
		echo "type=SECCOMP msg=audit(1700000000.100:6): $(fields '"tool"' '"/usr/bin/tool"' 63 0x7ffc0000)"
		landlock_records
		# Both records in one event: its program has no path of its own, and gets no other's.
		echo "type=SECCOMP msg=audit(1700000009.100:20): pid=1 comm=\"bare\" sig=0 arch=c000003e syscall=63 compat=0 ip=0x7f code=0x7ffc0000"
		echo 'type=UNKNOWN[1423] msg=audit(1700000009.100:20): domain=15 blockers=fs.read_dir path="/" dev="vda" ino=2'
		echo 'type=SYSCALL msg=audit(1700000009.100:20): arch=c000003e success=no exit=-13 syscall=63 comm="bare" exe="/bare" key=(null)'
	} >"$T/in"
	audit <"$T/in"
	assert_line "/usr/bin/tool (tool): 1 record, 7 denials of Landlock's"
	assert_match '^  uname +1  log '
	assert_match '^  fs.write_file +1  .*  /home/u/in$'
	assert_line "bare (bare): 1 record"
	assert_line "/bare (bare): 1 denial of Landlock's"
	audit --comm tool --since @1700000001 <"$T/in"
	assert_line "/usr/bin/tool (tool): 4 denials of Landlock's"
	refute_match bare
	audit <<-END
		Nov 14 22:13:20 host alice: audit: type=1423 audit(1700000000.221:7): domain=1 blockers=fs.read_dir path="/" dev="vda" ino=2
	END
	assert_line "No SECCOMP or LANDLOCK_ACCESS record in standard input."
}

@test "many records within a second don't take long" {
	# The denials as ausearch has them, the SYSCALL record first.
	awk -v fields="$(fields '"a"' '"/a"' 63 0x7ffc0000)" 'BEGIN {
		for (i = 0; i < 50000; i++)
			printf "type=SECCOMP msg=audit(1700000000.%03d:%d): %s\n", i / 50, i, fields
		for (; i < 100000; i++) {
			event = sprintf("msg=audit(1700000009.%03d:%d):", i / 50 - 1000, i)
			print "type=SYSCALL", event, "arch=c000003e success=no comm=\"a\" exe=\"/a\" key=(null)"
			print "type=UNKNOWN[1423]", event, "domain=15 blockers=fs.read_dir path=\"/\""
		}
	}' >"$T/in"
	ulimit -S -t 10
	audit <"$T/in"
	assert_status 0
	assert_line "/a (a): 50000 records, 50000 denials of Landlock's"
}

@test "--comm, --since, foreign ABIs and unknown numbers" {
	{
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 64 0x80000000 40000003)"
		echo "type=SECCOMP msg=audit(1700000001.123:457): $(fields '"a"' '"/a"' 1073741863 0x7ffc0000)"
		echo "type=SECCOMP msg=audit(1700000002.123:458): $(fields '"a"' '"/a"' 5000 0x7ffc0000)"
		echo "type=SECCOMP msg=audit(1700000003.123:459): $(fields '"b"' '"/b"' 63 0x7ffc0000)"
	} >"$T/in"
	audit <"$T/in"
	assert_match '^  getppid \(x86\) +1  kill '
	assert_match '^  getpid \(x32\) +1  log '
	assert_match '^  #5000 +1  log '
	assert_line "/b (b): 1 record"
	audit --comm b <"$T/in"
	refute_match '^/a'
	audit --since @1700000002 <"$T/in"
	assert_line "/a (a): 1 record"
	audit --since never <"$T/in"
	assert_status 2
}

@test "--profile says what the profile says, and leaves it out of the lines" {
	web=$(profile web.ini <<-END
		[seccomp]
		deny = uname:EIO
	END
	)
	{
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 63 0x7ffc0000)"
		echo "type=SECCOMP msg=audit(1700000000.123:457): $(fields '"a"' '"/a"' 257 0x7ffc0000)"
		echo "type=SECCOMP msg=audit(1700000000.123:457): $(fields '"a"' '"/a"' 41 0x7ffc0000)"
	} >"$T/in"
	audit --profile "$web" <"$T/in"
	assert_status 0
	assert_match "^  uname .*  denied EIO by $web:2\$"
	assert_match "^  openat .*  allowed \\(default\\)\$"
	assert_match "^  socket .*, but denied EAFNOSUPPORT"
	assert_line "    change $web:2 (uname)"
	assert_match "^  allowed, but with some arguments denied"
	assert_line "    socket"
	refute_match "^    (allow|exempt) ="
	assert_line "    deny = openat socket"
	audit --profile no-such <"$T/in"
	assert_status 3
}

@test "--profile leaves out what an allow list says already" {
	strict=$(profile "x, but denied.ini" <<-END
		[seccomp]
		default = errno
		allow = uname openat
		allow = socket(0 == AF_UNIX)
		log = getpriority
		deny = prctl(0 == 1):EIO prctl
	END
	)
	for n in 63 257 41 41 140 157 83; do
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' $n 0x7ffc0000)"
	done >"$T/in"
	audit --profile "$strict" <"$T/in"
	assert_status 0
	assert_match "^  uname .*  allowed by $strict:3\$"
	assert_match "^  mkdir .*  denied EPERM \\(default, $strict:2\\)\$"
	assert_match "^  socket .*  denied EPERM .*; allowed when arg 0 == AF_UNIX by"
	# What is allowed for some arguments is in both.
	assert_line "    allow = mkdir socket"
	assert_line "    change $strict:6 (prctl)"
	assert_line "    deny = getpriority openat socket uname"
	audit --json --profile "$strict" <"$T/in"
	python3 - "$output" "$strict" <<-'END'
		import json, sys
		p = json.loads(sys.argv[1])["programs"][0]
		assert p["allow"] == ["mkdir", "socket"], p["allow"]
		assert p["change"] == [sys.argv[2] + ":6 (prctl)"], p["change"]
		assert p["exempt"] == p["arch"] == p["partly"] == [], p
		assert p["deny"] == ["getpriority", "openat", "socket", "uname"], p["deny"]
	END
}

@test "the advised lines change the verdicts" {
	local base lines
	profile included.ini >/dev/null <<-END
		[seccomp]
		deny = mkdir clone
		kill = rmdir
	END
	for base in "default = allow" "default = errno" "default = kill"; do
		mine=$(profile mine.ini <<-END
			[profile]
			include = ./included.ini
			[seccomp]
			$base
			allow = execve
			deny = @clock
			kill = chown
		END
		)
		for n in 165 83 84 92 227 56 435 63 41 39; do
			echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' $n 0x80000000)"
		done >"$T/in"
		for n in 21 20 63 102; do
			echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' $n 0x80000000 40000003)"
		done >>"$T/in"
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 1073741863 0x80000000)" >>"$T/in"
		audit --profile "$mine" <"$T/in"
		assert_status 0
		assert_match "^  mount \\(x86\\) .*  denied ENOSYS \\(no arch = x86\\)\$"
		assert_line "    change $mine:7 (chown)"
		assert_line "    change $mine:6 (clock_settime)"
		assert_match "^    change .*/included.ini:3 \\(rmdir\\)\$"
		assert_match "^    arch = x32 x86\$"
		assert_match "^    exempt = clone clone3 mkdir mount\$"
		lines=$(grep -E '^    (arch|exempt|allow) =' <<<"$output")
		echo "$lines" >>"$mine"
		sed -i '6,7d' "$mine"
		run as_user "$SBOX" explain --profile "$mine" --syscall mount --syscall mkdir --syscall clone \
			--syscall clone3 --syscall uname --syscall socket --syscall getpid --syscall socketcall --syscall dup2
		assert_status 0
		assert_match "^mount \\(x86\\): allowed"
		assert_match "^getpid \\(x32\\): allowed"
		assert_match "^socketcall \\(x86\\): allowed"
		assert_match "^clone3: allowed"
		refute_match "^(mount|mkdir|clone|clone3|uname|socket|getpid): (denied|killed)"
		refute_match "^(mount|getpid|dup2|socketcall) \\(x86\\): (denied|killed)"
	done
}

@test "advice against an imported file" {
	cat >"$T/list.json" <<-'END'
		{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
		 "syscalls": [{"names": ["execve", "clone", "statx"], "action": "SCMP_ACT_ALLOW"},
		  {"names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}
	END
	mine=$(profile mine.ini <<-END
		[seccomp]
		import = $T/list.json
	END
	)
	for n in 39 83 165 435 439 1073741863; do
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' $n 0x80000000)"
	done >"$T/in"
	echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 20 0x80000000 40000003)" >>"$T/in"
	audit --profile "$mine" <"$T/in"
	assert_status 0
	# An arch line takes the place of what the file lets in.
	assert_line "    arch = x32 x86"
	assert_line "    exempt = clone3 mkdir mount"
	assert_line "    allow = clone3 faccessat2 getpid mkdir mount"
	refute_match "^    change"
	grep -E '^    (arch|exempt|allow) =' <<<"$output" >>"$mine"
	run as_user "$SBOX" explain --profile "$mine" --syscall mount --syscall mkdir --syscall clone3 \
		--syscall faccessat2 --syscall getpid
	assert_status 0
	assert_match "^getpid \\(x86\\): allowed"
	assert_match "^getpid \\(x32\\): allowed"
	refute_match "denied|killed"
}

@test "what no line of a profile reaches is not advised" {
	{
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 21 0x80000000 c00000b7)"
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 21 0x80000000 c0000015)"
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 9999 0x80000000)"
	} >"$T/in"
	audit --profile default <"$T/in"
	assert_match "^  epoll_ctl \\(aarch64\\) .*  no line: another machine's call\$"
	assert_match "^  #21 \\(other ABI\\) .*  no line: another machine's call\$"
	assert_match "^  #9999 .*  no line: sbox knows no call of this number\$"
	refute_match "^    (arch|allow|exempt|deny|change)"
	audit <"$T/in"
	refute_match "^    (arch|allow|exempt|deny|change)"
}

@test "lost records are told of" {
	audit <<-END
		[1.5] audit: type=1326 audit(1700000000.123:456): $(fields '"a"' '"/a"' 63 0x7ffc0000)
		[1.6] kauditd_printk_skb: 23 callbacks suppressed
		[1.7] audit: audit_lost=7 audit_rate_limit=0 audit_backlog_limit=64
	END
	assert_match "^note: records were lost: .* 23 messages"
	assert_match "^note: records were lost to audit's rate limit .*limit \\(7 or more"
	assert_match "no arguments"
}

@test "what the kernel's log left out is not lost where journald has it" {
	local n r=$(fields '"a"' '"/a"' 63 0x7ffc0000)
	{
		for n in 1 2 3 4; do
			echo "[1.5] audit: type=1326 audit(1700000000.123:$n): $r$n"
		done
		for n in 1 2 3 4 5 6 7 8 9; do
			echo "1700000000.5 host audit[4711]: SECCOMP $r$n"
		done
	} >"$T/in"
	{
		cat "$T/in"
		echo '1700000006.5 host kernel: kauditd_printk_skb: 5 callbacks suppressed'
	} >"$T/all"
	audit <"$T/all"
	assert_match '^/a \(a\): 9 records'
	refute_match '^note'
	sed 's/ 5 callbacks/ 7 callbacks/' "$T/all" >"$T/in"
	audit <"$T/in"
	assert_match '^note: records were lost: .* 2 messages'
}

@test "a text that ends at the pace of the kernel's log may lack records" {
	local n r=$(fields '"a"' '"/a"' 63 0x7ffc0000)
	for n in 10 11 12 13 14 15 16 17 18 19; do
		echo "[1.5] audit: type=1326 audit(17000000$n.123:$n): $r$n"
	done >"$T/in"
	audit <"$T/in"
	refute_match '^note'
	sed -i 's/17000000../1700000010/' "$T/in"
	audit <"$T/in"
	assert_match '^note: records may be lost: the last ones came as fast'
	# What was left out of before is said.
	{
		cat "$T/in"
		echo '[9.5] kauditd_printk_skb: 5 callbacks suppressed'
		echo "[9.5] audit: type=1326 audit(1700000019.123:30): ${r}9"
	} >"$T/all"
	audit <"$T/all"
	refute_match '^note: records may be lost'
	assert_match '^note: records were lost: .* 5 messages'
	# The audit daemon's log has no such pace.
	sed 's/.* audit(/type=SECCOMP msg=audit(/' "$T/in" >"$T/log"
	audit <"$T/log"
	assert_line "/a (a): 10 records"
	refute_match '^note'
}

@test "journald's messages count in each form that has its name" {
	local time r=$(fields '"a"' '"/a"' 63 0x7ffc0000)
	for time in 'Nov 14 22:13:20' 'Tue 2023-11-14 22:13:20 UTC' 'Tue 2023-11-14 23:13:20 CET' \
		1700000000.123 2023-11-14T22:13:20+0000 2023-11-14T23:13:20.123456+01:00; do
		printf '%s\n' "$time host audit[4711]: SECCOMP $r"{1,2,3} >"$T/in"
		run as_user TZ=CET-1 "$SBOX" audit "$T/in"
		assert_line "/a (a): 3 records"
		assert_match '^  uname +3 .* 20..-11-14 2[23]:13:20'
	done
	for time in '[  171.093856]' '[  171.093856                ]'; do
		printf '%s\n' "$time host audit[4711]: SECCOMP $r"{1,2,3} >"$T/in"
		audit <"$T/in"
		assert_line "/a (a): 3 records"
		assert_match '^note: the time of 3 records could not be read'
	done
}

@test "one of what was lost is one" {
	cat >"$T/in" <<-'END'
		[  171.1] host audit[4711]: SECCOMP auid=0 uid=0 gid=0 ses=1 pid=1 comm="a" exe="/a" sig=0 arch=c000003e syscall=63 compat=0 ip=0x1 code=0x7ffc0000
		[  171.2] kauditd_printk_skb: 1 callbacks suppressed
		Nov 14 22:13:20 host systemd-journald[210]: Missed 1 kernel messages
	END
	audit <"$T/in"
	assert_match "^note: records may be lost: the journal missed 1 message of the kernel$"
	assert_match '^note: the time of 1 record could not be read; counted whatever --since says$'
	printf '[  171.2] kauditd_printk_skb: 1 callbacks suppressed\n' >"$T/in"
	audit <"$T/in"
	assert_match "^note: records were lost: the kernel's log was full and left out 1 message; "
}

@test "a last line that is cut short is told of" {
	{
		echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 63 0x7ffc0000)"
		printf '%s' 'type=SECCOMP msg=audit(1700000000.123:457): pid=1 comm="a" exe="/a" sig=0 arch=c000003e sysc'
	} >"$T/in"
	audit <"$T/in"
	assert_status 0
	assert_line "/a (a): 1 record"
	assert_match "^note: the last line has no end"
	audit </dev/null
	assert_status 0
	assert_line "No SECCOMP or LANDLOCK_ACCESS record in standard input."
	audit --comm b <"$T/in"
	assert_line "No SECCOMP or LANDLOCK_ACCESS record that was asked for in standard input."
}

@test "who may read what is said" {
	install -m 600 -o root /dev/null "$T/secret"
	run as_user "$SBOX" audit "$T/secret"
	assert_status 125
	assert_match "belongs to root:root with mode 0600\\. As root: sudo sbox audit $T/secret\$"
	install -m 600 -o root /dev/null "$T/my secret"
	run as_user "$SBOX" audit "$T/my secret"
	assert_status 125
	assert_match "As root: sudo sbox audit FILE\$"
	run as_user "$SBOX" audit "$T/missing"
	assert_status 125
	run as_user "$SBOX" audit a b
	assert_status 2
}

@test "output that is lost is a failure" {
	echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 63 0x7ffc0000)" >"$T/in"
	run as_user bash -c '"$SBOX" audit "$T/in" >&-'
	assert_status 125
	assert_equal "$output" "sbox audit: write to standard output: Bad file descriptor"
	run as_user bash -c '"$SBOX" audit "$T/in" >/dev/full'
	assert_status 125
	assert_equal "$output" "sbox audit: write to standard output: No space left on device"
	run as_user bash -c '"$SBOX" audit --help >&-'
	assert_status 125
}

@test "in a terminal there are bars, as wide as it is" {
	echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 63 0x7ffc0000)" >"$T/in"
	run as_user COLUMNS=100 script -qec '"$SBOX" audit "$T/in"' /dev/null
	assert_match '█'
	run as_user COLUMNS=100 LC_ALL=C script -qec '"$SBOX" audit "$T/in"' /dev/null
	assert_match '####'
	# Below the table where it does not fit beside it, and nowhere where it fits neither.
	run as_user COLUMNS=70 script -qec '"$SBOX" audit "$T/in"' /dev/null
	assert_match '^  uname +1  log .*[0-9]\s*$'
	assert_match '^  uname +█+\s*$'
	run as_user COLUMNS=16 script -qec '"$SBOX" audit "$T/in"' /dev/null
	refute_match '█'
}

@test "the bars are there with a profile's verdicts too" {
	web=$(profile web.ini <<-END
		[seccomp]
		deny = uname:EIO
	END
	)
	echo "type=SECCOMP msg=audit(1700000000.123:456): $(fields '"a"' '"/a"' 63 0x7ffc0000)" >"$T/in"
	run as_user COLUMNS=300 web="$web" script -qec '"$SBOX" audit --profile "$web" "$T/in"' /dev/null
	assert_match "^  uname .*█+  denied EIO by $web:2"
	run as_user COLUMNS=80 web="$web" script -qec '"$SBOX" audit --profile "$web" "$T/in"' /dev/null
	assert_match "^  uname .*[0-9]  denied EIO by $web:2"
	assert_match '^  uname +█+\s*$'
}
