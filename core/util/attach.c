/* SPDX-License-Identifier: MIT */
/* attach: files that go with a message. */
#include "util/attach.h"

#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/encoding.h"
#include "util/file.h"
#include "util/image.h"
#include "util/mem.h"
#include "util/text.h"

#define FENCE_LEAST ((size_t)3)

void attach_separate(struct buf *message)
{
	if (message->n)
		buf_adds(message, message->p[message->n - 1] == '\n' ? "\n" : "\n\n");
}

/* ---- texts ---- */

static size_t longest_run(hn_str text)
{
	size_t longest = 0;
	for (size_t i = 0, run = 0; i < text.n; i++) {
		run = text.p[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void add_fence(size_t n, struct buf *out)
{
	while (n--)
		buf_addc(out, '`');
	buf_addc(out, '\n');
}

/* The name is made safe to stand on its line. */
static void add_fenced(const char *name, hn_str text, struct buf *out)
{
	size_t longest = longest_run(text), n = longest < FENCE_LEAST ? FENCE_LEAST : longest + 1;
	attach_separate(out);
	text_add_safe(out, str_of(name), HN_TEXT_LINE);
	buf_adds(out, ":\n");
	add_fence(n, out);
	buf_addstr(out, text);
	buf_adds(out, text.p[text.n - 1] == '\n' ? "" : "\n");
	add_fence(n, out);
}

/* ---- images ---- */

/* 1 if a file's name says that it is an image. */
static int is_named_image(const char *path)
{
	static const char *const ends[] = { ".png", ".jpg", ".jpeg", ".gif", ".webp" };
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (n > strlen(ends[i]) && !ascii_casecmp(path + n - strlen(ends[i]), ends[i]))
			return 1;
	return 0;
}

/* 0, or HN_ERR_USAGE with a fault: one image more would be too much. */
static int32_t check_size(const struct attached *a, size_t n, struct fault *f)
{
	size_t all = n;
	for (size_t i = 0; i < a->n; i++)
		all += a->parts[i].data.n;
	if (n > ATTACH_IMAGE_CAP)
		return fault_set(f, HN_ERR_USAGE, NULL, "an image of more than %zu MiB", ATTACH_IMAGE_CAP >> 20);
	return all > ATTACH_TEXT_CAP ? fault_set(f, HN_ERR_USAGE, NULL, "with it the images have more than %zu MiB",
					       ATTACH_TEXT_CAP >> 20)
				     : 0;
}

/* Takes over the bytes. */
static void add_image(struct attached *a, const char *path, const char *mime, struct buf *bytes)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = bytes->n;

	a->parts = xgrow(a->parts, a->n, &a->cap, sizeof *a->parts);
	a->parts[a->n++] = (hn_part){
		.type = HN_PART_IMAGE,
		.name = str_of(xstrdup(name)),
		.mime = str_of(mime),
		.data = { buf_take(bytes), n },
	};
}

/* ---- files ---- */

/* 0, or HN_ERR_USAGE with a fault: it is neither a whole image nor a text. A page that a server sent in place of
 * an image is a text too, but not what the user means. */
static int32_t check_bytes(const struct attached *a, const char *path, const struct image *image, struct buf *bytes, struct fault *f)
{
	int32_t code;

	if (image->mime && (!image->width || !image->height))
		return fault_set(f, HN_ERR_USAGE, "is the file whole?", "it begins as an image (%s) but gives no width and height",
			image->mime);
	code = image->mime ? check_size(a, bytes->n, f) : text_take(bytes, f);
	if (code || image->mime || !is_named_image(path))
		return code;
	return fault_set(f, HN_ERR_USAGE, "give it another name to send it as text",
		"it is not a PNG, JPEG, GIF or WebP image, as its name says");
}

/* Reads a file, and puts it where it belongs. */
static int32_t take(struct attached *a, const char *path, struct buf *bytes, struct buf *message, struct fault *f)
{
	int32_t code = file_read(path, ATTACH_TEXT_CAP, bytes, f);
	struct image image;

	if (code)
		return code;
	image = image_read(buf_str(bytes));
	code = check_bytes(a, path, &image, bytes, f);
	if (code)
		fault_name(f, path);
	else if (image.mime)
		add_image(a, path, image.mime, bytes);
	else if (bytes->n)
		add_fenced(path, buf_str(bytes), message);
	return code;
}

int32_t attach_file(struct attached *a, const char *path, struct buf *message, struct fault *f)
{
	struct buf bytes = BUF(ATTACH_TEXT_CAP);
	int32_t code = take(a, path, &bytes, message, f);

	buf_free(&bytes);
	return code ? fault_set(f, HN_ERR_USAGE, f->hint, "cannot attach %s", f->message) : 0;
}

void attached_free(struct attached *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free((void *)(uintptr_t)a->parts[i].name.p);
		free((void *)(uintptr_t)a->parts[i].data.p);
	}
	free(a->parts);
	*a = (struct attached){ 0 };
}
