/* SPDX-License-Identifier: MIT */
/*
 * plugins_new: `hobnob plugins new`: a plugin to begin with, as a folder of its own.
 *
 * The skeletons are the files of pkgdatadir/new, see kit/local.mk for what stands for what in them. The
 * folder is made beside its place and renamed when it is whole, so that nobody finds half of it.
 */
#include "cli/plugins_new.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output.h"
#include "util/ascii.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/names.h"

#define NAME_MOST 40             /* characters of a name */
#define FILE_MOST ((size_t)1 << 20) /* bytes of a skeleton's file */

static const struct language {
	const char *word, *written, *ending, *builds;
} languages[] = {
#define X(...) { __VA_ARGS__ },
	NEW_LANGUAGES(X, X)
};

static const struct wire {
	const char *word, *folder, *does;
} wires[] = { NEW_WIRES(X, X) };

static const struct build {
	const char *word, *make, *check;
} builds[] = { NEW_BUILDS(X, X) };
#undef X

/* The files of the skeletons, where they go, and the words that have to describe the plugin. The source is one more. */
static const struct { const char *when, *from, *to; } files[] = {
	{ "", "new/any/README.md", "README.md" },
	{ "", "new/any/check.yml", ".github/workflows/check.yml" },
	{ "", "new/any/gitignore", ".gitignore" },
	{ "http", "new/http/server.py", "server.py" },
	{ "http", "new/http/test.py", "test.py" },
	{ "ndjson", "new/http/ndjson.json", "my-plugin.answers.json" },
	{ "sse", "new/http/sse.json", "my-plugin.answers.json" },
	{ "none", "new/compute/test.py", "test.py" },
	{ "frontend", "new/frontend/test.py", "test.py" },
	{ "make", "new/make/Makefile", "Makefile" },
	{ "cargo", "new/make/Makefile", "Makefile" },
	{ "cmake", "new/cmake/CMakeLists.txt", "CMakeLists.txt" },
	{ "meson", "new/meson/meson.build", "meson.build" },
	{ "autotools", "new/autotools/Makefile.am", "Makefile.am" },
	{ "autotools", "new/autotools/configure.ac", "configure.ac" },
	{ "rust", "rust/hobnob.rs", "hobnob.rs" },
	{ "cargo", "new/rust/Cargo.toml", "Cargo.toml" },
};

/* Names that a build system, or a file of a skeleton, needs for itself. */
static const char *const taken[] = { "all", "benchmark", "check", "clean", "dist", "distcheck", "help", "hobnob", "install", "package",
	"test", "uninstall" };

/* The plugin that is made. */
struct project {
	const char *kind, *name, *folder; /* folder: where it will stand */
	const struct language *language;
	const struct wire *wire; /* NULL: a frontend */
	const struct build *build;
	char *ident, *caps;      /* the name as an identifier, and in capitals (allocated) */
	const char *data;        /* where the skeletons are */
	mode_t mask;             /* the user's umask */
};

/* ---- what is asked for ---- */

/* The index of a word in a list, separated by blanks; of the first without a word. */
static size_t place(const char *list, const char *word)
{
	size_t i = 0;
	for (; word && *list; i++) {
		size_t n = strcspn(list, " ");
		if (str_is((hn_str){ list, n }, word))
			return i;
		list += n + strspn(list + n, " ");
	}
	return 0;
}

/* 1 if a list of words, separated by blanks, has the word. */
static int has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *at = list; (at = strstr(at, word)); at += n)
		if ((at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return 1;
	return 0;
}

/* Fills in what the words and the options say; the parser let known words pass only. 0, or HN_ERR_USAGE with a fault. */
static int32_t choose(struct project *p, const struct cli *cli, struct fault *f)
{
	if (strcmp(p->kind, "provider") != 0 && strcmp(p->kind, "frontend") != 0)
		return fault_set(f, HN_ERR_USAGE, "a provider answers; a frontend is how to talk",
			"plugins new: \"%s\" is not a kind of plugin: expected provider or frontend", p->kind);
	if (!strcmp(p->kind, "frontend") && cli->wire)
		return fault_set(f, HN_ERR_USAGE, "leave out --wire", "--wire %s: a frontend talks to no server", cli->wire);
	p->language = &languages[place(NEW_WORDS(NEW_LANGUAGES), cli->lang)];
	p->wire = strcmp(p->kind, "provider") ? NULL : &wires[place(NEW_WORDS(NEW_WIRES), cli->wire)];
	p->build = &builds[place(NEW_WORDS(NEW_BUILDS), cli->build)];
	if (has_word(p->language->builds, p->build->word))
		return 0;
	struct buf there = BUF(BUF_NO_CAP);
	for (const char *at = p->language->builds; *at; at++)
		buf_adds(&there, *at == ' ' ? " or --build " : (char[2]){ *at, '\0' });
	fault_set(f, HN_ERR_USAGE, NULL, "--build %s: there is no skeleton in %s for it", p->build->word, p->language->written);
	fault_hint(f, "take --build %s", there.p);
	buf_free(&there);
	return HN_ERR_USAGE;
}

/* A name is a file's, an identifier's and an option's. 0, or HN_ERR_USAGE with a fault. */
static int32_t check_name(const char *name, struct fault *f)
{
	static const char *const rule = "small letters, digits, - and _, a letter first, at most 40";
	size_t n = 0;
	while (ascii_is_lower(name[n]) || (n && (ascii_is_digit(name[n]) || name[n] == '-' || name[n] == '_')))
		n++;
	if (!n || name[n] || n > NAME_MOST)
		return fault_set(f, HN_ERR_USAGE, rule, "plugins new: \"%s\" cannot be the name of a plugin", name);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (!strcmp(taken[i], name))
			return fault_set(f, HN_ERR_USAGE, "take another name",
				"plugins new: \"%s\" cannot be the name of a plugin: what builds it uses that name for something else", name);
	return 0;
}

/* The name with - as _, in capitals or not (allocated). */
static char *identifier(const char *name, int capitals)
{
	char *out = xstrdup(name);
	for (char *at = out; *at; at++) {
		*at = *at == '-' ? '_' : *at;
		*at = capitals ? ascii_upper(*at) : *at;
	}
	return out;
}

/* ---- a file ---- */

/* 1 if the word describes the plugin. */
static int describes(const struct project *p, hn_str word)
{
	const char *const all[] = { p->kind, p->language->word, p->build->word, p->wire ? p->wire->word : p->kind,
		p->wire ? p->wire->folder : p->kind };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (str_is(word, all[i]))
			return 1;
	return 0;
}

/* Takes "@WORD:" off the line's beginning, each of them. 1 if all describe the plugin. */
static int keeps(const struct project *p, hn_str *line)
{
	while (line->n && line->p[0] == '@') {
		size_t n = 1;
		while (n < line->n && (ascii_is_lower(line->p[n]) || line->p[n] == '+'))
			n++;
		if (n == line->n || line->p[n] != ':')
			return 1;
		if (!describes(p, (hn_str){ line->p + 1, n - 1 }))
			return 0;
		*line = (hn_str){ line->p + n + 1, line->n - n - 1 };
	}
	return 1;
}

/* Adds text with the plugin's own name in it. */
static void add_named(const struct project *p, hn_str text, struct buf *out)
{
	const struct { const char *from, *to; } names[] = {
		{ "my-plugin", p->name }, { "my_plugin", p->ident }, { "MY_PLUGIN", p->caps } };
	while (text.n) {
		size_t i = 0, n = 1;
		while (i < 3 && !str_begins(text, names[i].from))
			i++;
		if (i < 3) {
			buf_adds(out, names[i].to);
			n = strlen(names[i].from);
		} else {
			buf_addc(out, *text.p);
		}
		text = (hn_str){ text.p + n, text.n - n };
	}
}

/* A skeleton's file as the plugin has it. */
static void fill_in(const struct project *p, hn_str text, struct buf *out)
{
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		hn_str line = { text.p, end ? (size_t)(end - text.p) + 1 : text.n };
		text = (hn_str){ text.p + line.n, text.n - line.n };
		if (keeps(p, &line))
			add_named(p, line, out);
	}
}

/* Says that a file or folder below `made` could not be written, by its place in the new folder; errno says why. */
static int32_t not_written(const struct project *p, const char *to, struct fault *f)
{
	return fault_set(f, HN_ERR_OUTPUT, NULL, "%s%s%s: %s", p->folder, *to ? "/" : "", to, strerror(errno));
}

/* Makes the folders that a file's name has. 0, or -1 with errno. */
static int make_folders(const char *made, char *to)
{
	for (char *slash = to; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		char *path = xasprintf("%s/%s", made, to);
		int failed = mkdir(path, 0755) && errno != EEXIST;
		free(path);
		*slash = '/';
		if (failed)
			return -1;
	}
	return 0;
}

/* Copies a file of the skeletons into the folder that is being made. 0, or a fault. */
static int32_t copy(const struct project *p, const char *made, const char *from, const char *to, struct fault *f)
{
	struct buf text = BUF(BUF_NO_CAP), filled = BUF(BUF_NO_CAP), name = BUF(BUF_NO_CAP);
	char *source = xasprintf("%s/%s", p->data, from), *path = NULL;
	int32_t code = file_read(source, FILE_MOST, &text, f);
	fill_in(p, buf_str(&text), &filled);
	add_named(p, str_of(to), &name);
	if (!code) {
		mode_t mode = str_begins(buf_str(&filled), "#!") ? 0755 : 0644;
		path = xasprintf("%s/%s", made, name.p);
		if (make_folders(made, name.p) || file_create(path, buf_str(&filled), mode & ~p->mask))
			code = not_written(p, name.p, f);
	}
	free(path);
	free(source);
	buf_free(&name);
	buf_free(&filled);
	buf_free(&text);
	return code;
}

/* ---- the folder ---- */

/* 1 if all words of a list describe the plugin. */
static int all_describe(const struct project *p, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");
		if (!describes(p, (hn_str){ words, n }))
			return 0;
		words += n + strspn(words + n, " ");
	}
	return 1;
}

/* Copies all that makes up the plugin. 0, or a fault. */
static int32_t copy_all(const struct project *p, const char *made, struct fault *f)
{
	const char *what = p->wire ? p->wire->folder : "frontend";
	char *from = xasprintf("new/%s/%s.%s", p->language->word, what, p->language->ending);
	char *to = xasprintf("my-plugin.%s", p->language->ending);
	int32_t code = copy(p, made, from, to, f);
	for (size_t i = 0; i < sizeof files / sizeof *files && !code; i++)
		if (all_describe(p, files[i].when))
			code = copy(p, made, files[i].from, files[i].to, f);
	free(from);
	free(to);
	return code;
}

/* Removes what was made of a folder: what copy_all() may have written, and the folders of it. */
static void remove_made(const struct project *p, const char *made)
{
	for (size_t i = 0; i < sizeof files / sizeof *files + 1; i++) {
		struct buf path = BUF(BUF_NO_CAP);
		buf_addf(&path, "%s/", made);
		if (i < sizeof files / sizeof *files)
			add_named(p, str_of(files[i].to), &path);
		else
			buf_addf(&path, "%s.%s", p->name, p->language->ending);
		unlink(path.p);
		for (char *slash; (slash = strrchr(path.p, '/')) > path.p + strlen(made);) {
			*slash = '\0';
			rmdir(path.p);
		}
		buf_free(&path);
	}
	rmdir(made);
}

/* Gives the folder its name; an existing one is left alone. 0, or a fault. */
static int32_t put_in_place(const struct project *p, const char *made, struct fault *f)
{
	if (chmod(made, 0755 & ~p->mask) == 0 && mkdir(p->folder, 0755) == 0) {
		if (rename(made, p->folder) == 0)
			return 0;
		int error = errno;
		rmdir(p->folder);
		errno = error;
	}
	return not_written(p, "", f);
}

/* Makes the folder beside its place, and puts it there when it is whole. 0, or a fault. */
static int32_t make(const struct project *p, struct fault *f)
{
	struct stat st;
	char *made = xasprintf("%s.XXXXXX", p->folder);
	int32_t code = 0;
	if (!*p->folder)
		code = fault_set(f, HN_ERR_USAGE, NULL, "plugins new: the folder has no name");
	else if (lstat(p->folder, &st) == 0)
		code = fault_set(f, HN_ERR_USAGE, "name another folder, as the last word", "%s exists: plugins new writes into a new folder only",
			p->folder);
	else if (!mkdtemp(made))
		code = not_written(p, "", f);
	else if ((code = copy_all(p, made, f)) || (code = put_in_place(p, made, f)))
		remove_made(p, made);
	free(made);
	return code;
}

/* ---- what is said ---- */

static int tell_json(struct runtime *rt, const struct project *p)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "name", str_of(p->name));
	json_add_text(o, "kind", str_of(p->kind));
	json_add_text(o, "folder", str_of(p->folder));
	json_add_text(o, "language", str_of(p->language->word));
	json_add_text_or_null(o, "wire", p->wire ? p->wire->word : NULL);
	json_add_text(o, "build", str_of(p->build->word));
	json_add_text(o, "make", str_of(p->build->make));
	json_add_text(o, "check", str_of(p->build->check));
	return output_json(rt, o);
}

static int tell(struct runtime *rt, const struct cli *cli, const struct project *p)
{
	struct buf out = BUF(BUF_NO_CAP);
	if (cli->json)
		return tell_json(rt, p);
	buf_adds(&out, "wrote ");
	output_add(&out, str_of(p->folder));
	buf_addf(&out, ": a %s in %s that %s\n\n  cd ", p->kind, p->language->written, p->wire ? p->wire->does : "takes a line at a time");
	output_add(&out, str_of(p->folder));
	buf_addf(&out, "\n  %s\n  %s\n", p->build->make, p->build->check);
	return output_write(rt, &out);
}

/* The folder that the last word names, without slashes at its end (allocated). */
static char *folder_of(const struct cli *cli)
{
	char *folder = xstrdup(cli->n_words > 3 ? cli->words[3] : cli->words[2]);
	for (size_t n = strlen(folder); n > 1 && folder[n - 1] == '/'; n--)
		folder[n - 1] = '\0';
	return folder;
}

int plugins_new(struct runtime *rt, const struct cli *cli)
{
	char *folder = folder_of(cli);
	struct project p = { .kind = cli->words[1], .name = cli->words[2], .folder = folder, .data = rt->paths.data };
	struct fault f = { 0 };
	p.mask = umask(077);
	umask(p.mask);
	if (!choose(&p, cli, &f) && !check_name(p.name, &f)) {
		p.ident = identifier(p.name, 0);
		p.caps = identifier(p.name, 1);
		make(&p, &f);
	}
	int status = f.kind ? cli_fault(rt, &f) : tell(rt, cli, &p);
	free(p.ident);
	free(p.caps);
	free(folder);
	return status;
}

void plugins_new_languages(void (*put)(void *ud, const char *language, const char *builds), void *ud)
{
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		put(ud, languages[i].written, languages[i].builds);
}
