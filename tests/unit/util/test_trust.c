/* SPDX-License-Identifier: MIT */
/* test_trust: which files and folders are trusted. */
#include "../unit.h"

#include <errno.h>

#include "util/trust.h"
#include "../scratch.h"

/* What path_distrust says of a mode; NULL: trusted. */
static void distrust(struct scratch *s, mode_t mode, const char *want)
{
	char full[512];
	scratch_bytes(s, "t", "", 0, mode);
	char *why = path_distrust(scratch_path(s, "t"), -1);
	snprintf(full, sizeof full, "%s %s", s->path, want ? want : "");
	if (want)
		ck_assert_str_eq(why, full);
	else
		ck_assert_msg(why == NULL, "%s", why);
	free(why);
}

/* Files of the user that others cannot write are trusted. */
START_TEST(trust)
{
	struct scratch s;
	scratch_open(&s);
	distrust(&s, 0600, NULL);
	distrust(&s, 0644, NULL);
	distrust(&s, 0606, "is writable by everybody");
	distrust(&s, 0666, "is writable by everybody");
	char *why = path_distrust("/etc/passwd", -1);
	ck_assert_ptr_null(why);
	why = path_distrust(scratch_path(&s, "none"), -1);
	ck_assert_ptr_nonnull(strstr(why, "No such file or directory"));
	free(why);
	scratch_close(&s);
}
END_TEST

/* Another's file is trusted only if it is the named owner's; a group of others must not write. Needs root to set up. */
START_TEST(trust_owners)
{
	struct scratch s;
	char want[512];
	if (geteuid() != 0)
		return;
	scratch_open(&s);
	scratch_write(&s, "t", "");
	ck_assert_int_eq(chown(scratch_path(&s, "t"), 54321, 0), 0);
	char *why = path_distrust(s.path, -1);
	snprintf(want, sizeof want, "%s belongs to user 54321", s.path);
	ck_assert_str_eq(why, want);
	free(why);
	ck_assert_ptr_null(path_distrust(s.path, 54321));
	ck_assert_int_eq(chown(s.path, 0, 54321), 0);
	ck_assert_int_eq(chmod(s.path, 0660), 0);
	why = path_distrust(s.path, -1);
	snprintf(want, sizeof want, "%s is writable by a group of others (gid 54321)", s.path);
	ck_assert_str_eq(why, want);
	free(why);
	ck_assert_int_eq(chown(s.path, 0, 0), 0);
	ck_assert_ptr_null(path_distrust(s.path, -1));
	scratch_close(&s);
}
END_TEST

UNIT_MAIN("trust", trust, trust_owners)
