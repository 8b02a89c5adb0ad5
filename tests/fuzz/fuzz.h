/* SPDX-License-Identifier: MIT */
/* fuzz: what every target is: one function that takes bytes from anybody and must neither crash
 * nor leak. */
#ifndef HOBNOB_TESTS_FUZZ_H
#define HOBNOB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Called by the fuzzer (libFuzzer's or AFL's) with each input; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, for the fuzzer to keep the input: what must hold does not. */
#define MUST(holds) ((holds) ? (void)0 : __builtin_trap())

#endif
