/* SPDX-License-Identifier: MIT */
/* failing: how an instance fails a call. */
#include "exec.h"

#include <stdarg.h>
#include <stdlib.h>

#include "util/buf.h"
#include "util/mem.h"

int32_t exec_fail(const struct exec *e, hn_call *call, int32_t code, const char *hint, const char *format, ...)
{
	hn_error error = { .struct_size = sizeof error, .code = code, .hint = str_of(hint) };
	va_list ap;
	va_start(ap, format);
	char *message = xvasprintf(format, ap);
	va_end(ap);
	error.message = str_of(message);
	code = e->host->fail(call, &error);
	free(message);
	return code;
}
