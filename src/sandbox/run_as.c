/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/run_as.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "base/log.h"
#include "base/sys.h"
#include "sandbox/front.h"

extern char **environ;

static bool is_kept(const char *variable, const char *const *keeps)
{
	size_t name = strcspn(variable, "=");

	for (; *keeps; keeps++) {
		size_t len = strlen(*keeps);

		if (len && (*keeps)[len - 1] == '*'
			    ? strncmp(variable, *keeps, len - 1) == 0
			    : len == name && strncmp(variable, *keeps, name) == 0)
			return true;
	}
	return false;
}

/* Variables of a login; what is the former user's own never passes. */
static void set_environment(const struct account *account, const char *const *keeps)
{
	static const char *const own[] = {"HOME", "USER", "LOGNAME", "SHELL", "XDG_RUNTIME_DIR",
					  NULL};
	_cleanup_free_ char *runtime = xasprintf("/run/user/%u", (unsigned)account->uid);
	struct strv fresh = {0};
	struct stat st;

	for (char **variable = environ; *variable; variable++) {
		if (is_kept(*variable, keeps) && !is_kept(*variable, own))
			strv_add(&fresh, *variable);
		explicit_bzero(*variable, strlen(*variable));
	}
	strv_take(&fresh, xasprintf("HOME=%s", account->home));
	strv_take(&fresh, xasprintf("USER=%s", account->name));
	strv_take(&fresh, xasprintf("LOGNAME=%s", account->name));
	strv_take(&fresh, xasprintf("SHELL=%s", account->shell));
	if (lstat(runtime, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == account->uid)
		strv_take(&fresh, xasprintf("XDG_RUNTIME_DIR=%s", runtime));
	/* It is the process's to its end. */
	environ = fresh.items;
}

/*
 * Root may have been in a directory that is closed to others, and what is below it must not be
 * reached through the working directory: it is entered once more, as the user.
 */
static void leave_directory(const char *cwd, const struct account *account, const struct loc *loc,
			    const char *text)
{
	const char *instead = account->home;

	if (cwd && chdir(cwd) == 0)
		return;
	if (chdir(instead) < 0 && chdir(instead = "/") < 0)
		abort();
	log_warning("%s: run-as = %s: %s is out of this user's reach: the working directory is %s",
		    loc_text(loc), text, cwd ? cwd : "the working directory", instead);
}

static int become(const char *text, const struct loc *loc, const struct account *account, bool look,
		  struct err **err)
{
	_cleanup_free_ char *cwd = get_current_dir_name();
	const char *op = "keyctl";
	uid_t uid = account->uid;
	int saved;

	/* Root's session keyring would stay within reach of others, session-keyring(7). */
	if (sys_leave_session_keyring() == 0 && (op = "setgroups") &&
	    setgroups(account->ngroups, account->groups) == 0 && (op = "setresgid") &&
	    setresgid(account->gid, account->gid, account->gid) == 0 && (op = "setresuid") &&
	    setresuid(uid, uid, uid) == 0 && (op = "capset") &&
	    /* Securebits may have kept them through the change of the ids, capabilities(7). */
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
	    sys_keep_capabilities(0) == 0 &&
	    /* Else the files of init's /proc directory, its id maps among them, would be root's. */
	    (op = "prctl") && prctl(PR_SET_DUMPABLE, !look, 0, 0, 0) == 0) {
		leave_directory(cwd, account, loc, text);
		return 0;
	}
	saved = errno;
	err_set(err, saved, "%s: run-as = %s: %s", loc_text(loc), text, op);
	if (saved == EINVAL || saved == EPERM)
		err_append(err, "; sbox runs in a user namespace that has not all of these ids, or "
				"allows no change of groups");
	return -1;
}

int run_as(const char *text, const struct loc *loc, const char *const *keeps,
	   struct terminal *terminal, struct err **err)
{
	_cleanup_free_ char *user = xstrndup(text, strcspn(text, ":"));
	_cleanup_account_ struct account account = {0};
	const char *colon = strchr(text, ':');
	pid_t front = 0;

	if (getuid() != 0)
		return err_set(err, 0,
			       "%s: run-as = %s is for root, who may become another user; this is "
			       "the user id %u",
			       loc_text(loc), text, (unsigned)getuid());
	if (account_find("/etc/passwd", "/etc/group", user, &account, err) < 0)
		return err_prefix(err, "%s: run-as = %s", loc_text(loc), text);
	if (colon && account_group("/etc/group", colon + 1, &account.gid, err) < 0)
		return err_prefix(err, "%s: run-as = %s", loc_text(loc), text);
	if (account.uid == 0)
		return err_set(err, 0, "%s: run-as = %s: that is root again", loc_text(loc), text);
	account.groups[0] = account.gid;
	if (terminal)
		front = front_start(terminal, err);
	if (front < 0)
		return err_prefix(err, "%s: run-as = %s", loc_text(loc), text);
	/* First, for become() lets others look into this memory. */
	set_environment(&account, keeps);
	if (become(text, loc, &account, !terminal, err) < 0)
		return -1;
	/* The change of the ids would have ended it, prctl(2). */
	if (front > 0 && front_die_with(front, err) < 0)
		return err_prefix(err, "%s: run-as = %s", loc_text(loc), text);
	return 0;
}
