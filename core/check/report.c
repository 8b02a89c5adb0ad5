/* SPDX-License-Identifier: MIT */
/* report: see the header. */
#include "check/report.h"

#include <string.h>

#include "check/scenario.h"
#include "util/json.h"
#include "util/text.h"

static const char *whose_name(unsigned whose)
{
	return whose == RULE_OF_BOTH ? "both" : whose == RULE_OF_PROVIDER ? "provider" : "frontend";
}

int report_good(const struct report *r)
{
	for (int i = 0; i < RULES_N; i++)
		if (r->of[i].outcome == BROKEN && rule_of((enum rule_id)i)->level != RULE_PICKY)
			return 0;
	return 1;
}

/* ---- TAP ---- */

/* A text of YAML, in quotes. */
static void add_quoted(struct buf *out, const char *key, const char *text)
{
	struct buf safe = BUF(BUF_NO_CAP);
	text_add_safe(&safe, str_of(text), HN_TEXT_LINE);
	buf_addf(out, "  %s: \"", key);
	for (size_t i = 0; i < safe.n; i++)
		buf_addf(out, "%s%c", safe.p[i] == '"' || safe.p[i] == '\\' ? "\\" : "", safe.p[i]);
	buf_adds(out, "\"\n");
	buf_free(&safe);
}

static void add_skip(struct buf *out, const char *why)
{
	buf_adds(out, " # SKIP ");
	for (; *why; why++)
		buf_addc(out, *why == '\n' ? ' ' : *why);
}

static void add_line(const struct verdict *v, const struct rule *rule, size_t number, struct buf *out)
{
	buf_addf(out, "%s %zu - %s", v->outcome == BROKEN ? "not ok" : "ok", number, rule->name);
	if (v->outcome == SKIPPED)
		add_skip(out, v->why);
	else if (v->outcome == BROKEN && rule->level == RULE_PICKY)
		buf_adds(out, " # TODO picky");
	buf_addc(out, '\n');
	if (v->outcome != BROKEN)
		return;
	buf_adds(out, "  ---\n");
	add_quoted(out, "message", v->finding.what);
	if (v->finding.function[0])
		add_quoted(out, "function", v->finding.function);
	add_quoted(out, "rule", rule->says);
	add_quoted(out, "level", rule_level_name(rule->level));
	buf_adds(out, "  ...\n");
}

void report_tap(const struct report *r, struct buf *out)
{
	size_t n = 0, at = 0;
	struct buf head = BUF(BUF_NO_CAP);
	for (int i = 0; i < RULES_N; i++)
		n += r->of[i].outcome != OUTSIDE;
	buf_addf(&head, "%s: %s %s %s; canned answers: %s", r->path, r->type, r->name, r->version,
		r->answers ? r->answers : "none");
	buf_addf(out, "TAP version 13\n1..%zu\n# ", n);
	text_add_safe(out, buf_str(&head), HN_TEXT_LINE);
	buf_addc(out, '\n');
	buf_free(&head);
	for (int i = 0; i < RULES_N; i++)
		if (r->of[i].outcome != OUTSIDE)
			add_line(&r->of[i], rule_of((enum rule_id)i), ++at, out);
}

/* ---- JSON ---- */

static struct json_object *rule_json(const struct rule *rule)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "rule", str_of(rule->name));
	json_add_text(o, "level", str_of(rule_level_name(rule->level)));
	json_add_text(o, "says", str_of(rule->says));
	return o;
}

static struct json_object *verdict_json(const struct verdict *v, const struct rule *rule)
{
	static const char *const words[] = { "", "holds", "broken", "skipped" };
	struct json_object *o = rule_json(rule);
	json_add_text(o, "outcome", str_of(words[v->outcome]));
	if (v->outcome == BROKEN) {
		json_add_text(o, "message", str_of(v->finding.what));
		json_add_text(o, "function", str_of(v->finding.function));
	} else if (v->outcome == SKIPPED) {
		json_add_text(o, "why", str_of(v->why));
	}
	return o;
}

static void add_fact(struct json_object *o, const char *key, const char *text)
{
	if (text)
		json_add_text(o, key, str_of(text));
	else
		json_add_null(o, key);
}

void report_json(const struct report *r, struct buf *out)
{
	struct json_object *o = json_new_object(), *rules = json_new_array();
	add_fact(o, "path", r->path);
	add_fact(o, "type", r->type);
	add_fact(o, "name", r->name);
	add_fact(o, "version", r->version);
	add_fact(o, "answers", r->answers);
	json_set(o, "ok", json_new_flag(report_good(r)));
	for (int i = 0; i < RULES_N; i++)
		if (r->of[i].outcome != OUTSIDE)
			json_append(rules, verdict_json(&r->of[i], rule_of((enum rule_id)i)));
	json_set(o, "rules", rules);
	json_write(o, out);
	buf_addc(out, '\n');
	json_object_put(o);
}

/* ---- the list ---- */

void report_rules(int json, struct buf *out)
{
	struct json_object *all = json_new_array();
	for (int i = 0; i < RULES_N; i++) {
		const struct rule *rule = rule_of((enum rule_id)i);
		if (!scenario_of((enum rule_id)i))
			continue;
		struct json_object *o = rule_json(rule);
		json_add_text(o, "of", str_of(whose_name(rule->whose)));
		json_append(all, o);
		if (!json)
			buf_addf(out, "%-22s %-6s %-8s %s\n", rule->name, rule_level_name(rule->level), whose_name(rule->whose), rule->says);
	}
	if (json) {
		json_write(all, out);
		buf_addc(out, '\n');
	}
	json_object_put(all);
}
