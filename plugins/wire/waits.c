/* SPDX-License-Identifier: MIT */
/*
 * waits: how long an error's body asks to wait, in a member or in words.
 *
 * A member says so by its name, "retry_after", "retryDelay", and its unit by the name's end or by
 * the text: 2, "2s", "1m30.5s", "250ms"; without a unit it is seconds. Words say it after "again",
 * "retry" or "wait": "Please try again in 1.2s."
 */
#include "wire/wire.h"

#include <string.h>

#include "wire/words.h"
#include "util/ascii.h"
#include "util/money.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define LOOKED_AT 512 /* values of a document */
#define DEEPEST 6 /* objects within objects */
#define MS_MOST ((int64_t)366 * 24 * 3600 * 1000) /* a longer one is nonsense */
#define AFTER_MOST 24 /* bytes between "again" and the number */

/* Units by how they begin, the longer ones first; a word may continue: "seconds", "min". */
static const struct {
	const char *name;
	int64_t ms;
} units[] = { { "ms", 1 }, { "milli", 1 }, { "sec", 1000 }, { "s", 1000 }, { "min", 60000 },
	{ "m", 60000 }, { "hour", 3600000 }, { "hr", 3600000 }, { "h", 3600000 },
	{ "day", 86400000 }, { "d", 86400000 } };

/* Takes some bytes, and the blanks after them, off the front. */
static void drop(hn_str *s, size_t n)
{
	*s = (hn_str){ s->p + n, s->n - n };
	while (s->n && s->p[0] == ' ')
		*s = (hn_str){ s->p + 1, s->n - 1 };
}

/* Takes the word of a unit off, and gives its ms; without one of these `plain`. */
static int64_t take_unit(hn_str *s, int64_t plain)
{
	size_t word = 0;
	while (word < s->n && ascii_is_alpha(s->p[word]))
		word++;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		size_t n = strlen(units[i].name);
		/* a unit of one letter is all of its word */
		if (n > word || (n == 1 && word != 1) || ascii_ncasecmp(s->p, units[i].name, n))
			continue;
		drop(s, word);
		return units[i].ms;
	}
	return plain;
}

/* Takes one number and its unit off, and gives it in ms; -1 if there is none. `plain`: the ms of a
 * number without a unit; 0: such a number says nothing. */
static int64_t take_part(hn_str *s, int64_t plain)
{
	size_t n = 0;
	while (n < s->n && (ascii_is_digit(s->p[n]) ||
				   (n && s->p[n] == '.' && n + 1 < s->n && ascii_is_digit(s->p[n + 1]))))
		n++;
	int64_t pico;
	money_parse((hn_str){ s->p, n }, &pico);
	drop(s, n);
	int64_t unit = n ? take_unit(s, plain) : 0;
	return pico < 0 || !unit ? -1 : pico / 1000000000 * unit / 1000;
}

/* Reads a duration, "1m30s", "2.5 seconds"; -1 if it is not one. */
static int64_t read_duration(hn_str s, int64_t plain)
{
	int64_t sum = take_part(&s, plain), part;
	while (sum >= 0 && sum <= MS_MOST && s.n && ascii_is_digit(s.p[0]) && (part = take_part(&s, 0)) >= 0)
		sum += part;
	return sum <= MS_MOST ? sum : -1;
}

/* Says whether a member's name is that of a wait: the unit of a plain number in ms, or 0. */
static int64_t unit_of(const char *key)
{
	static const char *const names[] = { "retryafter", "retrydelay", "retryin", "waittime", "estimatedtime" };
	char plain[32];
	size_t n = 0;
	for (; *key && n + 1 < sizeof plain; key++)
		if (ascii_is_alpha(*key))
			plain[n++] = (char)(*key | 0x20);
	plain[n] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t m = strlen(names[i]);
		if (n >= m && !memcmp(plain, names[i], m))
			return !strcmp(plain + m, "ms") || !strncmp(plain + m, "milli", 5) ? 1
											   : 1000;
	}
	return 0;
}

/* Finds a member that names a wait, in a document as deep as it may be; -1 if none does. */
static int64_t find_member(struct json_object *o, int depth, int *left)
{
	int64_t ms = -1;
	if (depth > DEEPEST || --*left < 0)
		return -1;
	if (json_object_is_type(o, json_type_array))
		for (size_t i = 0; i < json_object_array_length(o) && ms < 0 && *left > 0; i++)
			ms = find_member(json_object_array_get_idx(o, i), depth + 1, left);
	if (!json_object_is_type(o, json_type_object))
		return ms;
	json_object_object_foreach(o, key, value)
	{
		int64_t unit = unit_of(key);
		if (unit && !json_object_is_type(value, json_type_object))
			ms = read_duration(wire_trim(wire_words(value)), unit);
		if (ms < 0)
			ms = find_member(value, depth + 1, left);
		if (ms >= 0)
			return ms;
	}
	return -1;
}

/* Reads what words ask to wait; -1 if they ask for nothing. */
static int64_t in_words(hn_str s)
{
	static const char *const before[] = { "again", "retry", "wait", "retry-after", "reset" };
	for (size_t i = 0; i < s.n; i++)
		for (size_t k = 0; k < ARRAY_LEN(before); k++) {
			size_t n = strlen(before[k]), at = i + n;
			if (at > s.n || ascii_ncasecmp(s.p + i, before[k], n))
				continue;
			size_t most = at + AFTER_MOST < s.n ? at + AFTER_MOST : s.n;
			while (at < most && (ascii_is_alpha(s.p[at]) || strchr(" :~", s.p[at])))
				at++;
			int64_t ms = read_duration((hn_str){ s.p + at, s.n - at }, 0);
			if (ms >= 0)
				return ms;
		}
	return -1;
}

int64_t wire_wait(struct json_object *document, hn_str message)
{
	int left = LOOKED_AT;
	int64_t ms = find_member(document, 0, &left);
	return ms >= 0 ? ms : in_words(message);
}
