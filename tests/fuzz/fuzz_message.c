/* SPDX-License-Identifier: MIT */
/* fuzz_message: a message that can be read is written and read again as the same. */
#include "fuzz.h"

#include <string.h>

#include "conversation/message_json.h"
#include "util/json.h"

/* A message as JSON text. */
static void write_message(const struct message *m, struct buf *out)
{
	struct json_object *o = message_to_json(m);
	*out = BUF(BUF_NO_CAP);
	json_write(o, out);
	json_object_put(o);
}

/* Reads what was written; it is the same when it is written once more. */
static void again(const struct message *m)
{
	struct buf first, second;
	const char *why;
	write_message(m, &first);
	struct message *read = message_read(buf_str(&first), &why);
	MUST(read != NULL);
	write_message(read, &second);
	MUST(first.n == second.n && !memcmp(first.p, second.p, first.n));
	message_free(read);
	buf_free(&first);
	buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	struct message *m = message_read((hn_str){ (const char *)data, size }, &why);
	MUST(!m == !!why);
	if (m)
		again(m);
	message_free(m);
	return 0;
}
