# SPDX-License-Identifier: MIT
# frontends: the ways to talk to hobnob; one line each.

include %D%/jsonl/local.mk
include %D%/readline/local.mk
include %D%/shared/local.mk
include %D%/stdio/local.mk
