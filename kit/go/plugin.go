// SPDX-License-Identifier: MIT

// Package hobnob makes a plugin of hobnob of a Go type: a provider is one file of Go, which calls Serve in its init function.
//
// Build it with `go build -buildmode=c-shared -o NAME.so`. An error or a panic in a call becomes its failure; a panic in a goroutine
// of the plugin's own ends hobnob, as Go wants it. hobnob calls a provider in Go on threads of its own (HN_PROVIDER_BLOCKS), so it
// may compute and wait; it has to stop when its call is cancelled. Several calls may run on an instance at once.
package hobnob

// #cgo pkg-config: hobnob
// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// Provider answers.
type Provider interface {
	// Chat is one attempt at one reply: nil after Finish, or Adapted. It never retries.
	Chat(call *Call, request *Request) error
}

// Lister is a Provider that can list its models.
type Lister interface {
	// Models passes each available model to put, and returns its error.
	Models(call *Call, put func(Model) error) error
}

// Creditor is a Provider that can ask what the account may still spend.
type Creditor interface {
	Credit(call *Call) (Credit, error)
}

// Plugin says who the plugin is.
type Plugin struct {
	Name    string // of its file, NAME.so
	Version string
	Summary string // one line
	License string // SPDX
	Accepts uint32 // bits 1 << Part*: what Chat sends on; 0: text
	Heeds   uint32 // Set*: what of a request Chat passes on
	Options []Option
}

// Option is declared, and hobnob reads it.
type Option struct {
	Type    uint32 // Opt*
	Flags   uint32 // Option*
	Key     string // [a-z0-9_]+
	Initial string // the default as text
	Values  string // of an OptEnum: the words, separated by one space
	Forbid  string // of a secret: "PREFIX HOST"
	Help    string // one line
	Env     []Env
}

// Env is an environment variable that may supply an option; a value without the prefix is ignored.
type Env struct{ Name, Prefix string }

// What Serve was given.
var (
	served *C.hn_plugin
	create func(*Options) (Provider, error)
)

// Serve makes the plugin, once, in an init function. The type of the provider says what it can do: it may be a Lister and a Creditor.
func Serve[P Provider](plugin Plugin, made func(*Options) (P, error)) {
	var none P
	_, lists := any(none).(Lister)
	_, credits := any(none).(Creditor)
	create = func(o *Options) (Provider, error) { return made(o) }
	served = plugin.described(lists, credits)
}

// literal is a text for ever; nil if it is empty.
func literal(text string) *C.char {
	if text == "" {
		return nil
	}
	return C.CString(text)
}

func number(yes bool) C.int {
	if yes {
		return 1
	}
	return 0
}

// described is the plugin in C's memory, where it stays.
func (plugin Plugin) described(lists, credits bool) *C.hn_plugin {
	accepts := plugin.Accepts
	if accepts == 0 {
		accepts = 1 << PartText
	}
	p := (*C.hn_plugin)(C.calloc(1, C.sizeof_hn_plugin))
	p.struct_size = C.sizeof_hn_plugin
	p.abi_major = AbiMajor
	p._type = TypeProvider
	p.n_options = C.uint32_t(len(plugin.Options))
	p.option_stride = C.sizeof_hn_option
	p.name = C.CString(plugin.Name)
	p.version = C.CString(plugin.Version)
	p.summary = C.CString(plugin.Summary)
	p.license = C.CString(plugin.License)
	p.options = described(plugin.Options)
	p.vtable = unsafe.Pointer(C.bridge_table(C.uint32_t(accepts), C.uint32_t(plugin.Heeds), number(lists), number(credits)))
	return p
}

func described(options []Option) *C.hn_option {
	if len(options) == 0 {
		return nil
	}
	first := C.calloc(C.size_t(len(options)), C.sizeof_hn_option)
	for i, o := range options {
		to := (*C.hn_option)(unsafe.Add(first, i*C.sizeof_hn_option))
		to._type, to.flags, to.n_env = C.uint32_t(o.Type), C.uint32_t(o.Flags), C.uint32_t(len(o.Env))
		to.key, to.initial, to.values = C.CString(o.Key), literal(o.Initial), literal(o.Values)
		to.forbid, to.help, to.env = literal(o.Forbid), literal(o.Help), variables(o.Env)
	}
	return (*C.hn_option)(first)
}

func variables(names []Env) *C.hn_env {
	if len(names) == 0 {
		return nil
	}
	first := C.calloc(C.size_t(len(names)), C.sizeof_hn_env)
	for i, e := range names {
		to := (*C.hn_env)(unsafe.Add(first, i*C.sizeof_hn_env))
		to.name, to.prefix = C.CString(e.Name), literal(e.Prefix)
	}
	return (*C.hn_env)(first)
}

// instance is what hobnob's pointer to an instance stands for.
type instance struct {
	host *C.hn_host
	own  Provider
}

//export goPlugin
func goPlugin() *C.hn_plugin {
	return served
}

//export goCreate
func goCreate(host *C.hn_host, call *C.hn_call, self *C.uintptr_t) C.int32_t {
	return guard(&Call{host: host, call: call}, func(c *Call) error {
		own, err := create(&Options{host, call})
		if err == nil {
			*self = C.uintptr_t(cgo.NewHandle(&instance{host, own}))
		}
		return err
	})
}

//export goDestroy
func goDestroy(self C.uintptr_t) {
	cgo.Handle(self).Delete()
}

// within runs a function of an instance in a call.
func within(self C.uintptr_t, call *C.hn_call, body func(Provider, *Call) error) C.int32_t {
	in := cgo.Handle(self).Value().(*instance)
	return guard(&Call{host: in.host, call: call}, func(c *Call) error { return body(in.own, c) })
}

//export goChat
func goChat(self C.uintptr_t, call *C.hn_call, request *C.hn_request) C.int32_t {
	return within(self, call, func(own Provider, c *Call) error { return own.Chat(c, read(request)) })
}

//export goModels
func goModels(self C.uintptr_t, call *C.hn_call, put, ud unsafe.Pointer) C.int32_t {
	return within(self, call, func(own Provider, c *Call) error {
		return own.(Lister).Models(c, func(m Model) error { return m.put(put, ud) })
	})
}

//export goCredit
func goCredit(self C.uintptr_t, call *C.hn_call, out *C.hn_credit) C.int32_t {
	return within(self, call, func(own Provider, c *Call) error {
		credit, err := own.(Creditor).Credit(c)
		if err == nil {
			credit.fill(out)
		}
		return err
	})
}
