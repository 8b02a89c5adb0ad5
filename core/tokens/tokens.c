/* SPDX-License-Identifier: MIT */
/*
 * tokens: how many tokens a text will be.
 *
 * Tokenizers differ by vendor and model, and their vocabularies are megabytes; an estimate that
 * corrects itself is enough to trim and to guard a budget. What they have in common is the shape
 * that is imitated here: a text falls into pieces (a word, which takes its leading space with it;
 * digits by threes; punctuation; a run of spaces; a run of another script), and each piece has a
 * cost. A word's length and pairs of letters say whether a vocabulary has it whole: "tion"
 * is cheap, "xq" is not, and German is dearer than English. Every byte is looked at once: ASCII by
 * a table, the rest by ranges, of which the last one found mostly fits again.
 */
#include "tokens/tokens_private.h"

#include <string.h>

#include "util/utf8.h"

#define LEAST 256 /* 1/1024 token that any word costs */
#define SPACES_FROM 2
#define SPACES_MOST 64 /* in one token */
#define NEWLINES_MOST 16

#define HALF_MOST 2 /* tokens that half a character may cost beyond its byte, being replaced */

/* Characters from `first` to the next row's. */
struct range {
	uint32_t first;
	uint8_t kind, index; /* index: which accent, which script */
};

/* clang-format off */
enum { U = UPPER, L = LOWER, D = DIGIT, S = SPACE, N = NEWLINE, P = PUNCTUATION };
static const uint8_t ascii[128] = {
	P, P, P, P, P, P, P, P, P, S, N, P, P, N, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	S, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P,
	P, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
	U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, P,
	P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, P,
};

static const struct range ranges[] = {
	{ 0x0080, PUNCTUATION, 0 },
	{ 0x00A0, SPACE, 0 },
	{ 0x00A1, PUNCTUATION, 0 },
	{ 0x00C0, ACCENTED, 0 },
	{ 0x0100, ACCENTED, 1 },
	{ 0x0250, ACCENTED, 2 },
	{ 0x0300, OTHER, COMBINING },
	{ 0x0370, OTHER, GREEK },
	{ 0x0400, OTHER, CYRILLIC },
	{ 0x0530, OTHER, ARMENIAN },
	{ 0x0590, OTHER, HEBREW },
	{ 0x0600, OTHER, ARABIC },
	{ 0x0780, OTHER, RARE },
	{ 0x0900, OTHER, DEVANAGARI },
	{ 0x0964, PUNCTUATION, 0 },
	{ 0x0966, OTHER, DEVANAGARI },
	{ 0x0980, OTHER, BENGALI },
	{ 0x0B80, OTHER, TAMIL },
	{ 0x0C00, OTHER, TELUGU },
	{ 0x0D80, OTHER, SINHALA },
	{ 0x0E00, OTHER, THAI },
	{ 0x0E80, OTHER, RARE },
	{ 0x10A0, OTHER, GEORGIAN },
	{ 0x1100, OTHER, HANGUL },
	{ 0x1200, OTHER, ETHIOPIC },
	{ 0x13A0, OTHER, RARE },
	{ 0x1780, OTHER, KHMER },
	{ 0x1800, OTHER, RARE },
	{ 0x1E00, ACCENTED, 3 },
	{ 0x1F00, OTHER, GREEK },
	{ 0x2000, PUNCTUATION, 0 },
	{ 0x200C, OTHER, JOINER },
	{ 0x200E, PUNCTUATION, 0 },
	{ 0x2070, OTHER, SIGN },
	{ 0x2500, OTHER, BOX },
	{ 0x2600, OTHER, DINGBAT },
	{ 0x27C0, OTHER, SIGN },
	{ 0x2C00, OTHER, RARE },
	{ 0x3000, OTHER, CJK_MARK },
	{ 0x3040, OTHER, HIRAGANA },
	{ 0x30A0, OTHER, KATAKANA },
	{ 0x3100, OTHER, RARE },
	{ 0x3400, OTHER, HAN_RARE },
	{ 0x4E00, OTHER, HAN },
	{ 0xA000, OTHER, RARE },
	{ 0xAC00, OTHER, HANGUL },
	{ 0xD7B0, OTHER, RARE },
	{ 0xF900, OTHER, HAN_RARE },
	{ 0xFB00, OTHER, ARABIC },
	{ 0xFE00, OTHER, JOINER },
	{ 0xFE10, OTHER, RARE },
	{ 0xFF00, OTHER, FULL_WIDTH },
	{ 0xFFF0, OTHER, RARE },
	{ 0x1F000, OTHER, EMOJI },
	{ 0x1F1E6, OTHER, FLAG },
	{ 0x1F200, OTHER, EMOJI },
	{ 0x1F3FB, OTHER, SKIN },
	{ 0x1F400, OTHER, EMOJI },
	{ 0x1FB00, OTHER, RARE },
	{ 0x20000, OTHER, HAN_RAREST },
	{ 0x40000, OTHER, RARE },
	{ 0x110000, OTHER, RARE }, /* the end */
};
/* clang-format on */

/* Where the reader is. */
struct reader {
	const char *p, *end;
	const struct tokens_weights *w;
	const struct range *range; /* of the character at p, if that is not ASCII */
	uint32_t cp; /* the character at p */
	size_t n; /* its length */
	enum kind before; /* the piece in front */
};

/* The row of a character beyond ASCII. */
static const struct range *range_of(uint32_t cp)
{
	size_t low = 0, high = sizeof ranges / sizeof *ranges - 1;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (ranges[middle].first <= cp)
			low = middle;
		else
			high = middle;
	}
	return &ranges[low];
}

/* 1 if the bytes s[1] up to s[n - 1] are continuation. */
static inline int goes_on(const unsigned char *s, size_t n)
{
	return (s[1] & 0xC0) == 0x80 && (n < 3 || (s[2] & 0xC0) == 0x80) &&
	       (n < 4 || (s[3] & 0xC0) == 0x80);
}

/* As utf8_decode for whole characters beyond ASCII; 0 for all else, which is rare. */
static inline size_t decode(const char *text, size_t left, uint32_t *cp)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

	if (n == 0 || left < n || !goes_on(s, n))
		return 0;
	if (n == 2) {
		*cp = (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu);
		return 2;
	}
	if (n == 3) {
		*cp = (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
		return *cp < 0x800 || (*cp >= 0xD800 && *cp <= 0xDFFF) ? 0 : 3;
	}
	*cp = (s[0] & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 | (s[2] & 0x3Fu) << 6 | (s[3] & 0x3Fu);
	return *cp < 0x10000 || *cp > 0x10FFFF ? 0 : 4;
}

/* The kind of the character at p, which is not ASCII. */
static enum kind look_further(struct reader *r)
{
	size_t left = (size_t)(r->end - r->p);

	r->n = decode(r->p, left, &r->cp);
	if (r->n == 0)
		r->n = utf8_decode(r->p, left, &r->cp);
	if (r->n == 0)
		r->n = left;
	if (r->cp < r->range[0].first || r->cp >= r->range[1].first)
		r->range = range_of(r->cp);
	return (enum kind)r->range->kind;
}

/* The kind of the character at p. */
static inline enum kind look(struct reader *r)
{
	if (r->p == r->end)
		return NOTHING;
	unsigned char c = (unsigned char)*r->p;
	if (c >= 0x80)
		return look_further(r);
	r->cp = c;
	r->n = 1;
	return (enum kind)ascii[c];
}

/* What a word of that many letters costs before its letters are looked at. */
static int64_t length_cost(const struct tokens_weights *w, size_t length)
{
	size_t most = WORD_LENGTHS - 1;

	return length <= most ? w->word[length]
			      : w->word[most] + (int64_t)(length - most) * w->word_more;
}

/* Takes a run of ASCII letters in lower case, as most are, and adds what their pairs cost. */
static inline size_t lower_letters(struct reader *r, unsigned *last, int64_t *sum)
{
	const char *p = r->p;
	unsigned before = *last;
	int64_t pairs = 0;

	for (; p < r->end && *p >= 'a' && *p <= 'z'; p++) {
		unsigned code = *p & 31u;

		pairs += r->w->pair[before][code];
		before = code;
	}
	size_t n = (size_t)(p - r->p);
	r->p = p;
	*last = before;
	*sum += pairs;
	return n;
}

/* A word of Latin letters: camelCase is two, a run of capitals goes with what follows. */
static int64_t word(struct reader *r, enum kind kind)
{
	const struct tokens_weights *w = r->w;
	int64_t sum = w->bare[r->before];
	size_t length = 0;
	unsigned last = 0;

	for (int upper = 1; kind <= ACCENTED && (kind != UPPER || upper); kind = look(r)) {
		upper = kind == UPPER;
		if (kind == LOWER) {
			length += lower_letters(r, &last, &sum);
			continue;
		}
		unsigned code = upper ? r->cp & 31 : 0;
		if (kind == ACCENTED)
			sum += w->accent[r->range->index];
		sum += w->pair[last][code];
		last = code;
		length++;
		r->p += r->n;
	}
	sum += w->pair[last][0] + length_cost(w, length);
	return sum < LEAST ? LEAST : sum;
}

/* Takes a run of one kind and says how many characters it was. */
static size_t run(struct reader *r, enum kind kind)
{
	size_t n = 0;

	for (; look(r) == kind; n++)
		r->p += r->n;
	return n;
}

/* Digits, by threes. */
static int64_t digits(struct reader *r)
{
	size_t n = run(r, DIGIT);

	return (int64_t)((n + 2) / 3) * r->w->three_digits +
	       (r->before == SPACE ? r->w->digits_spaced : 0);
}

/* Spaces: one alone belongs to what follows. */
static int64_t spaces(struct reader *r)
{
	int tab = *r->p == '\t';
	size_t n = run(r, SPACE);

	if (n < SPACES_FROM)
		return tab ? r->w->tab : 0;
	return (int64_t)((n + SPACES_MOST - SPACES_FROM) / SPACES_MOST) * r->w->spaces;
}

static int64_t newlines(struct reader *r)
{
	const struct tokens_weights *w = r->w;
	size_t n = run(r, NEWLINE);
	int64_t more = (int64_t)((n + NEWLINES_MOST - 2) / NEWLINES_MOST) * w->newline_more;

	if (r->before == PUNCTUATION)
		return w->newline_joined + more;
	return (r->before == SPACE ? w->newline_spaced : w->newline) + more;
}

/* Punctuation: more of it is cheaper, and of the same almost free. */
static int64_t marks(struct reader *r)
{
	const struct tokens_weights *w = r->w;
	int64_t sum = w->mark + (r->before == SPACE ? w->mark_spaced : 0);
	uint32_t last = r->cp;
	enum kind next;

	r->p += r->n;
	for (size_t n = 0; (next = look(r)) == PUNCTUATION; n++) {
		sum += r->cp == last ? w->mark_same : w->mark_more[n < 2 ? n : 2];
		last = r->cp;
		r->p += r->n;
	}
	return sum + (next <= ACCENTED ? w->mark_word : 0);
}

/* Takes the characters of the present range. */
static size_t same_range(struct reader *r)
{
	uint32_t cp, first = r->range[0].first, width = r->range[1].first - first;
	const char *p = r->p;
	size_t taken = 0, n;

	while (p < r->end && (n = decode(p, (size_t)(r->end - p), &cp)) && cp - first < width) {
		p += n;
		taken++;
	}
	r->p = p;
	return taken;
}

/* A run of another script, which may have several ranges. */
static int64_t others(struct reader *r)
{
	unsigned script = r->range->index;
	size_t n = 0;

	do {
		r->p += r->n;
		n += 1 + same_range(r);
	} while (look(r) == OTHER && r->range->index == script);
	return (int64_t)n * r->w->script[script].each + r->w->script[script].run;
}

/* Takes one piece that is not a word and returns its cost. */
static int64_t piece(struct reader *r, enum kind kind)
{
	switch (kind) {
	case DIGIT:
		return digits(r);
	case SPACE:
		return spaces(r);
	case NEWLINE:
		return newlines(r);
	case PUNCTUATION:
		return marks(r);
	default:
		return others(r);
	}
}

/* The kind of the piece at p; of one space and a word in lower case, as most text is, the word's. */
static inline enum kind look_past_space(struct reader *r)
{
	if (r->end - r->p > 1 && r->p[0] == ' ' && r->p[1] >= 'a' && r->p[1] <= 'z') {
		r->p++;
		r->before = SPACE;
		return LOWER;
	}
	return look(r);
}

/* The estimate for one of the vocabularies, each of which has a token for a byte. */
int64_t tokens_prior_in(enum tokens_vocabulary vocabulary, hn_str text)
{
	struct reader r = {
		.p = text.p,
		.end = text.n ? text.p + text.n : text.p,
		.w = &tokens_weights[vocabulary],
		.range = ranges,
		.before = NOTHING,
	};
	int64_t sum = 0;

	for (enum kind kind; (kind = look_past_space(&r)) != NOTHING;) {
		int64_t cost = kind <= ACCENTED ? word(&r, kind) : piece(&r, kind);

		sum += cost > 0 ? cost : 0;
		r.before = kind < LETTERS ? LETTERS : kind;
	}
	sum = sum == 0 && text.n > 0 ? 1 : (sum + 1023) / 1024;
	return sum < (int64_t)text.n + HALF_MOST ? sum : (int64_t)text.n + HALF_MOST;
}

/* 1 if the model is `name`, or `name` followed by a version or a date. */
static int is_of(const char *model, const char *name)
{
	size_t n = strlen(name);

	return strncmp(model, name, n) == 0 && (model[n] == '\0' || strchr("-:@", model[n]));
}

/* The vocabulary that a model's name implies. */
enum tokens_vocabulary tokens_vocabulary(const char *model)
{
	static const char *const old[] = { "gpt-4", "gpt-3.5", "gpt-3.5-turbo", "gpt-35-turbo" };
	const char *vendor = strrchr(model, '/');

	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		if (is_of(vendor ? vendor + 1 : model, old[i]))
			return TOKENS_CL100K;
	return TOKENS_O200K;
}
