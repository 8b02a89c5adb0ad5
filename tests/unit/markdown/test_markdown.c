/* SPDX-License-Identifier: MIT */
/* test_markdown: the renderer of Markdown, delta by delta: what is shown after each, and what an interrupt leaves. */
#include "../unit.h"

#include "../markdown_screen.h"
#include "util/text.h"

#define RULE "────────────────────────────────────────"
#define ZWJ "\u200d"

struct example {
	const char *name;
	unsigned columns;
	int plain; /* no attributes, and ASCII */
	struct { const char *delta, *shown; } steps[8];
	const char *end; /* what the end of the text adds */
};

/* Attributes of blanks are not seen, so "⟨b⟩two words⟨/⟩" is "⟨b⟩two⟨/⟩ ⟨b⟩words⟨/⟩" here. */
static const struct example examples[] = {
	{
		"bold over deltas", 40, 0,
		{ { "This is", "This" }, { " **very", " is" }, { " impor", "" }, { "tant** and", " ⟨b⟩very⟨/⟩ ⟨b⟩important⟨/⟩" },
			{ " done.", " and" }, { "\n", " done.\n" } },
		"",
	},
	{
		"a star that opens nothing", 40, 0,
		{ { "2*3*4", "" }, { " and a * b", "2*3*4 and a *" }, { " and snake_case_x", " b and" }, { "\n", " snake_case_x\n" } },
		"",
	},
	{ "never closed", 40, 0, { { "a **b c", "a" }, { "\nnext\n", " **b c\nnext\n" } }, "" },
	{
		"wrap and hanging indent", 24, 0,
		{ { "1. alpha beta ga", "1. alpha beta" }, { "mma delta eps", " gamma\n   delta" },
			{ "ilon\n   - nested item that wraps\n", " epsilon\n   • nested item that\n     wraps\n" } },
		"",
	},
	{
		"fence cut in pieces", 40, 0,
		{ { "``", "" }, { "`c\nint m", "⟨dim⟩```c⟨/⟩\nint m" }, { "ain(void)", "ain(void)" }, { "\n{\n", "\n{\n" }, { "``", "" },
			{ "`\nEnd", "⟨dim⟩```⟨/⟩\n" }, { "\n", "End\n" } },
		"",
	},
	{ "unclosed fence", 40, 0, { { "```sh\necho hi", "⟨dim⟩```sh⟨/⟩\necho hi" } }, "\n" },
	{
		"table", 34, 0,
		{ { "| Op | Mean", "" }, { "ing |\n", "" }, { "|:--|--:|\n", "" }, { "| `-S` | buffer size |\n", "" },
			{ "| `-T` | folder |\n", "" },
			{ "\nText\n", "| ⟨b⟩Op⟨/⟩   |     ⟨b⟩Meaning⟨/⟩ |\n"
				      "|------|------------:|\n"
				      "| ⟨code⟩`-S`⟨/⟩ | buffer size |\n"
				      "| ⟨code⟩`-T`⟨/⟩ |      folder |\n"
				      "\nText\n" } },
		"",
	},
	{
		"table on 20 columns", 20, 0,
		{ { "| Option | Meaning | Default |\n|--|--|--|\n| `-S` | buffer size | half |\n\n",
			"⟨b⟩Option⟨/⟩: ⟨code⟩`-S`⟨/⟩\n⟨b⟩Meaning⟨/⟩: buffer size\n⟨b⟩Default⟨/⟩: half\n\n" } },
		"",
	},
	{ "a bar, no table", 40, 0, { { "| just a bar\n", "" }, { "and text\n", "| just a bar\nand text\n" } }, "" },
	{
		"link and bare address", 46, 0,
		{ { "see [the ma", "see" }, { "nual](https://e", "" },
			{ "xample.org/a) or https://example.org/b",
				" ⟨u⟩the manual⟨/⟩ ⟨dim⟩<https://example.org/a>⟨/⟩ or\nhttps://example.org/b" },
			{ "\n", "\n" } },
		"",
	},
	{
		"money and maths", 60, 0,
		{ { "cost $5 and $10, but $x_1*", "cost $5 and $10, but" }, { "y_2$ holds\n$$\n\\sum_i", " $x_1*y_2$ holds\n$$\n" },
			{ "r_i\n$$\n", "\\sum_ir_i\n$$\n" } },
		"",
	},
	{ "wide characters", 20, 0, { { "日本語の文章はこの", "日本語の文章はこ" }, { "ように続く。\n", "のよ\nうに続く。\n" } }, "" },
	{ "emoji over deltas", 40, 0, { { "ok 👩", "ok" }, { ZWJ, "" }, { "👧", "" }, { " end\n", " 👩" ZWJ "👧 end\n" } }, "" },
	{
		"heading and rule", 40, 0,
		{ { "#", "" }, { "# St", "⟨b⟩##⟨/⟩" }, { "eps **now**\n", " ⟨b⟩Steps⟨/⟩ ⟨b⟩now⟨/⟩\n" }, { "--", "" },
			{ "-\n", "⟨dim⟩" RULE "⟨/⟩\n" } },
		"",
	},
	{
		"no attributes, ASCII", 40, 1,
		{ { "- a **b** `c`\n", "- a **b** `c`\n" }, { "---\n", "----------------------------------------\n" } },
		"",
	},
};

START_TEST(shows_the_examples_delta_by_delta)
{
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		const struct example *e = &examples[i];
		struct screen s;
		screen_open(&s, e->columns, e->plain ? md_looks_of(MD_THEME_PLAIN, NULL, 1) : &named_looks);
		s.options.unicode = !e->plain;
		struct md *md = md_new(&s.options);
		for (size_t k = 0; k < 8 && e->steps[k].delta; k++) {
			md_feed(md, str_of(e->steps[k].delta));
			const char *shown = screen_take(&s);
			ck_assert_msg(!strcmp(shown, e->steps[k].shown), "%s, delta %zu: \"%s\" instead of \"%s\"", e->name, k + 1, shown,
				e->steps[k].shown);
		}
		md_finish(md);
		const char *end = screen_take(&s);
		ck_assert_msg(!strcmp(end, e->end), "%s, the end: \"%s\"", e->name, end);
		ck_assert_int_eq(s.unclosed, 0);
		md_free(&md);
		buf_free(&s.cells);
	}
}
END_TEST

/* All that a text becomes, ended. */
static const char *rendered(const char *text, unsigned columns, const struct md_looks *looks)
{
	struct screen s;

	screen_open(&s, columns, looks);
	struct md *md = md_new(&s.options);
	md_feed(md, str_of(text));
	md_finish(md);
	const char *out = screen_take(&s);
	ck_assert_uint_eq(md_column(md), 0);
	ck_assert_int_eq(s.unclosed, 0);
	md_free(&md);
	buf_free(&s.cells);
	return out;
}

struct pair {
	const char *text, *shown;
};

static void all_become(const struct pair *pairs, size_t n, unsigned columns, const struct md_looks *looks)
{
	for (size_t i = 0; i < n; i++) {
		const char *out = rendered(pairs[i].text, columns, looks);
		ck_assert_msg(!strcmp(out, pairs[i].shown), "\"%s\" becomes \"%s\" instead of \"%s\"", pairs[i].text, out, pairs[i].shown);
	}
}
#define ALL_BECOME(pairs, columns, looks) all_become(pairs, sizeof pairs / sizeof *pairs, columns, looks)

START_TEST(an_interrupt_shows_what_is_held_as_it_came)
{
	static const struct pair pairs[] = {
		{ "so **very impor", "so **very impor\n" },
		{ "so ***very", "so ***very\n" },
		{ "an *emphasis", "an *emphasis\n" },
		{ "a ~~struck wor", "a ~~struck wor\n" },
		{ "a `code sp", "a `code sp\n" },
		{ "a ``code ` **sp**", "a ``code ` ⟨b⟩sp⟨/⟩\n" },
		{ "a [link te", "a [link te\n" },
		{ "a [link]", "a [link]\n" },
		{ "a [link](http://x.org/a_b", "a [link](http://x.org/a_b\n" },
		{ "a [**link**](http://x \"ti", "a [⟨b⟩link⟨/⟩](http://x \"ti\n" },
		{ "an ![image](x", "an ![image](x\n" },
		{ "an ![ima", "an ![ima\n" },
		{ "stop!", "stop!\n" },
		{ "maths $x_1 + *y*", "maths $x_1 + ⟨i⟩y⟨/⟩\n" },
		{ "maths $$x_1", "maths $$x_1\n" },
		{ "costs $", "costs $\n" },
		{ "maths \\(x_1", "maths (x_1\n" },
		{ "a \\", "a \\\n" },
		{ "a &am", "a &am\n" },
		{ "half a wor", "half a wor\n" },
		{ "a 👩" ZWJ, "a 👩" ZWJ "\n" },
		{ "日本", "日本\n" },
		{ "#", "⟨b⟩#⟨/⟩\n" },
		{ "##", "⟨b⟩##⟨/⟩\n" },
		{ "-", "•\n" },
		{ "--", "--\n" },
		{ "- -", "• •\n" },
		{ "- `co", "• `co\n" },
		{ "12", "12\n" },
		{ "12.", "12.\n" },
		{ "**", "**\n" },
		{ "> ", "⟨dim⟩>⟨/⟩\n" },
		{ "> *a", "⟨dim⟩>⟨/⟩ *a\n" },
		{ "``", "``\n" },
		{ "```c", "⟨dim⟩```c⟨/⟩\n" },
		{ "```c\nint x;\n``", "⟨dim⟩```c⟨/⟩\nint x;\n``\n" },
		{ "```\n  ``", "⟨dim⟩```⟨/⟩\n  ``\n" },
		{ "$$ x_1 +", "$$ x_1 +\n" },
		{ "$$\nx_1 +", "$$\nx_1 +\n" },
		{ "\\[ x_1", "\\[ x_1\n" },
		{ "$", "$\n" },
		{ "| a | *b*", "| a | ⟨i⟩b⟨/⟩\n" },
		{ "| a | b |\n", "| a | b |\n" },
		{ "| a | b |\n|--", "| a | b |\n|--\n" },
		{ "| a | b |\n|--|--|", "| ⟨b⟩a⟨/⟩ | ⟨b⟩b⟨/⟩ |\n|---|---|\n" },
		{ "| a | b |\n|--|--|\n| c", "| ⟨b⟩a⟨/⟩ | ⟨b⟩b⟨/⟩ |\n|---|---|\n| c |   |\n" },
		{ "", "" },
		{ "   ", "" },
		{ "a\n", "a\n" },
		{ "cut \303", "cut \357\277\275\n" },
	};

	ALL_BECOME(pairs, 80, &named_looks);
}
END_TEST

START_TEST(emphasis_is_what_writers_mean)
{
	static const struct pair pairs[] = {
		{ "**a *b* c**", "⟨b⟩a⟨/⟩ ⟨b+i⟩b⟨/⟩ ⟨b⟩c⟨/⟩\n" },
		{ "***a***", "⟨b+i⟩a⟨/⟩\n" },
		{ "***a** b*", "⟨b+i⟩a⟨/⟩ ⟨i⟩b⟨/⟩\n" },
		{ "**重要**です", "⟨b⟩重要⟨/⟩です\n" },
		{ "**N**atural **L**anguage", "⟨b⟩N⟨/⟩atural ⟨b⟩L⟨/⟩anguage\n" },
		{ "*.c and x*y", "*.c and x*y\n" },
		{ "__init__ and a__b__c", "⟨b⟩init⟨/⟩ and a__b__c\n" },
		{ "~~gone~~ ~one~", "⟨s⟩gone⟨/⟩ ~one~\n" },
		{ "**bold `co*de` more**", "⟨b⟩bold⟨/⟩ ⟨b+code⟩`co*de`⟨/⟩ ⟨b⟩more⟨/⟩\n" },
		{ "**open `co**de`", "**open ⟨code⟩`co**de`⟨/⟩\n" },
		{ "\\*a\\* \\`b\\` \\\\ \\a", "*a* `b` \\ \\a\n" },
		{ "&lt;b&gt; &amp;amp; &quot; &apos; &copy; AT&T; &;", "<b> &amp; \" ' &copy; AT&T; &;\n" },
		{ "**costs $5** and $6*", "⟨b⟩costs⟨/⟩ ⟨b⟩$5⟨/⟩ and $6*\n" },
		{ "$10^6$ *a* $2x*$y*z$", "$10^6$ ⟨i⟩a⟨/⟩ $2x*$y*z$\n" },
		{ "\\(a_1*b*c_1\\) *d*", "\\(a_1*b*c_1\\) ⟨i⟩d⟨/⟩\n" },
		{ "a ** b ** c", "a ** b ** c\n" },
		{ "a ********************", "a ********************\n" },
		{ "text ````` `a`", "text ````` ⟨code⟩`a`⟨/⟩\n" },
		{ "``a ` b`` c", "⟨code⟩``a⟨/⟩ ⟨code⟩`⟨/⟩ ⟨code⟩b``⟨/⟩ c\n" },
		{ "<div class=\"a\">**b**</div><br>", "<div class=\"a\">⟨b⟩b⟨/⟩</div><br>\n" },
	};

	ALL_BECOME(pairs, 80, &named_looks);
}
END_TEST

/* "**", n letters in words of ten, and then the rest. */
static void long_emphasis(struct screen *s, struct md **md, size_t n)
{
	screen_open(s, 0, &named_looks);
	*md = md_new(&s->options);
	md_feed(*md, str_of("**"));
	for (size_t i = 1; i <= n; i++)
		md_feed(*md, str_of(i % 10 ? "a" : " "));
}

START_TEST(a_mark_waits_for_160_bytes)
{
	struct screen s;
	struct md *md;

	long_emphasis(&s, &md, 157);
	ck_assert_str_eq(screen_take(&s), "");
	md_feed(md, str_of("b** c\n"));
	ck_assert_ptr_nonnull(strstr(screen_take(&s), "⟨b⟩aaaaaaab⟨/⟩ c\n"));
	md_free(&md);
	buf_free(&s.cells);
	long_emphasis(&s, &md, 161);
	const char *shown = screen_take(&s);
	ck_assert_msg(!strncmp(shown, "**aaaaaaaaa aaaaaaaaa", 21) && strlen(shown) == 2 + 159, "\"%s\"", shown);
	md_feed(md, str_of("b** c\n"));
	ck_assert_str_eq(screen_take(&s), " ab** c\n");
	md_free(&md);
	buf_free(&s.cells);
}
END_TEST

START_TEST(what_is_decided_does_not_wait)
{
	static const struct pair pairs[] = {
		{ "costs $5 and more", "costs $5 and" },
		{ "a [1] and", "a [1]" },
		{ "R&D and", "R&D" },
		{ "so! And", "so!" },
		{ "# ", "⟨b⟩#⟨/⟩" },
		{ "1. ", "1." },
		{ "https://example.org/a", "https://example.org/a" },
		{ "```c\nreturn 0;", "⟨dim⟩```c⟨/⟩\nreturn 0;" },
		{ "> word w", "⟨dim⟩>⟨/⟩ word" },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct screen s;
		screen_open(&s, 80, &named_looks);
		struct md *md = md_new(&s.options);
		md_feed(md, str_of(pairs[i].text));
		ck_assert_str_eq(screen_take(&s), pairs[i].shown);
		md_free(&md);
		buf_free(&s.cells);
	}
}
END_TEST

START_TEST(rows_end_where_words_and_clusters_do)
{
	static const struct pair pairs[] = {
		{ "aaaaaa aaaaaaaaa \u2764\ufe0f", "aaaaaa aaaaaaaaa\n\u2764\ufe0f\n" }, /* a heart is 2 columns wide as an emoji */
		{ "aaaaaa aaaaaaaaa \u2764", "aaaaaa aaaaaaaaa \u2764\n" },
		{ "aaaaaa aaaaaaaa 🇩🇪 b", "aaaaaa aaaaaaaa 🇩🇪\nb\n" },
		{ "aaaaaa aaaaaaaa 👩" ZWJ "👧 b", "aaaaaa aaaaaaaa 👩" ZWJ "👧\nb\n" },
		{ "aaaaaa aaaaaaaa e\u0301e\u0301e\u0301", "aaaaaa aaaaaaaa\ne\u0301e\u0301e\u0301\n" },
		{ "a https://例え.jp/日本語日本語", "a\nhttps://例え.jp/日本語日本語\n" },
		{ "日本語の「文章」、日本語（の）文", "日本語の「文章」、\n日本語（の）文\n" },
		{ "日本語の日本語 (日本)", "日本語の日本語 (日\n本)\n" },
		{ "한국어한국어 한국어", "한국어한국어\n한국어\n" },
		{ "aaaaaaaaaaaaaaaaaaaaaaa bbb ccccccc ddd", "aaaaaaaaaaaaaaaaaaaaaaa bbb ccccccc\nddd\n" },
		{ "> > quoted words here", "⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ quoted words\n⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ here\n" },
	};

	ALL_BECOME(pairs, 18, &named_looks);
}
END_TEST

START_TEST(links_keep_their_addresses_in_sight)
{
	static const struct pair pairs[] = {
		{ "[a](b)", "⟨u⟩a⟨/⟩ ⟨dim⟩<b>⟨/⟩\n" },
		{ "[a **b**](c).", "⟨u⟩a ⟨/⟩⟨b+u⟩b⟨/⟩ ⟨dim⟩<c>⟨/⟩.\n" },
		{ "[a](<b c> \"t t\")", "⟨u⟩a⟨/⟩ ⟨dim⟩<b⟨/⟩ ⟨dim⟩c⟨/⟩ ⟨dim⟩\"t⟨/⟩ ⟨dim⟩t\">⟨/⟩\n" },
		{ "[a](b(c)d)", "⟨u⟩a⟨/⟩ ⟨dim⟩<b(c)d>⟨/⟩\n" },
		{ "![alt](i.png)", "⟨u⟩alt⟨/⟩ ⟨dim⟩<i.png>⟨/⟩\n" },
		{ "[](b) [c]()", "⟨dim⟩<b>⟨/⟩ ⟨u⟩c⟨/⟩\n" },
		{ "[https://a.b](https://a.b)", "⟨u⟩https://a.b⟨/⟩\n" },
		{ "[1] and [x][y] a[0](i) [z]: w", "[1] and [x][y] a⟨u⟩0⟨/⟩ ⟨dim⟩<i>⟨/⟩ [z]: w\n" },
		{ "[a](b c)", "[a](b c)\n" },
		{ "https://a.org/_b_*c*?d=$e&amp;f[g]", "https://a.org/_b_*c*?d=$e&amp;f[g]\n" },
		{ "**https://a.org/b_c**", "⟨b⟩https://a.org/b_c⟨/⟩\n" },
		{ "<https://a.org/_b_> *c*", "<https://a.org/_b_> ⟨i⟩c⟨/⟩\n" },
		{ "**[a](b)**", "⟨b+u⟩a⟨/⟩ ⟨b+dim⟩<b>⟨/⟩\n" },
	};

	ALL_BECOME(pairs, 80, &named_looks);
}
END_TEST

START_TEST(blocks_are_what_they_look_like)
{
	static const struct pair pairs[] = {
		{ "# A\nb", "⟨b⟩#⟨/⟩ ⟨b⟩A⟨/⟩\nb\n" },
		{ "#no\n####### seven", "#no\n####### seven\n" },
		{ "Title\n===\nSub\n---", "Title\n⟨dim⟩" RULE "⟨/⟩\nSub\n⟨dim⟩" RULE "⟨/⟩\n" },
		{ "===", "===\n" },
		{ "***\n* * *\n_____\n** *\n*a*", "⟨dim⟩" RULE "⟨/⟩\n⟨dim⟩" RULE "⟨/⟩\n⟨dim⟩" RULE "⟨/⟩\n⟨dim⟩" RULE "⟨/⟩\n⟨i⟩a⟨/⟩\n" },
		{ "* a\n+ b\n-c\n1) d\n2.e", "• a\n• b\n-c\n1) d\n2.e\n" },
		{ "- - a\n- # b\n- 1. c", "• • a\n• ⟨b⟩#⟨/⟩ ⟨b⟩b⟨/⟩\n• 1. c\n" },
		{ "> a\n>b\n> > c\n>\nd", "⟨dim⟩>⟨/⟩ a\n⟨dim⟩>⟨/⟩ b\n⟨dim⟩>⟨/⟩ ⟨dim⟩>⟨/⟩ c\n⟨dim⟩>⟨/⟩\nd\n" },
		{ "> - a\n>   ```\n>   *b*\n>   ```\n> *c*",
			"⟨dim⟩>⟨/⟩ • a\n⟨dim⟩>⟨/⟩   ⟨dim⟩```⟨/⟩\n⟨dim⟩>⟨/⟩   *b*\n⟨dim⟩>⟨/⟩   ⟨dim⟩```⟨/⟩\n⟨dim⟩>⟨/⟩ ⟨i⟩c⟨/⟩\n" },
		{ "> ```\n> *a*\n*b*", "⟨dim⟩>⟨/⟩ ⟨dim⟩```⟨/⟩\n⟨dim⟩>⟨/⟩ *a*\n⟨i⟩b⟨/⟩\n" },
		{ "> ```\n\n*b*", "⟨dim⟩>⟨/⟩ ⟨dim⟩```⟨/⟩\n\n⟨i⟩b⟨/⟩\n" },
		{ "- ```\n  *a*\n  ```\n  *b*", "• ⟨dim⟩```⟨/⟩\n  *a*\n  ⟨dim⟩```⟨/⟩\n  ⟨i⟩b⟨/⟩\n" },
		{ "~~~~ x\n```\n~~~\n~~~~~ \n*b*", "⟨dim⟩~~~~⟨/⟩ ⟨dim⟩x⟨/⟩\n```\n~~~\n⟨dim⟩~~~~~⟨/⟩ \n⟨i⟩b⟨/⟩\n" },
		{ "```a`b\n*c*", "```a`b\n⟨i⟩c⟨/⟩\n" },
		{ "    *code*\n\n    more\n*text*", "    *code*\n\n    more\n⟨i⟩text⟨/⟩\n" },
		{ "text\n    *text*\n- a\n\n    *b*", "text\n    ⟨i⟩text⟨/⟩\n• a\n\n    ⟨i⟩b⟨/⟩\n" },
		{ "$$\na_b*c*\n\n*d*", "$$\na_b*c*\n\n⟨i⟩d⟨/⟩\n" },
		{ "$$a*b*$$ then *c*", "$$a*b*$$ then ⟨i⟩c⟨/⟩\n" },
		{ "\\[\na*b*c\n\\]\n*d*", "\\[\na*b*c\n\\]\n⟨i⟩d⟨/⟩\n" },
		{ "a  \nb\t\n\n\nc", "a\nb\n\n\nc\n" },
	};

	ALL_BECOME(pairs, 80, &named_looks);
}
END_TEST

START_TEST(tables_fit)
{
	static const struct pair wide[] = {
		{ "| a | b |\n|:-:|---|\n| 1 | x \\| y |\n| `a\\|b` |\n| 1 | 2 | 3 |",
			"|   ⟨b⟩a⟨/⟩    | ⟨b⟩b⟨/⟩      |\n|:------:|--------|\n|   1    | x \\| y |\n| ⟨code⟩`a\\|b`⟨/⟩ |        |\n|   1    | 2 | 3  |\n" },
		{ "| a |\n|---|---|\nb", "| a |\n|---|---|\nb\n" },
		{ "> | a |\n> |---|\n> | b<br>c |\nd", "⟨dim⟩>⟨/⟩ | ⟨b⟩a⟨/⟩   |\n⟨dim⟩>⟨/⟩ |-----|\n⟨dim⟩>⟨/⟩ | b c |\nd\n" },
		{ "| a |\n| b |\n|---|\n| 👩" ZWJ "👧 |", "| a |\n| ⟨b⟩b⟨/⟩  |\n|----|\n| 👩" ZWJ "👧 |\n" },
		{ "| a |\n|---|\n*t*", "| ⟨b⟩a⟨/⟩ |\n|---|\n⟨i⟩t⟨/⟩\n" },
	};
	static const struct pair records[] = {
		{ "| *a* | b | c | d |\n|---|---|--|--|\n| x \\| y | `z\\|` | | w<br>v |\n| e |\n\nf",
			"⟨b+i⟩a⟨/⟩: x | y\n⟨b⟩b⟨/⟩: ⟨code⟩`z|`⟨/⟩\n⟨b⟩c⟨/⟩:\n⟨b⟩d⟨/⟩: w v\n\n⟨b+i⟩a⟨/⟩: e\n\nf\n" },
		{ "| header | header | header |\n|---|---|---|\n", "| header | header | header |\n" },
	};
	static const struct pair narrow[] = {
		{ "| a | b |\n|---|---|\n| one | two three fourfourfourfour |",
			"| ⟨b⟩a⟨/⟩   | ⟨b⟩b⟨/⟩            |\n|-----|--------------|\n| one | two three    |\n|     | fourfourfour |\n|     | four         |\n" },
		{ "| a | b |\n|---|---|\n| 日本語の文章 | 日本語の文章はこの。 |",
			"| ⟨b⟩a⟨/⟩       | ⟨b⟩b⟨/⟩        |\n|---------|----------|\n| 日本語  | 日本語の |\n| の文章  | 文章はこ |\n|         | の。     |\n" },
	};

	ALL_BECOME(wide, 80, &named_looks);
	ALL_BECOME(narrow, 22, &named_looks);
	ALL_BECOME(records, 15, &named_looks);
}
END_TEST

START_TEST(a_table_is_held_for_eight_rows)
{
	struct screen s;

	screen_open(&s, 80, &named_looks);
	struct md *md = md_new(&s.options);
	md_feed(md, str_of("| n |\n|---|\n"));
	for (unsigned i = 1; i < 8; i++) {
		md_feed(md, str_of("| row |\n"));
		ck_assert_uint_eq(md_held_rows(md), i);
		ck_assert_str_eq(screen_take(&s), "");
	}
	md_feed(md, str_of("| row |\n"));
	ck_assert_uint_eq(md_held_rows(md), 0);
	ck_assert_str_eq(screen_take(&s), "| ⟨b⟩n⟨/⟩   |\n|-----|\n| row |\n| row |\n| row |\n| row |\n| row |\n| row |\n| row |\n| row |\n");
	md_feed(md, str_of("| longer |\n| r"));
	ck_assert_str_eq(screen_take(&s), "| lon |\n| ger |\n");
	md_finish(md);
	ck_assert_str_eq(screen_take(&s), "| r   |\n");
	md_free(&md);
	buf_free(&s.cells);
}
END_TEST

START_TEST(code_has_colours)
{
	static const struct pair pairs[] = {
		{ "```c\nint integer = 0x1F; // c\n\"a\\\"b\" 'c' /* d\ne */ return\n#define A\n```",
			"⟨dim⟩```c⟨/⟩\n⟨keyword⟩int⟨/⟩ integer = ⟨number⟩0x1F⟨/⟩; ⟨comment⟩//⟨/⟩ ⟨comment⟩c⟨/⟩\n"
			"⟨string⟩\"a\\\"b\"⟨/⟩ ⟨string⟩'c'⟨/⟩ ⟨comment⟩/*⟨/⟩ ⟨comment⟩d⟨/⟩\n⟨comment⟩e⟨/⟩ ⟨comment⟩*/⟨/⟩ ⟨keyword⟩return⟨/⟩\n"
			"⟨keyword⟩#define⟨/⟩ A\n⟨dim⟩```⟨/⟩\n" },
		{ "```python\ndef f(): # c\n \"\"\"a\nb\"\"\" '' 'd\nx = 1",
			"⟨dim⟩```python⟨/⟩\n⟨keyword⟩def⟨/⟩ f(): ⟨comment⟩#⟨/⟩ ⟨comment⟩c⟨/⟩\n ⟨string⟩\"\"\"a⟨/⟩\n⟨string⟩b\"\"\"⟨/⟩ ⟨string⟩''⟨/⟩ "
			"⟨string⟩'d⟨/⟩\nx = ⟨number⟩1⟨/⟩\n" },
		{ "```sh\nif a#b; then # c\necho \"$x\n1\" fi",
			"⟨dim⟩```sh⟨/⟩\n⟨keyword⟩if⟨/⟩ a#b; ⟨keyword⟩then⟨/⟩ ⟨comment⟩#⟨/⟩ ⟨comment⟩c⟨/⟩\n⟨keyword⟩echo⟨/⟩ ⟨string⟩\"$x⟨/⟩\n"
			"⟨string⟩1\"⟨/⟩ ⟨keyword⟩fi⟨/⟩\n" },
		{ "```ts\nconst a = `b\nc`;", "⟨dim⟩```ts⟨/⟩\n⟨keyword⟩const⟨/⟩ a = ⟨string⟩`b⟨/⟩\n⟨string⟩c`⟨/⟩;\n" },
		{ "```json\n{\"a\": [1.5, true, nil]}", "⟨dim⟩```json⟨/⟩\n{⟨string⟩\"a\"⟨/⟩: [⟨number⟩1.5⟨/⟩, ⟨keyword⟩true⟨/⟩, nil]}\n" },
		{ "```yaml\na: 'b' # c\nd: e#f", "⟨dim⟩```yaml⟨/⟩\na: ⟨string⟩'b'⟨/⟩ ⟨comment⟩#⟨/⟩ ⟨comment⟩c⟨/⟩\nd: e#f\n" },
		{ "```sql\nSELECT a-b From c -- d", "⟨dim⟩```sql⟨/⟩\n⟨keyword⟩SELECT⟨/⟩ a-b ⟨keyword⟩From⟨/⟩ c ⟨comment⟩--⟨/⟩ ⟨comment⟩d⟨/⟩\n" },
		{ "```diff\n-a\n+b\n@@ c\n d",
			"⟨dim⟩```diff⟨/⟩\n⟨removed⟩-a⟨/⟩\n⟨added⟩+b⟨/⟩\n⟨number⟩@@⟨/⟩ ⟨number⟩c⟨/⟩\n d\n" },
		{ "```rust\nfn f<'a>(x: &'a str)", "⟨dim⟩```rust⟨/⟩\n⟨keyword⟩fn⟨/⟩ f<'a>(x: &'a str)\n" },
		{ "```brainfuck\nif 1", "⟨dim⟩```brainfuck⟨/⟩\nif 1\n" },
		{ "```\nif 1", "⟨dim⟩```⟨/⟩\nif 1\n" },
		{ "```c\nif é \"é\" a/b", "⟨dim⟩```c⟨/⟩\n⟨keyword⟩if⟨/⟩ é ⟨string⟩\"é\"⟨/⟩ a/b\n" },
	};

	ALL_BECOME(pairs, 80, &all_looks);
}
END_TEST

START_TEST(code_keeps_every_byte)
{
	static const char text[] = "```c\n\tint  x;   \n\n   /*\t*/ \"unclosed\n``` no end\n    ``\n\xe6\x97\xa5\n```\n";
	struct screen s;
	char plain[sizeof text * 2];
	size_t n = 0;

	screen_open(&s, 5, &all_looks);
	struct md *md = md_new(&s.options);
	md_feed(md, str_of(text));
	md_finish(md);
	for (const char *p = screen_take(&s); *p; p++) {
		if (!strncmp(p, "⟨", strlen("⟨")))
			p = strstr(p, "⟩") + strlen("⟩") - 1;
		else
			plain[n++] = *p;
	}
	plain[n] = '\0';
	ck_assert_str_eq(plain, text);
	md_free(&md);
	buf_free(&s.cells);
}
END_TEST

START_TEST(a_paragraph_follows_a_label_and_a_block_does_not)
{
	static const struct pair pairs[] = {
		{ "one two three", " one\ntwo three\n" },
		{ "# Title", "\n⟨b⟩#⟨/⟩ ⟨b⟩Title⟨/⟩\n" },
		{ "```\na", "\n⟨dim⟩```⟨/⟩\na\n" },
		{ "- a", "\n• a\n" },
		{ "| a |\n|---|", "\n| ⟨b⟩a⟨/⟩ |\n|---|\n" },
		{ "> a", "\n⟨dim⟩>⟨/⟩ a\n" },
		{ "---", "\n⟨dim⟩────────────────⟨/⟩\n" },
		{ "", "\n" },
		{ "\na", "\na\n" },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct screen s;
		screen_open(&s, 16, &named_looks);
		s.options.column = strlen("Assistant:");
		struct md *md = md_new(&s.options);
		md_feed(md, str_of(pairs[i].text));
		md_finish(md);
		ck_assert_str_eq(screen_take(&s), pairs[i].shown);
		md_free(&md);
		buf_free(&s.cells);
	}
}
END_TEST

START_TEST(each_row_asks_for_the_width)
{
	struct screen s;

	screen_open(&s, 12, &named_looks);
	struct md *md = md_new(&s.options);
	md_feed(md, str_of("one two three four "));
	ck_assert_str_eq(screen_take(&s), "one two\nthree four");
	s.columns = 20;
	md_feed(md, str_of("five six seven eight "));
	ck_assert_str_eq(screen_take(&s), "\nfive six seven eight");
	s.columns = 0;
	md_feed(md, str_of("nine ten eleven twelve thirteen\n"));
	ck_assert_str_eq(screen_take(&s), "\nnine ten eleven twelve thirteen\n");
	md_free(&md);
	buf_free(&s.cells);
}
END_TEST

START_TEST(a_link_is_a_hyperlink_only_where_its_address_is_seen)
{
	struct screen s;

	screen_open(&s, 20, &named_looks);
	s.options.osc8 = 1;
	struct md *md = md_new(&s.options);
	md_feed(md, str_of("a [b](https://example.org/long) c [d](e)\n"));
	ck_assert_str_eq(screen_take(&s), "a ⟨u⟩b⟨/⟩\n⟨dim⟩<https://example.org/long>⟨/⟩ c ⟨u⟩d⟨/⟩ ⟨dim⟩<e>⟨/⟩\n");
	ck_assert_int_eq(s.links, 0);
	ck_assert_int_eq(s.unclosed, 0);
	ck_assert_int_eq(s.linked, 2);
	md_free(&md);
	buf_free(&s.cells);
}
END_TEST

static void add(void *ud, hn_str piece)
{
	buf_addstr(ud, piece);
}

START_TEST(no_escape_of_a_reply_reaches_the_terminal)
{
	static const char attack[] = "\033]0;owned\007 **\033[2J** `\033[31m` [a](\033]8;;http://x\033\\) \302\2332J \r\n"
				     "```\033[1A\n\033c\b\b\n```\n| \033[H |\n|---|\n| \033(0 |\n\n\177 \342\200\256 $\033$\n";
	struct buf safe = BUF(BUF_NO_CAP);
	struct screen s;

	text_safe((hn_str){ attack, sizeof attack - 1 }, 0, add, &safe);
	screen_open(&s, 80, &all_looks);
	s.options.osc8 = 1;
	struct md *md = md_new(&s.options);
	md_feed(md, buf_str(&safe));
	md_finish(md);
	const char *out = screen_take(&s);
	ck_assert_msg(!strstr(out, "⟨ESC⟩") && strstr(out, "^[]0;owned^G ⟨b⟩^[[2J⟨/⟩ ⟨code⟩`^[[31m`⟨/⟩"), "%s", out);
	ck_assert_int_eq(s.links, 0);
	md_feed(md, (hn_str){ attack, sizeof attack - 1 }); /* should nobody have made it safe */
	md_finish(md);
	out = screen_take(&s);
	for (const char *p = out; *p; p++)
		ck_assert_msg(((unsigned char)*p >= ' ' && *p != 0x7F && strncmp(p, "\302\233", 2) != 0) || *p == '\n', "%s", out);
	ck_assert_msg(!strstr(out, "⟨ESC⟩") && strstr(out, "⟨b⟩\357\277\275[2J⟨/⟩"), "%s", out);
	md_free(&md);
	buf_free(&s.cells);
	buf_free(&safe);
}
END_TEST

START_TEST(prose_is_wrapped_indented_and_not_rendered)
{
	static const struct pair pairs[] = {
		{ "**not** bold `nor code`", "  ⟨dim⟩**not**⟨/⟩ ⟨dim⟩bold⟨/⟩ ⟨dim⟩`nor⟨/⟩\n  ⟨dim⟩code`⟨/⟩\n" },
		{ "# a\n\n   \n- b\n", "  ⟨dim⟩#⟨/⟩ ⟨dim⟩a⟨/⟩\n\n\n  ⟨dim⟩-⟨/⟩ ⟨dim⟩b⟨/⟩\n" },
		{ "日本語の文章はこのように続く", "  ⟨dim⟩日本語の文章はこの⟨/⟩\n  ⟨dim⟩ように続く⟨/⟩\n" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaa b", "  ⟨dim⟩aaaaaaaaaaaaaaaaaaaaaaaaaa⟨/⟩ ⟨dim⟩b⟨/⟩\n" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		for (size_t cut = 0, n = strlen(pairs[i].text); cut <= n; cut++) {
			struct screen s;
			screen_open(&s, 20, &named_looks);
			s.options.prose = MD_DIM;
			s.options.indent = 2;
			struct md *md = md_new(&s.options);
			md_feed(md, (hn_str){ pairs[i].text, cut });
			md_feed(md, (hn_str){ pairs[i].text + cut, n - cut });
			md_finish(md);
			ck_assert_str_eq(screen_take(&s), pairs[i].shown);
			md_free(&md);
			buf_free(&s.cells);
		}
}
END_TEST

UNIT_MAIN("markdown", shows_the_examples_delta_by_delta, an_interrupt_shows_what_is_held_as_it_came, emphasis_is_what_writers_mean,
	a_mark_waits_for_160_bytes, what_is_decided_does_not_wait, rows_end_where_words_and_clusters_do,
	links_keep_their_addresses_in_sight, blocks_are_what_they_look_like, tables_fit, a_table_is_held_for_eight_rows, code_has_colours,
	code_keeps_every_byte, a_paragraph_follows_a_label_and_a_block_does_not, each_row_asks_for_the_width,
	a_link_is_a_hyperlink_only_where_its_address_is_seen, no_escape_of_a_reply_reaches_the_terminal,
	prose_is_wrapped_indented_and_not_rendered)
