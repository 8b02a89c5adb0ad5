/* SPDX-License-Identifier: MIT */
/*
 * test_bounds: the renderer of Markdown whatever comes: a whole reply, any split of it, and hostile text, whose work is
 * counted and whose memory is weighed. HOBNOB_TEST_SPLITS is how many random splits are tried, if not 300.
 */
#include "config.h"

#include "../unit.h"

#include <malloc.h>

#include "../markdown_screen.h"

/* ---- a whole reply -------------------------------------------------------------------------------- */

/* A file of tests/data/markdown; the caller frees it. */
static struct buf data(const char *name)
{
	char path[600], relative[100];
	struct buf out = BUF(BUF_NO_CAP);
	char bytes[4096];
	size_t n;

	snprintf(relative, sizeof relative, "markdown/%s", name);
	UNIT_DATA(path, relative);
	FILE *f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_add(&out, bytes, n);
	fclose(f);
	ck_assert(out.n > 0);
	return out;
}

START_TEST(a_whole_reply_is_as_it_was_designed)
{
	static const unsigned columns[] = { 80, 50, 20 };
	struct buf reply = data("reply.md");

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		char name[32];
		struct screen s;
		snprintf(name, sizeof name, "reply.%u", columns[i]);
		struct buf golden = data(name);
		screen_open(&s, columns[i], &all_looks);
		struct md *md = md_new(&s.options);
		md_feed(md, buf_str(&reply));
		md_finish(md);
		const char *out = screen_take(&s);
		ck_assert_msg(!strcmp(out, golden.p), "at %u columns:\n%s", columns[i], out);
		ck_assert_int_eq(s.unclosed, 0);
		md_free(&md);
		buf_free(&s.cells);
		buf_free(&golden);
	}
	buf_free(&reply);
}
END_TEST

/* ---- any pause ------------------------------------------------------------------------------------- */

/* Takes out what a pause may add: blanks, newlines and the marks of quotes. */
static void squeeze(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++)
		if (!strchr(" \n>", *p))
			*to++ = *p;
	*to = '\0';
}

/* Renders with a pause after so many bytes, twice: there is nothing to end any more. */
static char *paused(const struct buf *reply, size_t at)
{
	struct screen s;

	screen_open(&s, 40, md_looks_of(MD_THEME_PLAIN, NULL, 0));
	struct md *md = md_new(&s.options);
	md_feed(md, (hn_str){ reply->p, at });
	md_pause(md);
	ck_assert_uint_eq(md_column(md), 0);
	size_t bytes = s.bytes;
	md_pause(md);
	ck_assert_uint_eq(s.bytes, bytes);
	if (bytes) /* it ends a row */
		ck_assert(s.cells.p[s.cells.n - 1] == '\n');
	md_feed(md, (hn_str){ reply->p + at, reply->n - at });
	md_finish(md);
	char *out = strdup(screen_take(&s));
	md_free(&md);
	buf_free(&s.cells);
	return out;
}

START_TEST(a_pause_anywhere_loses_nothing)
{
	struct buf reply = data("reply.md");
	char *whole = paused(&reply, 0);

	squeeze(whole);
	for (size_t at = 1; at <= reply.n; at += 3) {
		char *out = paused(&reply, at);

		squeeze(out);
		ck_assert_msg(!strcmp(out, whole), "after %zu bytes:\n%s", at, out);
		free(out);
	}
	free(whole);
	buf_free(&reply);
}
END_TEST

/* ---- any split ------------------------------------------------------------------------------------- */

/* A generator of its own, so that the same numbers come everywhere. */
static uint32_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* Markdown that nobody wrote: marks, words and newlines in no order. */
static void babble(struct buf *out, uint64_t *seed, size_t pieces)
{
	static const char *const parts[] = { "*", "**", "_", "__", "~~", "`", "``", "```", "\n", "\n\n", " ", "  ", "    ", "[", "](", ")", "![",
		"](http://a.org/b_c)", "<", ">", "> ", "- ", "1. ", "# ", "---", "|", "| a | b |\n|---|:-:|\n", "| c |", "$", "$$", "\\(", "\\)", "\\",
		"&", "&amp;", "https://x.org/", "word", "a", "longer_word", "日本", "。", "「", "한국", "👩\u200d👧", "🇩🇪", "e\u0301", "\u200d", "é",
		"```c\n", "int x = 1; // y\n", "\"", "'", "/*", "*/", "\t", "===", "\xe2\x82", "\xff", "<br>", "5", "~" };

	for (size_t i = 0; i < pieces; i++)
		buf_adds(out, parts[next(seed) % (sizeof parts / sizeof *parts)]);
}

/* The cells that a text becomes if it comes in pieces of up to most bytes. */
static void render(struct screen *s, hn_str text, uint64_t *seed, size_t most, unsigned columns)
{
	screen_open(s, columns, &all_looks);
	struct md *md = md_new(&s->options);
	while (text.n) {
		size_t n = 1 + next(seed) % most;
		n = n < text.n ? n : text.n;
		md_feed(md, (hn_str){ text.p, n });
		text.p += n;
		text.n -= n;
	}
	md_finish(md);
	screen_style(s, 1);
	md_free(&md);
}

START_TEST(no_cell_depends_on_how_the_text_is_cut)
{
	static const size_t most[] = { 1, 3, 8, 40, 700 };
	const char *wanted = getenv("HOBNOB_TEST_SPLITS");
	struct buf reply = data("reply.md");
	uint64_t seed = 4711;

	for (long i = 0, n = wanted ? strtol(wanted, NULL, 10) : 300; i < n; i++) {
		struct buf text = BUF(BUF_NO_CAP);
		struct screen whole, cut;
		unsigned columns = (const unsigned[]){ 80, 33, 12, 0 }[i % 4];
		if (i % 8 == 0)
			buf_addstr(&text, buf_str(&reply));
		else
			babble(&text, &seed, 20 + next(&seed) % 150);
		render(&whole, buf_str(&text), &seed, 1u << 30, columns);
		render(&cut, buf_str(&text), &seed, most[i % 5], columns);
		ck_assert_msg(whole.cells.n == cut.cells.n && !memcmp(whole.cells.p, cut.cells.p, whole.cells.n),
			"split %ld of:\n%s\n---- whole:\n%s\n---- cut:\n%s", i, text.p, whole.cells.p, cut.cells.p);
		ck_assert_int_eq(whole.unclosed + cut.unclosed, 0);
		buf_free(&whole.cells);
		buf_free(&cut.cells);
		buf_free(&text);
	}
	buf_free(&reply);
}
END_TEST

/* ---- hostile text ---------------------------------------------------------------------------------- */

/* Something that is repeated until the text is as long as is wanted. */
struct hostile {
	const char *name, *before, *again, *after;
};

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A200 A50 A50 A50 A50

static const struct hostile hostiles[] = {
	{ "quotes", "", "> ", "a" },
	{ "quotes without blanks", "", ">", "a" },
	{ "a line of letters", "", "a", "" },
	{ "a line of words", "", "word ", "" },
	{ "a line of blanks", "", " ", "a" },
	{ "blanks in a line", "a", " ", "b" },
	{ "a line of dashes", "", "-", "" },
	{ "a line of items", "", "- ", "a" },
	{ "a line of numbers", "", "1. ", "a" },
	{ "stars", "a ", "*", "" },
	{ "openers", "", "*a ", "" },
	{ "strong openers", "", "**a ", "" },
	{ "both openers", "", "*a **b _c ", "" },
	{ "closers", "", "*a* ", "" },
	{ "nested emphasis", "*a", " *a **b** c*", "" },
	{ "brackets", "", "[", "" },
	{ "closing brackets", "a", "]", "" },
	{ "brackets and openers", "", "[*", "" },
	{ "links that never end", "", "[a](b", "" },
	{ "links that fail", "", "[a](b c ", "" },
	{ "links in parentheses", "[a](", "(", "" },
	{ "images", "", "![", "" },
	{ "links", "", "[a](b) ", "" },
	{ "links of links", "[", "[a](b)", "](c)" },
	{ "an endless address", "[a](", "b", ")" },
	{ "back-quotes", "a ", "`", "" },
	{ "back-quotes of all lengths", "a", " `b ``c ```d ````e `````f", "" },
	{ "dollars", "a ", "$", "" },
	{ "maths that fails", "", "$a ", "" },
	{ "backslashes", "", "\\", "" },
	{ "parentheses of maths", "", "\\(a", "" },
	{ "entities", "", "&am", "" },
	{ "everything unclosed", "", "**a `b [c](d $e ~~f ![g _h \\(", "" },
	{ "a bare address", "https://", "a_*b[", "" },
	{ "a row", "|", "a|", "" },
	{ "a wide table", "|a|a|\n|-|-|\n|", "a|", "" },
	{ "headers", "", "|a\n", "" },
	{ "rows", "|a|b|\n|-|-|\n", "|c|\n", "" },
	{ "records", "|" A200 A200 A200 "|b|c|d|e|f|g|h|i|\n|-|-|-|-|-|-|-|-|-|\n", "|c|\n", "" },
	{ "tables", "", "|a|\n|-|\n|b|\n\n", "" },
	{ "dashes below a header", "|a|\n|", "-", "" },
	{ "fences", "", "```\n", "" },
	{ "a long fence", "", "`", "x" },
	{ "blanks in a fence", "```\n", " ", "" },
	{ "lines of a fence", "```c\n", "int x; /* */ \"a\" ", "\n```" },
	{ "quotes of code", "```python\n", "\"", "\n```" },
	{ "a line of maths", "$$", "a", "" },
	{ "maths", "$$\n", "a\n", "$$" },
	{ "joiners", "a", "\u200d", "" },
	{ "a family of everybody", "👩", "\u200d👧", "" },
	{ "accents", "e", "\u0301", "" },
	{ "flags", "", "🇩", "" },
	{ "right to left", "", "\u05d0\u05d1 ", "" },
	{ "bidirectional controls", "", "\u202e\u2066a*", "" },
	{ "bidirectional controls as they are shown", "", "<U+202E>_", "" },
	{ "hidden tags", "a", "\U000e0041", "" },
	{ "ideographs", "", "日", "" },
	{ "opening brackets of ideographs", "", "「", "" },
	{ "half characters", "", "\xe2\x82", "" },
	{ "hashes", "", "#", "" },
	{ "headings", "", "# a\n", "" },
	{ "newlines", "", "\n", "" },
};

/* What a renderer did, and what it wrote last. */
struct toll {
	uint64_t work;
	size_t text, bytes, memory;
	char last[200];
};

static void note(void *ud, hn_str piece)
{
	struct toll *toll = ud;
	size_t n = piece.n < sizeof toll->last - 1 ? piece.n : sizeof toll->last - 1;

	toll->bytes += piece.n;
	memcpy(toll->last, piece.p + piece.n - n, n);
	toll->last[n] = '\0';
}

static unsigned forty(void *ud)
{
	(void)ud;
	return 40;
}

static const char farewell[] = "\n\n```\n\n$$\n\n```\n\nAll is *well*.\n";

/* Renders so many repetitions, in pieces of 64 bytes; prose: as text that is not Markdown. */
static struct toll attack(const struct hostile *h, size_t times, int prose)
{
	struct toll toll = { 0 };
	struct md_options options = { .looks = &all_looks, .columns = forty, .write = note, .ud = &toll, .unicode = 1, .osc8 = 1 };
	options.prose = prose ? MD_DIM : 0;
	options.indent = prose ? 2 : 0;
	struct buf text = BUF(BUF_NO_CAP);

	buf_adds(&text, h->before);
	for (size_t i = 0; i < times; i++)
		buf_adds(&text, h->again);
	buf_adds(&text, h->after);
	struct md *md = md_new(&options);
	size_t before = mallinfo2().uordblks, most = 0;
	for (size_t i = 0; i < text.n; i += 64) {
		md_feed(md, (hn_str){ text.p + i, text.n - i < 64 ? text.n - i : 64 });
		size_t now = mallinfo2().uordblks;
		most = now > before && now - before > most ? now - before : most;
	}
	md_finish(md);
	toll.work = md_work(md);
	toll.text = text.n;
	toll.memory = md_size() + most;
	md_feed(md, str_of(farewell));
	md_finish(md);
	md_free(&md);
	buf_free(&text);
	return toll;
}

START_TEST(hostile_text_costs_bounded_memory_and_linear_time)
{
	for (size_t i = 0; i < sizeof hostiles / sizeof *hostiles; i++) {
		const struct hostile *h = &hostiles[i];
		struct toll small = attack(h, 5000, 0), large = attack(h, 40000, 0);
		ck_assert_msg(large.memory <= 128u << 10, "%s: %zu bytes", h->name, large.memory);
		ck_assert_msg(large.work <= 9 * small.work, "%s: %llu steps for %zu bytes, %llu for %zu", h->name,
			(unsigned long long)small.work, small.text, (unsigned long long)large.work, large.text);
		ck_assert_msg(large.work <= 64 * large.text, "%s: %.1f steps a byte", h->name, (double)large.work / (double)large.text);
		ck_assert_msg(large.bytes <= 64 * large.text, "%s: %.1f bytes a byte", h->name, (double)large.bytes / (double)large.text);
		const char *end = strstr(large.last, "All is ");
		ck_assert_msg(end && !strcmp(end, "All is \033[3mwell\033[0m.\n"), "%s: \"%s\"", h->name, large.last);
	}
}
END_TEST

START_TEST(hostile_prose_costs_no_more)
{
	for (size_t i = 0; i < sizeof hostiles / sizeof *hostiles; i++) {
		const struct hostile *h = &hostiles[i];
		struct toll small = attack(h, 5000, 1), large = attack(h, 40000, 1);
		ck_assert_msg(large.memory <= 128u << 10, "%s: %zu bytes", h->name, large.memory);
		ck_assert_msg(large.work <= 9 * small.work && large.work <= 4 * large.text, "%s: %llu steps for %zu bytes, %llu for %zu", h->name,
			(unsigned long long)small.work, small.text, (unsigned long long)large.work, large.text);
		ck_assert_msg(strstr(large.last, "\n  \033[2mAll is *well*.\033[0m\n"), "%s: \"%s\"", h->name, large.last);
	}
}
END_TEST

START_TEST(ten_megabytes_without_a_newline)
{
	static const char *const again[] = { "a", "word ", "**a `b [c](d ", "日", "\u0301" };

	for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
		struct hostile h = { "ten megabytes", "", again[i], "" };
		struct toll toll = attack(&h, (10u << 20) / strlen(again[i]), 0);
		ck_assert_uint_le(toll.memory, 128u << 10);
		ck_assert_uint_le(toll.work, 24 * (uint64_t)toll.text);
		ck_assert_msg(strstr(toll.last, "All is \033[3mwell\033[0m.\n") != NULL, "%s", toll.last);
	}
}
END_TEST

/* Looked at to its end for each row, this would take minutes. */
START_TEST(a_word_of_megabytes_in_one_piece)
{
	struct screen s;

	screen_open(&s, 80, &all_looks);
	struct md *md = md_new(&s.options);
	char *text = malloc((size_t)4 << 20);

	memset(text, 'z', (size_t)4 << 20);
	md_feed(md, (hn_str){ text, (size_t)4 << 20 });
	md_finish(md);
	md_free(&md);
	buf_free(&s.cells);
	free(text);
}
END_TEST

START_TEST(nothing_of_hostile_text_is_lost)
{
	static const char *const texts[] = { "> > > > > > > > > > > > > > > > > > > > a", "|a|b|c\n|-|-|\n|d", "**a `b [c](d $e ~~f ![g _h \\(i" };
	static const char *const shown[] = {
		"⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ "
		"⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ > > > > a\n",
		"|a|b|c\n|-|-|\n|d\n",
		"**a `b [c](d $e ~~f ![g _h (i\n",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct screen s;
		screen_open(&s, 80, &all_looks);
		struct md *md = md_new(&s.options);
		md_feed(md, str_of(texts[i]));
		md_finish(md);
		ck_assert_str_eq(screen_take(&s), shown[i]);
		md_free(&md);
		buf_free(&s.cells);
	}
}
END_TEST

START_TEST(a_table_of_a_thousand_columns_is_text)
{
	struct buf text = BUF(BUF_NO_CAP);
	struct screen s;

	for (int line = 0; line < 3; line++) {
		for (int i = 0; i < 1000; i++)
			buf_adds(&text, line == 1 ? "|-" : "|a");
		buf_adds(&text, "|\n");
	}
	screen_open(&s, 0, &all_looks);
	struct md *md = md_new(&s.options);
	md_feed(md, buf_str(&text));
	md_finish(md);
	ck_assert_str_eq(screen_take(&s), text.p);
	md_feed(md, str_of("| *a* |\n|---|\n"));
	md_finish(md);
	ck_assert_str_eq(screen_take(&s), "| ⟨b+i⟩a⟨/⟩ |\n|---|\n");
	md_free(&md);
	buf_free(&s.cells);
	buf_free(&text);
}
END_TEST

/* ---- colours --------------------------------------------------------------------------------------- */

/* A channel, 0 to 255, as the light it gives. */
static double light(unsigned c)
{
	double x = c / 255.0, y = (x + 0.055) / 1.055, z = 1;

	if (x <= 0.03928)
		return x / 12.92;
	/* y to the power 2.4: y * y * (y * y) ^ (1 / 5), the fifth root by Newton's method */
	for (int i = 0; i < 50; i++)
		z -= (z * z * z * z * z - y * y) / (5 * z * z * z * z);
	return y * y * z;
}

/* The luminance of a colour of SGR as xterm shows it: 30-37, 90-97 or 38;5;N. */
static double luminance(const char *sgr)
{
	static const unsigned char names[16][3] = { { 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 }, { 0, 0, 238 }, { 205, 0, 205 },
		{ 0, 205, 205 }, { 229, 229, 229 }, { 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 }, { 255, 255, 0 }, { 92, 92, 255 },
		{ 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 } };
	static const unsigned char steps[] = { 0, 95, 135, 175, 215, 255 };
	long n = strtol(strncmp(sgr, "38;5;", 5) ? sgr : sgr + 5, NULL, 10);
	unsigned rgb[3];

	ck_assert_msg((n >= 30 && n <= 37) || (n >= 90 && n <= 97) || (!strncmp(sgr, "38;5;", 5) && n >= 16 && n < 256), "%s", sgr);
	for (int i = 0; i < 3; i++) {
		if (strncmp(sgr, "38;5;", 5) != 0)
			rgb[i] = names[n < 90 ? n - 30 : n - 82][i];
		else if (n >= 232)
			rgb[i] = (unsigned)(8 + 10 * (n - 232));
		else
			rgb[i] = steps[(n - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6];
	}
	return 0.2126 * light(rgb[0]) + 0.7152 * light(rgb[1]) + 0.0722 * light(rgb[2]);
}

/* On the backgrounds of that theme a colour has a contrast of 4.5 or more, which WCAG asks for. */
static void can_be_read(int theme, const char *sgr)
{
	double l = luminance(sgr);

	if (theme != MD_THEME_LIGHT)
		ck_assert_msg((l + 0.05) / 0.05 >= 4.5, "theme %d: %s on black: %.2f", theme, sgr, (l + 0.05) / 0.05);
	if (theme != MD_THEME_DARK)
		ck_assert_msg(1.05 / (l + 0.05) >= 4.5, "theme %d: %s on white: %.2f", theme, sgr, 1.05 / (l + 0.05));
}

START_TEST(colours_can_be_read)
{
	ck_assert(luminance("37") > 0.78 && luminance("37") < 0.79); /* the sum itself is right */
	for (int theme = MD_THEME_AUTO; theme <= MD_THEME_LIGHT; theme++) {
		const struct md_looks *looks = md_looks_of((enum md_theme)theme, NULL, 1);
		for (unsigned i = 5; i < MD_STYLES; i++)
			can_be_read(theme, looks->sgr[i]);
		for (unsigned i = 0; i < sizeof looks->label / sizeof *looks->label; i++) {
			ck_assert(!strncmp(looks->label[i], "1;", 2));
			can_be_read(theme, looks->label[i] + 2);
		}
	}
}
END_TEST

START_TEST(themes_follow_the_terminal_and_the_user)
{
	const struct md_looks *dark = md_looks_of(MD_THEME_DARK, NULL, 1), *light = md_looks_of(MD_THEME_LIGHT, NULL, 1),
			      *both = md_looks_of(MD_THEME_AUTO, NULL, 1), *none = md_looks_of(MD_THEME_AUTO, NULL, 0);
	static const struct {
		const char *colorfgbg;
		int theme;
	} cases[] = { { "15;0", MD_THEME_DARK }, { "0;15", MD_THEME_LIGHT }, { "0;default;15", MD_THEME_LIGHT }, { "7;8", MD_THEME_DARK },
		{ "0;7", MD_THEME_LIGHT }, { "12;11", MD_THEME_LIGHT }, { "0;default", MD_THEME_AUTO }, { "", MD_THEME_AUTO },
		{ "0;155", MD_THEME_AUTO }, { ";", MD_THEME_AUTO } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_ptr_eq(md_looks_of(MD_THEME_AUTO, cases[i].colorfgbg, 1), md_looks_of((enum md_theme)cases[i].theme, NULL, 1));
	ck_assert_ptr_eq(md_looks_of(MD_THEME_DARK, "0;15", 1), dark);
	ck_assert(dark != light && light != both && both != none);
	for (unsigned i = 0; i < MD_STYLES; i++) {
		ck_assert_int_eq(!*none->sgr[i], i >= 5); /* NO_COLOR keeps what is no colour */
		ck_assert_str_eq(md_looks_of(MD_THEME_PLAIN, "15;0", i % 2)->sgr[i], "");
	}
	ck_assert_int_eq(md_theme_of(str_of("light")), MD_THEME_LIGHT);
	ck_assert_int_eq(md_theme_of(str_of("lighter")), -1);
}
END_TEST

UNIT_MAIN("markdown bounds", a_pause_anywhere_loses_nothing, a_whole_reply_is_as_it_was_designed, no_cell_depends_on_how_the_text_is_cut,
	hostile_text_costs_bounded_memory_and_linear_time, hostile_prose_costs_no_more, ten_megabytes_without_a_newline, a_word_of_megabytes_in_one_piece, nothing_of_hostile_text_is_lost,
	a_table_of_a_thousand_columns_is_text, colours_can_be_read, themes_follow_the_terminal_and_the_user)
