# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs that are shown with what they are loaded from alone.

load common

setup() {
	common_setup
	SERVER=
}

teardown() {
	[ -z "$SERVER" ] || end_server "$SERVER"
	common_teardown
}

# alone CLOSURE [SBOX-OPTION...] -- COMMAND...: in a root that holds nothing else.
alone() {
	local closure=$1
	shift
	sbox -o filesystem.base=none -o "filesystem.closure=$closure" "$@"
}

# counts CLOSURE: $few and $many, the visible files that explain prints.
counts() {
	run as_user "$SBOX" explain --closure -o filesystem.base=none -o "filesystem.closure=$1"
	assert_status 0
	few=$(sed -nE 's/^  ([0-9]+); with base = minimal and without closure ([0-9]+)$/\1/p' <<<"$output")
	many=$(sed -nE 's/^  ([0-9]+); with base = minimal and without closure ([0-9]+)$/\2/p' <<<"$output")
	[ "$few" -gt 0 ] && [ "$many" -gt "$few" ] || fail "visible files: $few, $many"
}

# serve COMMAND...: a server as the test user, until the test's end.
serve() {
	patience=300 as_user "$@" 3>&- &
	SERVER=$!
}

@test "curl over https, with the certificates of a set" {
	local set='/usr/bin/curl @nss @ca-certificates @openssl'
	need curl
	need openssl
	as_user mkdir "$T/www"
	as_user sh -c 'cd "$T/www" && echo page >index.html &&
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
			-subj /CN=localhost -addext subjectAltName=DNS:localhost \
			-keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null'
	serve sh -c "cd $T/www && exec openssl s_server -quiet -accept 127.0.0.1:8443 -WWW \
		-cert $T/cert.pem -key $T/key.pem"
	wait_for 20 as_user curl -sf --cacert "$T/cert.pem" -o "$T/page" https://localhost:8443/index.html
	alone "$set $T/cert.pem" -o network.mode=host -- \
		/usr/bin/curl -sS --cacert "$T/cert.pem" https://localhost:8443/index.html
	assert_status 0
	assert_line page
	# The set's certificates are read, and that one isn't among them.
	alone "$set" -o network.mode=host -- /usr/bin/curl -sS https://localhost:8443/index.html
	assert_status 60
	assert_match 'self-signed certificate'
	# What lies beside isn't there, for curl itself.
	alone "$set" -- /usr/bin/curl -sS "file://$T/key.pem" file:///usr/bin/env file:///etc/hostname
	assert_status 37
	assert_equal "$(grep -c "Couldn't open file" <<<"$output")" 3
	counts "$set"
	[ "$few" -lt 1000 ]
}

@test "python3 with its modules" {
	local library
	need python3
	library=$(python3 -c 'import os; print(os.path.dirname(os.__file__))')
	alone "/usr/bin/python3 $library" -- /usr/bin/python3 -c "
import ctypes, hashlib, json, os, sqlite3, ssl
print('loaded', hashlib.sha256(b'').hexdigest()[:8], sqlite3.connect(':memory:').execute('select 6*7').fetchone())
print('root', sorted(os.listdir('/')))
print('bin', os.listdir('/usr/bin'))
print('canary', os.path.exists('/usr/bin/env'), os.path.exists('/etc/passwd'))
try:
    open('/usr/bin/new', 'w')
except OSError as error:
    print('new', error.errno)"
	assert_status 0
	assert_line "loaded e3b0c442 (42,)"
	assert_match "^bin \[[^,]*(, [^,]*)?\]$"
	assert_line "canary False False"
	refute_match "^root .*'(home|var|opt|srv|root)'"
	assert_match '^new [0-9]+$'
	counts "/usr/bin/python3 $library"
}

@test "git makes a repository" {
	need git
	as_user mkdir "$T/repository"
	alone "/usr/bin/git /usr/bin/env @nss @locale" --rw "$T/repository" \
		-o "exec.workdir=$T/repository" -- /usr/bin/git init -q .
	assert_status 0
	as_user sh -c 'echo text >"$T/repository/file"'
	alone "/usr/bin/git @nss" --rw "$T/repository" -o "exec.workdir=$T/repository" -- \
		/usr/bin/git -c alias.a='!x' add file
	assert_status 0
	alone "/usr/bin/git @nss" --rw "$T/repository" -o "exec.workdir=$T/repository" -- \
		/usr/bin/git -c user.name=n -c user.email=e@example.org commit -qm first
	assert_status 0
	assert_equal "$(as_user git -C "$T/repository" log --format=%an:%s)" n:first
	counts "/usr/bin/git @nss"
	[ "$few" -lt 100 ]
}

@test "openssl" {
	need openssl
	alone "/usr/bin/openssl @openssl" -- /usr/bin/openssl dgst -sha256 /usr/bin/openssl
	assert_status 0
	assert_match "= $(sha256sum </usr/bin/openssl | cut -d' ' -f1)$"
	alone "/usr/bin/openssl @openssl" -- /usr/bin/openssl dgst -sha256 /etc/hostname
	assert_match 'No such file'
	counts "/usr/bin/openssl @openssl"
	[ "$few" -lt 100 ]
}

@test "nginx in another tree serves pages" {
	local nginx=${SBOX_SERVERS:-}/usr/sbin/nginx
	need curl
	[ -x "$nginx" ] || skip "nginx is missing (SBOX_SERVERS)"
	as_user mkdir "$T/www" "$T/state"
	as_user sh -c 'echo page >"$T/www/index.html"; echo canary >"$T/canary"
		ln -s ../canary "$T/www/canary"'
	cat >"$T/nginx.conf" <<-END
		daemon off;
		pid $T/state/pid;
		error_log $T/state/error.log;
		events { worker_connections 32; }
		http {
			access_log off;
			client_body_temp_path $T/state/1;
			proxy_temp_path $T/state/2;
			fastcgi_temp_path $T/state/3;
			uwsgi_temp_path $T/state/4;
			scgi_temp_path $T/state/5;
			server { listen 127.0.0.1:8089; root $T/www; }
		}
	END
	serve "$SBOX" -o filesystem.base=none -o "filesystem.closure=$nginx $T/nginx.conf @nss" \
		-o network.mode=host --ro "$T/www" --rw "$T/state" -- "$nginx" -c "$T/nginx.conf"
	wait_for 20 curl -sf -o "$T/page" http://127.0.0.1:8089/
	assert_equal "$(cat "$T/page")" page
	run curl -sf http://127.0.0.1:8089/canary
	[ "$status" -ne 0 ]
	counts "$nginx"
}

# The sets: each program does without what no set brings, and with the set what it does on the host.

@test "@gconv: iconv finds glibc's modules" {
	need iconv
	as_user sh -c "printf 'gr\\374\\337e\\n' >\"\$T/text\""
	alone /usr/bin/iconv --ro "$T/text" -- /usr/bin/iconv -f ISO-8859-1 -t UTF-8 "$T/text"
	assert_status 1
	assert_match 'iconv: .*No such file'
	alone '/usr/bin/iconv @gconv' --ro "$T/text" -- /usr/bin/iconv -f ISO-8859-1 -t UTF-8 "$T/text"
	assert_status 0
	assert_equal "$output" 'grüße'
}

@test "@locale: setlocale(3) finds C.UTF-8, and gettext the words of another language" {
	local program=/usr/bin/locale
	alone $program -o environment.set=LC_ALL=C.UTF-8 -- $program charmap
	assert_match 'Cannot set LC_ALL'
	refute_line UTF-8
	alone "$program @locale" -o environment.set=LC_ALL=C.UTF-8 -- $program charmap
	assert_status 0
	assert_equal "$output" UTF-8
	[ -e /usr/share/locale/de/LC_MESSAGES/coreutils.mo ] || skip "needs the coreutils' translations"
	alone /usr/bin/ls -o environment.set=LC_ALL=C.UTF-8 -o environment.set=LANGUAGE=de -- /usr/bin/ls /none
	assert_match 'cannot access'
	alone '/usr/bin/ls @locale' -o environment.set=LC_ALL=C.UTF-8 -o environment.set=LANGUAGE=de -- \
		/usr/bin/ls /none
	assert_match 'Zugriff.*nicht möglich'
}

@test "@terminfo: tput knows the terminal" {
	local program=/usr/bin/tput
	need tput
	alone $program -o environment.set=TERM=xterm-256color -- $program colors
	assert_status 3
	assert_match 'unknown terminal'
	alone "$program @terminfo" -o environment.set=TERM=xterm-256color -- $program colors
	assert_status 0
	assert_equal "$output" 256
}

@test "@zoneinfo: date knows Berlin's time" {
	local program=/usr/bin/date
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || skip "needs tzdata"
	alone $program -o environment.set=TZ=Europe/Berlin -- $program -d @0 +%H:%M%z
	assert_equal "$output" 00:00+0000
	alone "$program @zoneinfo" -o environment.set=TZ=Europe/Berlin -- $program -d @0 +%H:%M%z
	assert_status 0
	assert_equal "$output" 01:00+0100
}

@test "@fonts: fontconfig finds the system's fonts" {
	local program=/usr/bin/fc-list fonts
	need fc-list
	fonts=$(as_user $program : file | sort)
	[ -n "$fonts" ] || skip "there are no fonts here"
	alone $program -- $program : file
	assert_match 'Cannot load default config'
	refute_match '^/'
	alone "$program @fonts" -- $program : file
	assert_status 0
	refute_match 'Cannot load default config'
	assert_equal "$(grep ^/ <<<"$output" | sort)" "$fonts"
}

@test "@mime: Python's mimetypes and GIO know a file's type" {
	local library gio ask_gio program=/usr/bin/python3
	local ask='import mimetypes; print(mimetypes.guess_type("a.flac")[0])'
	need python3
	[ -e /etc/mime.types ] || skip "needs media-types"
	library=$($program -c 'import os; print(os.path.dirname(os.__file__))')
	alone "$program $library" -- $program -c "$ask"
	assert_status 0
	assert_equal "$output" None
	alone "$program $library @mime" -- $program -c "$ask"
	assert_status 0
	assert_equal "$output" audio/flac

	gio=$(/sbin/ldconfig -p | sed -n 's/^.*libgio-2\.0\.so\.0 .* => //p' | head -n 1)
	[ -n "$gio" ] && [ -e /usr/share/mime/mime.cache ] || skip "needs GLib and shared-mime-info"
	ask_gio='import ctypes
gio = ctypes.CDLL("libgio-2.0.so.0")
gio.g_content_type_guess.restype = ctypes.c_char_p
print(gio.g_content_type_guess(b"a.flac", None, 0, None).decode())'
	alone "$program $library $gio" -- $program -c "$ask_gio"
	assert_status 0
	assert_equal "$output" application/octet-stream
	alone "$program $library $gio @mime" -- $program -c "$ask_gio"
	assert_status 0
	assert_equal "$output" audio/flac
}

@test "sh with base = minimal: /usr holds what is shown of it, and /etc is there" {
	sbox -o filesystem.closure=/bin/sh -- /bin/sh -c '
		echo "bin" /usr/bin/*; [ -e /etc/passwd ] && echo etc; [ -e /usr/share ] || echo bare'
	assert_status 0
	assert_match '^bin (/usr/bin/(sh|dash|bash) ?)+$'
	assert_line etc
	assert_line bare
	run -127 as_user "$SBOX" -o filesystem.closure=/bin/sh -- /usr/bin/env
}

@test "with base = minimal: what lies behind a link in /etc/alternatives" {
	[ "$(readlink /usr/bin/awk)" = /etc/alternatives/awk ] || skip "awk is no alternative here"
	sbox -o filesystem.closure=/usr/bin/awk -- /usr/bin/awk 'BEGIN { print 6 * 7 }'
	assert_status 0
	assert_line 42
	# The directory is the host's, with links that lead nowhere inside.
	sbox -o 'filesystem.closure=/usr/bin/awk /bin/sh' -- /bin/sh -c '
		for link in /etc/alternatives/*; do
			[ -e "$link" ] && echo "there ${link##*/}" || dangling=yes
		done
		echo "dangling $dangling"'
	assert_status 0
	assert_line "there awk"
	assert_line "dangling yes"
	sbox -o filesystem.closure=/usr/bin/awk -o filesystem.hide=/etc/alternatives -- /usr/bin/awk 1
	assert_refused 3 'contradicts'
}

@test "the manual's examples, with base = minimal" {
	local library
	need python3
	need git
	library=$(python3 -c 'import os; print(os.path.dirname(os.__file__))')
	sbox -o "filesystem.closure=/usr/bin/python3 $library" -- python3 -c '
import os, ssl
print("python", os.path.exists("/usr/bin/env"))'
	assert_status 0
	assert_line "python False"
	as_user mkdir "$T/repository"
	sbox -o 'filesystem.closure=/usr/bin/git /usr/lib/git-core /usr/share/git-core' \
		--rw "$T/repository" -o "exec.workdir=$T/repository" -- git init -q
	assert_status 0
	as_user test -f "$T/repository/.git/hooks/pre-commit.sample"
}

@test "scripts, with env in their first line" {
	as_user mkdir "$T/bin"
	as_user sh -c 'printf "#!/usr/bin/env -S sh -e\necho ran \$0\n" >"$T/bin/script"
		chmod +x "$T/bin/script"'
	alone "$T/bin/script" -- "$T/bin/script"
	assert_status 0
	assert_line "ran $T/bin/script"
}

# application COMPILER: $T/app, with a program that needs a library beside it and loads another one.
application() {
	as_user mkdir -p "$T/app/bin" "$T/app/lib"
	as_user CC="$1" sh -c 'cd "$T/app" && echo "int a(void) { return 40; }" >a.c
		$CC -shared -fPIC -Wl,-soname,liba.so -o lib/liba.so a.c
		echo "int p(void) { return 2; }" >p.c && $CC -shared -fPIC -o lib/plugin.so p.c
		cat >main.c <<-END
			#include <dlfcn.h>
			#include <stdio.h>
			#include <unistd.h>
			int a(void);
			int main(void)
			{
				void *plugin = dlopen("$T/app/lib/plugin.so", RTLD_NOW);
				int (*p)(void) = plugin ? dlsym(plugin, "p") : NULL;
				printf("%d canary %d\n", a() + (p ? p() : 0), access("$T/app/a.c", F_OK));
				return 0;
			}
		END
		$CC -o bin/main main.c lib/liba.so "-Wl,-rpath,\$ORIGIN/../lib" -ldl'
}

@test "RUNPATH, \$ORIGIN, dlopen and a library that is missing" {
	need gcc
	application gcc
	ln -s app/bin/main "$T/link"
	alone "$T/app/bin/main" -- "$T/app/bin/main"
	assert_line "40 canary -1"
	alone "$T/link $T/app/lib/plugin.so" -- "$T/link"
	assert_line "42 canary -1"
	rm "$T/app/lib/liba.so"
	local file
	file=$(profile missing.ini <<-END
		[filesystem]
		base = none
		closure = $T/app/bin/main
	END
	)
	sbox --profile "$file" -- "$T/app/bin/main"
	assert_refused 125 "^sbox: $file:3: closure: liba.so, which $T/app/bin/main needs, is not there"
	refute_match canary
}

@test "programs of musl" {
	local linker
	need musl-gcc
	as_user sh -c 'cd "$T" && cat >main.c <<-END
			#include <stdio.h>
			#include <unistd.h>
			int main(void)
			{
				return printf("musl %d %d\n", access("/usr/bin/env", F_OK),
					access("/usr/lib/x86_64-linux-gnu/libc.so.6", F_OK)) < 0;
			}
		END
		musl-gcc -o main main.c'
	linker=$(readelf -l "$T/main" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
	alone "$T/main" -- "$T/main"
	assert_status 0
	assert_line "musl -1 -1"
	run as_user "$SBOX" explain --closure -o filesystem.base=none "$T/main"
	assert_match "^  $T/main +--closure$"
	assert_match "^  $linker, for $T/main"
}

@test "explain --closure of a command that isn't there is 127, by its name and by its path" {
	local command
	for command in no-such-command /usr/bin/no-such-command /etc/passwd/x; do
		run -127 as_user "$SBOX" explain --closure "$command"
		assert_match "^sbox: --closure: $command"
	done
	run -2 as_user "$SBOX" explain --closure ./relative
}

@test "a program of musl with libraries of its own, and not those of glibc" {
	need musl-gcc
	application musl-gcc
	alone "$T/app/bin/main" -- "$T/app/bin/main"
	assert_line "40 canary -1"
	alone "$T/app/bin/main $T/app/lib/plugin.so" -- "$T/app/bin/main"
	assert_line "42 canary -1"
	run as_user "$SBOX" explain --closure -o filesystem.base=none \
		-o "filesystem.closure=$T/app/lib/plugin.so /bin/sh $T/app/bin/main"
	assert_match "/lib/liba\.so, for $T/app/bin/main"
	refute_match "for $T/app/lib/plugin\.so"
	alone "$T/app/lib/plugin.so $T/app/bin/main" -- "$T/app/bin/main"
	assert_line "42 canary -1"
	rm "$T/app/lib/liba.so"
	alone "$T/app/bin/main" -- "$T/app/bin/main"
	assert_refused 125 "closure: liba.so, which $T/app/bin/main needs, is not there"
}

@test "programs of 32 bits have libraries of 32 bits" {
	[ -e /lib/ld-linux.so.2 ] || skip "libc6-i386 is missing"
	local library
	# One of that package's own, to look at: what it needs is of its class.
	library=$(realpath /lib/ld-linux.so.2)
	library=$(dirname "$library")/libm.so.6
	alone "$SBOX_PROBE $library" --ro "$SBOX_PROBE:/probe" -- "$SBOX_PROBE" stat "$library"
	assert_match "^path=$library type=file"
	run as_user "$SBOX" explain --closure -o filesystem.base=none -o "filesystem.closure=$library"
	assert_match "^  .*/libc\.so\.6, for $library"
	refute_match "x86_64-linux-gnu"
}

@test "a name is shown by explain, as text and as JSON, and left out where the set says so" {
	need python3
	run as_user "$SBOX" explain --as json -o filesystem.base=none -o filesystem.closure=/bin/sh -- /bin/sh
	assert_status 0
	python3 -c 'import json, sys
plan = json.load(sys.stdin)
files = plan["closure"]["files"]
assert files[0]["path"] == "/bin/sh" and files[0]["via"] is None, files
assert any(f["via"] == "/bin/sh" and "libc.so" in f["path"] for f in files), files
assert all(f["place"] for f in files)' <<<"$output"
	run as_user "$SBOX" explain --closure --as json /bin/sh
	assert_status 0
	python3 -c 'import json, sys
closure = json.load(sys.stdin)["closure"]
assert 0 < closure["visible"] < closure["visible_minimal"], closure' <<<"$output"
	run as_user "$SBOX" explain --closure
	assert_status 2
}

@test "a program gets no file that it asks for and nobody named" {
	as_user sh -c 'echo "the words" >"$T/secret"; chmod 644 "$T/secret"
		printf "#!%s/secret\n" "$T" >"$T/thief"; chmod +x "$T/thief"
		mkdir "$T/dir"; ln -s ../secret "$T/dir/theft"'
	alone "$T/thief" -- "$T/thief"
	assert_refused 125 "closure: $T/thief: its interpreter $T/secret is neither an ELF file nor in /usr"
	alone "/usr/bin/cat $T/dir" -- /usr/bin/cat "$T/dir/theft"
	assert_match 'No such file'
	refute_match 'the words'
	run as_user "$SBOX" explain --closure -o filesystem.base=none -o "filesystem.closure=$T/dir"
	assert_match "^  $T/dir/theft, a link to $T/secret"
}

@test "what is no program is refused with the line, and nothing is started" {
	local file row
	as_user sh -c 'cd "$T" && head -c 100 /usr/bin/env >truncated
		head -c 20 /usr/bin/env >tiny
		cp /usr/bin/env huge && printf "\377\377\377\377\377\377\377\177" |
			dd of=huge bs=1 seek=32 conv=notrunc status=none
		cp /usr/bin/env sections && printf "\377\377\377\377\377\377\377\177" |
			dd of=sections bs=1 seek=40 conv=notrunc status=none
		printf "#!%s/loop\n" "$T" >loop; mkfifo fifo; cp /usr/bin/env secret; chmod +x *; chmod 0 secret'
	for row in "$T/truncated|malformed ELF: a program header lies outside of the file" \
		"$T/tiny|malformed ELF: a header cut short" \
		"$T/huge|malformed ELF: a program header lies outside of the file" \
		"$T/loop|too many scripts" "$T/fifo|is no regular file" \
		"$T/secret|Permission denied" "$T/gone|No such file" "/|the root itself" \
		"/dev/null|is no regular file"; do
		file=$(profile wrong.ini <<-END
			[filesystem]
			closure = /bin/sh
			closure = ${row%%|*}
		END
		)
		sbox --profile "$file" -- /bin/sh -c 'echo started'
		[ "$status" -eq 125 ] || [ "$status" -eq 3 ] || fail "$row"
		assert_match "^sbox: $file:3: .*(${row#*|})"
		assert_equal "$(wc -l <<<"$output")" 1
		refute_line started
	done
	# Sections are for debuggers: neither the kernel nor the linker reads them.
	alone "$T/sections" -- "$T/sections"
	assert_status 0
	file=$(profile wrong.ini <<-END
		[filesystem]
		base = host-ro
		closure = /bin/sh @nothing @ns
	END
	)
	sbox --profile "$file" -- /bin/sh
	assert_status 3
	assert_match "^sbox: $file:3: .*\"@nothing\": there is no such set"
	assert_match "^sbox: $file:3: .*did you mean @nss"
}

@test "a set-user-ID program is shown without that power" {
	install -m 4755 /usr/bin/id "$T/id"
	alone "$T/id" -- "$T/id" -u
	assert_status 0
	assert_line "$TEST_UID"
}

@test "the launcher has no libelf" {
	need readelf
	run readelf -d "$SBOX"
	assert_status 0
	refute_match libelf
}
