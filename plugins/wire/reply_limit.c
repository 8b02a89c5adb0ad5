/* SPDX-License-Identifier: MIT */
/*
 * reply_limit: whether a server refuses the limit of the reply that was sent, and what it takes.
 *
 * A refusal names a field of the limit or quotes the very number. What it takes is one of the
 * numbers that are smaller: the largest one is the best guess, and where that is refused as well,
 * the next refusal names it. A number that is the limit and another one added up is the whole
 * request: then the other is the prompt, and what is left is the window.
 */
#include "wire/wire.h"

#include <string.h>

#include "wire/meaning.h"

#include "util/ascii.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define NUMBERS 32 /* of one error */
#define DEEPEST 3 /* objects within objects */

/* The names that the field has in one API or another, as words. */
static const char fields[] = "max_tokens max_completion_tokens max_new_tokens max_output_tokens "
			     "max_tokens_to_sample num_predict n_predict";

/* Says whether a byte makes what follows it part of a name: gpt-4, v1.5, n_2. */
static int is_joint(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_';
}

/* Measures the digits at p; in groups of three ("4,097") unless they stand in a list. */
static size_t digits_at(const char *p, int listed)
{
	size_t n = 0;
	while (ascii_is_digit(p[n]))
		n++;
	if (listed || n > 3)
		return n;
	while (p[n] == ',' && ascii_is_digit(p[n + 1]) && ascii_is_digit(p[n + 2]) &&
		ascii_is_digit(p[n + 3]) && !ascii_is_digit(p[n + 4]))
		n += 4;
	return n;
}

/* Reads that many bytes of digits and commas; 0 if that is not a plausible number of tokens. */
static int64_t value_of(const char *p, size_t n)
{
	int64_t v = 0;
	for (size_t i = 0; i < n && v <= WIRE_TOKENS_CAP; i++)
		v = p[i] == ',' ? v : v * 10 + (p[i] - '0');
	return v <= WIRE_TOKENS_CAP ? v : 0;
}

/* Says whether one of those words stands directly before a number. */
static int stands_before(const char *text, const char *at, const char *const *words, size_t n_words)
{
	while (at > text && strchr(" `'\"", at[-1]))
		at--;
	for (size_t i = 0; i < n_words; i++) {
		size_t n = strlen(words[i]);
		if ((size_t)(at - text) >= n && !ascii_ncasecmp(at - n, words[i], n))
			return 1;
	}
	return 0;
}

/* Says whether the text before a number leaves that number itself out: "less than 2048". */
static int is_exclusive(const char *text, const char *at, const char *end)
{
	static const char *const before[] = { "less than", "lower than", "smaller than", "below",
		"under", "<" };
	if (stands_before(text, at, before, ARRAY_LEN(before)))
		return 1;
	while (*end && strchr(" (`'\"", *end))
		end++;
	return !ascii_ncasecmp(end, "exclusive", 9);
}

/* Says whether a number is part of a name. `last`: the end of the number before it, for 1-2048 and
 * 1..2048 are two. */
static int is_joined(const char *text, const char *p, const char *last)
{
	if (p == text || !is_joint(p[-1]) || p - 1 == last)
		return 0;
	return !(p - text > 1 && p[-1] == '.' && p[-2] == '.');
}

/* Lists the numbers of a text that may be tokens, in their order. */
static size_t list_numbers(const char *text, int64_t *out)
{
	const char *last = NULL;
	size_t found = 0, n;
	for (const char *p = text; *p && found < NUMBERS; p += n) {
		n = ascii_is_digit(*p) ? digits_at(p, p > text && strchr("[(,", p[-1])) : 1;
		if (!ascii_is_digit(*p))
			continue;
		int64_t thousands = (p[n] == 'k' || p[n] == 'K') && !is_joint(p[n + 1]) ? 1000 : 1;
		const char *end = p + n + (thousands > 1);
		int64_t v = value_of(p, n) * thousands;
		int goes_on = ascii_is_digit(*end) || (is_joint(*end) && !strchr("-.", *end)) ||
			      (*end == '.' && ascii_is_digit(end[1]));
		if (is_joined(text, p, last) || goes_on || v <= 0 || v > WIRE_TOKENS_CAP)
			continue;
		out[found++] = v - is_exclusive(text, p, end);
		last = end;
	}
	return found;
}

/* Says whether a member's name is that of a limit: "max_allowed", "upperLimit", and "le" of a checker. */
static int names_limit(const char *key)
{
	struct wire_text words = { 0 };
	wire_text_add(&words, (hn_str){ key, strlen(key) });
	return wire_names((hn_str){ words.p, words.n },
		       "max maximum limit limits allowed cap ceiling upper le supported") != NULL;
}

/* Lists the numbers that an error's members give as limits, after those already listed. */
static size_t list_members(struct json_object *o, int depth, int64_t *out, size_t found)
{
	if (!json_object_is_type(o, json_type_object) || depth > DEEPEST)
		return found;
	json_object_object_foreach(o, key, value)
	{
		int64_t v = names_limit(key) ? wire_count(value) : 0;
		if (v > 0 && found < NUMBERS)
			out[found++] = v;
		found = list_members(value, depth + 1, out, found);
	}
	return found;
}

/* Says whether a number is one of a list. */
static int is_in(int64_t v, const int64_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == v)
			return 1;
	return 0;
}

/* Gives the largest number below a bound, but for one that is something else; 0 if there is none. */
static int64_t largest_below(int64_t bound, int64_t other, const int64_t *list, size_t n)
{
	int64_t most = 0;
	for (size_t i = 0; i < n; i++)
		if (list[i] < bound && list[i] != other && list[i] > most)
			most = list[i];
	return most;
}

/* Finds the prompt in a sum that has the limit in it: p, where p and limit + p are both named. */
static int64_t find_prompt(int64_t limit, const int64_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] > limit && is_in(list[i] - limit, list, n))
			return list[i] - limit;
	return 0;
}

/* Reads the window that a sum passes: the largest number between the two, or beside them. */
static void read_sum(int64_t limit, const int64_t *list, size_t n, hn_error *out)
{
	int64_t prompt = find_prompt(limit, list, n);
	int64_t kept[NUMBERS];
	size_t left = 0;
	for (size_t i = 0; i < n; i++)
		if (list[i] != limit && list[i] != prompt)
			kept[left++] = list[i];
	int64_t window = prompt ? largest_below(limit + prompt, prompt, kept, left) : 0;
	if (!window || out->window)
		return;
	out->code = HN_ERR_CONTEXT_TOO_LONG;
	out->window = window;
	out->prompt = prompt;
}

/* What an error says that may be about the limit. */
struct refusal {
	int field; /* the field by its name */
	int reply; /* what a reply has to do with, by any name */
	int limit; /* the number that was sent */
	int64_t most; /* the number that may be taken; 0: none is named */
	int32_t bounds; /* WIRE_REPLY_* */
	int rate;
};

static struct refusal read_refusal(
	struct json_object *error, const char *message, int64_t limit, const hn_error *out)
{
	int64_t list[NUMBERS];
	struct wire_text words = { 0 }, param = { 0 };
	struct refusal r = { 0 };
	size_t n = list_members(error, 0, list, list_numbers(message, list));
	wire_text_add(&words, (hn_str){ message, strlen(message) });
	wire_text_add(&param, wire_words(wire_member(error, "param")));
	wire_text_add(&param, wire_words(wire_member(error, "loc")));
	hn_str said = { words.p, words.n };
	r.most = largest_below(limit, out->status, list, n);
	r.field = wire_names((hn_str){ param.p, param.n }, fields) || wire_names(said, fields);
	r.reply = wire_names_reply(said, out->code == HN_ERR_CONTEXT_TOO_LONG);
	r.limit = is_in(limit, list, n);
	r.bounds = wire_refuses_reply(&words, &r.rate);
	return r;
}

/* Says whether an error is about the limit. A request that is wrong may be so for that reason: a name
 * or the number is enough. A server that is down, a rate, an account without money have other reasons:
 * there the words have to say that replies are bounded. */
static int is_refused(const struct refusal *r, int32_t kind)
{
	int bounded = r->bounds == WIRE_REPLY_OVER || (r->bounds == WIRE_REPLY_BOUND && r->most) ||
		      (r->bounds && r->limit);
	switch (kind) {
	case HN_ERR_BAD_REQUEST:
	case HN_ERR_PROTOCOL:
		return r->field || r->limit || bounded || (r->reply && r->most);
	case HN_ERR_CONTEXT_TOO_LONG:
		return r->field || r->limit || bounded || r->reply;
	case HN_ERR_UNAVAILABLE:
		return bounded || (r->field && r->most);
	case HN_ERR_PERMISSION:
		return bounded;
	case HN_ERR_RATE_LIMITED:
		return !r->rate && bounded && (r->field || r->most);
	case HN_ERR_QUOTA:
		return r->most && (r->field || bounded);
	default:
		return 0;
	}
}

int64_t wire_reply_floor(const char *message, int64_t limit)
{
	static const char *const before[] = { "at least", "minimum of", "minimum value of", "minimum is", "minimum:",
		"no less than", "greater than or equal to", ">=" };
	struct wire_text words = { 0 };
	wire_text_add(&words, (hn_str){ message, strlen(message) });
	if (limit <= 0 || !wire_names((hn_str){ words.p, words.n }, fields))
		return 0;
	for (const char *p = message; *p; p++) {
		size_t n = ascii_is_digit(*p) && (p == message || !is_joint(p[-1])) ? digits_at(p, 0) : 0;
		int64_t v = value_of(p, n);
		if (v > limit && stands_before(message, p, before, ARRAY_LEN(before)))
			return v;
	}
	return 0;
}

/* What is refused for its limit is refused again as it is, whatever the status says. */
void wire_reply_limit(struct json_object *error, const char *message, int64_t limit, hn_error *out)
{
	int64_t list[NUMBERS];
	if (limit <= 0 || wire_reply_floor(message, limit))
		return;
	struct refusal r = read_refusal(error, message, limit, out);
	if (!is_refused(&r, out->code))
		return;
	if (r.bounds && (out->code == HN_ERR_UNAVAILABLE || out->code == HN_ERR_RATE_LIMITED ||
				out->code == HN_ERR_PROTOCOL))
		out->code = HN_ERR_BAD_REQUEST;
	if (out->code != HN_ERR_QUOTA)
		read_sum(limit, list, list_numbers(message, list), out);
	out->flags |= HN_FAIL_REPLY_LIMIT;
	out->max_output = out->window ? 0 : r.most;
}
