/* SPDX-License-Identifier: MIT */
/* test_formats: a conversation as a file of one's own, and what others' files are taken for. */
#include "../unit.h"

#include <stdio.h>

#include "store/formats.h"
#include "util/mem.h"

#define NOW 1795408920456

/* Adds a message to the view. */
static struct message *say(struct conversation *c, uint32_t role, const char *text)
{
	return history_append(&c->history, role, str_of(text), 7);
}

/* A conversation with a system prompt, a left branch, a cut reply and a turn that brought nothing. */
static void make(struct conversation *c)
{
	conversation_init(c);
	c->system = xstrdup("Be brief.");
	say(c, HN_ROLE_USER, "One");
	say(c, HN_ROLE_ASSISTANT, "left behind");
	history_go(&c->history, 1);
	say(c, HN_ROLE_ASSISTANT, "two \"lines\"\n")->state = MESSAGE_INTERRUPTED;
	say(c, HN_ROLE_USER, "Lost");
	say(c, HN_ROLE_ASSISTANT, "")->state = MESSAGE_FAILED;
	say(c, HN_ROLE_USER, "Last");
}

/* What a format makes of a conversation; the caller frees. */
static char *written(const struct conversation *c, const char *ending)
{
	struct buf out = BUF(BUF_NO_CAP);
	format_named(ending)->write(c, &out);
	return buf_take(&out);
}

/* Reads a text, which must go well. */
static void take(const char *text, struct conversation *out)
{
	struct fault f = { 0 };
	int failed = format_read(str_of(text), NOW, out, &f);
	ck_assert_msg(failed == 0, "%s", f.message);
}

/* A text is refused, and why. */
static void refused(const char *text, const char *why)
{
	struct conversation c;
	struct fault f = { 0 };
	ck_assert_int_eq(format_read(str_of(text), NOW, &c, &f), -1);
	ck_assert_str_eq(f.message, why);
	conversation_free(&c);
	fault_free(&f);
}

/* The name's longest ending counts, and a name is more than its ending. */
START_TEST(endings)
{
	struct buf out = BUF(BUF_NO_CAP);
	ck_assert_str_eq(format_of("a.json")->ending, ".json");
	ck_assert_str_eq(format_of("a.openai.json")->ending, ".openai.json");
	ck_assert_str_eq(format_of("x/.md.md")->ending, ".md");
	ck_assert_str_eq(format_of(".openai.json")->ending, ".json");
	ck_assert_ptr_null(format_of(".md"));
	ck_assert_ptr_null(format_of("a.jsonl"));
	ck_assert_ptr_null(format_of(""));
	formats_list(&out);
	ck_assert_str_eq(
		out.p, ".json (lossless), .md (readable), .openai.json (OpenAI's messages)");
	buf_free(&out);
}
END_TEST

/* .json brings back every branch, byte for byte. */
START_TEST(lossless)
{
	struct conversation c, back;
	make(&c);
	char *text = written(&c, ".json");
	take(text, &back);
	ck_assert_str_eq(back.system, "Be brief.");
	ck_assert_uint_eq(back.history.n, 6);
	ck_assert_uint_eq(back.history.n_view, 5);
	ck_assert_uint_eq(history_head(&back.history), 6);
	ck_assert_int_eq(back.history.all[2]->state, MESSAGE_INTERRUPTED);
	char *again = written(&back, ".json");
	ck_assert_str_eq(again, text);
	free(text);
	free(again);
	conversation_free(&c);
	conversation_free(&back);
}
END_TEST

/* .md is the branch, for people. */
START_TEST(markdown)
{
	struct conversation c;
	make(&c);
	char *text = written(&c, ".md");
	ck_assert_str_eq(text, "## System\n\nBe brief.\n\n## You\n\nOne\n\n## Assistant\n\n"
			       "two \"lines\"\n\n*(interrupted)*\n\n## You\n\nLost\n\n"
			       "## Assistant\n\n*(failed)*\n\n## You\n\nLast\n\n");
	free(text);
	conversation_free(&c);
}
END_TEST

/* Parts come back in .json; .md names them, and OpenAI's messages are text alone. */
START_TEST(parts)
{
	const hn_part image = { .type = HN_PART_IMAGE, .name = str_of("a\033[2Jb.png"), .data = { "\x89PNG", 4 } };
	const hn_part opaque = { .type = HN_PART_OPAQUE, .name = str_of("s"), .data = str_of("x") };
	struct conversation c, back;
	conversation_init(&c);
	message_add_part(history_append(&c.history, HN_ROLE_USER, str_of("Look"), NOW), &image, 4);
	message_add_part(history_append(&c.history, HN_ROLE_ASSISTANT, str_of("Nice"), NOW), &opaque, 0);
	struct message *alone = history_append(&c.history, HN_ROLE_USER, str_of(""), NOW);
	message_add_part(alone, &image, 0);
	char *json = written(&c, ".json"), *md = written(&c, ".md"), *openai = written(&c, ".openai.json");
	ck_assert_str_eq(md, "## You\n\nLook\n\n[image a^[[2Jb.png, 4 bytes]\n\n"
			     "## Assistant\n\nNice\n\n## You\n\n[image a^[[2Jb.png, 4 bytes]\n\n");
	ck_assert_str_eq(openai, "[\n  {\"role\":\"user\",\"content\":\"Look\"},\n"
				 "  {\"role\":\"assistant\",\"content\":\"Nice\"}\n]\n");
	take(json, &back);
	ck_assert_uint_eq(back.history.all[0]->parts[0].at, 4);
	ck_assert_str_eq(back.history.all[0]->parts[0].data, "\x89PNG");
	ck_assert_uint_eq(back.history.all[1]->parts[0].type, HN_PART_OPAQUE);
	char *again = written(&back, ".json");
	ck_assert_str_eq(again, json);
	free(json);
	free(md);
	free(openai);
	free(again);
	conversation_free(&c);
	conversation_free(&back);
}
END_TEST

/* .openai.json is what would be sent: the turn that brought nothing is left out. */
START_TEST(openai)
{
	struct conversation c;
	make(&c);
	char *text = written(&c, ".openai.json");
	ck_assert_str_eq(text, "[\n  {\"role\":\"system\",\"content\":\"Be brief.\"},\n"
			       "  {\"role\":\"user\",\"content\":\"One\"},\n"
			       "  {\"role\":\"assistant\",\"content\":\"two \\\"lines\\\"\\n\"},\n"
			       "  {\"role\":\"user\",\"content\":\"Last\"}\n]\n");
	free(text);
	conversation_free(&c);
	conversation_init(&c);
	text = written(&c, ".openai.json");
	ck_assert_str_eq(text, "[\n]\n");
	free(text);
	conversation_free(&c);
}
END_TEST

/* OpenAI's messages: an array, or an object that holds one; texts and parts; several system prompts. */
START_TEST(read_openai)
{
	struct conversation c;
	take("[{\"role\":\"developer\",\"content\":\"A\"},{\"role\":\"user\",\"content\":"
	     "[{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"y\\u0000z\"}]},"
	     "{\"role\":\"system\",\"content\":\"B\"},{\"role\":\"assistant\",\"content\":\"ä\","
	     "\"tool_calls\":null,\"refusal\":null}]",
		&c);
	ck_assert_str_eq(c.system, "A\n\nB");
	ck_assert_uint_eq(c.history.n_view, 2);
	ck_assert_uint_eq(c.history.view[0]->n, 4);
	ck_assert_int_eq(memcmp(c.history.view[0]->text, "xy\0z", 5), 0);
	ck_assert_int_eq(c.history.view[0]->time_ms, NOW);
	ck_assert_uint_eq(c.history.view[1]->role, HN_ROLE_ASSISTANT);
	ck_assert_str_eq(c.history.view[1]->text, "ä");
	conversation_free(&c);
	take(" {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}\n", &c);
	ck_assert_ptr_null(c.system);
	ck_assert_str_eq(c.history.view[0]->text, "hi");
	conversation_free(&c);
}
END_TEST

/* What is no text is refused by its name, never dropped. */
START_TEST(refuses)
{
	const char *unknown = "not a conversation that hobnob saved, nor a journal, nor a list of OpenAI's messages";
	char with_reason[256];
	refused("[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"user\",\"content\":[{\"type\":"
		"\"image_url\",\"image_url\":{}}]}]",
		"message 2 has a part of type \"image_url\": only text can be taken");
	refused("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":5}]}]",
		"message 1 has a part of type \"text\": only text can be taken");
	refused("[{\"role\":\"tool\",\"content\":\"x\"}]",
		"message 1 is of the role \"tool\": only system, developer, user and assistant can "
		"be taken");
	refused("[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{}]}]",
		"message 1 calls a tool: only text can be taken");
	refused("[{\"role\":\"assistant\",\"content\":null}]", "message 1 has no content");
	refused("[{\"content\":\"x\"}]", "message 1 has no role");
	refused("[5]", "message 1 has no role");
	refused("[]", "it holds no messages");
	refused("{\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}", "it holds no messages");
	refused("{}", unknown);
	refused("{\"hobnob\":\"else\",\"messages\":[]}", unknown);
	refused("\"x\"", unknown);
	snprintf(with_reason, sizeof with_reason, "%s (unexpected character)", unknown);
	refused("# Notes\n", with_reason);
}
END_TEST

/* A .json is read strictly. */
START_TEST(refuses_saved)
{
	refused("{\"hobnob\":\"conversation\",\"version\":3,\"messages\":[]}",
		"it is of a version that this hobnob does not know");
	refused("{\"hobnob\":\"conversation\",\"version\":1}", "it has no messages");
	refused("{\"hobnob\":\"conversation\",\"version\":1,\"head\":1,\"messages\":[]}",
		"its head is not one of its messages");
	refused("{\"hobnob\":\"conversation\",\"version\":1,\"messages\":[{\"id\":2,\"parent\":1,"
		"\"role\":\"user\",\"text\":\"\"}]}",
		"a message's parent is missing");
	refused("{\"hobnob\":\"conversation\",\"version\":1,\"messages\":[{\"id\":2,\"role\":"
		"\"user\",\"text\":\"\"},{\"id\":1,\"role\":\"user\",\"text\":\"\"}]}",
		"its messages are not in order of their ids");
}
END_TEST

/* A journal is one by its first line, and one by what follows if that is damaged. */
START_TEST(journal)
{
	const char *lines =
		"{\"hobnob\":\"journal\",\"version\":1,\"id\":\"x\",\"created\":5}\n"
		"{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"time\":6,\"text\":\"hi\"}\n";
	struct conversation c;
	take(lines, &c);
	ck_assert_str_eq(c.id, "x");
	ck_assert_str_eq(c.history.view[0]->text, "hi");
	ck_assert_uint_eq(c.reading.damaged, 0);
	conversation_free(&c);
	take(lines + 1, &c);
	ck_assert_str_eq(c.history.view[0]->text, "hi");
	ck_assert_uint_eq(c.reading.damaged, 1);
	conversation_free(&c);
	ck_assert_int_eq(format_is_journal(str_of(lines)), 1);
	ck_assert_int_eq(format_is_journal(str_of(lines + 1)), 0);
	ck_assert_int_eq(format_is_journal((hn_str){ lines, 20 }), 0);
	ck_assert_int_eq(format_is_journal((hn_str){ NULL, 0 }), 0);
}
END_TEST

UNIT_MAIN("formats", endings, lossless, markdown, parts, openai, read_openai, refuses, refuses_saved,
	journal)
