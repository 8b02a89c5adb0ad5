/* SPDX-License-Identifier: MIT */
/*
 * part_tokens: what images and files cost.
 *
 * Anthropic counts (width x height) / 750 and scales an image down to about 1,600 tokens, at most
 * (docs.anthropic.com/en/docs/vision). OpenAI counts 85 for the least of images
 * (platform.openai.com/docs/guides/images-vision). Other servers lie between. Of a file that is not text
 * nobody says how it is counted: a sixth of its bytes is a guess, above what audio costs and near a PDF of
 * text.
 *
 * OPAQUE counts nothing. Its bytes are mostly reasoning, and its plugin alone knows whether it sends them:
 * most servers want none back. Counted, every reasoning model would seem to have twice the conversation.
 * Where they are sent, the server's count of the next prompt includes them, and the plan continues from that.
 */
#include "tokens/tokens.h"

#include "util/image.h"
#include "util/utf8.h"

#define IMAGE_LEAST 85
#define IMAGE_MOST 1600
#define IMAGE_UNKNOWN 1000 /* at a URL, or of a size that its head does not say */
#define PIXELS_PER_TOKEN 750
#define BYTES_PER_TOKEN 6

static int64_t image_tokens(hn_str bytes)
{
	struct image image = image_read(bytes);
	uint64_t pixels = (uint64_t)image.width * image.height;
	uint64_t n = pixels / PIXELS_PER_TOKEN + (pixels % PIXELS_PER_TOKEN != 0);

	if (pixels == 0)
		return IMAGE_UNKNOWN;
	return n < IMAGE_LEAST ? IMAGE_LEAST : n > IMAGE_MOST ? IMAGE_MOST : (int64_t)n;
}

static int64_t file_tokens(enum tokens_vocabulary v, hn_str bytes)
{
	if (utf8_valid(bytes.p, bytes.n))
		return tokens_prior_in(v, bytes);
	return (int64_t)(bytes.n / BYTES_PER_TOKEN + 1);
}

int64_t tokens_of_part(enum tokens_vocabulary v, const hn_part *p)
{
	int is_url = p->flags & HN_PARTFLAG_URL;

	switch (p->type) {
	case HN_PART_IMAGE:
		return is_url ? IMAGE_UNKNOWN : image_tokens(p->data);
	case HN_PART_FILE:
		return is_url ? IMAGE_UNKNOWN : file_tokens(v, p->data);
	case HN_PART_TOOL_CALL:
	case HN_PART_TOOL_RESULT:
		return tokens_prior_in(v, p->name) + tokens_prior_in(v, p->data) + TOKENS_PER_MESSAGE;
	default: /* TEXT, which is counted with the text; OPAQUE, see above */
		return 0;
	}
}
