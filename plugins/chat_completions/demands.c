/* SPDX-License-Identifier: MIT */
/*
 * demands: errors that demand the reasoning of former replies, which hobnob did not send, and by which member's name.
 *
 * One name is enough by itself: nothing else is called so. The other is an English word: for it and its synonyms the error
 * must also say that it comes back, or is part of an earlier message, and that something is wrong with it. The member's
 * name is then a guess: if the error comes again, hobnob sends the other member, too.
 */
#include "parts.h"

/* What the reasoning of a reply is called, but for the two members. */
static const char thoughts[] = "thinking thinking_* thought thoughts chain_of_thought* cot reasoning_block* reasoning_text "
			       "reasoning_trace* reasoning_step* reasoning_token* monologue 思考 思维链 推理";
/* An earlier message. */
static const char before[] = "assistant previous* prior earlier former past preceding history historic* turns turn_# last "
			     "replies each_message every_message each_model every_model model_message* message_# "
			     "messages_# multi_turn 历史 上一 之前";
static const char back[] = "back return* echo* preserv* retain* resend resent replay* restor* along accompan* 回传 传回 带回";
static const char demanded[] = "must require* need* missing lack* without has_to have_to mandatory expect* should absent "
			       "omit* empty please keep include* send drop* strip* lost was_not were_not wasnt werent "
			       "not_suppl* not_provid* not_pass* not_sent not_includ* not_preserv* not_present not_given "
			       "必须 缺少 需要 未";

uint32_t cc_demands(struct wire_reply *w, struct json_object *document, int32_t status)
{
	struct json_object *error = wire_find_error(document, 1);
	struct wire_said said = { 0 };
	uint32_t open = w->to.sent & (CC_NO_REASONING_CONTENT | CC_NO_REASONING);
	if (!wire_may_refuse(error, status))
		return 0;
	wire_read_said(&said, error);
	hn_str words = { said.words.p, said.words.n };
	if (wire_holds_name(said.text.p, "reasoning_content"))
		return open & CC_NO_REASONING_CONTENT;
	int named = wire_holds_name(said.text.p, "reasoning") && !wire_names(words, "reasoning_model*");
	if ((!named && !wire_names(words, thoughts)) || !wire_names(words, demanded) ||
		(!wire_names(words, before) && !wire_names(words, back)))
		return 0;
	uint32_t first = named ? CC_NO_REASONING : CC_NO_REASONING_CONTENT;
	return open & first ? first : open;
}
