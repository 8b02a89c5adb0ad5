/* SPDX-License-Identifier: MIT */
/* row: a plugin's descriptor as bytes, and back. */
#include "plugin/row.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/judge.h"
#include "plugin/pack.h"
#include "util/mem.h"
#include "util/text.h"

#define BYTES_A_COLUMN 4
#define FAULT_COLUMNS 1000
#define HINT_MOST 4096     /* bytes; a longer one is left out */
#define OPTION_LEAST 32    /* bytes that an option takes at least, with all its texts NULL */
#define ENV_LEAST 8

enum { IS_PLUGIN = 1, IS_REFUSED, IS_REFUSED_FOR_GOOD, IS_DEADLY };

/* ---- writing ---- */

/* A text that is only shown: one line, cut. */
static void pack_line(struct buf *out, const char *text, uint32_t columns)
{
	struct buf line = BUF(BUF_NO_CAP);
	if (text)
		text_add_line(&line, (hn_str){ text, strnlen(text, (size_t)columns * BYTES_A_COLUMN) }, columns);
	pack_text(out, text ? (line.p ? line.p : "") : NULL);
	buf_free(&line);
}

static void pack_option(struct buf *out, const hn_option *o)
{
	pack_u32(out, o->type);
	pack_u32(out, o->flags);
	pack_u32(out, o->n_env);
	pack_text(out, o->key);
	pack_text(out, o->initial);
	pack_text(out, o->values);
	pack_text(out, o->forbid);
	pack_line(out, o->help, ROW_LINE_COLUMNS);
	for (uint32_t i = 0; i < o->n_env && !buf_failed(out); i++) {
		pack_text(out, o->env[i].name);
		pack_text(out, o->env[i].prefix);
	}
}

void plugin_row_write(const hn_plugin *d, struct buf *out)
{
	pack_u32(out, IS_PLUGIN);
	pack_u32(out, d->abi_major);
	pack_u32(out, d->need_minor);
	pack_u32(out, d->type);
	pack_u32(out, d->n_options);
	pack_text(out, d->name);
	pack_line(out, d->version, ROW_VERSION_COLUMNS);
	pack_line(out, d->summary, ROW_LINE_COLUMNS);
	pack_line(out, d->license, ROW_LICENSE_COLUMNS);
	for (uint32_t i = 0; i < d->n_options && !buf_failed(out); i++)
		pack_option(out, HN_AT(hn_option, d->options, d->option_stride, i));
}

void plugin_row_write_refusal(const struct plugin_row *r, struct buf *out)
{
	const struct fault *f = &r->fault;
	pack_u32(out, r->deadly ? IS_DEADLY : r->lasting ? IS_REFUSED_FOR_GOOD : IS_REFUSED);
	pack_line(out, f->message, FAULT_COLUMNS);
	pack_text(out, f->hint && strlen(f->hint) <= HINT_MOST ? f->hint : NULL);
}

/* ---- reading ---- */

/* The texts of an option's env (allocated). */
static const hn_env *unpack_env(struct unpack *in, uint32_t n)
{
	if (!n || n > in->left / ENV_LEAST) {
		in->bad |= n > 0;
		return NULL;
	}
	hn_env *all = xcalloc(n, sizeof *all);
	for (uint32_t i = 0; i < n; i++) {
		all[i].name = unpack_text(in);
		all[i].prefix = unpack_text(in);
	}
	return all;
}

static void unpack_option(struct unpack *in, hn_option *o)
{
	o->type = unpack_u32(in);
	o->flags = unpack_u32(in);
	uint32_t n_env = unpack_u32(in);
	o->key = unpack_text(in);
	o->initial = unpack_text(in);
	o->values = unpack_text(in);
	o->forbid = unpack_text(in);
	o->help = unpack_text(in);
	o->env = unpack_env(in, n_env);
	o->n_env = o->env ? n_env : 0;
}

static void unpack_options(struct unpack *in, struct plugin_row *r, uint32_t n)
{
	if (n > in->left / OPTION_LEAST) {
		in->bad = 1;
		return;
	}
	r->options = xcalloc((size_t)n + 1, sizeof *r->options);
	r->desc.options = r->options;
	r->desc.n_options = n;
	for (uint32_t i = 0; i < n && !in->bad; i++)
		unpack_option(in, &r->options[i]);
}

static void unpack_plugin(struct unpack *in, struct plugin_row *r)
{
	r->desc = (hn_plugin){ .struct_size = sizeof r->desc, .option_stride = sizeof(hn_option) };
	r->desc.abi_major = unpack_u32(in);
	r->desc.need_minor = unpack_u32(in);
	r->desc.type = unpack_u32(in);
	uint32_t n = unpack_u32(in);
	r->desc.name = unpack_text(in);
	r->desc.version = unpack_text(in);
	r->desc.summary = unpack_text(in);
	r->desc.license = unpack_text(in);
	unpack_options(in, r, n);
}

/* The bytes that stand for a refusal. 0 if they do. */
static int unpack_fault(struct unpack *in, struct plugin_row *r)
{
	const char *message = unpack_text(in), *hint = unpack_text(in);
	if (in->bad || in->left || !message)
		return -1;
	return fault_set(&r->fault, HN_ERR_CONFIG, hint, "%s", message) != HN_ERR_CONFIG;
}

/* 0 if the bytes are a whole row that breaks no rule. */
static int read_bytes(struct plugin_row *r, struct unpack *in, const char *stem)
{
	uint32_t what = unpack_u32(in);
	r->lasting = what == IS_PLUGIN || what == IS_REFUSED_FOR_GOOD;
	r->deadly = what == IS_DEADLY;
	if (what == IS_REFUSED || what == IS_REFUSED_FOR_GOOD || what == IS_DEADLY)
		return unpack_fault(in, r);
	if (what != IS_PLUGIN)
		return -1;
	unpack_plugin(in, r);
	return in->bad || in->left || plugin_judge_copy(&r->desc, stem, 0, NULL) ? -1 : 0;
}

void plugin_row_read(struct plugin_row *r, hn_str bytes, const char *stem)
{
	plugin_row_free(r);
	r->bytes = xmemdup0(bytes.p ? bytes.p : "", bytes.n);
	struct unpack in = { .p = r->bytes, .left = bytes.n };
	if (read_bytes(r, &in, stem))
		plugin_row_refuse(r, "says of itself what cannot be read");
}

void plugin_row_refuse(struct plugin_row *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *why = xvasprintf(fmt, ap);
	va_end(ap);
	plugin_row_free(r);
	fault_set(&r->fault, HN_ERR_CONFIG, NULL, "%s", why);
	free(why);
}

void plugin_row_free(struct plugin_row *r)
{
	for (uint32_t i = 0; r->options && i < r->desc.n_options; i++)
		free((void *)(uintptr_t)r->options[i].env);
	free(r->options);
	free(r->bytes);
	fault_free(&r->fault);
	*r = (struct plugin_row){ .lasting = 0 };
}
