/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Seccomp profiles of Docker, Podman and OCI runtimes: JSON files, read as they stand. Which of the
 * entries apply to a sandbox depends on its host, and is for plan/ to say.
 *
 * The format is Docker's (moby's profiles/seccomp), with the "errno" and "defaultErrno" of Podman's
 * (containers/common); the OCI runtime specification's linux.seccomp is a part of it, and may also
 * come as a bundle's whole config.json, of which nothing else is looked at.
 */
#ifndef PROFILE_DOCKER_H
#define PROFILE_DOCKER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/loc.h"
#include "base/str.h"
#include "sysname/rule.h"

/* When an entry applies, or doesn't. What is not given asks for nothing. */
struct docker_condition {
	struct strv caps;   /* CAP_... */
	struct strv arches; /* as Go names them: "amd64" */
	bool has_kernel;
	unsigned major, minor; /* the oldest kernel */
};

/* One entry of "syscalls". */
struct docker_entry {
	struct strv names; /* nobody may know them */
	enum rule_action action;
	int errnum; /* ACTION_ERRNO */
	/* As of struct rule: one of them has to hold; none: always. */
	struct conjunction *alternatives;
	size_t nalternatives;
	/* All capabilities, one of the arches and the kernel; any of them keeps the entry out. */
	struct docker_condition includes, excludes;
	struct loc loc;
};

struct docker {
	char *path;
	enum rule_action default_action;
	int default_errno; /* ACTION_ERRNO */
	struct loc default_loc;
	/* Which foreign ABIs of this machine's architecture it lets in. */
	bool x86, x32;
	struct docker_entry *entries;
	size_t count;
};

/* The name that "arches" has for this machine's architecture. */
extern const char docker_native_arch[];

/*
 * Reads a file, which has to be fit for a profile, as profile_load() says. What is wrong in it goes
 * to `errors`, each as "FILE:LINE: message"; NULL then. What sbox can't do as the file has it
 * (SCMP_ACT_TRAP, TRACE and NOTIFY, a listener, the flag to log) is wrong as well. The caller frees
 * with docker_free(). The file's own name is kept as it was given.
 */
struct docker *docker_load(const char *path, struct strv *errors);

/* The same for a text. */
struct docker *docker_parse(const char *path, const char *text, size_t len, struct strv *errors);

void docker_free(struct docker *docker);
static inline void docker_freep(struct docker **docker)
{
	docker_free(*docker);
}
#define _cleanup_docker_ __attribute__((cleanup(docker_freep)))

#endif
