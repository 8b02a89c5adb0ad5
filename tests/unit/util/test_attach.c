/* SPDX-License-Identifier: MIT */
/* test_attach: what becomes of a file that goes with a message. */
#include "../scratch.h"

#include "util/attach.h"

#define PNG "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1" "rest"

static struct scratch s;
static struct attached images;
static struct buf message;
static struct fault f;

static void begin(void)
{
	scratch_open(&s);
	images = (struct attached){ 0 };
	message = BUF(BUF_NO_CAP);
	f = (struct fault){ 0 };
}

static void end(void)
{
	attached_free(&images);
	ck_assert_ptr_null(images.parts);
	buf_free(&message);
	fault_free(&f);
	scratch_close(&s);
}

/* A text goes into the message by its name, each after a blank line; an empty one adds nothing. */
START_TEST(texts)
{
	char want[2000], one[300], two[300], empty[300];

	begin();
	scratch_write(&s, "one", "a\n");
	scratch_write(&s, "two", "b ``` c");
	scratch_write(&s, "empty", "");
	snprintf(one, sizeof one, "%s", scratch_path(&s, "one"));
	snprintf(two, sizeof two, "%s", scratch_path(&s, "two"));
	snprintf(empty, sizeof empty, "%s", scratch_path(&s, "empty"));
	buf_adds(&message, "Compare");
	ck_assert_int_eq(attach_file(&images, one, &message, &f), 0);
	ck_assert_int_eq(attach_file(&images, empty, &message, &f), 0);
	ck_assert_int_eq(attach_file(&images, two, &message, &f), 0);
	snprintf(want, sizeof want, "Compare\n\n%s:\n```\na\n```\n\n%s:\n````\nb ``` c\n````\n", one, two);
	ck_assert_str_eq(message.p, want);
	ck_assert_uint_eq(images.n, 0);
	end();
}
END_TEST

/* An image goes beside the message, by its bytes, whatever its name. */
START_TEST(image)
{
	begin();
	buf_adds(&message, "Look");
	scratch_bytes(&s, "photo.txt", PNG, sizeof PNG - 1, 0600);
	ck_assert_int_eq(attach_file(&images, s.path, &message, &f), 0);
	ck_assert_str_eq(message.p, "Look");
	ck_assert_uint_eq(images.n, 1);
	ck_assert_uint_eq(images.parts[0].type, HN_PART_IMAGE);
	ck_assert(str_is(images.parts[0].name, "photo.txt"));
	ck_assert(str_is(images.parts[0].mime, "image/png"));
	ck_assert_uint_eq(images.parts[0].data.n, sizeof PNG - 1);
	ck_assert_mem_eq(images.parts[0].data.p, PNG, sizeof PNG - 1);
	end();
}
END_TEST

static void refused(const char *why)
{
	char want[600];

	snprintf(want, sizeof want, "cannot attach %s: %s", s.path, why);
	ck_assert_int_eq(attach_file(&images, s.path, &message, &f), HN_ERR_USAGE);
	ck_assert_str_eq(f.message, want);
	ck_assert_uint_eq(message.n, 0);
}

/* What is neither is refused by its name. */
START_TEST(neither)
{
	begin();
	scratch_bytes(&s, "photo.png", "BM\0\0", 4, 0600);
	refused("it is not text: it holds a NUL byte");
	scratch_path(&s, "gone");
	refused("No such file or directory");
	scratch_write(&s, "page.JPEG", "<html>");
	refused("it is not a PNG, JPEG, GIF or WebP image, as its name says");
	scratch_write(&s, "jpeg", "<html>");
	ck_assert_int_eq(attach_file(&images, s.path, &message, &f), 0);
	buf_cut(&message, 0);
	scratch_bytes(&s, "cut.bin", PNG, 20, 0600);
	refused("it begins as an image (image/png) but gives no width and height");
	ck_assert_uint_eq(images.n, 0);
	end();
}
END_TEST

/* One image has at most 20 MiB, all together have 64. */
START_TEST(too_large)
{
	begin();
	scratch_bytes(&s, "large", PNG, sizeof PNG - 1, 0600);
	ck_assert_int_eq(truncate(s.path, (off_t)ATTACH_IMAGE_CAP + 1), 0);
	refused("an image of more than 20 MiB");
	ck_assert_int_eq(truncate(s.path, (off_t)ATTACH_IMAGE_CAP), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(attach_file(&images, s.path, &message, &f), 0);
	refused("with it the images have more than 64 MiB");
	ck_assert_uint_eq(images.n, 3);
	end();
}
END_TEST

UNIT_MAIN("attach", texts, image, neither, too_large)
