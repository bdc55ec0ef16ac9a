/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NETNS_LEASE_WATCH_H
#define NETNS_LEASE_WATCH_H

/*
 * An inotify descriptor, not blocking, that becomes readable when something in the lease directory
 * `dir` changes; -1 when there can be none, and then the lease is to be looked at now and then.
 */
int lease_watch(int dir);

#endif
