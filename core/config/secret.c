/* SPDX-License-Identifier: MIT */
/*
 * secret: keys; where a value comes from, and taking it out of what is written.
 *
 * Every value that was ever read stays in the list of needles until the end: what was handed out is borrowed, and an old key that a
 * command has replaced is still not to be shown.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config/secret.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "config/key_like.h"
#include "config/paths.h"
#include "config/secret_command.h"
#include "hobnob/plugin.h"
#include "util/encoding.h"
#include "util/file.h"
#include "util/json.h"
#include "util/mem.h"

#define SHORTEST 4 /* a shorter text is not redacted: it would be found everywhere */
#define RUN_MOST 12 /* bytes: so long a run of a key is taken out, wherever in the key it stands; or half of the key */
#define GRAM 8 /* bytes: the shortest run */
#define REST 4 /* bytes of a key of less than two GRAM that may be missing from a run: it is often of common words */
#define GRAM_BITS 15
#define MARK "[secret]"

struct needle {
	char *p;
	size_t n;
	struct needle *next;
};

struct hn_secret {
	struct secrets *owner;
	enum secret_kind kind;
	char *text; /* the value or the path */
	char **argv; /* of a command */
	char *where;
	char *refused; /* values with this beginning are not given out, because of `because` */
	char *because;
	const struct needle *value; /* once it is known */
	struct hn_secret *next;
};

struct secrets {
	pthread_mutex_t lock; /* secrets may be asked for, and lines be redacted, on several threads */
	struct needle *needles; /* the longest first, or a part of it would spoil it */
	uint64_t grams[(1 << GRAM_BITS) / 64]; /* a bit for the hash of every GRAM bytes that stand in a needle */
	struct hn_secret *all;
};

struct secrets *secrets_new(void)
{
	struct secrets *s = xcalloc(1, sizeof *s);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

static void free_secret(struct hn_secret *s)
{
	wipe(s->text);
	for (char **arg = s->argv; arg && *arg; arg++)
		free(*arg);
	free(s->argv);
	free(s->where);
	free(s->refused);
	free(s->because);
	free(s);
}

void secrets_free(struct secrets *s)
{
	if (!s)
		return;
	while (s->all) {
		struct hn_secret *next = s->all->next;
		free_secret(s->all);
		s->all = next;
	}
	while (s->needles) {
		struct needle *next = s->needles->next;
		explicit_bzero(s->needles->p, s->needles->n);
		free(s->needles->p);
		free(s->needles);
		s->needles = next;
	}
	pthread_mutex_destroy(&s->lock);
	explicit_bzero(s, sizeof *s);
	free(s);
}

/* A hash of GRAM bytes: the number of a bit. */
static uint32_t gram_at(const char *p)
{
	uint64_t bytes;
	memcpy(&bytes, p, sizeof bytes);
	return (uint32_t)(bytes * UINT64_C(0x9E3779B97F4A7C15) >> (64 - GRAM_BITS));
}

/* Notes each gram of a text that is long enough for runs of it to be looked for. */
static void add_grams(struct secrets *s, hn_str text)
{
	for (size_t i = 0; text.n >= RUN_MOST && i + GRAM <= text.n; i++) {
		uint32_t gram = gram_at(text.p + i);
		s->grams[gram / 64] |= UINT64_C(1) << gram % 64;
	}
}

/* Puts a text into the list, or finds it there. The lock is held. */
static const struct needle *add_needle(struct secrets *s, hn_str text)
{
	struct needle **at = &s->needles;
	for (; *at && (*at)->n >= text.n; at = &(*at)->next)
		if ((*at)->n == text.n && !memcmp((*at)->p, text.p, text.n))
			return *at;
	struct needle *n = xmalloc(sizeof *n);
	*n = (struct needle){ str_dup(text), text.n, *at };
	*at = n;
	add_grams(s, text);
	return n;
}

/* Adds a form of a value that may be met in what is written, then wipes it. */
static void add_form(struct secrets *s, struct buf *form)
{
	if (form->n)
		add_needle(s, buf_str(form));
	if (form->p)
		explicit_bzero(form->p, form->n);
	buf_free(form);
}

/* Adds the value as it stands within a JSON string, slashes escaped or not. */
static void add_json_forms(struct secrets *s, hn_str value)
{
	struct json_object *o = json_of(value);
	for (int plain = 0; plain < 2; plain++) {
		size_t n = 0;
		const char *text = json_print(o, plain ? JSON_C_TO_STRING_NOSLASHESCAPE : 0, &n);
		struct buf form = BUF(BUF_NO_CAP);
		buf_add(&form, text + 1, n - 2);
		add_form(s, &form);
	}
	json_object_put(o);
}

/* Appends a byte as %XX. */
static void add_percent(struct buf *out, unsigned char byte, const char *digits)
{
	buf_addc(out, '%');
	buf_addc(out, digits[byte >> 4]);
	buf_addc(out, digits[byte & 15]);
}

/* Adds the value as it stands in a URL, escaped with these hexadecimal digits. */
static void add_url_form(struct secrets *s, hn_str value, const char *digits)
{
	struct buf form = BUF(BUF_NO_CAP);
	static const char kept[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	for (size_t i = 0; i < value.n; i++) {
		if (memchr(kept, value.p[i], sizeof kept - 1))
			buf_addc(&form, value.p[i]);
		else
			add_percent(&form, (unsigned char)value.p[i], digits);
	}
	add_form(s, &form);
}

/* From the first key on, a crash leaves no core file, which would hold it, and no other program of the user's reads
 * it out of our memory. A core_pattern that pipes into a program heeds no limit, so the process is not dumpable
 * either; under sanitizers it stays so, for LeakSanitizer traces it. Programs that we start are dumpable again, and
 * inherit the limit, which they may raise. */
static void leave_no_core(void)
{
	struct rlimit core;
	if (getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur) {
		core.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &core);
	}
#if defined __linux__ && !defined HOBNOB_SANITIZERS
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* Learns a value: from now on it is redacted everywhere. */
static const struct needle *learn(struct secrets *s, hn_str value)
{
	pthread_mutex_lock(&s->lock);
	leave_no_core();
	const struct needle *needle = add_needle(s, value);
	if (value.n >= SHORTEST) {
		add_json_forms(s, value);
		add_url_form(s, value, "0123456789ABCDEF");
		add_url_form(s, value, "0123456789abcdef");
	}
	pthread_mutex_unlock(&s->lock);
	return needle;
}

/* Learns a value that no option declares. */
void secrets_learn(struct secrets *s, hn_str value)
{
	learn(s, value);
}

/* Replaces every occurrence of a needle. */
static void replace(struct buf *text, const struct needle *needle)
{
	char *hit = memmem(text->p, text->n, needle->p, needle->n);
	if (!hit)
		return;
	struct buf out = BUF(BUF_NO_CAP);
	char *from = text->p, *end = text->p + text->n;
	for (; hit; hit = memmem(from, (size_t)(end - from), needle->p, needle->n)) {
		buf_add(&out, from, (size_t)(hit - from));
		buf_adds(&out, MARK);
		from = hit + needle->n;
	}
	buf_add(&out, from, (size_t)(end - from));
	out.max = text->max;
	free(text->p);
	*text = out;
}

/* How long a run of a key is taken out; a key shorter than RUN_MOST is as a whole only. */
static size_t run_least(size_t key_n)
{
	if (key_n < 2 * GRAM)
		return key_n - REST;
	return key_n / 2 < RUN_MOST ? key_n / 2 : RUN_MOST;
}

/* Bytes at p that stand in a needle as well, if they are enough to be taken out; else 0. n >= GRAM. */
static size_t run_of(const struct needle *needle, const char *p, size_t n)
{
	size_t least = run_least(needle->n), most = 0;
	const char *end = needle->p + needle->n, *at = needle->p;
	while ((at = memmem(at, (size_t)(end - at), p, GRAM))) {
		size_t k = GRAM, room = (size_t)(end - at);
		while (k < n && k < room && p[k] == at[k])
			k++;
		most = k > most ? k : most;
		at++;
	}
	return most >= least ? most : 0;
}

/* The longest run at p, of all needles. */
static size_t run_at(const struct secrets *s, const char *p, size_t n)
{
	uint32_t gram = gram_at(p);
	size_t most = 0;
	if (!(s->grams[gram / 64] >> gram % 64 & 1))
		return 0;
	for (const struct needle *needle = s->needles; needle && needle->n >= RUN_MOST; needle = needle->next) {
		size_t k = run_of(needle, p, n);
		most = k > most ? k : most;
	}
	return most;
}

/* Replaces every run. The needles are looked at only where the grams say that one may begin: a long text takes one hash a byte. */
static void replace_runs(const struct secrets *s, struct buf *text)
{
	struct buf out = BUF(BUF_NO_CAP);
	size_t from = 0;
	for (size_t i = 0; i + GRAM <= text->n;) {
		size_t k = run_at(s, text->p + i, text->n - i);
		if (k) {
			buf_add(&out, text->p + from, i - from);
			buf_adds(&out, MARK);
			from = i + k;
		}
		i += k ? k : 1;
	}
	if (!from)
		return;
	buf_add(&out, text->p + from, text->n - from);
	out.max = text->max;
	free(text->p);
	*text = out;
}

/* Takes all secrets out of a text: first those that are whole, then what was cut out of one: what a
 * server quotes may begin and end in the middle of a key. */
void secrets_redact(void *secrets, struct buf *text)
{
	struct secrets *s = secrets;
	pthread_mutex_lock(&s->lock);
	for (const struct needle *n = s->needles; n && text->n; n = n->next)
		if (n->n >= SHORTEST)
			replace(text, n);
	replace_runs(s, text);
	pthread_mutex_unlock(&s->lock);
}

/* 1 if a text holds a key, or what looks like one. */
int secrets_hold(struct secrets *secrets, hn_str text)
{
	struct buf copy = BUF(BUF_NO_CAP);
	buf_addstr(&copy, text);
	secrets_redact(secrets, &copy);
	int holds = copy.n != text.n || (text.n && memcmp(copy.p, text.p, text.n) != 0);
	buf_free(&copy);
	return holds || key_like(text);
}

static char **copy_argv(char *const *argv)
{
	size_t n = 0;
	while (argv && argv[n])
		n++;
	char **copy = xcalloc(n + 1, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(argv[i]);
	return copy;
}

/* Declares a secret. */
struct hn_secret *secret_new(struct secrets *owner, enum secret_kind kind, const char *text,
	char *const *argv, const char *where)
{
	struct hn_secret *s = xmalloc(sizeof *s);
	*s = (struct hn_secret){
		.owner = owner,
		.kind = kind,
		.text = xstrdup(text),
		.argv = kind == SECRET_COMMAND ? copy_argv(argv) : NULL,
		.where = xstrdup(where),
	};
	if (kind == SECRET_VALUE)
		learn(owner, str_of(text));
	pthread_mutex_lock(&owner->lock);
	s->next = owner->all;
	owner->all = s;
	pthread_mutex_unlock(&owner->lock);
	return s;
}

/* Where it is from. */
const char *secret_where(const struct hn_secret *s)
{
	return s->where;
}

/* What it is. */
enum secret_kind secret_kind(const struct hn_secret *s)
{
	return s->kind;
}

/* What gives it. */
const char *secret_from(const struct hn_secret *s)
{
	if (s->kind == SECRET_VALUE)
		return NULL;
	return s->kind == SECRET_FILE ? s->text : s->argv[0];
}

/* Sets the beginning that makes a value refused. */
void secret_refuse(struct hn_secret *s, const char *prefix, const char *because)
{
	free(s->refused);
	free(s->because);
	s->refused = xstrdup(prefix);
	s->because = xstrdup(because);
}

/* Takes a byte order mark and one line's end off what a file or a command gave. */
static hn_str trim(hn_str text)
{
	text = text_unmarked(text);
	if (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	if (text.n && text.p[text.n - 1] == '\r')
		text.n--;
	return text;
}

/* What keeps a value from being used: it goes into a header, where a line's end would begin another. NULL if nothing does. */
static const char *value_fault(const struct hn_secret *s, hn_str value)
{
	const char *hint, *why = text_fault(value, &hint);
	if (!value.n)
		return "is empty";
	if (why)
		return why + sizeof "it"; /* "the secret is UTF-16, not UTF-8" */
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7F)
			return "holds a line break or another control character";
	return s->refused && str_begins(value, s->refused) ? s->because : NULL;
}

/* 1 if both are printed by the same command. */
static int same_command(const struct hn_secret *a, const struct hn_secret *b)
{
	size_t i = 0;
	if (a->kind != SECRET_COMMAND || b->kind != SECRET_COMMAND)
		return 0;
	while (a->argv[i] && b->argv[i] && !strcmp(a->argv[i], b->argv[i]))
		i++;
	return !a->argv[i] && !b->argv[i];
}

/* The value, if it was read; what a command printed counts for every session that names the command. */
static const struct needle *known_value(const struct hn_secret *s)
{
	pthread_mutex_lock(&s->owner->lock);
	const struct needle *known = s->value;
	for (const struct hn_secret *other = s->owner->all; other && !known; other = other->next)
		if (same_command(s, other))
			known = other->value;
	pthread_mutex_unlock(&s->owner->lock);
	return known;
}

/* Reads the value from where it is. */
static int32_t fetch(
	const struct hn_secret *s, const struct secret_wait *wait, struct buf *out, struct fault *f)
{
	if (s->kind == SECRET_COMMAND)
		return secret_command(s->argv, s->where, wait, out, f);
	if (s->kind == SECRET_VALUE)
		return buf_adds(out, s->text);
	int32_t rc = file_read(s->text, SECRET_MAX, out, f);
	if (rc)
		fault_name(f, s->where);
	return rc;
}

/* The value, read the first time. */
int32_t secret_value(struct hn_secret *s, const struct secret_wait *wait, hn_str *out, struct fault *f)
{
	const struct needle *known = known_value(s);
	struct buf read = BUF(BUF_NO_CAP);
	int32_t rc = known ? 0 : fetch(s, wait, &read, f);
	if (rc == 0) {
		hn_str value = known                   ? (hn_str){ known->p, known->n }
			       : s->kind == SECRET_VALUE ? text_unmarked(buf_str(&read))
							 : trim(buf_str(&read));
		const char *fault = value_fault(s, value);
		if (fault)
			rc = fault_set(f, HN_ERR_CONFIG, NULL, "%s: the secret %s", s->where, fault);
		else if (!known)
			known = learn(s->owner, value);
	}
	if (read.p)
		explicit_bzero(read.p, read.n);
	buf_free(&read);
	if (rc < 0)
		return rc;
	pthread_mutex_lock(&s->owner->lock);
	s->value = known;
	pthread_mutex_unlock(&s->owner->lock);
	*out = (hn_str){ known->p, known->n }; /* NOLINT(clang-analyzer-core.NullDereference): what was read is known */
	return 0;
}

/* Forgets a value that can be fetched again. */
int secret_forget(struct hn_secret *s)
{
	if (s->kind == SECRET_VALUE)
		return 0;
	pthread_mutex_lock(&s->owner->lock);
	for (struct hn_secret *other = s->owner->all; other; other = other->next)
		if (other == s || same_command(s, other))
			other->value = NULL;
	pthread_mutex_unlock(&s->owner->lock);
	return 1;
}
