/* SPDX-License-Identifier: MIT */
/* fault_is: what a fault must hold. */
#ifndef HOBNOB_TESTS_FAULT_IS_H
#define HOBNOB_TESTS_FAULT_IS_H

#include "hobnob/plugin.h"
#include "unit.h"
#include "util/fault.h"

/* It must be of that kind and hold that message, with the hint on further lines. Empties it. */
static inline void fault_is(struct fault *f, int32_t kind, const char *want)
{
	ck_assert_ptr_nonnull(f->message);
	char *text = fault_text(f);
	ck_assert_int_eq(f->kind, kind);
	ck_assert_str_eq(text, want);
	ck_assert_ptr_null(strchr(f->message, '\n'));
	free(text);
	fault_free(f);
}

#endif
