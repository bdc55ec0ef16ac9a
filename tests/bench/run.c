/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs commands many times, interleaved, and prints how long each took.
 *
 *	bench-run ROUNDS PAUSE_MS CASE[:RUNS]...
 *	bench-run --once CASE
 *
 * A CASE is a file of NUL-terminated words: "FD<PATH" for each file to open for it anew in every
 * run, "--", and the command. Each round runs every case once, in an order that is shuffled anew;
 * a case with RUNS runs in that many rounds only. Between two runs there is a pause, in which the
 * kernel takes down the namespaces of the last one (it does so after the last process is gone).
 *
 * A line per case: name, runs, median, first and third quartile, minimum of the wall time, and the
 * median of the processor time, in microseconds. A run that fails ends it all: a failure is fast.
 * --once becomes the case's command, for a look at what it does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct redirection {
	int fd;
	const char *path;
};

struct bench {
	const char *path;
	const char *name;
	char *words; /* the file's content */
	struct redirection *redirections;
	size_t nredirections;
	char **argv;
	unsigned runs;
	unsigned count; /* of the samples so far */
	double *wall, *cpu;
};

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "bench-run: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		die("calloc");
	return memory;
}

static size_t read_file(const char *path, char **data)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t len;

	if (fd < 0 || fstat(fd, &st) < 0)
		die(path);
	len = (size_t)st.st_size;
	*data = allocate(len + 1, 1);
	if (read(fd, *data, len) != (ssize_t)len)
		die(path);
	close(fd);
	return len;
}

static void load(struct bench *b, char *arg, unsigned rounds)
{
	char *colon = strrchr(arg, ':');
	size_t len, words = 0, i = 0;
	char *word;

	b->runs = rounds;
	if (colon) {
		*colon = '\0';
		b->runs = (unsigned)atoi(colon + 1);
	}
	if (b->runs == 0 || b->runs > rounds)
		b->runs = rounds;
	b->path = arg;
	b->name = strrchr(arg, '/') ? strrchr(arg, '/') + 1 : arg;
	len = read_file(arg, &b->words);
	for (size_t at = 0; at < len; at++)
		words += b->words[at] == '\0';
	b->redirections = allocate(words + 1, sizeof(*b->redirections));
	b->argv = allocate(words + 1, sizeof(*b->argv));
	b->wall = allocate(b->runs, sizeof(*b->wall));
	b->cpu = allocate(b->runs, sizeof(*b->cpu));
	for (word = b->words; i < words && strcmp(word, "--") != 0; i++) {
		struct redirection *r = &b->redirections[b->nredirections++];
		char *path;

		r->fd = (int)strtol(word, &path, 10);
		if (path == word || *path != '<') {
			errno = EINVAL;
			die(arg);
		}
		r->path = path + 1;
		word += strlen(word) + 1;
	}
	for (size_t n = 0; ++i < words; n++) {
		word += strlen(word) + 1;
		b->argv[n] = word;
	}
	if (!b->argv[0]) {
		errno = EINVAL;
		die(arg);
	}
}

static void __attribute__((noreturn)) become(const struct bench *b)
{
	for (size_t i = 0; i < b->nredirections; i++) {
		const struct redirection *r = &b->redirections[i];
		int fd = open(r->path, O_RDONLY);

		if (fd < 0)
			die(r->path);
		if (fd != r->fd && (dup2(fd, r->fd) < 0 || close(fd) < 0))
			die(r->path);
	}
	execv(b->argv[0], b->argv);
	die(b->argv[0]);
}

static double microseconds(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) * 1e6 +
	       (double)(to->tv_nsec - from->tv_nsec) / 1e3;
}

static double processor_time(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e6 +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

static void run(struct bench *b)
{
	struct timespec begin, end;
	struct rusage usage;
	double cpu = 0;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid == 0)
		become(b);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		die("fork");
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench-run: %s ended with status %#x\n", b->path, (unsigned)status);
		exit(1);
	}
	b->wall[b->count] = microseconds(&begin, &end);
	/* Some leave a process behind that has yet to end; its time counts too. */
	do
		cpu += processor_time(&usage);
	while (wait4(-1, NULL, 0, &usage) > 0);
	b->cpu[b->count] = cpu;
	b->count++;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The value below which `part` of the sorted samples lie, between neighbours if need be. */
static double quantile(const double *sorted, unsigned count, double part)
{
	double place = part * (count - 1);
	unsigned below = (unsigned)place;
	unsigned above = below + 1 < count ? below + 1 : below;

	return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

static void print(struct bench *b)
{
	qsort(b->wall, b->count, sizeof(*b->wall), by_value);
	qsort(b->cpu, b->count, sizeof(*b->cpu), by_value);
	printf("%s\t%u\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\n", b->name, b->count,
	       quantile(b->wall, b->count, 0.5), quantile(b->wall, b->count, 0.25),
	       quantile(b->wall, b->count, 0.75), b->wall[0], quantile(b->cpu, b->count, 0.5));
}

/* An order without a pattern, but the same one each time: a linear congruential generator. */
static void shuffle(unsigned *order, unsigned count, uint64_t *state)
{
	for (unsigned i = count; i > 1; i--) {
		unsigned other, kept = order[i - 1];

		*state = *state * 6364136223846793005U + 1442695040888963407U;
		other = (unsigned)((*state >> 33) % i);
		order[i - 1] = order[other];
		order[other] = kept;
	}
}

int main(int argc, char **argv)
{
	unsigned rounds, count, *order;
	struct bench *benches;
	struct timespec pause;
	uint64_t state = 1;

	if (argc == 3 && strcmp(argv[1], "--once") == 0) {
		struct bench once = {0};

		load(&once, argv[2], 1);
		become(&once);
	}
	if (argc < 4 || atoi(argv[1]) <= 0) {
		fprintf(stderr, "usage: bench-run ROUNDS PAUSE_MS CASE[:RUNS]... | --once CASE\n");
		return 2;
	}
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		die("prctl");
	rounds = (unsigned)atoi(argv[1]);
	pause = (struct timespec){atoi(argv[2]) / 1000, atoi(argv[2]) % 1000 * 1000000L};
	count = (unsigned)argc - 3;
	benches = allocate(count, sizeof(*benches));
	order = allocate(count, sizeof(*order));
	for (unsigned i = 0; i < count; i++) {
		load(&benches[i], argv[i + 3], rounds);
		order[i] = i;
	}
	for (unsigned i = 0; i < count; i++) { /* the page cache is warm from here on */
		run(&benches[i]);
		benches[i].count = 0;
	}
	for (unsigned round = 0; round < rounds; round++) {
		shuffle(order, count, &state);
		for (unsigned i = 0; i < count; i++) {
			struct bench *b = &benches[order[i]];

			/* Its runs are spread evenly over the rounds. */
			if ((uint64_t)(round + 1) * b->runs / rounds == b->count)
				continue;
			nanosleep(&pause, NULL);
			run(b);
		}
	}
	for (unsigned i = 0; i < count; i++)
		print(&benches[i]);
	return 0;
}
