/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a child says to sbox-netns, one message at a time over a SOCK_SEQPACKET pair. */
#ifndef NETNS_REPORT_H
#define NETNS_REPORT_H

#include "base/err.h"

enum report_kind {
	REPORT_FAILED, /* `value` an errno or 0, `text` the sentence without it */
	REPORT_NETNS,  /* a descriptor of the new namespace comes along */
	REPORT_PID,    /* `value`: the supervisor's pid */
	REPORT_READY,  /* the supervisor waits for the word to start the client */
	REPORT_ENDED,  /* the client ended: how, and its last words */
};

struct report {
	enum report_kind kind;
	int value;
	char text[256];
};

/* A close-on-exec pair of sockets. */
int report_pair(int fds[2], struct err **err);

/* From now on report_receive() on `sock` fails when nothing comes for ten seconds. */
int report_patience(int sock, struct err **err);

/* `fd` goes along unless -1. Nobody may be listening any more: no error. */
void report_send(int sock, enum report_kind kind, int value, int fd, const char *text);
/* As REPORT_FAILED. */
void report_error(int sock, const struct err *err);

/*
 * 1 with a message; 0 at the end, the other side is gone; -1 with an error. A REPORT_FAILED is
 * turned into the error that it carries. The text is printable ASCII. *fd (may be NULL) becomes
 * what came along, or -1.
 */
int report_receive(int sock, struct report *out, int *fd, struct err **err);

#endif
