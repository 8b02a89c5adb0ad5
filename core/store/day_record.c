/* SPDX-License-Identifier: MIT */
/*
 * day_record: what one line of a journal says about the day's cost.
 *
 * The reader of conversations skips what it cannot read, because most of a conversation is better
 * than nothing. Here that would be wrong: a skipped reply would cost nothing. So whatever leaves
 * the cost of a reply open is damage, even where the reader treats a member as missing.
 */
#include "store/day_record.h"

#include <string.h>

#include "store/journal.h"
#include "util/json_walk.h"
#include "util/line_reader.h"
#include "util/money.h"

enum { TYPE, ID, ROLE, TIME, MODEL, COST, COST_SOURCE, TOTAL_MS, HOBNOB, VERSION, MEMBERS };
static const char *const names[MEMBERS] = { "type", "id", "role", "time", "model", "cost",
	"cost_source", "total_ms", "hobnob", "version" };
static const char *const types[] = { "message", "piece", "head", "pin", "system", "torn" };
static const char *const roles[] = { "system", "user", "assistant", "tool" };

/* A line that is looked at: its members as they stand. */
struct members {
	hn_str raw[MEMBERS];
	const char *twice; /* what is wrong if one of them is there twice, or NULL */
};

/* json_walk's callback: notes a member. */
static int note(void *ud, hn_str name, hn_str raw)
{
	struct members *m = ud;

	for (int i = 0; i < MEMBERS; i++) {
		if (!str_is(name, names[i]))
			continue;
		if (m->raw[i].n)
			m->twice = "a member is there twice";
		m->raw[i] = raw;
	}
	return 0;
}

/* 1 if a member is missing, as null is. */
static int is_missing(hn_str raw)
{
	return raw.n == 0 || str_is(raw, "null");
}

/* 1 if a value is one of n texts. */
static int is_of(hn_str raw, const char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (json_says(raw, texts[i]))
			return 1;
	return 0;
}
#define IS_OF(raw, texts) is_of(raw, texts, sizeof(texts) / sizeof *(texts))

/* What is wrong with a message, or NULL; *out is what it says. */
static const char *judge_message(const struct members *m, struct day_record *out)
{
	char room[JSON_WORD_ROOM];

	if (!IS_OF(m->raw[ROLE], roles))
		return "a message without a role";
	if (!json_says(m->raw[ROLE], "assistant"))
		return NULL;
	if (is_missing(m->raw[COST])) /* it is unpriced, and nobody said a price */
		return is_missing(m->raw[COST_SOURCE]) ? NULL : "a reply without its cost";
	if (money_parse(json_word(m->raw[COST], room), &out->cost) != 0)
		return "the cost of a reply is not an amount";
	if (out->time == DAY_TIME_UNKNOWN)
		return "a reply without its time";
	out->id = json_number(m->raw[ID], 0);
	out->total_ms = json_number(m->raw[TOTAL_MS], -1);
	out->model = m->raw[MODEL];
	return NULL;
}

static enum day_line damaged(struct day_record *out, const char *why)
{
	out->why = why;
	return DAY_LINE_DAMAGED;
}

/* A whole object that is not the first line. */
static enum day_line judge_record(const struct members *m, struct day_record *out)
{
	int is_message = json_says(m->raw[TYPE], "message");

	if (m->twice)
		return damaged(out, m->twice);
	if (m->raw[TYPE].n == 0 || m->raw[TYPE].p[0] != '"')
		return damaged(out, "a record without a type");
	if (!IS_OF(m->raw[TYPE], types))
		return is_missing(m->raw[COST]) ? DAY_LINE_OTHER
						: damaged(out, "a cost in a record of an unknown type");
	if (json_says(m->raw[TYPE], "torn"))
		return DAY_LINE_MARK;
	out->is_message = is_message || json_says(m->raw[TYPE], "piece");
	out->time = out->is_message ? json_number(m->raw[TIME], DAY_TIME_UNKNOWN) : DAY_TIME_UNKNOWN;
	out->why = is_message ? judge_message(m, out) : NULL;
	if (out->why)
		return DAY_LINE_DAMAGED;
	return out->cost >= 0 ? DAY_LINE_REPLY : DAY_LINE_OTHER;
}

#define MARK "{\"type\":\"torn\"}"
#define MARK_ALONE (sizeof "{\"type\":\"" - 1) /* bytes of it in which other records begin, too */

int day_record_begins_mark(hn_str line)
{
	return line.n > 0 && line.n < sizeof MARK && !memcmp(line.p, MARK, line.n);
}

/* A line that breaks off. Where it says what it is, type, role and time stand before the text. */
static enum day_line judge_cut(
	hn_str line, const struct members *m, struct day_record *out)
{
	out->time = json_number(m->raw[TIME], DAY_TIME_UNKNOWN);
	out->may_be_reply = (line.n <= MARK_ALONE || !day_record_begins_mark(line)) &&
			    (!m->raw[TYPE].n || json_says(m->raw[TYPE], "message")) &&
			    (!m->raw[ROLE].n || json_says(m->raw[ROLE], "assistant"));
	return DAY_LINE_CUT;
}

enum day_line day_record_read(hn_str line, struct day_record *out)
{
	struct members m = { .twice = NULL };
	const char *why;

	*out = (struct day_record){ .time = DAY_TIME_UNKNOWN, .cost = -1, .total_ms = -1 };
	if (line_is_blank(line))
		return DAY_LINE_OTHER;
	if (json_walk(line, &why, note, &m) != 0)
		return strcmp(why, JSON_INCOMPLETE) ? damaged(out, why) : judge_cut(line, &m, out);
	if (!json_says(m.raw[HOBNOB], "journal"))
		return judge_record(&m, out);
	return json_number(m.raw[VERSION], JOURNAL_VERSION) > JOURNAL_VERSION ? DAY_LINE_NEWER
									     : DAY_LINE_HEADER;
}
