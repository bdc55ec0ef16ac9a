/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/allow.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>

#include "base/export_bpf.h"
#include "base/sys.h"

static void release(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

static int allow(scmp_filter_ctx ctx, const struct allowed_call *call)
{
	int nr = seccomp_syscall_resolve_name(call->name);

	/* libseccomp has negative numbers for those of other ABIs. */
	if (nr < 0)
		return 0;
	if (!call->mask)
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 1,
				SCMP_CMP(call->arg, SCMP_CMP_MASKED_EQ, call->mask, call->value));
}

int allow_only(const struct allowed_call *calls, size_t count, struct err **err)
{
	__attribute__((cleanup(release))) scmp_filter_ctx ctx =
		seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	_cleanup_free_ struct sock_filter *code = NULL;
	struct sock_fprog program;
	size_t length;
	int result = 0;

	if (!ctx)
		return err_set(err, ENOMEM, "seccomp filter");
	for (size_t i = 0; i < count && result == 0; i++)
		result = allow(ctx, &calls[i]);
#ifdef __SANITIZE_ADDRESS__ /* which asks for the stacks when a function doesn't return */
	if (result == 0)
		result = allow(ctx, &(const struct allowed_call){.name = "sigaltstack"});
#endif
	if (result < 0)
		return err_set(err, -result, "set up a seccomp filter");
	if (export_bpf(ctx, &code, &length, err) < 0)
		return -1;
	program = (struct sock_fprog){(unsigned short)length, code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || sys_seccomp_filter(0, &program) < 0)
		return err_set(err, errno, "set up a seccomp filter");
	return 0;
}
