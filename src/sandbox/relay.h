/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The RELAY between the caller's terminal and the sandbox's own. It is in the caller's process
 * group, as the launcher is: what the shell does to the job holds for it as well.
 *
 * It TAKES the caller's terminal, that is sets its modes to raw and reads from it, when the
 * application is to have it: at once when descriptor 1 is a terminal, else, as in a pipeline whose
 * next program may have taken the terminal, when the application, until then in the background of
 * its own one, asks by SIGTTIN or SIGTTOU; and never in the background of the caller's. Each stop
 * of the application gives it back and stops the job.
 */
#ifndef SANDBOX_RELAY_H
#define SANDBOX_RELAY_H

struct terminal;

/*
 * The body of the relay, from the fork on: ends when init and the launcher's standard error are
 * closed and all was written. `launcher` is a pidfd. What it reads comes from the application: it
 * has no capabilities, the system calls of its loop alone, no descriptor but those that it carries
 * bytes and words between, and interprets none of the bytes.
 */
void relay_main(const struct terminal *terminal, int launcher) __attribute__((noreturn));

#endif
