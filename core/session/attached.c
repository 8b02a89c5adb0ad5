/* SPDX-License-Identifier: MIT */
/* attached: judges what a frontend attaches to a message. */
#include "session/session_private.h"

#include "call/size.h"
#include "util/attach.h"
#include "util/image.h"

/* The part as messages call it: "photo.png", or "part 2". Its name may be what is wrong with it. */
static void name_part(struct fault *f, const hn_part *p, uint32_t i)
{
	char number[32];
	char *name = p->name.n && p->name.p ? str_dup(p->name) : NULL;

	snprintf(number, sizeof number, "part %u", (unsigned)i + 1);
	fault_name(f, name ? name : number);
	free(name);
}

static int32_t check_bytes(const hn_part *p, struct fault *f)
{
	if (p->type != HN_PART_IMAGE)
		return 0;
	if (!image_read(p->data).mime)
		return fault_set(f, HN_ERR_USAGE, NULL, "not a PNG, JPEG, GIF or WebP image");
	return p->data.n > ATTACH_IMAGE_CAP
		       ? fault_set(f, HN_ERR_USAGE, NULL, "an image of more than %zu MiB", ATTACH_IMAGE_CAP >> 20)
		       : 0;
}

static int32_t check_part(const hn_part *p, struct fault *f)
{
	if (p->type != HN_PART_IMAGE && p->type != HN_PART_FILE)
		return fault_set(f, HN_ERR_USAGE, NULL, "a message takes images and files, not a part of type %u",
			(unsigned)p->type);
	if (size_utf8("hn_part.name", p->name, f) || size_utf8("hn_part.mime", p->mime, f) ||
		size_text("hn_part.data", p->data, f))
		return f->kind;
	if (!p->mime.n || !p->data.n)
		return fault_set(f, HN_ERR_USAGE, NULL, p->mime.n ? "no bytes" : "no type (hn_part.mime)");
	return p->flags & HN_PARTFLAG_URL ? size_utf8("hn_part.data", p->data, f) : check_bytes(p, f);
}

int32_t session_check_parts(const hn_input *input, struct fault *f)
{
	size_t size = 0;

	if (input->n_parts && input->type == HN_INPUT_LINE)
		return fault_set(f, HN_ERR_USAGE, NULL, "a line has parts, which only a message can have");
	if (size_array(&sized_part, "parts", input->parts, input->n_parts, input->part_stride, f))
		return f->kind;
	for (uint32_t i = 0; i < input->n_parts; i++) {
		const hn_part *p = HN_AT(hn_part, input->parts, input->part_stride, i);

		if (check_part(p, f)) {
			name_part(f, p, i);
			return f->kind;
		}
		size += part_size(p);
		if (size > ATTACH_TEXT_CAP)
			return fault_set(f, HN_ERR_USAGE, NULL, "the parts of a message: more than %zu MiB together",
				ATTACH_TEXT_CAP >> 20);
	}
	return 0;
}
