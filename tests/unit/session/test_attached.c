/* SPDX-License-Identifier: MIT */
/* test_attached: what a frontend attaches to a message: kept with it, sent with it, or refused by its name. */
#include "../unit.h"

#include "../session_world.h"

#define PNG "\x89PNG\r\n\x1A\n" "rest"

static const struct play answers[] = { REPLY("Seen.") };
static const hn_part image = { .type = HN_PART_IMAGE, .name = { "a.png", 5 }, .mime = { "image/png", 9 },
	.data = { PNG, sizeof PNG - 1 } };

static int32_t submit(struct world *w, uint32_t type, const hn_part *parts, uint32_t n, uint32_t stride)
{
	const hn_input input = { .struct_size = sizeof input, .type = type, .text = { "Look", 4 },
		.n_parts = n, .part_stride = stride, .parts = parts };

	buf_cut(&w->seen, 0);
	return session_service.submit(w->s, &input, see, w);
}

/* An image is a part of the message, after its text; /edit keeps it. */
START_TEST(kept)
{
	struct world w;
	const struct message *m;

	open_world(&w, answers, 1, NULL);
	provider_vtable.accepts |= 1u << HN_PART_IMAGE;
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &image, 1, sizeof image), 0);
	m = history_last(&w.chat->talk.history, HN_ROLE_USER);
	ck_assert_uint_eq(m->n_parts, 1);
	ck_assert_uint_eq(m->parts[0].type, HN_PART_IMAGE);
	ck_assert_uint_eq(m->parts[0].at, 4);
	ck_assert_str_eq(m->parts[0].name, "a.png");
	ck_assert_str_eq(m->parts[0].mime, "image/png");
	ck_assert_uint_eq(m->parts[0].n, sizeof PNG - 1);
	ck_assert_mem_eq(m->parts[0].data, PNG, sizeof PNG - 1);
	ck_assert_int_eq(line(&w, "/edit 1 Look again"), 0);
	m = history_last(&w.chat->talk.history, HN_ROLE_USER);
	ck_assert_str_eq(m->text, "Look again");
	ck_assert_uint_eq(m->n_parts, 1);
	ck_assert_uint_eq(m->parts[0].at, 10);
	provider_vtable.accepts &= ~(1u << HN_PART_IMAGE);
	close_world(&w);
}
END_TEST

/* A provider that takes no images is not asked; without the image the conversation goes on. */
START_TEST(not_taken)
{
	struct world w;

	open_world(&w, answers, 1, NULL);
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &image, 1, sizeof image), HN_ERR_USAGE);
	SEEN(&w, "error usage: play does not take images: \n");
	ck_assert_uint_eq(n_requests, 0);
	ck_assert_int_eq(line(&w, "Hi"), 0);
	SEEN(&w, "text Seen.\ndone stop: Seen.\n");
	ck_assert_str_eq(asked.p, "user:Hi;4096\n");
	close_world(&w);
}
END_TEST

/* What cannot be a part of a message is refused, and nothing is kept. */
START_TEST(refused)
{
	static const struct { hn_part part; const char *why; } rows[] = {
		{ { .type = HN_PART_TEXT, .data = { "x", 1 } }, "part 1: a message takes images and files, not a part of type 1" },
		{ { .type = 77, .data = { "x", 1 } }, "part 1: a message takes images and files, not a part of type 77" },
		{ { .type = HN_PART_IMAGE, .name = { "b.png", 5 }, .mime = { "image/png", 9 }, .data = { "words", 5 } },
			"b.png: not a PNG, JPEG, GIF or WebP image" },
		{ { .type = HN_PART_IMAGE, .mime = { "image/png", 9 } }, "part 1: no bytes" },
		{ { .type = HN_PART_FILE, .data = { "x", 1 } }, "part 1: no type (hn_part.mime)" },
		{ { .type = HN_PART_FILE, .mime = { "a\0b", 3 }, .data = { "x", 1 } },
			"part 1: hn_part.mime: it is not text: it holds a NUL byte" },
		{ { .type = HN_PART_FILE, .name = { NULL, 7 }, .mime = { "a/b", 3 }, .data = { "x", 1 } },
			"part 1: hn_part.name is NULL and 7 bytes long" },
		{ { .type = HN_PART_FILE, .mime = { NULL, 7 }, .data = { "x", 1 } },
			"part 1: hn_part.mime is NULL and 7 bytes long" },
		{ { .type = HN_PART_FILE, .mime = { "a/b", 3 }, .data = { NULL, 7 } },
			"part 1: hn_part.data is NULL and 7 bytes long" },
		{ { .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .mime = { "image/png", 9 }, .data = { "\xFF", 1 } },
			"part 1: hn_part.data: it is not text in UTF-8" },
	};
	struct world w;
	char want[200];

	open_world(&w, answers, 1, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &rows[i].part, 1, sizeof rows[i].part), HN_ERR_USAGE);
		snprintf(want, sizeof want, "error usage: %s: \n", rows[i].why);
		SEEN(&w, want);
	}
	ck_assert_int_eq(submit(&w, HN_INPUT_LINE, &image, 1, sizeof image), HN_ERR_USAGE);
	SEEN(&w, "error usage: a line has parts, which only a message can have: \n");
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, NULL, 1, sizeof image), HN_ERR_USAGE);
	SEEN(&w, "error usage: there are 1 parts, and parts is NULL: \n");
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &image, 1, sizeof image - 1), HN_ERR_USAGE);
	ck_assert_uint_eq(w.chat->talk.history.n, 0);
	ck_assert_uint_eq(n_requests, 0);
	close_world(&w);
}
END_TEST

/* A journal's record has to hold all of them: together they are bounded, too. */
START_TEST(too_much)
{
	const size_t n = (size_t)20 << 20;
	struct world w;
	hn_part parts[4];
	char *bytes = xcalloc(n, 1);

	memcpy(bytes, PNG, sizeof PNG - 1);
	for (size_t i = 0; i < 4; i++)
		parts[i] = (hn_part){ .type = HN_PART_IMAGE, .mime = { "image/png", 9 }, .data = { bytes, n } };
	open_world(&w, answers, 1, NULL);
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, parts, 4, sizeof *parts), HN_ERR_USAGE);
	SEEN(&w, "error usage: the parts of a message: more than 64 MiB together: \n");
	ck_assert_uint_eq(w.chat->talk.history.n, 0);
	free(bytes);
	close_world(&w);
}
END_TEST

/* An image has a bound of its own, which servers have, too; a file has only that of all parts. */
START_TEST(too_large_an_image)
{
	const size_t n = ((size_t)20 << 20) + 1;
	struct world w;
	char *bytes = xcalloc(n, 1);
	hn_part part = { .type = HN_PART_IMAGE, .name = { "a.png", 5 }, .mime = { "image/png", 9 }, .data = { bytes, n } };

	memcpy(bytes, PNG, sizeof PNG - 1);
	open_world(&w, answers, 1, NULL);
	provider_vtable.accepts |= 1u << HN_PART_IMAGE | 1u << HN_PART_FILE;
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &part, 1, sizeof part), HN_ERR_USAGE);
	SEEN(&w, "error usage: a.png: an image of more than 20 MiB: \n");
	ck_assert_uint_eq(w.chat->talk.history.n, 0);
	part.data.n--;
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &part, 1, sizeof part), 0);
	part.data.n++;
	part.type = HN_PART_FILE;
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &part, 1, sizeof part), 0);
	provider_vtable.accepts &= ~(1u << HN_PART_IMAGE | 1u << HN_PART_FILE);
	free(bytes);
	close_world(&w);
}
END_TEST

/* What a message has beside its text is a part of the size that the provider is told. */
START_TEST(counted)
{
	struct world w;
	int64_t bare;

	open_world(&w, answers, 1, NULL);
	provider_vtable.accepts |= 1u << HN_PART_IMAGE;
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, NULL, 0, 0), 0);
	bare = last_request.prompt;
	close_world(&w);
	open_world(&w, answers, 1, NULL);
	ck_assert_int_eq(submit(&w, HN_INPUT_MESSAGE, &image, 1, sizeof image), 0);
	ck_assert_int_eq(last_request.prompt - bare, tokens_of_part(TOKENS_O200K, &image));
	provider_vtable.accepts &= ~(1u << HN_PART_IMAGE);
	close_world(&w);
}
END_TEST

UNIT_MAIN("attached", kept, not_taken, refused, too_much, too_large_an_image, counted)
