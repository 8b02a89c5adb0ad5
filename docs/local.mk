# SPDX-License-Identifier: MIT
# docs: what of the documents a program reads.

dist_pkgdata_DATA += %D%/jsonl.schema.json
