# SPDX-License-Identifier: MIT
# plugins: those who answer; one line each.

include %D%/anthropic/local.mk
include %D%/chat_completions/local.mk
include %D%/exec/local.mk
include %D%/gemini/local.mk
include %D%/mock/local.mk
include %D%/ollama/local.mk
include %D%/openai/local.mk
include %D%/openrouter/local.mk
include %D%/responses/local.mk
include %D%/wire/local.mk
