/* SPDX-License-Identifier: MIT */
/* checked: runs the checker, and reads its report. */
#include "cli/checked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/child.h"
#include "util/file.h"
#include "util/mem.h"

#define REPORT_MOST ((size_t)4 << 20) /* bytes */
#define BROKEN "broken"
#define GOOD_STATUS_MOST 1 /* all is well, or a rule does not hold; more: there is no report */

void checker_begin(struct checker *c, const struct runtime *rt, const char *file, const char *answers)
{
	*c = (struct checker){
		.program = xasprintf("%s/plugin-check", rt->paths.libexec),
		.wires = xasprintf("%s/answers", rt->paths.data),
	};
	checker_add(c, c->program);
	checker_add(c, "--wires");
	checker_add(c, c->wires);
	if (answers) {
		checker_add(c, "--answers");
		checker_add(c, answers);
	}
	checker_add(c, "--");
	checker_add(c, file);
}

void checker_add(struct checker *c, const char *word)
{
	if (c->n + 1 < CHECKER_WORDS_MOST)
		c->words[c->n++] = word;
}

void checker_free(struct checker *c)
{
	free(c->program);
	free(c->wires);
}

/* Starts the checker; its report comes from *from. 0, or an errno. */
static int start(const struct checker *c, pid_t *pid, int *from)
{
	posix_spawn_file_actions_t files;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC))
		return errno;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
	int error = child_start(pid, (char *const *)(uintptr_t)c->words, &files);
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	if (error)
		close(ends[0]);
	*from = ends[0];
	return error;
}

/* Sorts the rules that do not hold. 0 if the text is a report. */
static int read_report(hn_str text, struct buf *must, struct json_object *should)
{
	struct json_object *report = json_read(text, NULL), *rules = json_member(report, "rules");
	int good = json_object_is_type(rules, json_type_array);
	for (size_t i = 0; good && i < json_object_array_length(rules); i++) {
		struct json_object *rule = json_object_array_get_idx(rules, i);
		hn_str name = json_text(rule, "rule"), message = json_text(rule, "message");
		if (!str_is(json_text(rule, "outcome"), BROKEN))
			continue;
		if (str_is(json_text(rule, "level"), "must"))
			buf_addf(must, "%.*s: %.*s\n", (int)name.n, name.p, (int)message.n, message.p);
		else if (str_is(json_text(rule, "level"), "should"))
			json_append(should, json_of(name));
	}
	json_object_put(report);
	return good ? 0 : -1;
}

int32_t checked_run(struct runtime *rt, const char *file, const char *answers, struct buf *must, struct json_object *should, struct fault *f)
{
	struct buf text = BUF(REPORT_MOST);
	struct checker c;
	pid_t pid = 0;
	int from = -1, status = 0;
	checker_begin(&c, rt, file, answers);
	checker_add(&c, "--json");
	int error = start(&c, &pid, &from);
	if (error) {
		int32_t code = fault_set(f, HN_ERR_CONFIG, "it is installed with hobnob, in the folder for programs that programs run", "%s: %s",
			c.program, strerror(error));
		checker_free(&c);
		return code;
	}
	int32_t code = file_read_open(from, REPORT_MOST, &text, f);
	close(from);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (cancel_is_set(&rt->task->cancel)) {
		fault_free(f);
		code = HN_ERR_INTERRUPTED;
	} else if (!code && (!WIFEXITED(status) || WEXITSTATUS(status) > GOOD_STATUS_MOST || read_report(buf_str(&text), must, should))) {
		code = fault_set(f, HN_ERR_CONFIG, NULL, "%s gave no report of it", c.program);
	}
	buf_free(&text);
	checker_free(&c);
	return code;
}
