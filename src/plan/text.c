/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A step in words. */
#include "base/str.h"
#include "base/sys.h"
#include "plan/plan.h"

static void add_flags(struct str *text, const struct step *step)
{
	if (step->attr & MOUNT_ATTR_RDONLY)
		str_add(text, ", read-only");
	else if (step->kind == STEP_BIND)
		str_add(text, ", writable");
	if (step->attr & MOUNT_ATTR_NOEXEC)
		str_add(text, ", noexec");
	if (step->kind == STEP_BIND && !(step->attr & MOUNT_ATTR_NODEV))
		str_add(text, ", devices");
	if (step->guarded)
		str_add(text, " (protects sbox's own files)");
}

char *step_text(const struct step *step)
{
	struct str text = {0};

	switch (step->kind) {
	case STEP_DIR:
		str_addf(&text, "directory %s", step->dest);
		break;
	case STEP_SYMLINK:
		str_addf(&text, "symlink %s -> %s", step->dest, step->data);
		break;
	case STEP_FILE:
		str_addf(&text, "file %s (%zu byte%s)", step->dest, step->len,
			 step->len == 1 ? "" : "s");
		break;
	case STEP_BIND:
		if (streq(step->source, step->dest))
			str_addf(&text, "bind %s", step->dest);
		else
			str_addf(&text, "bind %s on %s", step->source, step->dest);
		break;
	case STEP_TMPFS:
		str_addf(&text, "tmpfs %s, mode %04o", step->dest, (unsigned)step->mode);
		if (step->size)
			str_addf(&text, ", at most %llu MiB",
				 (unsigned long long)(step->size + (1 << 20) - 1) >> 20);
		break;
	case STEP_PROC:
		str_addf(&text, "procfs %s%s", step->dest,
			 step->pid_only ? ", processes only" : "");
		break;
	case STEP_SYSFS:
		str_addf(&text, "sysfs %s", step->dest);
		break;
	case STEP_DEVPTS:
		str_addf(&text, "devpts %s", step->dest);
		break;
	case STEP_HIDE:
		str_addf(&text, "hide %s", step->dest);
		break;
	case STEP_READONLY:
		str_addf(&text, "read-only %s", step->dest);
		break;
	case STEP_OVERLAY:
		str_addf(&text, "overlay %s", step->source);
		if (!streq(step->source, step->dest))
			str_addf(&text, " on %s", step->dest);
		if (step->upper)
			str_addf(&text, ", changes in %s", step->upper);
		else
			str_add(&text, ", changes in memory");
		break;
	case STEP_NOEXEC:
		str_addf(&text, "cover %s", step->dest);
		break;
	case STEP_KIND_COUNT:
		break;
	}
	add_flags(&text, step);
	return str_steal(&text);
}
