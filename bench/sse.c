/* SPDX-License-Identifier: MIT */
/*
 * bench/sse: how fast events are taken from a stream, beside what parsing their JSON costs.
 *
 * The stream is made here: chunks of a chat completion, as servers send them. It is fed in pieces of
 * several sizes, one byte being the worst that a network can do. Parsing with json-c, which no
 * provider can do without, is the measure: the reader should cost a small part of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "net/sse.h"
#include "util/json.h"

#define EVENTS 50000
#define ROUNDS 5
#define CAP ((size_t)1 << 20)

static const char chunk[] =
	"data: {\"id\":\"chatcmpl-YhyuRuCVVxd9D86lx3lRsgi1G6QfVVfK\",\"object\":"
	"\"chat.completion.chunk\",\"created\":1795402646,\"model\":\"tiny\",\"system_"
	"fingerprint\":"
	"\"b0-unknown\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word %d\"},"
	"\"finish_reason\":null}]}\n\n";

/* What a pass over the stream saw. */
struct tally {
	size_t events, bytes;
	int parse; /* 1: the data of each event is parsed, too */
};

/* Monotonic time in ms. */
static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Counts one event. */
static int32_t on_event(void *ud, const struct sse_event *event)
{
	struct tally *tally = ud;
	tally->events++;
	tally->bytes += event->data.n;
	if (!tally->parse)
		return 0;
	struct json_object *o = json_read(event->data, NULL);
	if (!o)
		return -1;
	json_object_put(o);
	return 0;
}

/* Feeds the whole stream in pieces of that size; 0, or the reader's error. */
static int32_t pass(hn_str stream, size_t piece, struct tally *tally)
{
	struct sse sse;
	int32_t rc = 0;
	sse_init(&sse, CAP, on_event, tally);
	for (size_t i = 0; i < stream.n && rc == 0; i += piece)
		rc = sse_feed(&sse, stream.p + i, stream.n - i < piece ? stream.n - i : piece);
	sse_free(&sse);
	return rc;
}

/* The best time of some passes, in ms; ends the program if events are missing. */
static double best_of(hn_str stream, size_t piece, int parse)
{
	double best = 0;
	for (int i = 0; i < ROUNDS; i++) {
		struct tally tally = { .parse = parse };
		double start = now_ms();
		int32_t rc = pass(stream, piece, &tally);
		double took = now_ms() - start;
		if (rc != 0 || tally.events != EVENTS) {
			fprintf(stderr, "sse: %zu events, code %d\n", tally.events, (int)rc);
			exit(1);
		}
		if (i == 0 || took < best)
			best = took;
	}
	return best;
}

/* Prints a line a size of the pieces. */
int main(void)
{
	static const size_t pieces[] = { 1, 16, 512, 16384 };
	struct buf stream = BUF(BUF_NO_CAP);
	for (int i = 0; i < EVENTS; i++)
		buf_addf(&stream, chunk, i);
	double megabytes = (double)stream.n / 1e6;
	printf("%d events, %.1f MB\n", EVENTS, megabytes);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		double alone = best_of(buf_str(&stream), pieces[i], 0);
		double both = best_of(buf_str(&stream), pieces[i], 1);
		printf("pieces of %5zu bytes: %7.0f MB/s; %.1f %% of the time with parsing\n",
			pieces[i], megabytes / alone * 1e3, alone / both * 100);
	}
	buf_free(&stream);
	return 0;
}
