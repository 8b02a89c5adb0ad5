/* SPDX-License-Identifier: MIT */
/*
 * find: the error that a document holds, whatever its shape.
 *
 * Few members say for certain that something failed: `error`, a `code` that is not one of success,
 * `success: false`. Any other document without a reply may be an error or a remark of a gateway's:
 * what it says in words is better than silence, but only once no reply came.
 */
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

#include "wire/words.h"

#include "util/ascii.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define LOOKED_AT 256 /* values of a document */
#define DEEPEST 5 /* objects within objects */

/* Members that hold words, the better ones first; "*msg" stands for every name that ends so. */
static const char *const wordy[] = { "message", "detail", "*message", "*msg", "*description",
	"*error", "*reason", "*string", "*text", "title", "errors", "*fault", "*exception", "*failure", "err", "cause",
	"*errorcode", "*error_code", "*errcode", "*err_code", "*errortype", "*error_type" };
#define CODES 6 /* the last ones, which hold a mere code: a number says nothing */

/* Says whether a member that may hold an error does. */
static int truthy(struct json_object *v)
{
	if (json_object_is_type(v, json_type_object))
		return json_object_object_length(v) > 0;
	if (json_object_is_type(v, json_type_array))
		return json_object_array_length(v) > 0;
	return v && json_object_get_boolean(v);
}

/* Members that name a thing: their words report nothing. */
static const char *const naming[] = { "*id", "*name", "*model", "*time", "*date", "*_at", "*url",
	"*version", "*fingerprint", "object", "provider", "type", "role" };

/* Says whether a member's name is one of those tables', in any case. */
static int is_wordy(const char *name, const char *wanted)
{
	size_t n = strlen(name), m = strlen(wanted + 1);
	if (wanted[0] != '*')
		return !ascii_ncasecmp(name, wanted, n + 1);
	return n >= m && !ascii_ncasecmp(name + n - m, wanted + 1, m + 1);
}

/* Says whether a text is more than a word or a number: two words, or writing without spaces. */
static int is_sentence(hn_str s)
{
	int letters = 0, space = 0;
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0x80)
			return 1;
		letters |= (s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z';
		space |= s.p[i] == ' ';
	}
	return letters && space;
}

/* Gives the sentence that a string is, or that a member with any name but a naming one holds. */
static hn_str sentence_of(struct json_object *o)
{
	hn_str own = wire_trim(wire_text(o));
	if (is_sentence(own))
		return own;
	if (!json_object_is_type(o, json_type_object))
		return (hn_str){ NULL, 0 };
	json_object_object_foreach(o, key, value)
	{
		hn_str s = wire_trim(wire_text(value));
		int names = !is_sentence(s);
		for (size_t i = 0; !names && i < ARRAY_LEN(naming); i++)
			names = is_wordy(key, naming[i]);
		if (!names)
			return s;
	}
	return (hn_str){ NULL, 0 };
}

/* Gives the words of one object's wordy members, of a list of words the first; none where no member
 * holds any. */
static hn_str wordy_of(struct json_object *o)
{
	for (size_t i = 0; i < ARRAY_LEN(wordy) && json_object_is_type(o, json_type_object); i++) {
		json_object_object_foreach(o, key, value)
		{
			int list = json_object_is_type(value, json_type_array);
			hn_str s = wire_trim(wire_text(list ? wire_first(value) : value));
			int code = i >= ARRAY_LEN(wordy) - CODES;
			if (s.n && is_wordy(key, wordy[i]) && (!code || ascii_is_alpha(s.p[0])))
				return s;
		}
	}
	return (hn_str){ NULL, 0 };
}

hn_str wire_words_of(struct json_object *o)
{
	hn_str s = wordy_of(o);
	return s.n ? s : sentence_of(o);
}

/* Finds the outermost value that words() finds words in, level by level; NULL if there is none. */
static struct json_object *find(struct json_object *document, hn_str (*words)(struct json_object *))
{
	struct json_object *level[LOOKED_AT] = { document };
	size_t from = 0, n = 1;
	for (int depth = 0; depth < DEEPEST && from < n; depth++) {
		size_t to = n;
		for (; from < to; from++) {
			struct json_object *o = level[from];
			if (words(o).n)
				return o;
			if (json_object_is_type(o, json_type_array) && n < LOOKED_AT)
				level[n++] = wire_first(o);
			if (!json_object_is_type(o, json_type_object))
				continue;
			json_object_object_foreach(o, key, value)
			{
				(void)key;
				/* a string was looked at with the object, and by its name */
				if (n < LOOKED_AT && !json_object_is_type(value, json_type_string))
					level[n++] = value;
			}
		}
	}
	return NULL;
}

/* A member's name says more than its depth. */
struct json_object *wire_find_words(struct json_object *document)
{
	struct json_object *o = find(document, wordy_of);
	return o ? o : find(document, sentence_of);
}

/* Whether an object reports a failure by `success`, or by a code: an HTTP status of failure, or one
 * of the server's own numbers beyond those. */
static int is_failed(struct json_object *o)
{
	static const char *const codes[] = { "code", "status_code", "err_code", "error_code",
		"errcode", "status" };
	struct json_object *success = wire_member(o, "success");
	if (json_object_is_type(success, json_type_boolean) && !json_object_get_boolean(success))
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		hn_str s = wire_words(wire_member(o, codes[i]));
		char *end = NULL;
		long v = s.n ? strtol(s.p, &end, 10) : 0;
		if (s.n && end == s.p + s.n && (v < 0 || v >= 400))
			return wire_words_of(o).n > 0;
	}
	return 0;
}

/* Finds the error that a document without a reply certainly reports. */
static struct json_object *find_failed(struct json_object *root)
{
	struct json_object *base = wire_member(root, "base_resp");
	struct json_object *head = base ? base : wire_member(root, "header");
	if (is_failed(head))
		return head;
	if (!is_failed(root))
		return NULL;
	struct json_object *first = wire_first(wire_member(root, "errors"));
	return wire_words_of(first).n ? first : root;
}

/* Gives the error that a member of that name holds: of a list the first one; the whole document where
 * it is a mere mark, or words that others explain. */
static struct json_object *take_error(struct json_object *root, struct json_object *error)
{
	hn_str better;
	if (json_object_is_type(error, json_type_object))
		return error;
	if (json_object_is_type(error, json_type_array))
		return wire_first(error);
	better = wire_words_of(root);
	return better.n && !wire_same(better, wire_text(error)) ? root : error;
}

struct json_object *wire_find_error(struct json_object *document, int failed)
{
	struct json_object *root =
		json_object_is_type(document, json_type_array) ? wire_first(document) : document;
	struct json_object *error = wire_member(root, "error");
	if (truthy(error))
		return take_error(root, error);
	struct json_object *choices = wire_member(root, "choices");
	error = wire_member(wire_first(choices), "error");
	if (truthy(error))
		return error;
	hn_str object = wire_text(wire_member(root, "object"));
	if (str_is(object, "error") || (!choices && wire_member(root, "detail")))
		return root;
	error = choices && wire_first(choices) ? NULL : find_failed(root);
	if (error)
		return error;
	if (!failed)
		return NULL;
	error = wire_words_of(root).n ? NULL : wire_find_words(root);
	return error ? error : root;
}

hn_str wire_words_in(struct json_object *error)
{
	hn_str s = wire_trim(wire_text(error));
	s = s.n ? s : wire_words_of(error);
	return s.n ? s : wire_words_of(wire_find_words(error));
}

struct json_object *wire_find_list(struct json_object *document, struct json_object *error, hn_str first)
{
	static const char *const names[] = { "error", "errors", "detail", "details", "messages" };
	struct json_object *in[] = { document, error };
	for (size_t i = 0; i < 2 * ARRAY_LEN(names) + 1; i++) {
		struct json_object *list = i ? wire_member(in[(i - 1) % 2], names[(i - 1) / 2]) : document;
		if (json_object_is_type(list, json_type_array) && json_object_array_length(list) > 1 &&
			first.n && wire_same(wire_words_in(wire_first(list)), first))
			return list;
	}
	return NULL;
}

int wire_is_ping(hn_str word)
{
	struct wire_text words = { 0 };
	wire_text_add(&words, word);
	return wire_names((hn_str){ words.p, words.n }, "ping pong heartbeat* keepalive* keep_alive*") !=
	       NULL;
}

int wire_is_fault(hn_str word)
{
	struct wire_text words = { 0 };
	wire_text_add(&words, word);
	return wire_names((hn_str){ words.p, words.n },
		       "err errno errcode error* exception* fail* fatal fault*") != NULL;
}

/* Says whether one of the members that name what a document is makes is() true. */
static int is_named(struct json_object *document, int (*is)(hn_str word))
{
	static const char *const names[] = { "type", "event", "object", "status", "state", "code" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (is(wire_text(wire_member(document, names[i]))))
			return 1;
	return 0;
}

static int is_fine(hn_str words)
{
	return str_is(words, "ok") || str_is(words, "OK") ||
	       str_is(words, "0") || wire_is_unfinished(words) ||
	       wire_finish_of(words) == HN_FINISH_STOP;
}

/* Says whether an object has a member whose name means a failure, and which is not empty, zero or false. */
static int has_fault(struct json_object *o)
{
	if (!json_object_is_type(o, json_type_object))
		return 0;
	json_object_object_foreach(o, key, value)
	{
		if (truthy(value) && wire_is_fault((hn_str){ key, strlen(key) }) &&
			!(json_object_is_type(value, json_type_string) && is_fine(wire_trim(wire_text(value)))))
			return 1;
	}
	return 0;
}

/* A document with an empty list of choices is a chunk: what stands deep inside is a remark about the
 * prompt or the reply. */
int wire_says_something(struct json_object *document, hn_str event)
{
	struct json_object *choices = wire_member(document, "choices");
	hn_str words = wire_words_of(choices ? document : wire_find_words(document));
	if (wire_first(choices) || wire_is_ping(event) || is_named(document, wire_is_ping))
		return 0;
	return (words.n && !is_fine(words)) || is_named(document, wire_is_fault) || has_fault(document);
}
