/* SPDX-License-Identifier: MIT */
/* quiet: a frontend that says nothing and leaves at once. */
#include "fixture.h"

/* Leaves at once. */
static int32_t run(void *self, hn_session *session)
{
	(void)self;
	(void)session;
	return 0;
}

static const hn_frontend frontend = {
	.struct_size = sizeof frontend,
	.create = fixture_create,
	.destroy = fixture_destroy,
	.run = run,
};

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_FRONTEND, "quiet", &frontend)
