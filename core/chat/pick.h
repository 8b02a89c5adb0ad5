/* SPDX-License-Identifier: MIT */
/* pick: which provider instance and which model, by who said what where. */
#ifndef HOBNOB_CHAT_PICK_H
#define HOBNOB_CHAT_PICK_H

#include "call/runtime.h"
#include "config/settings.h"
#include "plugin/instance.h"

/* Name of the instance (allocated) and the level that chose it. NULL with a fault, whose
 * hint has the lines to paste. */
char *pick_provider(const struct runtime *, enum source *chosen_by, struct fault *);
/* The chosen model, aliases resolved (allocated): by level, an instance's own setting before the
 * general one; a general one is skipped if a nearer level chose the provider; then the option's
 * default. NULL if nothing sets one: ask the provider's list. */
char *pick_model(const struct runtime *, const struct instance *, enum source provider_chosen_by);
/* The same before aliases: borrowed from the settings and the instance; *by is its level. */
const char *pick_model_said(const struct runtime *, const struct instance *, enum source provider_chosen_by, enum source *by);
/* 1 if the command line, or a profile that it names, says that setting. */
int pick_said_now(const struct runtime *, enum setting);

#endif
