/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * File systems in memory that are attached in the new root only while that is filled: a part of one
 * can be mounted elsewhere, open_tree(2), and stays when the rest is out of everybody's reach.
 *
 * As the functions of base/mnt.h these neither allocate nor print, and say in *op what failed.
 */
#ifndef SANDBOX_SCRATCH_H
#define SANDBOX_SCRATCH_H

#include "sandbox/stages.h"

/* Makes the file system and attaches it as `name` in the root, unless *fd, its mount, is there. */
int scratch_attach(struct child *child, const char *name, int *fd, const char **op);

/* Detaches what scratch_attach() made, if it did; *fd is -1 then. */
int scratch_detach(struct child *child, const char *name, int *fd, const char **op);

#endif
