/* SPDX-License-Identifier: MIT */
/* body: what all wires do to write a request. Values that are made are the caller's to put. */
#ifndef HOBNOB_PLUGINS_BODY_H
#define HOBNOB_PLUGINS_BODY_H

#include "wire/wire.h"

/* ---- walking a request ---- */
const hn_message *wire_message_at(const hn_request *, uint32_t i);
const hn_part *wire_part_at(const hn_message *, uint32_t i);
const hn_tool *wire_tool_at(const hn_request *, uint32_t i);
size_t wire_parts_in(const hn_request *, uint32_t type);   /* how many it holds */
int wire_holds(const hn_message *, uint32_t types);        /* 1: a part of one of them (1u << HN_PART_*) */
/* 0, or fail(): a schema, or `extra`, is not a JSON object. */
int32_t wire_check_request(const struct wire_host *, const hn_request *);

/* ---- what is given to a model: texts, images, files ---- */
#define WIRE_BYTES (1u << HN_PART_IMAGE | 1u << HN_PART_FILE)
#define WIRE_GIVEN (1u << HN_PART_TEXT | WIRE_BYTES)
/* How a wire writes each. */
struct wire_given {
	struct json_object *(*text)(hn_str);
	struct json_object *(*image)(const hn_part *);
	struct json_object *(*file)(const hn_part *);
};
/* NULL for a part of another type, and for empty text. */
struct json_object *wire_given_part(const struct wire_given *, const hn_part *);
/* Appends those of a message to a list; types: 1u << HN_PART_* of each that is wanted. */
void wire_add_given(struct json_object *list, const struct wire_given *, const hn_message *, uint32_t types);
/* A result of a tool that is not text, as an image or a file. */
struct json_object *wire_given_result(const struct wire_given *, const hn_part *);

/* ---- tools ---- */
/* Adds a tool's name and description. */
void wire_describe(struct json_object *, const hn_tool *);
/* The list of what make() makes of each tool that is offered; NULL: none is. */
struct json_object *wire_tools(const hn_request *, struct json_object *(*make)(const hn_tool *));

/* ---- values ---- */
struct json_object *wire_string(hn_str);
struct json_object *wire_word(const char *);
struct json_object *wire_typed(const char *type); /* {"type":type} */
struct json_object *wire_base64(hn_str bytes);
/* The address of a part: its own, or "data:MIME;base64,..." */
struct json_object *wire_data_url(const hn_part *);
struct json_object *wire_stops(const hn_request *);
/* The arguments of a call, as text and as an object. Servers parse them as an object, and refuse all of the
 * conversation for one that is not: such arguments are {}. */
hn_str wire_arguments(hn_str text);
struct json_object *wire_arguments_object(hn_str text);
/* 1 if a result of a tool is text or JSON; else its bytes are an image or a file, by its media type. */
int wire_result_is_text(const hn_part *);
/* Its text, with "Error: " before it where the tool failed. */
struct json_object *wire_result_text(const hn_part *);

/* ---- turns.c ---- */
/* Appends a turn {"role": role, key: parts} to a list. Parts after a turn of the same role become a part of that
 * one; none make no turn. Takes the parts, a list. */
void wire_add_turn(struct json_object *turns, hn_str role, const char *key, struct json_object *parts);

/* ---- members ---- */
/* Sets a member that a server may refuse, unless this one does; takes the value. Its bit goes into *sent. */
void wire_add(struct json_object *body, uint32_t bit, const char *key, struct json_object *v, uint32_t refused,
	uint32_t *sent);
/* Merges a JSON object into another by RFC 7396: null takes a member out. What is not an object is passed
 * over. */
void wire_merge(struct json_object *into, hn_str object);
/* The limit of the reply that a body has at a path, if it is the request's and not one of extra_body; else 0. */
int64_t wire_limit(const hn_request *, struct json_object *body, const char *path);
/* Merges what the instance (extra_body) and the request add. */
void wire_add_extra(struct json_object *body, hn_str extra, const hn_request *);
/* The same, for a body whose member "stream" says that the reply is streamed. How it is asked goes into *sent, if that can
 * be refused: either way may be, but not both, and not what the user says. */
void wire_end_body(struct json_object *body, hn_str extra, const hn_request *, uint32_t refused, uint32_t *sent);
/* 1: the reply is to be streamed, as the request wants it, or as the server does. */
int wire_streams(const hn_request *, uint32_t refused);
/* Sets what of `to` follows from the body and the request: set, sent, calls. To be called last. */
void wire_sent(struct wire_host *to, const hn_request *, struct json_object *body, uint32_t refused);

#endif
