/* SPDX-License-Identifier: MIT */
/* pictures: images and other bytes that a reply holds, each at an address that is mostly the bytes
 * themselves. */
#include "parts.h"

#include <string.h>

#include "util/hash.h"

/* Gives the part of a text before a separator, and leaves the rest. */
static hn_str take_until(hn_str *text, char end)
{
	const char *at = text->n ? memchr(text->p, end, text->n) : NULL;
	size_t n = at ? (size_t)(at - text->p) : text->n;
	hn_str taken = { text->p, n };
	*text = (hn_str){ text->p + n, text->n - n };
	return taken;
}

/* Emits what an address holds: "data:image/png;base64,AAAA". 0 in *read if it is not such a one. */
static int32_t emit_data(struct cc_reply *r, hn_str url, int *read)
{
	hn_str rest = { url.p + 5, url.n - 5 };
	hn_str head = take_until(&rest, ',');
	*read = head.n >= 7 && memcmp(head.p + head.n - 7, ";base64", 7) == 0 && rest.n;
	return *read ? wire_emit_bytes(&r->w, take_until(&head, ';'), (hn_str){ rest.p + 1, rest.n - 1 }) : 0;
}

/* Emits what stands at an address; without one, and for bytes that cannot be read, it is only named. */
static int32_t emit_at(struct cc_reply *r, hn_str url)
{
	int read = 0;
	int32_t rc = str_begins(url, "data:") ? emit_data(r, url, &read) : 0;
	if (read)
		return rc;
	if (!str_begins(url, "https://") && !str_begins(url, "http://")) {
		cc_beside_image(&r->w.beside);
		return 0;
	}
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_PART,
		.number = HN_PART_IMAGE,
		.flags = HN_PARTFLAG_URL,
		.text = url };
	r->w.came.pieces++;
	return r->w.to.host->emit(r->w.to.call, &e);
}

/* Says whether an address came before: the last chunk of some repeats what those before it held. */
static int is_repeated(struct cc_pictures *p, hn_str url)
{
	uint64_t hash = hash_more(HASH_BEGIN, url.p, url.n);
	for (size_t i = 0; i < CC_PICTURES && i < p->n; i++)
		if (p->seen[i] == hash)
			return 1;
	p->seen[p->n++ % CC_PICTURES] = hash;
	return 0;
}

int32_t cc_read_picture(struct cc_reply *r, struct json_object *part)
{
	struct json_object *image = wire_member(part, "image_url");
	hn_str url = wire_text(wire_member(image, "url"));
	url = url.n ? url : wire_text(image);
	url = url.n ? url : wire_text(wire_member(part, "url"));
	return url.n && is_repeated(&r->pictures, url) ? 0 : emit_at(r, url);
}

int32_t cc_read_pictures(struct cc_reply *r, struct json_object *delta)
{
	struct json_object *images = wire_member(delta, "images");
	int list = json_object_is_type(images, json_type_array);
	int32_t rc = 0;
	for (size_t i = 0; list && !rc && i < json_object_array_length(images); i++)
		rc = cc_read_picture(r, json_object_array_get_idx(images, i));
	return rc;
}
