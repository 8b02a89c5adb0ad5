/* SPDX-License-Identifier: MIT */
/*
 * provider: asks an instance of a provider, on this thread or, if it blocks, on one of its own.
 *
 * The core calls a provider's functions nowhere else. What comes back keeps to the header, or the
 * call has failed with HN_ERR_PLUGIN and the rule that was broken.
 */
#ifndef HOBNOB_PLUGIN_PROVIDER_H
#define HOBNOB_PLUGIN_PROVIDER_H

#include "plugin/instance.h"

#define MODEL_NAME_MOST 1024u /* bytes of a model's id, and of its name */
#define MODELS_MOST 100000u /* no list has more: one that does never ends */

/* Each ends with what the function returned, or HN_ERR_PLUGIN. */
int32_t provider_chat(const struct instance *, hn_call *, const hn_request *);
/* The provider has models(). put() gets models of full size, with an id; its value other than 0 ends
 * the list and is returned. If the provider blocks, put() runs on another thread while this one
 * waits. */
int32_t provider_models(const struct instance *, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);
/* The provider has credit(). */
int32_t provider_credit(const struct instance *, hn_call *, hn_credit *out);

#endif
