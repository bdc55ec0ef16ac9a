/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of logs, which hold names that any program can choose. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "learn/audit_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	_cleanup_audit_table_ struct audit_table table = {0};
	struct audit_line line;

	audit_line_parse(text, 1700000000, &line);
	switch (line.kind) {
	case AUDIT_LINE_RAW:
		/* A line of its own, stamped, whose fields are the input's. */
		ALWAYS(str_starts(line.raw, "type=SECCOMP msg=audit(") ||
		       str_starts(line.raw, "type=SYSCALL msg=audit(") ||
		       str_starts(line.raw, "type=UNKNOWN[142"));
		ALWAYS(!strchr(line.raw, '\n') || strchr(text, '\n'));
		ALWAYS(line.fields <= strlen(line.raw));
		ALWAYS(strstr(text, line.raw + line.fields));
		break;
	case AUDIT_LINE_INTERPRETED:
		ALWAYS(line.record.comm && strstr(text, line.record.comm));
		ALWAYS(!line.record.exe || strstr(text, line.record.exe));
		ALWAYS(line.record.has_nr != (line.record.call != NULL));
		audit_table_add(&table, &line.record);
		ALWAYS(table.count == 1 && table.programs[0].calls[0].count == 1);
		break;
	case AUDIT_LINE_LOSS:
		ALWAYS(line.loss < AUDIT_LOSS_KINDS);
		break;
	case AUDIT_LINE_OTHER:
		ALWAYS(!line.raw && !line.record.comm);
		break;
	}
	audit_line_clear(&line);
	ALWAYS(!line.raw);
	return 0;
}
