/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/supervise.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "sandbox/launch.h"

void supervise_signals(sigset_t *set)
{
	static const int not_ours[] = {SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGSEGV, SIGBUS,
				       SIGILL,  SIGFPE,  SIGABRT, SIGTRAP, SIGSYS};

	sigfillset(set);
	for (size_t i = 0; i < ARRAY_SIZE(not_ours); i++)
		sigdelset(set, not_ours[i]);
}

void supervise_hand_on(pid_t pid, int sig, volatile uint32_t *handed)
{
	/* First: the other side looks when the signal comes. */
	if (handed)
		__atomic_fetch_add(&handed[sig], 1, __ATOMIC_RELEASE);
	kill(pid, sig);
}

/*
 * The kernel's own are the terminal's, which reach the sandbox without help; but for the one of an
 * alarm(2) that the caller set before it became this process, as a time limit for the command.
 */
static bool is_to_hand_on(const siginfo_t *info)
{
	return info->si_signo != SIGCHLD &&
	       (info->si_code != SI_KERNEL || info->si_signo == SIGALRM);
}

int supervise(pid_t init, volatile uint32_t *handed, bool *signalled)
{
	sigset_t set, sent;

	sigemptyset(&sent);
	supervise_signals(&set);
	for (;;) {
		siginfo_t info;
		int st, sig, status;
		pid_t pid = waitpid(init, &st, WNOHANG);

		if (pid == init) {
			status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
			*signalled = status > 128 && sigismember(&sent, status - 128) == 1;
			return status;
		}
		*signalled = false;
		if (pid < 0 && errno != EINTR)
			return EXIT_SETUP;
		sig = sigwaitinfo(&set, &info);
		if (sig > 0 && is_to_hand_on(&info)) {
			sigaddset(&sent, sig);
			supervise_hand_on(init, sig, handed);
		}
	}
}

/* What mostly lies behind an errno of a given call, for the traps that users fall into. */
static const char *hint(const struct report *report, const struct step *step)
{
	switch (report->errnum) {
	case ENOSYS:
		return "; sbox needs Linux 5.12 or later, and no filter around it that forbids its "
		       "mount calls: a sandbox of sbox lets them through with nested = yes and "
		       "exempt = @mount sethostname";
	case ENOSPC:
		return "; the limit of mounts (/proc/sys/fs/mount-max) may be reached";
	case ESTALE:
		return "; it was replaced by something else while sbox started";
	case EROFS:
		if (!step) /* what is written outside of the new root is in the caller's /proc */
			return "; /proc is mounted read-only where sbox was started, which writes "
			       "id maps there: mount a writable one";
		return "; it doesn't exist there, and sbox creates nothing in a tree of the host: "
		       "create it first";
	case E2BIG:
		return streq(report->op, "landlock_restrict_self")
			       ? "; Landlock takes 16 domains inside each other"
			       : "";
	case EBUSY:
		if (!step)
			return "; a program around sbox watches it by a notifying filter, and the "
			       "kernel allows one: learn or --why, once";
		return "; the destination is, or a symlink there leads to, the root itself";
	case ENOTDIR:
		return "; a part of the path is a file";
	case EXDEV:
		return "; the path leads out of the sandbox's root";
	case EPERM:
		if (!step && streq(report->object, "self/uid_map"))
			return "; a process with the user id 0 maps itself in a new user namespace "
			       "only with CAP_SETFCAP in the one around: start sbox there with "
			       "another user id";
		if (!step && streq(report->op, "mount"))
			return "; a seccomp filter or a security module around sbox forbids "
			       "mounting, as that of another sandbox does";
		if (step && (step->kind == STEP_PROC || step->kind == STEP_SYSFS))
			return "; the surrounding container hides parts of its own, so the kernel "
			       "allows no new one";
		return "";
	case ELOOP:
		return "; a symlink there leads nowhere, in a circle, or through /proc";
	case ENODEV:
		if (step && step->kind == STEP_OVERLAY)
			return "; the kernel has no overlayfs (modprobe overlay)";
		return "";
	case EAGAIN:
	case ETOOMANYREFS:
		return streq(report->op, "sendmsg") ? "; list-changes takes some hundred overlays"
						    : "";
	case EINVAL:
		if (step && streq(report->op, "move_mount"))
			return "; a file can't be shown at a directory, nor a directory at a file";
		if (step && step->kind == STEP_OVERLAY)
			return "; the file system of one of the directories doesn't take part in "
			       "overlays, or the kernel is older than 5.11";
		if (!step && streq(report->op, "pivot_root"))
			return "; the root file system is the initramfs, which can't be pivoted";
		return "";
	default:
		return "";
	}
}

/* Where the host has the command that the sandbox hasn't got, or NULL; the caller frees. */
static char *host_command(const struct plan *plan, const char *command)
{
	/* A tree of another system has programs of its own: the host's is not what is meant. */
	if (plan->tree && !strchr(command, '/'))
		return NULL;
	for (const char *const *path = plan->exec.candidates; *path; path++) {
		_cleanup_free_ char *whole =
			path_join(**path == '/' ? "" : plan->exec.workdir, *path);
		char *outside = path_clean(whole);
		struct stat st;

		/* A directory can be "executed", too. */
		if (outside && access(outside, X_OK) == 0 && stat(outside, &st) == 0 &&
		    S_ISREG(st.st_mode))
			return outside;
		free(outside);
	}
	return NULL;
}

static int command_not_found(const struct plan *plan, const char *command, struct err **err)
{
	_cleanup_free_ char *outside = host_command(plan, command);
	const char *tree = plan_tree_at(plan, outside ? outside : command);

	err_set_code(err, EXIT_NOT_FOUND, 0, "%s (%s): not found in the sandbox", command,
		     loc_text(&plan->exec.loc));
	if (tree)
		return err_append(err, "; base = %s shows that tree's files, and it lacks it",
				  tree);
	if (!outside)
		return -1;
	return err_append(err, "; the host has %s: %s = %s would show it",
			  streq(outside, command) ? "it" : outside,
			  plan->nclosure ? "closure" : "ro", outside);
}

static int exec_failed(const struct plan *plan, const struct report *report, struct err **err)
{
	const char *place = loc_text(&plan->exec.loc);
	const struct step *noexec;

	if (streq(report->op, "interpreter"))
		return err_set_code(err, EXIT_NOT_EXECUTABLE, 0,
				    "%s (%s): the interpreter that it names%s%s%s is not in the "
				    "sandbox",
				    report->object, place, *report->interpreter ? ", " : "",
				    report->interpreter, *report->interpreter ? "," : "");
	if (report->errnum == ENOENT)
		return command_not_found(plan, report->object, err);
	err_set_code(err, EXIT_NOT_EXECUTABLE, report->errnum, "execute %s (%s)", report->object,
		     place);
	if (report->errnum == ENOEXEC)
		return err_append(err, "; it is no program of this machine's, nor a script whose "
				       "first line names an interpreter (#!)");
	noexec = report->errnum == EACCES ? plan_noexec_at(plan, report->object) : NULL;
	return noexec ? err_append(err, "; %s is noexec (%s)", noexec->dest, loc_text(&noexec->loc))
		      : -1;
}

static int workdir_failed(const struct plan *plan, const struct report *report, struct err **err)
{
	err_set(err, report->errnum, "%s: workdir = %s", loc_text(&plan->exec.workdir_loc),
		plan->exec.workdir);
	return report->errnum == ENOENT
		       ? err_append(err, " in the sandbox; mkdir = %s makes one there",
				    plan->exec.workdir)
		       : -1;
}

int start_failed(const struct plan *plan, const struct report *report, struct err **err)
{
	const struct stage_text *stage = sandbox_stage((unsigned)report->stage);
	const struct step *step = NULL;

	if (report->state != START_FAILED)
		return err_set(err, 0, "the sandbox was killed before the application started");
	if (!stage)
		return exec_failed(plan, report, err);
	if (streq(report->op, "chdir") && !plan->exec.workdir_fallback)
		return workdir_failed(plan, report, err);
	if (report->step >= 0) {
		_cleanup_free_ char *text = NULL;

		step = &plan->steps[report->step];
		if ((step->kind == STEP_HIDE || step->kind == STEP_NOEXEC) &&
		    report->errnum == ENOENT && !streq(report->op, "dangling symlink"))
			return step_missing(step, err);
		text = step_text(step);
		if (streq(report->op, "dangling symlink"))
			return err_set(err, 0, "%s (%s): the symlink %s leads nowhere inside", text,
				       loc_text(&step->loc), report->object);
		if (streq(report->op, "covered"))
			return err_set(err, 0,
				       "%s (%s): what is at %s would cover it, as a symlink makes "
				       "one path lead to the other: name both without symlinks",
				       text, loc_text(&step->loc), report->object);
		if (streq(report->op, "way"))
			return err_set(err, 0,
				       "%s (%s): a symlink leads to it into %s, where the "
				       "application could move it away: name both without symlinks",
				       text, loc_text(&step->loc), report->object);
		err_set(err, report->errnum, "%s (%s): %s", text, loc_text(&step->loc), report->op);
	} else if (!*report->op) {
		err_set(err, report->errnum, "%s: %s", stage->name, report->object);
	} else {
		err_set(err, report->errnum, "%s: %s: %s", stage->name, report->object, report->op);
	}
	return err_append(err, "%s", hint(report, step));
}

static int read_setting(const char *path)
{
	FILE *file = fopen(path, "re");
	int value = -1;

	if (file) {
		if (fscanf(file, "%d", &value) != 1)
			value = -1;
		fclose(file);
	}
	return value;
}

/* Whether /proc/self/status has that line, blanks as they are there. */
static bool status_has(const char *line)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/status", "re");
	char text[128];

	while (file && fgets(text, sizeof(text), file)) {
		text[strcspn(text, "\n")] = '\0';
		if (streq(text, line))
			return true;
	}
	return false;
}

/* What is around sbox that a plain EPERM may come from. */
static int refused_around(struct err **err)
{
	_cleanup_fclose_ FILE *map = fopen("/proc/self/uid_map", "re");

	if (map && fgetc(map) == EOF)
		return err_append(err, "; sbox runs in a user namespace that maps no ids, and "
				       "without some none can be made in it");
	if (status_has("Seccomp:\t2"))
		return err_append(err,
				  "; a seccomp filter around sbox forbids them: in a sandbox of "
				  "sbox nested = yes lets them through, in a container another "
				  "seccomp profile");
	return err_append(err, "; one reason may be a chroot(2) around sbox, in which the kernel "
			       "makes none");
}

int start_refused(const struct plan *plan, int errnum, struct err **err)
{
	err_set(err, errnum, "create the sandbox's namespaces");
	if (!plan->ids.own_userns)
		return -1;
	if (read_setting("/proc/sys/kernel/unprivileged_userns_clone") == 0)
		return err_append(err, "; user namespaces are disabled for users: "
				       "sudo sysctl kernel.unprivileged_userns_clone=1");
	if (read_setting("/proc/sys/user/max_user_namespaces") == 0)
		return err_append(err, "; user namespaces are disabled here "
				       "(user.max_user_namespaces = 0)");
	if (read_setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
		return err_append(err, "; AppArmor restricts user namespaces: sbox needs a profile "
				       "that has the userns permission");
	if (errnum == ENOSPC || errnum == EUSERS)
		return err_append(err,
				  "; a limit in /proc/sys/user or the nesting depth is reached");
	return errnum == EPERM ? refused_around(err) : -1;
}
