# SPDX-License-Identifier: MIT
# docs: what of the documents a program reads, and those for users and for authors of plugins.

dist_pkgdata_DATA += %D%/jsonl.schema.json
dist_doc_DATA = \
	%D%/abi.md \
	%D%/anthropic.md \
	%D%/build.md \
	%D%/check.md \
	%D%/context.md \
	%D%/exec.md \
	%D%/failures.md \
	%D%/gemini.md \
	%D%/hello.c \
	%D%/journal.md \
	%D%/jsonl.md \
	%D%/languages.md \
	%D%/mock.md \
	%D%/money.md \
	%D%/ollama.md \
	%D%/plugins.md \
	%D%/prompts.md \
	%D%/responses.md \
	%D%/shell.md
