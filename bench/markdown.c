/* SPDX-License-Identifier: MIT */
/*
 * bench/markdown: how fast Markdown is rendered for a terminal, beside another program that reads the same.
 *
 * The text is a reply of every construct, again and again. It comes whole, and in pieces as deltas are. The other program is cmark,
 * or what is named; it makes HTML of the same file. The measure is CPU time, its start included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "markdown/markdown.h"
#include "util/buf.h"

#define BYTES ((size_t)32 << 20)
#define ROUNDS 3

/* CPU time of this process in ms. */
static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static unsigned eighty(void *ud)
{
	(void)ud;
	return 80;
}

static void count(void *ud, hn_str piece)
{
	*(size_t *)ud += piece.n;
}

/* The best time of some passes in ms. */
static double best_of(hn_str text, size_t piece, const struct md_looks *looks)
{
	double best = 0;

	for (int i = 0; i < ROUNDS; i++) {
		size_t written = 0;
		struct md_options options = { .looks = looks, .columns = eighty, .write = count, .ud = &written, .unicode = 1 };
		struct md *md = md_new(&options);
		double start = now_ms();
		for (size_t at = 0; at < text.n; at += piece)
			md_feed(md, (hn_str){ text.p + at, text.n - at < piece ? text.n - at : piece });
		md_finish(md);
		double took = now_ms() - start;
		md_free(&md);
		if (written < text.n / 2) {
			fprintf(stderr, "markdown: %zu bytes became %zu\n", text.n, written);
			exit(1);
		}
		if (i == 0 || took < best)
			best = took;
	}
	return best;
}

/* CPU time of a program that reads the file in ms; below 0: it cannot be run. */
static double other(const char *program, const char *file)
{
	struct rusage used;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) && freopen(file, "r", stdin))
			execlp(program, program, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0 || status != 0)
		return -1;
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

/* The file of a reply, as often as it goes into BYTES. */
static struct buf text_of(const char *path)
{
	struct buf one = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	FILE *f = fopen(path, "r");
	char bytes[4096];
	size_t n;

	if (!f) {
		perror(path);
		exit(1);
	}
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_add(&one, bytes, n);
	fclose(f);
	while (out.n < BYTES) {
		buf_addstr(&out, buf_str(&one));
		buf_addc(&out, '\n');
	}
	buf_free(&one);
	return out;
}

/* markdown [FILE [PROGRAM]] */
int main(int argc, char **argv)
{
	static const size_t pieces[] = { BYTES, 4096, 64, 16, 4, 1 };
	char path[] = "/tmp/hobnob-markdown-XXXXXX";
	const char *program = argc > 2 ? argv[2] : "cmark";
	struct buf text = text_of(argc > 1 ? argv[1] : SRCDIR "/tests/data/markdown/reply.md");
	double megabytes = (double)text.n / 1e6;
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n) {
		perror(path);
		return 1;
	}
	close(fd);
	double theirs = other(program, path);
	unlink(path);
	printf("%.1f MB\n", megabytes);
	if (theirs > 0)
		printf("%-28s %6.1f MB/s\n", program, megabytes / theirs * 1e3);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		double ours = best_of(buf_str(&text), pieces[i], md_looks_of(MD_THEME_DARK, NULL, 1));
		printf("pieces of %8zu bytes:    %6.1f MB/s", pieces[i], megabytes / ours * 1e3);
		if (theirs > 0)
			printf("; %.2f times the speed of %s", theirs / ours, program);
		printf("\n");
	}
	double plain = best_of(buf_str(&text), BYTES, md_looks_of(MD_THEME_PLAIN, NULL, 1));
	printf("%-28s %6.1f MB/s\n", "without attributes", megabytes / plain * 1e3);
	buf_free(&text);
	return 0;
}
