/* SPDX-License-Identifier: MIT */
/* reveal: the value behind a plugin's handle for a secret. */
#include "call/reveal.h"

#include <string.h>

#include "config/secret.h"

/* Waits for what reading a secret needs, in the way a call waits. */
static int32_t wait_for_secret(void *ud, int fd, int64_t timeout_ms)
{
	hn_pollfd one = { .fd = fd, .events = HN_POLL_IN };
	return call_wait(ud, &one, fd < 0 ? 0 : 1, timeout_ms);
}

/* The host owns the struct to which a const handle points. */
int32_t call_reveal(hn_call *call, const hn_secret *handle, hn_str *out)
{
	struct hn_secret *secret;
	struct fault f = { 0 };
	memcpy(&secret, &handle, sizeof secret);
	struct secret_wait wait = { wait_for_secret, call, call->log };
	int32_t rc = secret_value(secret, &wait, out, &f);
	if (f.kind)
		rc = call_failf(call, rc, f.hint, "%s", f.message);
	fault_free(&f);
	return rc;
}
