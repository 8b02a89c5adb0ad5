/* SPDX-License-Identifier: MIT */
/* process: hobnob.process/1, programs for providers. */
#ifndef HOBNOB_CALL_PROCESS_H
#define HOBNOB_CALL_PROCESS_H

#include "hobnob/plugin.h"

extern const hn_process process_service; /* hobnob.process/1 */

#endif
