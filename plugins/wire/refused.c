/* SPDX-License-Identifier: MIT */
/*
 * refused: which field of a request a server does not take.
 *
 * A field is left out where the server does not know it, takes it with one value only, or not
 * beside another. A value out of range is the user's to know: the hint names the setting.
 */
#include "wire/wire.h"

#include <string.h>

#include "wire/words.h"

#include "util/ascii.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* What is never left out, the names that messages have for it, and what can be done about it. */
static const struct {
	uint32_t bit;
	const char *names, *hint;
} essentials[] = {
	{ WIRE_SCHEMA,
		"response_format json_schema structured_output* response_schema response_json_schema response_mime_type "
		"controlled_generation output_config_format output_format",
		"change the schema or the model, or ask without a schema" },
	{ WIRE_IMAGES, "image images image_url vision multimodal multi_modal mmproj", "choose another model, or leave out the image" },
	{ WIRE_TOOLS, "tool tools tool_choice tool_use tool_call* function_call* function_declaration*", "choose another model, or offer no tools" },
};

/* The field is unknown, or not accepted. */
static const char refusals[] =
	"unsupported not_support* doesnt_support dont_support cannot_support unrecognized "
	"unrecognised "
	"unknown extra_forbidden extra_input* extra_field* not_permitted not_allowed isnt_allowed "
	"unexpected additional_propert* cannot_find_field deprecated not_compatible incompatible "
	"not_accept* not_available not_enabled only_enabled not_configurable cannot_be_set cannot_be_changed "
	"cannot_be_modified "
	"does_not_take doesnt_take does_not_accept doesnt_accept must_not_be_set 不支持 不允许";

/* It is taken with one value, whatever that is. */
static const char fixed[] = "only_# only_be_# only_be_set_to_# only_be_the_default may_only_be can_only_be "
			    "locked cannot_differ no_other_value no_value_other other_value_than left_at leave_at "
			    "leave_it must_stay must_remain has_to_stay has_to_remain to_stay must_be_left "
			    "must_be_omitted be_omitted only_temperature only_top_p cannot_change "
			    "only_the_default only_default only_accept* only_support* "
			    "only_take* only_allow* only_value "
			    "only_a_value only_valid fixed fixed_to must_be_# must_equal "
			    "must_be_set_to_# must_be_exactly "
			    "must_be_the_default has_to_be_# should_be_# expected_#";

/* A value is wrong, others are not. */
static const char ranges[] = "between range less greater more than at_most at_least minimum "
			     "maximum below above up_to #_to_# #_# <= "
			     ">= < > inclusive exclusive decimal invalid_type";

/* It is not taken beside another one. */
static const char pairs[] = "both mutually_exclusive exclusive only_one one_of together same_time "
			    "simultaneous* combin* either conjunction alongside along_with";

/* Whether a byte continues a name. */
static int is_name(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

int wire_holds_name(const char *text, const char *name)
{
	size_t n = strlen(name);
	for (const char *at = text; *at; at++)
		if (!ascii_ncasecmp(at, name, n) && !is_name(at[n]) && (at == text || !is_name(at[-1])))
			return 1;
	return 0;
}

/* Gives the bits of the fields that were sent and are named; *last is the last one of the table. */
static uint32_t named(const struct wire_field *f, const char *text, uint32_t sent, uint32_t *last)
{
	uint32_t bits = 0;
	for (; f->bit; f++)
		if (sent & f->bit && wire_holds_name(text, f->word))
			bits |= *last = f->bit;
	return bits;
}

/* Says whether words are about the schema that was sent. */
static int names_schema(hn_str words, uint32_t sent)
{
	return sent & WIRE_SCHEMA && wire_names(words, essentials[0].names);
}

/* Says whether a text that names a field refuses it whatever its value. */
static int refuses(hn_str words)
{
	return (wire_names(words, refusals) && !wire_names(words, "between range")) ||
	       (wire_names(words, fixed) && !wire_names(words, ranges));
}

/* Says whether an error refuses a name, not a value: it names no range, or it holds both names. */
static int is_renamed(const struct wire_field *f, const char *text, hn_str words, uint32_t bit)
{
	int all = 1;
	for (; f->bit; f++)
		all &= f->bit != bit || wire_holds_name(text, f->word);
	return all || !wire_names(words, ranges);
}

void wire_read_said(struct wire_said *out, struct json_object *error)
{
	static const char *const paths[] = { "param", "code", "type", "loc" };
	wire_say_error(&out->text, error);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		wire_says(&out->text, " ");
		wire_say(&out->text, wire_words(wire_path(error, paths[i])));
	}
	wire_text_add(&out->words, wire_said(&out->text));
	out->text.p[out->text.n] = '\0';
}

/* Says whether an error speaks of streaming. The member's name is looked for as it is written: stream_options
 * is another one. */
static int names_stream(const struct wire_said *said)
{
	static const char *const written[] = { "stream", "streaming", "streamed", "streams" };
	for (size_t i = 0; i < ARRAY_LEN(written); i++)
		if (wire_holds_name(said->text.p, written[i]))
			return 1;
	return wire_names((hn_str){ said->words.p, said->words.n },
		       "sse server_sent serversent event_streams eventstream* chunked 流式 流输出") != NULL;
}

/* Nothing else of a request is called a stream, so an error that denies or demands anything of one is a
 * refusal; but streams also break. */
uint32_t wire_refused_stream(const struct wire_host *to, struct json_object *document)
{
	static const char denied[] =
		"not no non none never off without cannot cant dont doesnt isnt arent wont unable lack* "
		"refus* reject* disallow* forbid* prohibit* block* disable* deactivat* unavailable "
		"invalid* unsupported 不 未 无 禁 关闭";
	static const char demanded[] = "verified verif* only must require* need* please should shall "
				       "instead expect* has_to have_to set_to set_stream use_stream "
				       "enable* 请 必须 仅 只";
	static const char broken[] = "closed reset interrupted terminated aborted broke broken ended "
				     "disconnect* timeout timed_out eof stream_id upstream connection";
	struct json_object *error = wire_find_error(document, 1);
	struct wire_said said = { 0 };
	if (!(to->sent & (WIRE_STREAM | WIRE_WHOLE)) ||
		wire_kind(error, HN_ERR_BAD_REQUEST, 0) != HN_ERR_BAD_REQUEST)
		return 0;
	wire_read_said(&said, error);
	hn_str words = { said.words.p, said.words.n };
	int denies = (wire_names(words, denied) || wire_names(words, demanded)) && !wire_names(words, broken);
	return names_stream(&said) && (denies || wire_names(words, refusals))
		       ? to->sent & (WIRE_STREAM | WIRE_WHOLE)
		       : 0;
}

uint32_t wire_refused_words(const struct wire_host *to, hn_str words, int32_t status)
{
	struct json_object *document = json_new_text(words.p, words.n);
	uint32_t bit = wire_refused(to, document, status);
	json_object_put(document);
	return bit;
}

/* The field that words refuse, or 0. */
static uint32_t refused_field(const struct wire_host *to, const struct wire_said *said, hn_str words)
{
	int refusal = refuses(words);
	for (const struct wire_field *f = to->dialect->fields; f->bit; f++) {
		if (!(to->sent & f->bit) || !wire_holds_name(said->text.p, f->word))
			continue;
		int renamed = f->how != WIRE_OTHER_NAME || is_renamed(to->dialect->fields, said->text.p, words, f->bit);
		if (f->how == WIRE_ALONE || (refusal && renamed))
			return f->bit;
	}
	return 0;
}

int wire_may_refuse(struct json_object *error, int32_t status)
{
	return (status == 400 || status == 422) && wire_kind(error, HN_ERR_BAD_REQUEST, 0) == HN_ERR_BAD_REQUEST;
}

uint32_t wire_refused(const struct wire_host *to, struct json_object *document, int32_t status)
{
	struct json_object *error = wire_find_error(document, 1);
	struct wire_said said = { 0 };
	uint32_t last = 0;
	uint32_t stream = wire_refused_stream(to, document);
	if (stream && (status < 500 || status == 501) && status != 401 && status != 429)
		return stream;
	if (!wire_may_refuse(error, status))
		return 0;
	wire_read_said(&said, error);
	hn_str words = { said.words.p, said.words.n };
	if (names_schema(words, to->sent)) /* its members may be called like fields */
		return 0;
	uint32_t bits = named(to->dialect->fields, said.text.p, to->sent & WIRE_SETTINGS, &last);
	if (bits & ~last && wire_names(words, pairs))
		return last;
	return refused_field(to, &said, words);
}

uint32_t wire_bears(const struct wire_host *to, struct json_object *body)
{
	uint32_t bits = 0;
	for (const struct wire_field *f = to->dialect->fields; f->bit; f++)
		if (wire_path(body, f->path ? f->path : f->word))
			bits |= f->bit;
	return bits;
}

const char *wire_blamed(const struct wire_host *to, const char *message)
{
	uint32_t last = 0;
	return named(to->dialect->fields, message, to->set & WIRE_SETTINGS, &last) ? wire_field(to, last) : NULL;
}

const char *wire_advice(hn_str message, uint32_t sent, int *denies)
{
	struct wire_text text = { 0 };
	wire_text_add(&text, message);
	hn_str words = { text.p, text.n };
	*denies = wire_names(words, refusals) != NULL;
	for (size_t i = 0; i < ARRAY_LEN(essentials); i++)
		if (sent & essentials[i].bit && wire_names(words, essentials[i].names))
			return essentials[i].hint;
	return NULL;
}

/* Says whether one sentence refuses a system prompt. Only the second way uses words that may mean other
 * things: a key has a role, too. */
static int sentence_refuses_system(hn_str words, int32_t kind)
{
	static const char who[] = "system developer", what[] =
		"role roles prompt prompts message messages instruction instructions turn turns";
	static const char glue[] = "a an as by first for from in of or s such the this to";
	static const char no[] =
		"not no never cannot cant isnt arent doesnt dont wont nor without unsupported disabled "
		"forbidden disallow* denied deny denies reject* refuse* ignore* lack* unable unavailable "
		"invalid only unknown unexpected illegal must_be expected one_of 不支持 无效 非法";
	static const char roles[] = "role roles";
	static const char wrong[] =
		"unsupported invalid only alternate must_be expected one_of unknown not_support* "
		"not_allowed not_permitted not_valid not_accept* doesnt_support cannot unexpected illegal";
	static const char first[] = "first_message first_turn first_role must_start must_begin "
				    "should_start should_begin has_to_start";
	if (wire_names(words, "empty"))
		return 0;
	if (wire_beside(words, who, what, glue) && wire_names(words, no))
		return 1;
	return kind != HN_ERR_PERMISSION &&
	       ((wire_names(words, roles) && wire_names(words, wrong)) ||
		       (wire_names(words, first) && wire_names(words, "user")));
}

int wire_refuses_system(hn_str message, int32_t kind)
{
	struct wire_text text = { 0 };
	wire_text_add(&text, message);
	hn_str rest = { text.p, text.n }, sentence;
	while (wire_sentence(&rest, &sentence))
		if (sentence_refuses_system(sentence, kind))
			return 1;
	return 0;
}

/* What is said of a bit, or NULL. */
static const struct wire_way *way_of(const struct wire_host *to, uint32_t bit)
{
	static const struct wire_way streams[] = {
		{ WIRE_STREAM, "to stream the reply", "for the whole reply at once" },
		{ WIRE_WHOLE, "a reply that is not streamed", "for a stream" },
		{ 0, NULL, NULL },
	};
	const struct wire_way *ways[] = { streams, to->dialect->ways };
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		for (const struct wire_way *w = ways[i]; w && w->bit; w++)
			if (w->bit == bit)
				return w;
	return NULL;
}

const char *wire_way_round(const struct wire_host *to, uint32_t bit)
{
	const struct wire_way *way = way_of(to, bit);
	return way ? way->instead : "without it";
}

const char *wire_field(const struct wire_host *to, uint32_t bit)
{
	const struct wire_way *way = way_of(to, bit);
	for (const struct wire_field *f = to->dialect->fields; !way && f->bit; f++)
		if (f->bit == bit)
			return f->word;
	return way ? way->called : "?";
}
