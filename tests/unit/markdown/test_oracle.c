/* SPDX-License-Identifier: MIT */
/*
 * test_oracle: what the renderer shows is what md4c, a parser of CommonMark, reads: the same words, in the same order,
 * bold, italic, struck or code as there, and the same code within fences. It is skipped where md4c is not installed.
 */
#include "config.h"

#include "../unit.h"

#ifdef HAVE_MD4C

#include <md4c.h>

#include "../markdown_screen.h"

/* Words, one a line, each with the signs of its style before it; and the code of fences. */
struct reading {
	struct buf words, code;
	int in_word;
	unsigned bold, italic, struck, span; /* how deep md4c is in each */
	int fence;
	unsigned number;
	struct { unsigned next; } lists[16];
	unsigned depth;
	struct buf link; /* the text of the present link: an address that is its own text is shown once */
};

static int is_of_word(unsigned char c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* One byte of text in a style, "b", "i", "s" and "c" for bold, italic, struck and code. */
static void put(struct reading *r, char c, const char *style)
{
	int of_word = is_of_word((unsigned char)c);

	if (of_word && !r->in_word)
		buf_addf(&r->words, "\n%s:", style);
	if (of_word)
		buf_addc(&r->words, c);
	r->in_word = of_word;
}

/* Where the renderer differs from CommonMark by design: what stands in a text, and what md4c reads in its place. */
static const char *const differences[][2] = {
	{ "2*3*4", "2\\*3\\*4" }, /* a star between two digits or letters opens nothing */
	{ "\n=====", "\n\n***\n\n=====" },     /* a line below a paragraph is a rule: what is shown does not become a heading */
	{ "these\n---", "these\n\n---" },
};

/* A text as md4c is to read it. */
static struct buf by_design(hn_str source)
{
	struct buf out = BUF(BUF_NO_CAP);

	for (size_t i = 0; i < source.n;) {
		size_t n = 1, left = source.n - i;
		const char *as = NULL;
		for (size_t k = 0; !as && k < sizeof differences / sizeof *differences; k++) {
			size_t length = strlen(differences[k][0]);
			if (length <= left && !memcmp(source.p + i, differences[k][0], length)) {
				as = differences[k][1];
				n = length;
			}
		}
		buf_add(&out, as ? as : source.p + i, as ? strlen(as) : 1);
		i += n;
	}
	return out;
}

/* ---- md4c ------------------------------------------------------------------------------------------ */

static void put_all(struct reading *r, const char *p, size_t n, int plain)
{
	char style[8];

	snprintf(style, sizeof style, "%s%s%s%s", r->bold && !plain ? "b" : "", r->italic && !plain ? "i" : "", r->struck && !plain ? "s" : "",
		r->span && !plain ? "c" : "");
	for (size_t i = 0; i < n; i++)
		put(r, p[i], style);
}

static void gap(struct reading *r)
{
	r->in_word = 0;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ud)
{
	struct reading *r = ud;
	char number[16];

	gap(r);
	if (type == MD_BLOCK_H || type == MD_BLOCK_TH) {
		r->bold++;
	} else if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) {
		r->lists[r->depth++ % 16].next = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *)detail)->start : 0;
	} else if (type == MD_BLOCK_LI && r->lists[r->depth - 1].next) {
		snprintf(number, sizeof number, "%u", r->lists[r->depth - 1].next++);
		put_all(r, number, strlen(number), 1);
	} else if (type == MD_BLOCK_LI && ((MD_BLOCK_LI_DETAIL *)detail)->is_task && ((MD_BLOCK_LI_DETAIL *)detail)->task_mark == 'x') {
		put_all(r, "x", 1, 1);
	} else if (type == MD_BLOCK_CODE) {
		MD_BLOCK_CODE_DETAIL *code = detail;
		r->fence = code->fence_char != 0;
		put_all(r, code->info.text, code->info.size, 1);
		if (r->fence)
			buf_adds(&r->code, "----\n");
	}
	gap(r);
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ud)
{
	struct reading *r = ud;

	(void)detail;
	gap(r);
	if (type == MD_BLOCK_H || type == MD_BLOCK_TH)
		r->bold--;
	else if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
		r->depth--;
	else if (type == MD_BLOCK_CODE)
		r->fence = 0;
	return 0;
}

static unsigned *depth_of(struct reading *r, MD_SPANTYPE type)
{
	static unsigned none;

	return type == MD_SPAN_STRONG ? &r->bold : type == MD_SPAN_EM ? &r->italic : type == MD_SPAN_DEL ? &r->struck :
		type == MD_SPAN_CODE ? &r->span : &none;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ud)
{
	struct reading *r = ud;

	(void)detail;
	gap(r);
	buf_cut(&r->link, 0);
	++*depth_of(r, type);
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ud)
{
	struct reading *r = ud;
	MD_SPAN_A_DETAIL *a = detail;
	MD_SPAN_IMG_DETAIL *img = detail;

	--*depth_of(r, type);
	gap(r);
	if (type == MD_SPAN_A && (a->href.size != r->link.n || memcmp(a->href.text, r->link.p, r->link.n) != 0)) {
		gap(r);
		put_all(r, a->href.text, a->href.size, 0);
		gap(r);
		put_all(r, a->title.text, a->title.size, 0);
		gap(r);
	} else if (type == MD_SPAN_IMG) {
		gap(r);
		put_all(r, img->src.text, img->src.size, 0);
		gap(r);
		put_all(r, img->title.text, img->title.size, 0);
		gap(r);
	}
	return 0;
}

static int text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE n, void *ud)
{
	struct reading *r = ud;

	if (type == MD_TEXT_ENTITY)
		gap(r);
	else
		put_all(r, p, n, 0);
	buf_add(&r->link, p, n);
	if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
		gap(r);
	if (r->fence)
		buf_add(&r->code, p, n);
	return 0;
}

static struct reading theirs(hn_str source)
{
	struct reading r = { .words = BUF(BUF_NO_CAP), .code = BUF(BUF_NO_CAP), .link = BUF(BUF_NO_CAP) };
	MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = text,
	};

	struct buf text_of_theirs = by_design(source);
	ck_assert_int_eq(md_parse(text_of_theirs.p, (MD_SIZE)text_of_theirs.n, &parser, &r), 0);
	buf_free(&text_of_theirs);
	buf_free(&r.link);
	return r;
}

/* ---- the renderer ----------------------------------------------------------------------------------- */

/* The style of a name list such as "b+code". */
static void style_of(const char *names, size_t n, char out[8])
{
	static const char *const known[] = { "b", "i", "s", "code" };

	*out = '\0';
	for (size_t k = 0; k < 4; k++)
		for (size_t i = 0; i < n; i += strcspn(names + i, "+⟩") + 1)
			if (strcspn(names + i, "+⟩") == strlen(known[k]) && !memcmp(names + i, known[k], strlen(known[k])))
				strncat(out, known[k], 1);
}

/* The line without marks of quotes and without as many blanks as its fence has. */
static const char *body_of(const char *line, unsigned quotes, unsigned blanks)
{
	while (quotes-- > 0 && *line == '>')
		line += line[1] == ' ' ? 2 : 1;
	while (blanks-- > 0 && *line == ' ')
		line++;
	return line;
}

/* The code between the fences of what is shown, without its styles. */
static void code_of(const char *shown, struct buf *code)
{
	char line[1000], fence[16] = "";
	unsigned quotes = 0, blanks = 0;

	while (*shown) {
		size_t n = 0;
		for (; *shown && *shown != '\n'; shown++)
			if (!strncmp(shown, "⟨", 3))
				shown = strstr(shown, "⟩") + 2;
			else
				line[n++] = *shown;
		shown += *shown == '\n';
		line[n] = '\0';
		const char *body = body_of(line, quotes, *fence ? blanks : 99);
		size_t ticks = strspn(body, *body == '~' ? "~" : "`");
		if (!*fence) {
			for (quotes = 0, body = line; *body == '>'; quotes++)
				body += body[1] == ' ' ? 2 : 1;
			blanks = (unsigned)strspn(body, " ");
			body += blanks;
			ticks = strspn(body, *body == '~' ? "~" : "`");
			if (ticks < 3 || ticks >= sizeof fence)
				continue;
			snprintf(fence, sizeof fence, "%.*s", (int)ticks, body);
			buf_adds(code, "----\n");
		} else if (ticks >= strlen(fence) && *body == *fence && !body[ticks]) {
			*fence = '\0';
		} else {
			for (; *body == '\t'; body++) /* as md4c hands them on */
				buf_adds(code, "    ");
			buf_addf(code, "%s\n", body);
		}
	}
}

static struct reading ours(hn_str source)
{
	static const struct {
		const char *sign;
		char as;
	} signs[] = { { "•", ' ' }, { "─", ' ' } };
	struct reading r = { .words = BUF(BUF_NO_CAP), .code = BUF(BUF_NO_CAP) };
	struct screen s;
	char style[8] = "";

	screen_open(&s, 0, &named_looks);
	struct md *md = md_new(&s.options);
	md_feed(md, source);
	md_finish(md);
	md_free(&md);
	const char *shown = screen_take(&s);
	code_of(shown, &r.code);
	for (const char *p = shown; *p;) {
		const char *end = strncmp(p, "⟨", 3) ? NULL : strstr(p, "⟩");
		size_t k = 0;
		while (k < 2 && strncmp(p, signs[k].sign, strlen(signs[k].sign)) != 0)
			k++;
		if (end) {
			gap(&r);
			style_of(p + 3, (size_t)(end - p - 3), style);
			p = end + 3;
		} else if (k < 2) {
			put(&r, signs[k].as, style);
			p += strlen(signs[k].sign);
		} else {
			put(&r, *p++, style);
		}
	}
	buf_free(&s.cells);
	return r;
}

/* ---- the comparison ----------------------------------------------------------------------------------- */

/* Fails with the first line that differs, and the ones before it. */
static void same_lines(const char *file, const char *what, const struct buf *a, const struct buf *b)
{
	size_t i = 0, from;

	while (i < a->n && i < b->n && a->p[i] == b->p[i])
		i++;
	from = i > 100 ? i - 100 : 0;
	ck_assert_msg(i == a->n && i == b->n, "%s, %s: md4c:\n%.160s\n---- shown:\n%.160s", file, what, a->p + from, b->p + from);
	ck_assert_uint_gt(a->n, 100);
}

START_TEST(the_words_and_the_code_are_those_that_md4c_reads)
{
	static const char *const files[] = { "markdown/reply.md", "markdown/answers.md" };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[600], bytes[4096];
		struct buf source = BUF(BUF_NO_CAP);
		size_t n;
		UNIT_DATA(path, files[i]);
		FILE *f = fopen(path, "r");
		ck_assert_msg(f != NULL, "%s", path);
		while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
			buf_add(&source, bytes, n);
		fclose(f);
		struct reading a = theirs(buf_str(&source)), b = ours(buf_str(&source));
		same_lines(files[i], "words", &a.words, &b.words);
		same_lines(files[i], "code", &a.code, &b.code);
		buf_free(&a.words);
		buf_free(&a.code);
		buf_free(&b.words);
		buf_free(&b.code);
		buf_free(&source);
	}
}
END_TEST

UNIT_MAIN("markdown oracle", the_words_and_the_code_are_those_that_md4c_reads)

#else

#include <stdio.h>

int main(void)
{
	puts("1..0 # SKIP md4c is not installed");
	return 0;
}

#endif
