/* SPDX-License-Identifier: MIT */
/* host: what every plugin gets at create(): the functions of a call, and the table of services. */
#ifndef HOBNOB_HOST_H
#define HOBNOB_HOST_H

#include "hobnob/plugin.h"

extern const hn_host hobnob_host;

#endif
