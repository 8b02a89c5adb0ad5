/* SPDX-License-Identifier: MIT */
/* frontend_rules: how the rules of frontends are tried. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/child.h"
#include "check/frontend.h"
#include "check/watch.h"
#include "util/mem.h"

#define NO_WAY "it submits nothing that comes on standard input, as lines, as JSON lines or on a terminal"
#define SOON_US 100000
#define LATE_TRIES 3
#define TRIES 3              /* waits that are ended, or interrupted */
#define HUGE_TEXT ((size_t)64 << 20)

static int is_said(const struct stage *s, const char *text)
{
	return s->said.n == strlen(text) && !memcmp(s->said.n ? s->said.p : "", text, s->said.n);
}

static int converses(const struct run *r)
{
	return (r->subject->frontend->flags & HN_FRONTEND_CONVERSES) != 0;
}

/* A conversation of two inputs. */
static struct stage talk(void)
{
	return (struct stage){ .inputs = { "one", "two" } };
}

/* ---- the way ---- */

void try_ways(const struct run *r)
{
	struct stage s = talk();
	if (stage_play(r, &s))
		return;
	if (s.said.n && memmem(s.said.p, s.said.n, "one\n", 4))
		snprintf(findings->text, sizeof findings->text, "%d", r->way);
	stage_free(&s);
}

/* ---- runs ---- */

static int32_t play_error(struct stage *s, unsigned n)
{
	(void)n;
	return stage_error(s, HN_ERR_AUTH, "the key is refused");
}

/* One turn asks its question, once, and ends. */
static void run_one_turn(const struct run *r, int32_t (*play)(struct stage *, unsigned))
{
	struct stage s = { .one_turn = 1, .play = play };
	if (!stage_play(r, &s) && !is_said(&s, "Hello\n"))
		breach(RULE_RUNS, "for one turn it submitted \"%.60s\", and not the first message alone", s.said.n ? s.said.p : "");
	stage_free(&s);
}

static void run_talk(const struct run *r, int32_t (*play)(struct stage *, unsigned))
{
	struct stage s = talk();
	s.play = play;
	if (!stage_play(r, &s) && !is_said(&s, "one\ntwo\n"))
		breach(RULE_RUNS, "of the inputs \"one\" and \"two\" it submitted \"%.60s\"", s.said.n ? s.said.p : "");
	stage_free(&s);
}

void try_runs(const struct run *r)
{
	if (!converses(r)) {
		run_one_turn(r, NULL);
		run_one_turn(r, play_error);
	}
	if (r->way) {
		run_talk(r, NULL);
		run_talk(r, play_error);
	} else if (converses(r)) {
		skip_rule(NO_WAY);
	}
}

/* ---- the end ---- */

/* Plays again where run() was late: the machine may have been busy. 1 if the last of several was late, too. */
static int plays_late(const struct run *r, const struct stage *script, struct stage *out)
{
	for (int i = 0; i < LATE_TRIES; i++) {
		if (i)
			stage_free(out);
		*out = *script;
		if (stage_play(r, out) || !out->told_at || out->returned_at - out->told_at <= SOON_US * child_patience())
			return 0;
	}
	return 1;
}

static void late(const struct stage *s, const char *after)
{
	breach(RULE_ENDING, "run() returned %lld ms after %s", (long long)((s->returned_at - s->told_at) / 1000), after);
}

static int32_t play_exit(struct stage *s, unsigned n)
{
	hn_session_event e = stage_event(HN_ON_RESULT);
	(void)n;
	e.command = (hn_str){ "/exit", 5 };
	e.data = (hn_str){ "{}", 2 };
	s->is_leaving = 1;
	return stage_tell(s, e);
}

static void leave_by_command(const struct run *r)
{
	const struct stage script = { .inputs = { "/exit", "more" }, .play = play_exit };
	struct stage s;
	if (plays_late(r, &script, &s))
		late(&s, "/exit");
	else if (s.submits > 1)
		breach(RULE_ENDING, "after /exit it submitted another input");
	else if (s.returned)
		breach(RULE_ENDING, "after /exit run() returned %d instead of 0", (int)s.returned);
	stage_free(&s);
}

void try_ending(const struct run *r)
{
	if (!r->way) {
		skip_rule(NO_WAY);
		return;
	}
	for (unsigned at = 1; at <= TRIES; at++) {
		struct stage script = talk(), s;
		script.ending_at = at;
		if (plays_late(r, &script, &s))
			late(&s, "HN_WAIT_ENDING");
		else if (s.told_at && s.returned != HN_ERR_INTERRUPTED)
			breach(RULE_ENDING, "after HN_WAIT_ENDING run() returned %d instead of HN_ERR_INTERRUPTED", (int)s.returned);
		stage_free(&s);
	}
	leave_by_command(r);
}

void try_interrupted(const struct run *r)
{
	if (!r->way) {
		skip_rule(NO_WAY);
		return;
	}
	for (unsigned at = 1; at <= TRIES; at++) {
		struct stage s = talk();
		s.interrupt_at = at;
		if (!stage_play(r, &s) && s.waits >= at && s.returned != HN_ERR_INTERRUPTED && !is_said(&s, "one\ntwo\n"))
			breach(RULE_INTERRUPTED, "after an interrupt of its wait it submitted \"%.60s\" of \"one\" and \"two\", and run() returned %d",
				s.said.n ? s.said.p : "", (int)s.returned);
		stage_free(&s);
	}
}

/* ---- events ---- */

/* All that a terminal may act on: controls, C1, an escape sequence, bidirectional overrides; and NUL. */
static hn_str controls(void)
{
	static char text[200];
	static size_t n;
	if (n)
		return (hn_str){ text, n };
	for (int c = 0; c < 32; c++)
		text[n++] = (char)c;
	text[n++] = 127;
	for (int c = 0x80; c < 0xA0; c++) {
		text[n++] = '\xC2';
		text[n++] = (char)c;
	}
	n += (size_t)snprintf(text + n, sizeof text - n, "\xE2\x80\xAE\xE2\x81\xA6\033]0;owned\a\033[2J");
	return (hn_str){ text, n };
}

/* Each text of each event holds them. */
static int32_t play_controls(struct stage *s, unsigned n)
{
	static const uint32_t types[] = { HN_ON_START, HN_ON_TEXT, HN_ON_REASONING, HN_ON_NOTICE, HN_ON_RETRY, HN_ON_PROGRESS, HN_ON_TOOL_PIECE, HN_ON_DONE };
	int32_t code = 0;
	(void)n;
	for (size_t i = 0; i < sizeof types / sizeof *types && !code; i++) {
		hn_session_event e = stage_event(types[i]);
		e.text = e.message = e.hint = e.provider = e.model = e.upstream = e.command = e.id = controls();
		e.kind = (hn_str){ "auth", 4 };
		e.finish = types[i] == HN_ON_DONE ? HN_FINISH_STOP : 0;
		code = stage_tell(s, e);
	}
	return code;
}

static int32_t play_unknown(struct stage *s, unsigned n)
{
	static const uint32_t types[] = { 0, 15, 4711, UINT32_MAX };
	(void)n;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		int32_t code = stage_tell(s, stage_event(types[i]));
		if (code)
			return code;
	}
	return stage_reply(s, (hn_str){ "Hello there", 11 });
}

static int32_t play_bare(struct stage *s, unsigned n)
{
	static const uint32_t types[] = { HN_ON_TEXT, HN_ON_TRIM, HN_ON_TICK, HN_ON_RETRY, HN_ON_NOTICE, HN_ON_PROGRESS, HN_ON_TOOL_PIECE, HN_ON_DONE };
	int32_t code = 0;
	(void)n;
	for (size_t i = 0; i < sizeof types / sizeof *types && !code; i++)
		code = stage_tell(s, stage_event(types[i]));
	return code;
}

/* Parts of all types, and of one of a later hobnob. */
static int32_t play_parts(struct stage *s, unsigned n)
{
	static const uint32_t types[] = { HN_PART_TOOL_CALL, HN_PART_IMAGE, HN_PART_FILE, HN_PART_OPAQUE, HN_PART_TEXT, 4711 };
	int32_t code = 0;
	(void)n;
	for (size_t i = 0; i < sizeof types / sizeof *types && !code; i++) {
		const hn_part part = { .type = types[i], .data = controls() };
		hn_session_event e = stage_event(HN_ON_PART);
		e.part = &part;
		code = stage_tell(s, e);
	}
	return code ? code : stage_reply(s, (hn_str){ "Hello there", 11 });
}

static int32_t play_huge(struct stage *s, unsigned n)
{
	char *text = xmalloc(HUGE_TEXT);
	hn_session_event e = stage_event(HN_ON_DONE);
	(void)n;
	memset(text, 'x', HUGE_TEXT);
	e.finish = HN_FINISH_STOP;
	e.text = (hn_str){ text, HUGE_TEXT };
	int32_t code = stage_tell(s, e);
	free(text);
	return code;
}

/* Another input is at work: no event. */
static int32_t play_refused(struct stage *s, unsigned n)
{
	(void)s;
	(void)n;
	return HN_ERR_USAGE;
}

/* What comes does not end the conversation. */
static void show(const struct run *r, const char *what, int32_t (*play)(struct stage *, unsigned))
{
	if (!converses(r)) {
		struct stage s = { .one_turn = 1, .play = play };
		stage_play(r, &s);
		stage_free(&s);
	}
	if (r->way) {
		struct stage s = talk();
		s.play = play;
		if (!stage_play(r, &s) && !is_said(&s, "one\ntwo\n"))
			breach(RULE_EVENTS_ANY, "after %s it submitted \"%.60s\" of \"one\" and \"two\"", what, s.said.n ? s.said.p : "");
		stage_free(&s);
	}
}

void try_events_any(const struct run *r)
{
	show(r, "an ERROR as the first event", play_error);
	show(r, "events with nothing in them", play_bare);
	show(r, "texts of control characters", play_controls);
	show(r, "parts of all types", play_parts);
	show(r, "a submit() that was refused without an event", play_refused);
	show(r, "a DONE of 64 MiB", play_huge);
}

/* ---- the output ---- */

void try_terminal_safe(const struct run *r)
{
	static const char *const raw[] = { "\033]0;owned", "\033[2J", "\xE2\x80\xAE", "\xC2\x9B" };
	struct stage s = { .one_turn = !converses(r), .inputs = { "one" }, .play = play_controls, .flags = HN_START_TTY_STDOUT | HN_START_TTY_STDERR };
	if (converses(r) && !r->way) {
		skip_rule(NO_WAY);
		return;
	}
	if (!stage_play(r, &s))
		for (size_t i = 0; i < sizeof raw / sizeof *raw && s.output.n; i++)
			if (memmem(s.output.p, s.output.n, raw[i], strlen(raw[i])))
				breach(RULE_TERMINAL_SAFE, "%s of a server's text reaches the terminal as it is",
					i < 2 ? "an escape sequence" : i == 2 ? "a bidirectional override" : "a C1 control");
	stage_free(&s);
}

static int32_t play_long(struct stage *s, unsigned n)
{
	static char text[1 << 17];
	(void)n;
	memset(text, 'x', sizeof text);
	return stage_reply(s, (hn_str){ text, sizeof text });
}

void try_output_fails(const struct run *r)
{
	struct stage good = { .one_turn = !converses(r), .inputs = { "one", "two" }, .play = play_long }, s = good;
	s.output_full = 1;
	if (stage_play(r, &good))
		return;
	size_t printed = good.output.n;
	stage_free(&good);
	if (!printed) {
		skip_rule("it prints nothing");
		return;
	}
	if (stage_play(r, &s))
		return;
	if (!s.refused && s.submits)
		breach(RULE_OUTPUT_FAILS, "standard output was full, and on_event() returned HN_ERR_OUTPUT for none of %u events", s.shown);
	else if (s.submits > 1)
		breach(RULE_OUTPUT_FAILS, "standard output was full, and it went on with another input");
	stage_free(&s);
}

/* ---- rules of both types ---- */

static void live(const struct run *r)
{
	struct stage one = { .one_turn = 1 }, s = talk();
	if (!converses(r)) {
		stage_play(r, &one);
		stage_free(&one);
	}
	if (r->way || converses(r)) { /* even if it takes no input that the checker knows */
		stage_play(r, &s);
		stage_free(&s);
	}
}

void frontend_everyday(const struct run *r)
{
	live(r);
}

void frontend_shortly(const struct run *r)
{
	struct stage s = { .one_turn = !r->way && !converses(r), .inputs = { "one" } };
	stage_play(r, &s);
}

static int is_same(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->p, b->p, a->n));
}

/* A later hobnob, or another script, changes neither what it submits nor what it prints. What a terminal gets depends on when. */
static void compare(const struct run *r, const struct stage *changed, enum rule_id rule, const char *what)
{
	struct stage other = *changed, s = { .one_turn = changed->one_turn };
	struct world *w = xcalloc(1, sizeof *w);
	memcpy(s.inputs, changed->inputs, sizeof s.inputs);
	w->subject = r->subject;
	w->answers = r->answers;
	w->grown = rule == RULE_GROWTH_HOST ? GROWN : 0;
	world_host(w);
	other.world = w;
	if (!stage_play(r, &other) && !stage_play(r, &s)) {
		if (!is_same(&other.said, &s.said))
			breach(rule, "it submits something else %s", what);
		else if ((s.one_turn || r->way != WAY_TERMINAL) && !is_same(&other.output, &s.output))
			breach(rule, "it prints something else %s", what);
	}
	stage_free(&s);
	stage_free(&other);
	scenario_end(w);
}

/* In one turn, and in a conversation. */
static void compare_both(const struct run *r, int32_t (*play)(struct stage *, unsigned), enum rule_id rule, const char *what)
{
	const struct stage one = { .one_turn = 1, .play = play }, more = { .inputs = { "one", "two" }, .play = play };
	if (!converses(r))
		compare(r, &one, rule, what);
	if (r->way)
		compare(r, &more, rule, what);
}

void frontend_growth_host(const struct run *r)
{
	compare_both(r, NULL, RULE_GROWTH_HOST, "under a later hobnob");
}

/* A conversation, where the way is known; else one turn. */
static struct stage either(const struct run *r)
{
	return (struct stage){ .one_turn = !r->way && !converses(r), .inputs = { "one", "two" } };
}

void frontend_growth_plugin(const struct run *r)
{
	static const char *const services[] = { HN_ID_SESSION, HN_ID_TEXT, HN_ID_LOG, HN_ID_RELAY, HN_ID_COMMANDS };
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		struct world *w = scenario_world(r);
		struct stage s = either(r);
		w->absent = services[i];
		s.world = w;
		s.may_fail = 1;
		if (!stage_play(r, &s))
			stage_free(&s);
		scenario_end(w);
	}
}

void frontend_unknown(const struct run *r)
{
	compare_both(r, play_unknown, RULE_UNKNOWN_SKIPPED, "between events of unknown types");
}
