/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/simple.h"

#include <linux/seccomp.h>
#include <seccomp.h>

#include "base/export_bpf.h"

/* libseccomp's SCMP_ACT_* have the values of the kernel's SECCOMP_RET_*. */
_Static_assert(SCMP_ACT_ALLOW == SECCOMP_RET_ALLOW && SCMP_ACT_LOG == SECCOMP_RET_LOG &&
		       SCMP_ACT_ERRNO(1) == (SECCOMP_RET_ERRNO | 1) &&
		       SCMP_ACT_KILL_PROCESS == SECCOMP_RET_KILL_PROCESS,
	       "SCMP_ACT_* differ from SECCOMP_RET_*");

static void release_p(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

int simple_compile(struct bpf *b, uint32_t default_verdict, const struct simple_rule *rules,
		   size_t count, struct err **err)
{
	__attribute__((cleanup(release_p))) scmp_filter_ctx ctx = NULL;
	_cleanup_bpf_ struct bpf program = {0};
	int rc;

	/*
	 * Log and kill-process, Linux 4.14: older than what sbox needs, so libseccomp needn't ask
	 * the kernel, which a filter around sbox may answer for; seccomp_api_set(3).
	 */
	rc = seccomp_api_set(3);
	if (rc < 0)
		return err_set(err, -rc, "libseccomp refused its API level 3");
	ctx = seccomp_init(default_verdict);
	if (!ctx)
		return err_set(err, 0, "libseccomp could not start a filter with default 0x%x",
			       default_verdict);
	rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc < 0)
		return err_set(err, -rc, "libseccomp could not be told to make a binary tree");
	for (size_t i = 0; i < count; i++) {
		/* A rule that says what the default does is refused. */
		if (rules[i].verdict == default_verdict)
			continue;
		rc = seccomp_rule_add(ctx, rules[i].verdict, rules[i].nr, 0);
		if (rc < 0)
			return err_set(err, -rc, "libseccomp refused the rule for system call %d",
				       rules[i].nr);
	}
	if (export_bpf(ctx, &program.code, &program.count, err) < 0)
		return -1;
	bpf_append(b, &program);
	return 0;
}
