/* SPDX-License-Identifier: MIT */
/* fuzz_conversation: any bytes are read as a journal, or refused; what was read is written and read
 * again as the same, without damage. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conversation/conversation.h"
#include "conversation/message_json.h"
#include "store/journal_read.h"
#include "util/json.h"

/* Reads bytes as a file. 0, or -1 if it is no journal. */
static int read_bytes(const void *data, size_t size, struct conversation *out)
{
	struct fault f = { 0 };
	int fd = memfd_create("journal", MFD_CLOEXEC);
	MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	int result = journal_read(fd, out, &f);
	MUST(!f.kind == (result == 0));
	fault_free(&f);
	close(fd);
	return result;
}

/* Writes an object as a record. */
static void write_record(struct json_object *o, const char *type, struct buf *out)
{
	json_add_text(o, "type", str_of(type));
	json_write(o, out);
	buf_addc(out, '\n');
	json_object_put(o);
}

/* A journal of all messages, ending where the conversation does. */
static void write_journal(const struct conversation *c, struct buf *out)
{
	struct json_object *head = json_object_new_object();
	*out = BUF(BUF_NO_CAP);
	buf_adds(out, "{\"hobnob\":\"journal\",\"version\":1}\n");
	for (size_t i = 0; i < c->history.n; i++)
		write_record(message_to_json(c->history.all[i]), "message", out);
	json_add_int(head, "id", (int64_t)history_head(&c->history));
	write_record(head, "head", out);
}

/* What a conversation is written as is read without damage, and written as the same. */
static void again(const struct conversation *c)
{
	struct buf first, second;
	struct conversation read;
	write_journal(c, &first);
	MUST(read_bytes(first.p, first.n, &read) == 0);
	MUST(read.reading.damaged == 0 && !read.reading.torn && read.reading.whole == first.n);
	write_journal(&read, &second);
	MUST(first.n == second.n && !memcmp(first.p, second.p, first.n));
	conversation_free(&read);
	buf_free(&first);
	buf_free(&second);
}

/* What must hold of every conversation that was read. */
static void check(const struct conversation *c, size_t size)
{
	MUST(c->whole <= size && c->body <= size && c->damaged >= (c->faults.n > 0));
	MUST((c->faults.n == 0) == (c->damaged == 0));
	for (size_t i = 0; i < c->history.n; i++)
		MUST(c->history.all[i]->parent < c->history.all[i]->id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conversation c;
	if (read_bytes(data, size, &c) == 0) {
		check(&c, size);
		again(&c);
	}
	conversation_free(&c);
	return 0;
}
