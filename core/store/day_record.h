/* SPDX-License-Identifier: MIT */
/*
 * day_record: what one line of a journal says about the day's cost. Pure.
 *
 * A line is read to its end, because damage may have joined a reply to it.
 */
#ifndef HOBNOB_STORE_DAY_RECORD_H
#define HOBNOB_STORE_DAY_RECORD_H

#include <stdint.h>

#include "util/buf.h"

enum day_line {
	DAY_LINE_OTHER, /* it says nothing of a cost */
	DAY_LINE_HEADER, /* the first line of a journal */
	DAY_LINE_REPLY, /* a reply that is priced: all members of struct day_record are set */
	DAY_LINE_MARK, /* the line before was torn by a crash */
	DAY_LINE_CUT, /* the line breaks off; a crash tore it, or a program is writing it */
	DAY_LINE_DAMAGED, /* the cost that it stated is unknown */
	DAY_LINE_NEWER, /* the first line of a journal of an unknown version */
};

#define DAY_TIME_UNKNOWN INT64_MIN

struct day_record {
	int64_t time; /* of a message or a piece, ms since 1970; or DAY_TIME_UNKNOWN */
	int64_t id, cost, total_ms; /* of a reply: pico-dollars, ms or -1 */
	hn_str model; /* of a reply: as it stands, with its quotes; borrowed; may be empty */
	int is_message; /* it is a message or a piece, so that the file is a journal */
	int may_be_reply; /* of a cut line: what is there does not say that it is something else */
	const char *why; /* of damage: what is wrong (static) */
};

/* Looks at a line, which has no newline. */
enum day_line day_record_read(hn_str line, struct day_record *out);
/* 1 if a line that breaks off may be the beginning of a DAY_LINE_MARK. */
int day_record_begins_mark(hn_str line);

#endif
