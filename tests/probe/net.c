/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The probe's verbs that try to use a network in other ways than by connect(2). */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe.h"

static int run_device(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)argc;
	printf("device=%s bind=%s\n", argv[0],
	       outcome(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, argv[0],
				  (socklen_t)strlen(argv[0]) + 1)));
	close(fd);
	return 0;
}

/* The kinds of sockets that speak to an interface past the kernel's own TCP and UDP. */
static int run_raw_sockets(int argc, char **argv)
{
	static const struct {
		const char *name;
		int family, type, protocol;
	} kinds[] = {
		{"raw", AF_INET, SOCK_RAW, IPPROTO_RAW},
		{"raw-icmp", AF_INET, SOCK_RAW, IPPROTO_ICMP},
		{"raw6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6},
		{"packet", AF_PACKET, SOCK_RAW, 0},
		{"packet-dgram", AF_PACKET, SOCK_DGRAM, 0},
	};

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int fd =
			socket(kinds[i].family, kinds[i].type | SOCK_CLOEXEC,
			       kinds[i].family == AF_PACKET ? htons(ETH_P_ALL) : kinds[i].protocol);

		printf("socket=%s result=%s\n", kinds[i].name, outcome(fd));
		if (fd >= 0)
			close(fd);
	}
	return 0;
}

static int run_tun(int argc, char **argv)
{
	struct ifreq ifr = {.ifr_name = "probe0", .ifr_flags = IFF_TUN};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	(void)argc;
	(void)argv;
	if (fd < 0)
		printf("tun=open:%s\n", errno_name(errno));
	else
		printf("tun=%s\n", outcome(ioctl(fd, TUNSETIFF, &ifr)));
	return 0;
}

static int run_listen(int argc, char **argv)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET};
	bool abstract = strcmp(argv[0], "abstract") == 0;
	int fd = socket(abstract ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result;

	(void)argc;
	if (abstract) {
		snprintf(un.sun_path + 1, sizeof(un.sun_path) - 1, "%s", argv[1]);
		result = bind(fd, (struct sockaddr *)&un,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
					  strlen(argv[1])));
	} else {
		inet_pton(AF_INET, argv[0], &in.sin_addr);
		in.sin_port = htons((uint16_t)number(argv[1]));
		result = bind(fd, (struct sockaddr *)&in, sizeof(in));
	}
	if (result == 0)
		result = listen(fd, 8);
	/* It stays open until the probe ends. */
	printf("listen=%s port=%s result=%s\n", argv[0], argv[1], outcome(result));
	return 0;
}

/* One IORING_OP_CONNECT by the system calls themselves; io_uring(7). */
static int uring_connect(int ring, const struct io_uring_params *p, int sock,
			 const struct sockaddr_in *to)
{
	size_t sq_size = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	size_t cq_size = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	char *sq = mmap(NULL, sq_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
			IORING_OFF_SQ_RING);
	char *cq = mmap(NULL, cq_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
			IORING_OFF_CQ_RING);
	struct io_uring_sqe *sqe = mmap(NULL, p->sq_entries * sizeof(*sqe), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);

	if (sq == MAP_FAILED || cq == MAP_FAILED || sqe == MAP_FAILED)
		return -errno;
	*sqe = (struct io_uring_sqe){
		.opcode = IORING_OP_CONNECT,
		.fd = sock,
		.addr = (uint64_t)(uintptr_t)to,
		.off = sizeof(*to),
	};
	*(unsigned *)(void *)(sq + p->sq_off.array) = 0;
	__atomic_store_n((unsigned *)(void *)(sq + p->sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	return ((struct io_uring_cqe *)(void *)(cq + p->cq_off.cqes))->res;
}

static int run_uring_connect(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct io_uring_params params = {0};
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ring, result;

	(void)argc;
	inet_pton(AF_INET, argv[0], &to.sin_addr);
	to.sin_port = htons((uint16_t)number(argv[1]));
	ring = (int)syscall(SYS_io_uring_setup, 4, &params);
	if (ring < 0) {
		printf("uring=setup:%s\n", errno_name(errno));
		return 0;
	}
	result = uring_connect(ring, &params, sock, &to);
	printf("uring=%s\n", result < 0 ? errno_name(-result) : "ok");
	return 0;
}

const struct verb net_verbs[] = {
	{"device", "INTERFACE", 1, 1, run_device},
	{"raw-sockets", "", 0, 0, run_raw_sockets},
	{"tun", "", 0, 0, run_tun},
	{"listen", "ADDRESS PORT | abstract NAME", 2, 2, run_listen},
	{"uring-connect", "ADDRESS PORT", 2, 2, run_uring_connect},
	{0},
};
