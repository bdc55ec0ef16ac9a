/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A seccomp file of Docker's: it is read, or there is a mistake; what was read makes a filter. */
#include "fuzz/fuzz.h"

#include "plan/build_filter.h"
#include "profile/docker.h"
#include "seccomp/compile.h"

static void compile(struct docker *docker)
{
	struct value value = {.loc = {"fuzz", 1}, .import = docker};
	const struct seccomp_keys keys = {.import = {&value, 1}, .kernel = {6, 1}};
	struct filter_programs programs = {0};
	struct arena *arena = arena_new();
	_cleanup_err_ struct err *err = NULL;
	struct filter_spec spec;

	if (seccomp_build_filter(arena, &keys, &spec, &err) == 0) {
		ALWAYS(spec.default_action >= docker->default_action);
		/* There may be more rules than the kernel takes. */
		if (filter_compile(&spec, &programs, &err) == 0)
			ALWAYS(programs.count > 0);
		else
			ALWAYS(err && programs.count == 0);
	} else {
		ALWAYS(err && err->exit_code == EXIT_PROFILE);
	}
	filter_programs_free(&programs);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strv_ struct strv errors = {0};
	_cleanup_docker_ struct docker *docker =
		docker_parse("fuzz", (const char *)data, size, &errors);

	ALWAYS((docker == NULL) == (errors.count > 0));
	for (size_t i = 0; i < errors.count; i++)
		ALWAYS(str_starts(errors.items[i], "fuzz:"));
	if (docker)
		compile(docker);
	return 0;
}
