/* SPDX-License-Identifier: MIT */
/* test_prompt: prompt files: what of one is read, what it makes of values and an input, and each error. */
#include "../scratch.h"

#include "../fault_is.h"

#include "config/prompt.h"
#include "util/mem.h"

static struct scratch scratch;
static struct paths paths;

static void open_world(void)
{
	scratch_open(&scratch);
	paths = (struct paths){ .prompts = xasprintf("%s/prompts", scratch.dir) };
	ck_assert_int_eq(mkdir(paths.prompts, 0700), 0);
}

static void close_world(void)
{
	free(paths.prompts);
	scratch_close(&scratch);
}

/* Writes p.md and opens it. */
static int32_t open_text(const char *text, struct prompt *out, struct fault *f)
{
	scratch_write(&scratch, "prompts/p.md", text);
	return prompt_open(&paths, str_of("p"), out, f);
}

/* The variables as "a b=default". */
static char *vars_of(const struct prompt *p)
{
	struct buf out = BUF(BUF_NO_CAP);

	for (size_t i = 0; i < p->n_vars; i++) {
		buf_addf(&out, "%s%s%s", i ? " " : "", p->vars[i].name, p->vars[i].has_fallback ? "=" : "");
		buf_addstr(&out, p->vars[i].fallback);
	}
	return buf_take(&out);
}

/* ---- reading ---- */

static const struct { const char *file, *text, *vars; int line; } files[] = {
	{ "", "", "", 1 },
	{ "\n \n", "", "", 3 },
	{ "hello", "hello", "", 1 },
	{ "\n\n  hello\n\n there \n\n", "  hello\n\n there", "", 3 },
	{ "\xEF\xBB\xBFhello\n", "hello", "", 1 },
	{ "{{a}} {{b=}} {{ c = x y }} {{a}}", "{{a}} {{b=}} {{ c = x y }} {{a}}", "a b= c=x y", 1 },
	{ "{{a}} {{a=1}}", "{{a}} {{a=1}}", "a=1", 1 },
	{ "{{a=1}} {{a}} {{a=1}}", "{{a=1}} {{a}} {{a=1}}", "a=1", 1 },
	{ "{{_a-1}}{{B=a=b}}{{c=}}}", "{{_a-1}}{{B=a=b}}{{c=}}}", "_a-1 B=a=b c=", 1 },
	{ "\\{{a}} \\\\{{b}} \\\\\\{{c d", "\\{{a}} \\\\{{b}} \\\\\\{{c d", "b", 1 },
	{ "---\n---\nx", "x", "", 3 },
	{ "---\nsystem: |\n  a\n  ---\n---\n\nx {{a}}\n", "x {{a}}", "a", 7 },
	{ "--- \t\r\nmodel: m\r\n---\r\nx\r\n", "x", "", 4 },
	{ "---\nsystem: s\n---", "", "", 4 },
	{ "\n---\nx\n---\n", "---\nx\n---", "", 2 },
	{ "----\nx", "----\nx", "", 1 },
	{ "--- x\ny", "--- x\ny", "", 1 },
};

static void reads_row(size_t i)
{
	struct prompt p;
	struct fault fault = { 0 };
	char *vars;

	open_world();
	ck_assert_msg(open_text(files[i].file, &p, &fault) == 0, "%s", fault.message);
	ck_assert_int_eq((int)p.text.n, (int)strlen(files[i].text));
	ck_assert_mem_eq(p.text.n ? p.text.p : "", files[i].text, p.text.n);
	ck_assert_int_eq(p.text_line, files[i].line);
	vars = vars_of(&p);
	ck_assert_str_eq(vars, files[i].vars);
	free(vars);
	prompt_free(&p);
	close_world();
}

START_TEST(reads)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		reads_row(i);
}
END_TEST

/* The description and where it stands. */
START_TEST(describes)
{
	struct prompt p;
	struct fault fault = { 0 };

	open_world();
	ck_assert_int_eq(open_text("---\ndescription: what it is for\nmodel: m\n---\nx {{a}}\n{{b}}", &p, &fault), 0);
	ck_assert_str_eq(p.name, "p");
	ck_assert_str_eq(p.description, "what it is for");
	ck_assert_str_eq(yaml_get(p.head, "model")->text, "m");
	ck_assert_int_eq(p.vars[0].line, 5);
	ck_assert_int_eq(p.vars[1].line, 6);
	prompt_free(&p);
	ck_assert_int_eq(open_text("---\ndescription: ~\n---\nx", &p, &fault), 0);
	ck_assert_ptr_null(p.description);
	prompt_free(&p);
	close_world();
}
END_TEST

/* ---- what is no prompt file ---- */

#define NO_VARIABLE "}} is not a variable: its name has letters, digits, _ and -, then }} or =\n\\{{ stands for {{ itself"
#define NO_TEXT "\nwhere the text itself begins with ---, put an empty line before it"

static const struct { const char *file, *why; } faults[] = {
	{ "a {{b", ":1: {{b has no }} in its line\n\\{{ stands for {{ itself" },
	{ "a\n{{b\n}}", ":2: {{b has no }} in its line\n\\{{ stands for {{ itself" },
	{ "{{}}", ":1: {{" NO_VARIABLE },
	{ "x\n\n{{a b}}", ":3: {{a b" NO_VARIABLE },
	{ "{{1a}}", ":1: {{1a" NO_VARIABLE },
	{ "{{{a}}}", ":1: {{{a" NO_VARIABLE },
	{ "{{caf\xC3\xA9}}", ":1: {{caf\xC3\xA9" NO_VARIABLE },
	{ "{{=x}}", ":1: {{=x" NO_VARIABLE },
	{ "{{a={{b}}}}", ":1: {{a={{b}}: a default holds no variable\n\\{{ stands for {{ itself" },
	{ "{{a=1}}\n{{a=2}}", ":2: {{a}} has another default in line 1" },
	{ "a\nb \xFF", ":2: it is not text in UTF-8\nif it is text in another encoding, convert it, as with: iconv -f LATIN1 -t UTF-8" },
	{ "---\nsystem: x\nhello\n", ":1: no second line of --- ends the head" NO_TEXT },
	{ "---", ":1: no second line of --- ends the head" NO_TEXT },
	{ "---\nwords and more\n---\nx", ":2: expected a description and settings between the lines of ---" NO_TEXT },
	{ "---\n- a\n---\nx", ":2: expected a description and settings between the lines of ---" NO_TEXT },
	{ "---\ndescription: [a]\n---\n", ":2: description: expected a text" },
	{ "---\n\nsistem: a\n---\n", ":3: unknown key \"sistem\" (did you mean \"system\"?)" },
	{ "---\ndescribtion: a\n---\n", ":2: unknown key \"describtion\" (did you mean \"description\"?)" },
	{ "---\ntemperature: hot\n---\n", ":2: temperature: expected a number from 0 to 2, got \"hot\"" },
	{ "---\nprofile: p\n---\n", ":2: profile: a prompt file may not set it\nit belongs into the config file, a profile or -o" },
	{ "---\nmax_cost: 5\n---\n", ":2: max_cost: a prompt file may not set it\nit belongs into the config file, a profile or -o" },
	{ "---\njournal: false\n---\n", ":2: journal: a prompt file may not set it\nit belongs into the config file, a profile or -o" },
	{ "---\nproxy: http://x\n---\n", ":2: proxy: a prompt file may not set it\nit belongs into the config file, a profile or -o" },
	{ "---\nmodel: a\nmodel: b\n---\n", ":3: duplicate key \"model\" (first in line 2)" },
	{ "---\nsystem: [a\n---\n", NULL },
};

static void refuses_row(size_t i)
{
	struct prompt p;
	struct fault fault = { 0 };
	char *want;

	open_world();
	ck_assert_int_eq(open_text(faults[i].file, &p, &fault), HN_ERR_CONFIG);
	ck_assert_ptr_null(p.name);
	want = xasprintf("%s/p.md%s", paths.prompts, faults[i].why ? faults[i].why : "");
	if (faults[i].why)
		fault_is(&fault, HN_ERR_CONFIG, want);
	ck_assert(faults[i].why || str_begins(str_of(fault.message), want));
	fault_free(&fault);
	free(want);
	close_world();
}

START_TEST(refuses)
{
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		refuses_row(i);
}
END_TEST

/* A file of that size, all "x". */
static void write_size(const char *name, size_t n)
{
	char *bytes = xmalloc(n);

	memset(bytes, 'x', n);
	scratch_bytes(&scratch, name, bytes, n, 0600);
	free(bytes);
}

static void refused(const char *name, int32_t kind, const char *why)
{
	struct prompt p;
	struct fault fault = { 0 };
	char *want = xasprintf("%s/%s.md%s", paths.prompts, name, why);

	ck_assert_int_eq(prompt_open(&paths, str_of(name), &p, &fault), kind);
	fault_is(&fault, kind, want);
	free(want);
}

/* A file that cannot be read as one. */
START_TEST(refuses_files)
{
	struct prompt p;
	struct fault fault = { 0 };
	struct buf many = BUF(BUF_NO_CAP);

	open_world();
	ck_assert_int_eq(mkdir(scratch_path(&scratch, "prompts/dir.md"), 0700), 0);
	refused("dir", HN_ERR_CONFIG, ": is a directory");
	ck_assert_int_eq(mkfifo(scratch_path(&scratch, "prompts/fifo.md"), 0600), 0);
	refused("fifo", HN_ERR_CONFIG, ": not a regular file");
	ck_assert_int_eq(symlink("/nowhere", scratch_path(&scratch, "prompts/link.md")), 0);
	refused("link", HN_ERR_CONFIG, ": is a link to a file that is not there");
	write_size("prompts/big.md", PROMPT_CAP + 1);
	refused("big", HN_ERR_CONFIG, ": larger than 1048576 bytes");
	write_size("prompts/big.md", PROMPT_CAP);
	ck_assert_int_eq(prompt_open(&paths, str_of("big"), &p, &fault), 0);
	prompt_free(&p);
	scratch_bytes(&scratch, "prompts/nul.md", "a\nb\0c", 5, 0600);
	refused("nul", HN_ERR_CONFIG, ":2: it is not text: it holds a NUL byte\nhobnob takes text in UTF-8");
	for (int i = 0; i <= PROMPT_VARS_MOST; i++)
		buf_addf(&many, "{{v%d}}\n", i);
	scratch_write(&scratch, "prompts/many.md", many.p);
	refused("many", HN_ERR_CONFIG, ":101: more than 100 variables");
	buf_free(&many);
	close_world();
}
END_TEST

/* A name that no file has, or can have. */
START_TEST(refuses_names)
{
	static const char *const names[] = { "", "a/b", "../p", "/etc/passwd", ".", "..", ".hidden", "-p", "a b", "a\nb", "\xFF" };
	struct prompt p;
	struct fault fault = { 0 };
	char *want;

	open_world();
	scratch_write(&scratch, "prompts/review.md", "x");
	scratch_write(&scratch, "prompts/other.md", "x");
	want = xasprintf("there is no prompt file \"reviw\" (did you mean \"review\"?)\nthere are: other, review\n"
			 "to make it, write its text to %s/reviw.md",
		paths.prompts);
	ck_assert_int_eq(prompt_open(&paths, str_of("reviw"), &p, &fault), HN_ERR_USAGE);
	fault_is(&fault, HN_ERR_USAGE, want);
	free(want);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		want = xasprintf("\"%s\" is not the name of a prompt file\na prompt file is named without its folder and .md", names[i]);
		ck_assert_int_eq(prompt_open(&paths, str_of(names[i]), &p, &fault), HN_ERR_USAGE);
		ck_assert_int_eq(fault.kind, HN_ERR_USAGE);
		ck_assert_ptr_nonnull(strstr(fault.message, "is not the name of a prompt file"));
		fault_free(&fault);
		free(want);
	}
	scratch_close(&scratch);
	ck_assert_int_eq(prompt_open(&paths, str_of("p"), &p, &fault), HN_ERR_USAGE);
	want = xasprintf("there is no prompt file \"p\"\nto make it, write its text to %s/p.md", paths.prompts);
	fault_is(&fault, HN_ERR_USAGE, want);
	free(want);
	free(paths.prompts);
	paths.prompts = NULL;
	ck_assert_int_eq(prompt_open(&paths, str_of("p"), &p, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, "there is no place for prompt files: HOME is not set");
}
END_TEST

/* Only files with the ending and a name that can be said, by their bytes. */
START_TEST(lists)
{
	static const char *const all[] = { "b.md", "a.md", "B.md", "x.txt", ".md", ".x.md", "-x.md", "a b.md", "\xC3\xA9.md", "md" };
	struct prompt_names names;
	struct fault fault = { 0 };

	open_world();
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char *path = xasprintf("prompts/%s", all[i]);
		scratch_write(&scratch, path, "x");
		free(path);
	}
	ck_assert_int_eq(prompt_names(&paths, &names, &fault), 0);
	ck_assert_uint_eq(names.n, 4);
	ck_assert_str_eq(names.all[0], "B");
	ck_assert_str_eq(names.all[1], "a");
	ck_assert_str_eq(names.all[2], "b");
	ck_assert_str_eq(names.all[3], "\xC3\xA9");
	prompt_names_free(&names);
	close_world();
}
END_TEST

/* ---- filling in ---- */

#define WAYS { .lead = "hobnob -t p", .each = " -D ", .escape = NULL }

/* values: "NAME=VALUE", up to three */
static const struct { const char *file, *values[3], *input; int beside; const char *want; } fillings[] = {
	{ "hi", { NULL }, "", 0, "hi" },
	{ "hi", { NULL }, "there", 0, "hi\n\nthere" },
	{ "", { NULL }, "there", 0, "there" },
	{ "", { NULL }, "", 0, "" },
	{ "hi", { NULL }, " \n", 0, "hi" },
	{ "<{{input}}>", { NULL }, " a ", 0, "< a >" },
	{ "{{input}}{{input}}", { NULL }, "a", 0, "aa" },
	{ "<{{input=none}}>", { NULL }, "", 0, "<none>" },
	{ "<{{input=none}}>", { NULL }, "a", 0, "<a>" },
	{ "<{{input}}>", { NULL }, "", 1, "<>" },
	{ "<{{input=none}}>", { NULL }, "", 1, "<none>" },
	{ "{{a}} {{b=2}} {{c=}}.", { "a=1" }, "", 0, "1 2 ." },
	{ "{{a}} {{b=2}} {{c=}}.", { "a=1", "b=", "c=3" }, "", 0, "1  3." },
	{ "{{a}}", { "a=1", "a=2" }, "", 0, "2" },
	{ "{{a}} {{a=9}}", { NULL }, "", 0, "9 9" },
	/* nothing is looked at again */
	{ "{{a}} {{b}} {{input}}", { "a={{b}}", "b=\\{{a}}" }, "{{input}} {{a}}", 0, "{{b}} \\{{a}} {{input}} {{a}}" },
	{ "{{a}}", { "a={{x" }, "}} {{y", 0, "{{x\n\n}} {{y" },
	{ "\\{{a}} \\\\{{b}} \\\\\\{{c}} \\x {a} }}", { "b=1" }, "", 0, "{{a}} \\1 \\{{c}} \\x {a} }}" },
	{ "---\nmodel: m\n---\n{{a}}\n", { "a=1" }, "", 0, "1" },
};

static int32_t fill(const struct prompt *p, const char *const *values, const char *input, int beside, struct buf *out, struct fault *f)
{
	static const struct prompt_ways ways = WAYS;
	struct prompt_value all[3];
	size_t n = 0;

	for (; n < 3 && values[n]; n++) {
		const char *eq = strchr(values[n], '=');
		all[n] = (struct prompt_value){ { values[n], (size_t)(eq - values[n]) }, str_of(eq + 1) };
	}
	return prompt_fill(p, all, n, str_of(input), beside, &ways, out, f);
}

static void fills_row(size_t i)
{
	struct prompt p;
	struct fault fault = { 0 };
	struct buf out = BUF(BUF_NO_CAP);

	open_world();
	ck_assert_msg(open_text(fillings[i].file, &p, &fault) == 0, "%s", fault.message);
	ck_assert_msg(fill(&p, fillings[i].values, fillings[i].input, fillings[i].beside, &out, &fault) == 0, "%s", fault.message);
	ck_assert_str_eq(out.n ? out.p : "", fillings[i].want);
	buf_free(&out);
	prompt_free(&p);
	close_world();
}

START_TEST(fills)
{
	for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++)
		fills_row(i);
}
END_TEST

static const struct { const char *file, *values[3], *input, *why; } unfilled[] = {
	{ "x\n{{a}} {{b=1}} {{c}}", { NULL }, "", ":2: {{a}} has no value\nhobnob -t p -D a=VALUE -D c=VALUE" },
	{ "{{a}} {{c}}", { "a=1" }, "", ":1: {{c}} has no value\nhobnob -t p -D a=VALUE -D c=VALUE" },
	{ "{{a}}\n{{input}}", { "a=1" }, "\n", ":2: {{input}} is what you say beside it, and that is empty\nhobnob -t p -D a=VALUE TEXT" },
	{ "{{lang}} {{b=1}}", { "lan=1" }, "", " has no variable \"lan\" (did you mean \"lang\"?)\nits variables: lang, b" },
	{ "{{input}}", { "x=1" }, "a", " has no variable \"x\"\nit has no variables" },
};

static void leaves_open_row(size_t i)
{
	struct prompt p;
	struct fault fault = { 0 };
	struct buf out = BUF(BUF_NO_CAP);
	char *want;

	open_world();
	ck_assert_msg(open_text(unfilled[i].file, &p, &fault) == 0, "%s", fault.message);
	ck_assert_int_eq(fill(&p, unfilled[i].values, unfilled[i].input, 0, &out, &fault), HN_ERR_USAGE);
	want = xasprintf("%s%s", p.path, unfilled[i].why);
	fault_is(&fault, HN_ERR_USAGE, want);
	free(want);
	ck_assert_uint_eq(out.n, 0);
	prompt_free(&p);
	close_world();
}

START_TEST(leaves_open)
{
	for (size_t i = 0; i < sizeof unfilled / sizeof *unfilled; i++)
		leaves_open_row(i);
}
END_TEST

/* The input has no name of its own; a message has a cap. */
START_TEST(bounds)
{
	static const char *const input[3] = { "input=1" }, *const none[3] = { NULL };
	struct prompt p;
	struct fault fault = { 0 };
	struct buf out = BUF(1u << 20);
	char *large = xmalloc((1u << 19) + 1), *want;

	open_world();
	memset(large, 'x', 1u << 19);
	large[1u << 19] = '\0';
	ck_assert_int_eq(open_text("{{input}}{{input}}", &p, &fault), 0);
	ck_assert_int_eq(fill(&p, input, "", 0, &out, &fault), HN_ERR_USAGE);
	fault_is(&fault, HN_ERR_USAGE, "input is what you say beside the prompt file, and is not given by name");
	ck_assert_int_eq(fill(&p, none, large, 0, &out, &fault), 0);
	ck_assert_uint_eq(out.n, 1u << 20);
	ck_assert_int_eq(fill(&p, none, large, 0, &out, &fault), HN_ERR_USAGE);
	want = xasprintf("%s: the message has more than 1 MiB with its values", p.path);
	fault_is(&fault, HN_ERR_USAGE, want);
	free(want);
	free(large);
	buf_free(&out);
	prompt_free(&p);
	close_world();
}
END_TEST

UNIT_MAIN("prompt", reads, describes, refuses, refuses_files, refuses_names, lists, fills, leaves_open, bounds)
