/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/visible.h"

#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/str.h"

struct places {
	const char **dests; /* sorted */
	size_t count;
};

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_covered(const struct places *places, const char *path)
{
	return bsearch(&path, places->dests, places->count, sizeof(*places->dests), compare);
}

static bool is_kernels(const char *dest)
{
	return path_below(dest, "/proc") || path_below(dest, "/sys") || path_below(dest, "/dev");
}

/* In a directory that is bound; what another step covers counts there, if at all. */
static size_t in_directory(const struct step *step, const struct places *places)
{
	_cleanup_free_ char *root = xstrdup(step->real);
	char *roots[2] = {root, NULL};
	size_t skip = streq(root, "/") ? 0 : strlen(root), count = 0;
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *entry;

	while (tree && (entry = fts_read(tree))) {
		_cleanup_free_ char *inside = NULL;

		if (entry->fts_level == 0 || entry->fts_info == FTS_DP)
			continue;
		inside = xasprintf("%s%s", streq(step->dest, "/") ? "" : step->dest,
				   entry->fts_path + skip);
		if (is_covered(places, inside))
			fts_set(tree, entry, FTS_SKIP);
		else if (entry->fts_info != FTS_D && entry->fts_info != FTS_DNR &&
			 entry->fts_info != FTS_ERR && entry->fts_info != FTS_NS)
			count++;
	}
	if (tree)
		fts_close(tree);
	return count;
}

size_t visible_files(const struct plan *plan)
{
	struct places places = {NULL, 0};
	size_t count = 0;

	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].kind != STEP_DIR)
			*array_grow(&places.dests, &places.count) = plan->steps[i].dest;
	if (places.count)
		qsort(places.dests, places.count, sizeof(*places.dests), compare);
	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (is_kernels(step->dest))
			continue;
		if (step->kind == STEP_FILE || step->kind == STEP_SYMLINK ||
		    (step_shows_host(step) && step->id.type != S_IFDIR))
			count++;
		else if (step_shows_host(step))
			count += in_directory(step, &places);
	}
	free(places.dests);
	return count;
}
