/* SPDX-License-Identifier: MIT */
/* schema: the file of --schema, checked before anything is sent. */
#include "cli/cli.h"

#include <string.h>

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

int schema_read(struct runtime *rt, const char *path, struct buf *text, struct buf *name)
{
	struct fault f = { 0 };

	if (file_read(path, SCHEMA_CAP, text, &f) == 0 && (text_take(text, &f) || judge(buf_str(text), &f)))
		fault_name(&f, path);
	if (f.kind) {
		f.kind = HN_ERR_USAGE;
		fault_name(&f, "--schema");
		return cli_fault(rt, &f);
	}
	add_name(path, name);
	return 0;
}
