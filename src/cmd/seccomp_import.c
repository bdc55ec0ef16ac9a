/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox seccomp import: a seccomp file of Docker's as lines of a profile. */
#include <stdio.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "export/lines.h"
#include "plan/build_filter.h"
#include "profile/docker.h"

static const char usage[] = "usage: sbox seccomp import FILE";

/* The file alone: neither a profile's lines nor the baseline. */
static char *lines_of(struct docker *docker, struct err **err)
{
	struct value value = {.import = docker};
	const struct seccomp_keys keys = {
		.import = {&value, 1},
		.kernel = host_running_kernel(),
	};
	struct arena *arena = arena_new();
	struct filter_spec spec;
	char *text = NULL;

	if (seccomp_build_filter(arena, &keys, &spec, err) == 0) {
		text = filter_to_lines(&spec, err);
		if (text && *spec.imports[0].unknown)
			log_note("%s: left out, for neither libseccomp nor sbox knows them: %s",
				 docker->path, spec.imports[0].unknown);
	}
	arena_free(arena);
	return text;
}

int cmd_seccomp_import(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	_cleanup_strv_ struct strv mistakes = {0};
	_cleanup_docker_ struct docker *docker = NULL;
	_cleanup_free_ char *text = NULL;

	if (options_parse(argv, SCOPE_OTHER, &options, err) < 0)
		return -1;
	if (options.help) {
		printf("%s\n\nPrints the [seccomp] section that comes to the same as a seccomp "
		       "profile of Docker, Podman or\nan OCI runtime, on this machine and without "
		       "the baseline.\n\n",
		       usage);
		options_print(SCOPE_OTHER);
		return 0;
	}
	if (!options.rest[0] || options.rest[1])
		return err_set_code(err, EXIT_USAGE, 0, "%s", usage);
	docker = docker_load(options.rest[0], &mistakes);
	for (size_t i = 0; i < mistakes.count; i++)
		log_error("%s", mistakes.items[i]);
	if (!docker)
		return err_set_code(err, EXIT_PROFILE, 0, "%zu mistake%s in %s", mistakes.count,
				    mistakes.count == 1 ? "" : "s", options.rest[0]);
	text = lines_of(docker, err);
	if (!text)
		return -1;
	fputs(text, stdout);
	return 0;
}
