# SPDX-License-Identifier: LGPL-2.1-or-later
# ELF files of an attacker's in closure, and what the helper that reads them can still do.

load common

setup() {
	common_setup
	HELPER=$SBOX_PREFIX/libexec/sbox/sbox-closure
	[ -x "$HELPER" ] || skip "sbox was built without libelf"
	CORPUS=$SBOX_SOURCE/tests/fuzz/corpus/closure
	WAITING=
}

teardown() {
	[ -z "$WAITING" ] || kill "$WAITING" 2>/dev/null || true
	common_teardown
}

# helper_waits: its number is then that of the helper's process.
helper_waits() {
	WAITING=$(pgrep -u "$TEST_UID" -x sbox-closure) && grep -q 'State:.*sleeping' "/proc/$WAITING/status"
}

@test "the helper has a filter, no new privileges and limits of resources" {
	# More names than a pipe has room for: it waits for a reader, who doesn't come.
	as_user sh -c 'mkdir "$T/many" && cd "$T/many" && seq -f a-file-with-a-long-name-%g 1500 | xargs touch
		mkfifo "$T/fifo"'
	exec 5<>"$T/fifo"
	as_user bash -c '"$0" "$T"/many/* >"$T/fifo"' "$HELPER" 3>&- 5>&- &
	wait_for 60 helper_waits
	run cat "/proc/$WAITING/status" "/proc/$WAITING/limits"
	exec 5>&-
	assert_match '^Seccomp:.2$'
	assert_match '^Seccomp_filters:.1$'
	assert_match '^NoNewPrivs:.1$'
	assert_match '^Max cpu time +20 +21 '
	assert_match '^Max core file size +0 +0 '
}

@test "the filter is there before the helper that sbox starts opens a file" {
	local helper filter open
	need strace
	# Nobody looks for leaks in a traced process.
	run as_user ASAN_OPTIONS=detect_leaks=0 strace -f --seccomp-bpf -qq -s 256 -e trace=execve,seccomp,openat \
		-o "$T/trace" "$SBOX" explain -o filesystem.base=none -o filesystem.closure=/usr/bin/env -- \
		/usr/bin/env
	assert_status 0
	helper=$(sed -nE 's,^([0-9]+) +execve\("[^"]*/sbox-closure".*,\1,p' "$T/trace" | head -n 1)
	[ -n "$helper" ] || fail "no helper was executed"
	run grep "^$helper " "$T/trace"
	filter=$(grep -nE 'seccomp\(SECCOMP_SET_MODE_FILTER, .*len=.* = 0$' <<<"$output" | cut -d: -f1)
	open=$(grep -nF '"/etc/ld.so.cache"' <<<"$output" | tail -n 1 | cut -d: -f1)
	[ -n "$filter" ] && [ "$filter" -lt "$open" ] || fail "filter at $filter, first open at $open"
	open=$(grep -nF '"/usr/bin/env"' <<<"$output" | grep openat | head -n 1 | cut -d: -f1)
	[ -n "$open" ] && [ "$filter" -lt "$open" ] || fail "filter at $filter, open at $open"
	# The only program that it executed is itself.
	assert_equal "$(grep -c execve <<<"$output")" 1
}

@test "code in the helper's parser can execute, write, connect, map and signal nothing" {
	local call
	need gcc
	# What is to stand for that code: it runs where libelf would look at the first file.
	as_user sh -c 'cd "$T" && cat >hostile.c && gcc -shared -fPIC -o hostile.so hostile.c' <<-'END'
		#define _GNU_SOURCE
		#include <errno.h>
		#include <fcntl.h>
		#include <signal.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <sys/ioctl.h>
		#include <sys/mman.h>
		#include <sys/socket.h>
		#include <sys/stat.h>
		#include <sys/syscall.h>
		#include <unistd.h>

		#define TRY(name, ...) \
			do { \
				long got = syscall(SYS_##name, ##__VA_ARGS__); \
				fprintf(stderr, #name " %d\n", got < 0 ? errno : 0); \
			} while (0)

		void *elf_begin(int fd, int command, void *ref)
		{
			static char *const words[] = {"/usr/bin/id", NULL};
			void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			char byte;

			fprintf(stderr, "page %d\n", page != MAP_FAILED);
			fprintf(stderr, "read %d\n", (int)pread(fd, &byte, 1, 0));
			TRY(openat, AT_FDCWD, "mine", O_RDWR);
			TRY(openat, AT_FDCWD, "mine", O_WRONLY);
			TRY(openat, AT_FDCWD, "mine", O_RDONLY | O_TRUNC);
			TRY(openat, AT_FDCWD, "new", O_RDONLY | O_CREAT, 0600);
			TRY(openat, AT_FDCWD, ".", O_TMPFILE | O_RDWR, 0600);
			TRY(open, "mine", O_WRONLY);
			TRY(openat2, AT_FDCWD, "mine", NULL, 0);
			TRY(creat, "new", 0600);
			TRY(unlink, "mine");
			TRY(rename, "mine", "new");
			TRY(symlink, "mine", "new");
			TRY(mkdir, "new", 0700);
			TRY(chmod, "mine", 0777);
			TRY(truncate, "mine", 0);
			TRY(write, 7, "x", 1);
			TRY(ioctl, 0, TIOCSTI, "x");
			TRY(memfd_create, "x", 0);
			TRY(mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			TRY(mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
			TRY(mprotect, page, 4096, PROT_READ | PROT_EXEC);
			TRY(socket, AF_INET, SOCK_STREAM, 0);
			TRY(socket, AF_UNIX, SOCK_STREAM, 0);
			TRY(kill, getppid(), 0);
			TRY(ptrace, 16, getppid(), 0, 0);
			TRY(unshare, 0x10000000);
			TRY(prctl, 22, 0, 0, 0, 0);
			TRY(io_uring_setup, 1, NULL);
			TRY(bpf, 0, NULL, 0);
			TRY(clone, SIGCHLD, 0, 0, 0, 0);
			TRY(execve, words[0], words, NULL);
			_exit(0);
		}
	END
	as_user sh -c 'echo text >"$T/mine"'
	run as_user LD_PRELOAD="$T/hostile.so" ASAN_OPTIONS=verify_asan_link_order=0 "$HELPER" /usr/bin/env
	assert_status 0
	# Reading is its work, and memory for that.
	assert_line "page 1"
	assert_line "read 1"
	for call in openat open openat2 creat unlink rename symlink mkdir chmod truncate write ioctl \
		memfd_create mmap mprotect socket kill ptrace unshare prctl io_uring_setup bpf clone execve; do
		assert_line "$call 38" # ENOSYS
	done
	assert_equal "$(grep -vcE '^(page|read) ' <<<"$output")" 30
	assert_equal "$(grep -c ' 38$' <<<"$output")" 30
	refute_match '^uid='
	assert_equal "$(cat "$T/mine")" text
	[ ! -e "$T/new" ]
}

# patched OFFSET BYTES: $T/hostile, an ELF file for this system's linker with these bytes instead.
patched() {
	as_user sh -c 'cp "$1" "$T/hostile" && chmod 755 "$T/hostile" &&
		printf "$3" | dd of="$T/hostile" bs=1 seek="$2" conv=notrunc status=none' \
		sh "$CORPUS/elf64" "$1" "$2"
}

@test "a hostile ELF file is refused in one sentence, and nothing is started" {
	local row file what='\377\377\377\377\377\377\377\377' large='\360\377\377\377\377\377\377\177'
	local rows=(
		"0|\177|liba.so, which .* needs, is not there" # as it is: what is hostile is below
		"4|\3|a header cut short or of an unknown kind"
		"6|\0|a header cut short or of an unknown kind|malformed"
		"32|$what|a program header lies outside"
		"32|$large|a program header lies outside"
		"54|\0|program headers of an unknown size"
		"54|\377|program headers of an unknown size"
		"56|\0|no program headers"
		"56|\377\377|too many program headers"
		"56|\0\20|a program header lies outside"
		"80|$what|the dynamic section isn't loaded"
		"96|$what|liba.so, which|malformed ELF"
		"72|$large|dynamic section"
		"136|$what|the dynamic section isn't loaded"
		"152|$what|liba.so, which|malformed ELF"
		"184|$large|the interpreter's path lies outside"
		"208|$what|the interpreter's path is too short or too long"
		"208|\1|the interpreter's path is too short or too long"
		"208|\2|a string has no end"
		"232|relative|its interpreter .* is not an absolute path"
		"304|$large|a string lies outside of its table"
		"304|\41\0|a string has no end|needs, is not there"
		"352|$large|the string table isn't loaded"
		"368|$large|the string table is too long"
		"376|\1|the dynamic section has no end|lies outside|is too long"
	)
	for row in "${rows[@]}"; do
		IFS='|' read -r offset bytes message <<<"$row"
		patched "$offset" "$bytes"
		file=$(profile hostile.ini <<-END
			[filesystem]
			closure = /bin/sh
			closure = $T/hostile
		END
		)
		sbox --profile "$file" -- /bin/sh -c 'echo started'
		[ "$status" -eq 125 ] || fail "$row"
		assert_match "^sbox: $file:3: closure: .*($message)"
		assert_equal "$(wc -l <<<"$output")" 1
		refute_line started
	done
}

@test "thousands of damaged ELF files in one directory: each is left out or searched for, none ends the helper" {
	local count
	need python3
	as_user mkdir "$T/damaged"
	# Each byte that means something set to each of three values; each length.
	as_user python3 - "$T/damaged" "$CORPUS/elf64" "$CORPUS/elf32" <<-'END'
		import sys
		out, count = sys.argv[1], 0
		for path in sys.argv[2:]:
		    good = open(path, 'rb').read()
		    bad = [good[:length] for length in range(len(good))]
		    for at in range(4, len(good)):
		        for value in (0, 0x7f, 0xff):
		            if good[at] != value:
		                bad.append(good[:at] + bytes([value]) + good[at + 1:])
		    for at in range(16, len(good) - 8, 4):
		        bad.append(good[:at] + b'\xff' * 8 + good[at + 8:])
		    for data in bad:
		        count += 1
		        open(f'{out}/{count}', 'wb').write(data)
	END
	count=$(ls "$T/damaged" | wc -l)
	[ "$count" -gt 1500 ]
	run as_user "$SBOX" explain --closure -o filesystem.base=none -o "filesystem.closure=$T/damaged"
	assert_status 0
	[ "$(grep -c 'malformed ELF' <<<"$output")" -gt 200 ] || fail "too few are malformed"
	sbox -o filesystem.base=none -o "filesystem.closure=$T/damaged /bin/true" -- /bin/true
	assert_status 0
	assert_equal "$output" ""
}

@test "what a hostile ELF file names neither reaches the terminal as it is nor forges a line of explain" {
	local form
	need python3
	as_user mkdir "$T/hostile"
	as_user python3 - "$T/hostile" "$CORPUS/elf64" <<-'END'
		import sys
		good = open(sys.argv[2], 'rb').read()
		for number, name in enumerate((b'\x1b]0;xy\n', b'\n  A->B', b'\xc2\x9b31mxy')):
		    data = good.replace(b'liba.so', name)
		    assert data != good and len(data) == len(good)
		    open(f'{sys.argv[1]}/{number}', 'wb').write(data)
		open(sys.argv[1].encode() + b'/\x1b[1m\n  FORGED', 'wb').write(good[:100])
	END
	for form in text json; do
		sbox explain --closure --as $form -o filesystem.base=none -o "filesystem.closure=$T/hostile"
		assert_status 0
		refute_match $'\033|\302\233'
		refute_match '^ +FORGED|^ +A->B'
		assert_match FORGED
		assert_match 'A->B'
	done
}
