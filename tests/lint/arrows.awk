# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads C files under src/ (relative paths as arguments) and prints each #include "room/..." that
# its room may not use. The table is the architecture's: who may know whom.
BEGIN {
	may["base"] = "base"
	may["sysname"] = "sysname base"
	may["profile"] = "profile base sysname"
	may["plan"] = "plan base sysname"
	may["seccomp"] = "seccomp base sysname plan"
	may["sandbox"] = "sandbox base plan"
	may["netns"] = "netns base profile"
	may["state"] = "state base"
	may["closure"] = "closure base"
	may["learn"] = "learn base sysname profile"
	may["why"] = "why base sysname plan seccomp learn"
	may["import"] = "import base sysname profile"
	may["export"] = "export plan base sysname seccomp"
	may["cmd"] = "*"
	may["main.c"] = "cmd base"
}

FNR == 1 {
	split(FILENAME, part, "/")
	room = part[2]
	allowed = may[room]
	if (allowed == "")
		print FILENAME ": the room \"" room "\" is not in the table of rooms"
	# Only the code that turns a profile into a plan sees profiles.
	if (FILENAME ~ /^src\/plan\/build[^\/]*\.[ch]$/)
		allowed = allowed " profile"
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	target = quoted[2]
	if (target == "config.h")
		next
	if (target !~ /\//) {
		print FILENAME ":" FNR ": include \"" target "\" by its path from src/"
		next
	}
	split(target, part, "/")
	if (allowed != "*" && index(" " allowed " ", " " part[1] " ") == 0)
		print FILENAME ":" FNR ": " room " may not include \"" target "\""
	if (room != "cmd" && part[1] == "cmd" && room != "main.c")
		print FILENAME ":" FNR ": nobody includes cmd"
}
