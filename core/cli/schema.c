/* SPDX-License-Identifier: MIT */
/* schema: what --schema names, a file, JSON or words, checked before anything is sent. */
#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "util/encoding.h"
#include "util/file.h"
#include "util/json.h"

#define SCHEMA_CAP (1u << 20) /* bytes */
#define NAME_MOST 64

/* The file's name without folder and ending, with the characters that an API takes as a schema's name. */
static void add_name(const char *path, struct buf *out)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
	size_t n = dot ? (size_t)(dot - base) : strlen(base);

	for (size_t i = 0; i < n && i < NAME_MOST; i++)
		buf_addc(out, memchr(plain, base[i], sizeof plain - 1) ? base[i] : '_');
	buf_adds(out, n ? "" : "schema");
}

/* Why a text is not a schema: 0, or HN_ERR_USAGE with a fault. */
static int32_t judge(hn_str text, struct fault *f)
{
	const char *why = NULL;
	size_t at = 0;
	struct json_object *o = json_read_at(text, &at, &why);
	int is_object = json_object_is_type(o, json_type_object);

	json_object_put(o);
	if (o && !is_object)
		return fault_set(f, HN_ERR_USAGE, NULL, "a JSON Schema is an object, between { and }");
	return o ? 0 : fault_set(f, HN_ERR_USAGE, NULL, "not JSON: %s, after %zu bytes", why ? why : "no value", at);
}

/* The text of a schema that stands on the command line: JSON as it is, or made of words. 0, or HN_ERR_USAGE with a fault. */
static int32_t take_inline(const char *value, struct buf *text, struct fault *f)
{
	struct buf words = BUF(SCHEMA_CAP);
	int32_t code = buf_adds(&words, value) ? fault_set(f, HN_ERR_USAGE, NULL, "larger than %u bytes", SCHEMA_CAP) : text_take(&words, f);

	if (!code && *value == '{')
		buf_addstr(text, buf_str(&words));
	else if (!code)
		code = schema_of_words(buf_str(&words), text, f);
	buf_free(&words);
	return code;
}

int schema_read(struct runtime *rt, const char *value, struct buf *text, struct buf *name)
{
	struct fault f = { 0 };
	int is_file = (*value != '{' && !value[strcspn(value, ", \n")]) || !access(value, F_OK);

	if ((is_file ? file_read(value, SCHEMA_CAP, text, &f) == 0 && text_take(text, &f) : take_inline(value, text, &f)) ||
		(!f.kind && judge(buf_str(text), &f)))
		fault_name(&f, value);
	if (f.kind) {
		f.kind = HN_ERR_USAGE;
		fault_name(&f, "--schema");
		return cli_fault(rt, &f);
	}
	if (is_file)
		add_name(value, name);
	else
		buf_adds(name, "reply");
	return 0;
}
