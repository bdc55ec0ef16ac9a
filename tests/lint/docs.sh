#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Compares the tables of keys, options, verbs and groups with the manuals, as TAP: what is in one and
# not in the other.
set -u
export LC_ALL=C
cd "${srcdir:-$(dirname "$0")/../..}" || exit 1

count=0

# same NAME TABLE MANUAL: passes when the commands TABLE and MANUAL print the same set of words, which
# is not empty.
same() {
	local code manual missing unknown
	code=$("$2" | sort)
	manual=$("$3" | sort -u) # a key of two forms has two entries
	missing=$(comm -23 <(echo "$code") <(echo "$manual"))
	unknown=$(comm -13 <(echo "$code") <(echo "$manual"))
	count=$((count + 1))
	if [ -n "$code" ] && [ -z "$missing$unknown" ]; then
		echo "ok $count - $1"
		return
	fi
	echo "not ok $count - $1"
	[ -n "$code" ] || echo "# nothing was found in the source"
	[ -z "$missing" ] || sed 's/^/# not in the manual: /' <<<"$missing"
	[ -z "$unknown" ] || sed 's/^/# not in the source: /' <<<"$unknown"
}

# KEY(ID, "section", "name", ...
keys() {
	sed -nE 's/^KEY\([A-Z0-9_]+, "([a-z0-9-]+)", "([a-z0-9-]+)",.*/\1.\2/p' src/profile/schema.def
}

# ".It Cm name No = ..." below ".Sh [section]"
keys_in_manual() {
	sed -nE '/^\.Sh /{s/^\.Sh \[([a-z]+)\]$/\1./;h;}
		/^\.It Cm [a-z0-9-]+ No =/{s/^\.It Cm ([a-z0-9-]+) .*/\1/;H;x;s/\n(.*)/\1/p;s/\..*/./;x;}' \
		man/sbox-profile.5
}

# CLOSURE_SET("name",
closure_sets() {
	sed -nE 's/^CLOSURE_SET\("([a-z-]+)",$/@\1/p' src/profile/closure_sets.def
}

closure_sets_in_manual() {
	sed -nE 's/^\.It Cm (@[a-z-]+)$/\1/p' man/sbox-profile.5
}

groups() {
	sed -nE 's/^GROUP\("(@[a-z-]+)",$/\1/p' src/sysname/groups.def
}

groups_in_manual() {
	sed -nE 's/^\.It Li (@[a-z-]+) Ta .*/\1/p' man/sbox-profile.5
}

# {"--name", "-n" or NULL, ...: "--name" or "--name -n"
options() {
	sed -nE 's/^\t\{"(--[a-z-]+)", (NULL|"(-[a-zA-Z])"),.*/\1 \3/p' src/cmd/options.c | sed 's/ $//'
}

# ".It Fl n , Fl -name ..." or ".It Fl -name ..."
options_in_manual() {
	sed -nE -e 's/^\.It Fl ([a-zA-Z]) , Fl (-[a-z-]+).*/-\2 -\1/p' \
		-e 's/^\.It Fl (-[a-z-]+).*/-\1/p' man/sbox.1
}

# {"name", "arguments", cmd_name, ...: the row may go on in the next line
verbs() {
	sed -nE 's/^\t\{"([a-z-]+)", "[^"]*", cmd_.*/\1/p' src/cmd/dispatch.c
}

verbs_in_manual() {
	sed -nE '/^\.Sh VERBS/,/^\.Sh WHAT/s/^\.It Cm ([a-z-]+).*/\1/p' man/sbox.1
}

# {"name", required_argument, NULL, 'n'},
netns_options() {
	sed -nE "s/^\t\{\"([a-z-]+)\", [a-z]+_argument, NULL, '([a-zA-Z])'\},/--\1 -\2/p" \
		src/netns/options.c
}

# ".BR \-n ", " \-\-name ..."
netns_options_in_manual() {
	sed -nE '/^\.SH OPTIONS/,/^\.SH CONF/s/^\.BR \\-([a-zA-Z]) ", " \\-\\-([a-z]+).*/--\2 -\1/p' \
		man/sbox-netns.8
}

audit_options() {
	sed -nE "s/^\t\{\"([a-z-]+)\", [a-z]+_argument, NULL, '([a-zA-Z])'\},/--\1 -\2/p" \
		src/learn/audit_options.c
}

audit_options_in_manual() {
	sed -nE 's/^\.It Fl ([a-zA-Z]) , Fl (-[a-z-]+).*/-\2 -\1/p' man/sbox-audit.1
}

# BWRAP("--name", "ARGS", handler, flag, "key", ...: "--name: key"
bwrap_options() {
	sed -nE 's/^BWRAP\("(--[a-z0-9-]+)", "[^"]*", [a-z_]+, [A-Za-z0-9_| ]+, "([^"]*)",.*/\1: \2/p' \
		src/import/bwrap.def
}

# ".It Fl -name Ar ARGS No = Cm key" or "... No = no key"
bwrap_options_in_manual() {
	sed -nE '/^\.Sh WHAT BECOMES/,/^\.Sh WHAT IS/{
		s/ No = Cm / No = /
		s/ , /, /g
		s/^\.It Fl (-[a-z0-9-]+)( Ar [A-Z ]+)? No = (.*)/-\1: \3/p
	}' man/sbox-import.1
}

# The keys that stand in the table of bubblewrap's options, each of them one of the schema's.
bwrap_keys() {
	bwrap_options | sed 's/^[^:]*: //' | tr , '\n' | tr -d ' ' | grep -F . | sort -u
}

known_bwrap_keys() {
	grep -xFf <(keys) <(bwrap_keys)
}

same "each key has its entry in sbox-profile(5)" keys keys_in_manual
same "each set of a closure has its entry in sbox-profile(5)" closure_sets closure_sets_in_manual
same "each group has its entry in sbox-profile(5)" groups groups_in_manual
same "each option has its entry in sbox(1)" options options_in_manual
same "each verb has its entry in sbox(1)" verbs verbs_in_manual
same "each option of sbox netns has its entry in sbox-netns(8)" netns_options netns_options_in_manual
same "each option of sbox audit has its entry in sbox-audit(1)" audit_options audit_options_in_manual
same "each option of bubblewrap has its entry, with its keys, in sbox-import(1)" bwrap_options \
	bwrap_options_in_manual
same "the keys that bubblewrap's options become exist" bwrap_keys known_bwrap_keys

echo "1..$count"
