// SPDX-License-Identifier: MIT

package hobnob

// #include "bridge.h"
// #include <stdlib.h>
import "C"

import (
	"context"
	"sync"
	"time"
	"unsafe"
)

// Call is one call on an instance. Any goroutine may use it, one at a time, until the call returns.
type Call struct {
	host *C.hn_host
	call *C.hn_call

	watching sync.Once
	context  context.Context
	stop     context.CancelFunc
	watched  chan struct{}
}

// Cancelled tells whether the call has to end. Any goroutine, until the call returns.
func (c *Call) Cancelled() bool { return C.hn_shim_host_cancelled(c.host, c.call) != 0 }

// Context ends when the call is cancelled or returns. Chat may return its error.
func (c *Call) Context() context.Context {
	c.watching.Do(func() {
		c.context, c.stop = context.WithCancel(context.Background())
		c.watched = make(chan struct{})
		go c.watch()
	})
	return c.context
}

// watch asks every few milliseconds, until the context has ended.
func (c *Call) watch() {
	defer close(c.watched)
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-c.context.Done():
			return
		case <-every.C:
			if c.Cancelled() {
				c.stop()
				return
			}
		}
	}
}

// end waits until nobody asks any more.
func (c *Call) end() {
	if c.stop != nil {
		c.stop()
		<-c.watched
	}
}

// Event is what a provider emits, by its type: Ev*.
type Event struct {
	Type   uint32
	Finish int32  // Finish*
	Number uint32 // as the type says
	Flags  uint32 // Partflag*
	Text   string
	Name   string
	ID     string
	Mime   string
}

// Emit passes an event to hobnob. An error ends the call: return it at once.
func (c *Call) Emit(e Event) error {
	raw := C.hn_event{struct_size: C.sizeof_hn_event, _type: C.uint32_t(e.Type), finish: C.int32_t(e.Finish)}
	raw.number, raw.flags = C.uint32_t(e.Number), C.uint32_t(e.Flags)
	p, n := borrowed(e.Text)
	pName, nName := borrowed(e.Name)
	pID, nID := borrowed(e.ID)
	pMime, nMime := borrowed(e.Mime)
	return heed(C.bridge_emit(c.host, c.call, &raw, p, n, pName, nName, pID, nID, pMime, nMime))
}

// Say emits a piece of the reply, which may split a character.
func (c *Call) Say(text string) error { return c.Emit(Event{Type: EvText, Text: text}) }

// Think emits a piece of the reasoning.
func (c *Call) Think(text string) error { return c.Emit(Event{Type: EvReasoning, Text: text}) }

// Notice is a remark for the user, one line.
func (c *Call) Notice(line string) error { return c.Emit(Event{Type: EvNotice, Text: line}) }

// Progress says what is waited for, one line; thousandths that are done, 0: unknown.
func (c *Call) Progress(line string, thousandths uint32) error {
	return c.Emit(Event{Type: EvProgress, Text: line, Number: thousandths})
}

// Opaque emits bytes that only this provider understands, and what they are; they come back in this place.
func (c *Call) Opaque(name, bytes string) error {
	return c.Emit(Event{Type: EvOpaque, Name: name, Text: bytes})
}

// ToolCall emits a whole call of a tool; which of several.
func (c *Call) ToolCall(which uint32, id, name, arguments string) error {
	return c.Emit(Event{Type: EvToolCall, Number: which, ID: id, Name: name, Text: arguments})
}

// Finish completes the reply: Finish*.
func (c *Call) Finish(why int32) error { return c.Emit(Event{Type: EvFinish, Finish: why}) }

// Usage is what a reply took. A count that is nil is unknown.
type Usage struct{ Prompt, Completion, Cached, CacheWrite, Reasoning, Cost *int64 }

// N is a known number.
func N(n int) *int64 {
	known := int64(n)
	return &known
}

// known copies a number if there is one, with its bit.
func known(from *int64, to *C.int64_t, set *C.uint32_t, bit C.uint32_t) {
	if from != nil && *from >= 0 {
		*to = C.int64_t(*from)
		*set |= bit
	}
}

// Report says what the reply took.
func (c *Call) Report(u Usage) error {
	raw := C.hn_usage{struct_size: C.sizeof_hn_usage}
	known(u.Prompt, &raw.prompt, &raw.set, UsagePrompt)
	known(u.Completion, &raw.completion, &raw.set, UsageCompletion)
	known(u.Cached, &raw.cached, &raw.set, UsageCached)
	known(u.CacheWrite, &raw.cache_write, &raw.set, UsageCacheWrite)
	known(u.Reasoning, &raw.reasoning, &raw.set, UsageReasoning)
	known(u.Cost, &raw.cost, &raw.set, UsageCost)
	return heed(C.bridge_report(c.host, c.call, &raw))
}

// Model is an entry of a list. What is nil is unknown; prices in pico-dollars per token.
type Model struct {
	ID, Name           string
	Context, MaxOutput *int64

	PriceInput, PriceOutput, PriceCached, PriceCacheWrite *int64

	Accepts, Heeds *uint32 // as those of the plugin
}

func (m Model) put(put, ud unsafe.Pointer) error {
	raw := C.hn_model{struct_size: C.sizeof_hn_model}
	known(m.Context, &raw.context, &raw.set, ModelContext)
	known(m.MaxOutput, &raw.max_output, &raw.set, ModelMaxOutput)
	known(m.PriceInput, &raw.price_input, &raw.set, ModelPriceInput)
	known(m.PriceOutput, &raw.price_output, &raw.set, ModelPriceOutput)
	known(m.PriceCached, &raw.price_cached, &raw.set, ModelPriceCached)
	known(m.PriceCacheWrite, &raw.price_cache_write, &raw.set, ModelPriceCacheWrite)
	if m.Accepts != nil {
		raw.accepts = C.uint32_t(*m.Accepts)
		raw.set |= ModelAccepts
	}
	if m.Heeds != nil {
		raw.heeds = C.uint32_t(*m.Heeds)
		raw.set |= ModelHeeds
	}
	id, n := borrowed(m.ID)
	name, nName := borrowed(m.Name)
	return heed(C.bridge_put(put, ud, &raw, id, n, name, nName))
}

// Credit is what an account may still spend, in pico-dollars. What is nil is unknown.
type Credit struct {
	Unlimited         bool // the key has no limit of its own
	Left, Limit, Used *int64
}

func (c Credit) fill(out *C.hn_credit) {
	var set C.uint32_t
	known(c.Left, &out.left, &set, 0)
	known(c.Limit, &out.limit, &set, 0)
	known(c.Used, &out.used, &set, 0)
	if c.Unlimited {
		out.flags |= CreditUnlimited
	}
}

// Service is a table of functions by its id, ID*, or nil if this hobnob does not have it: for C of your own with hobnob/shim.h.
func (c *Call) Service(id string) unsafe.Pointer {
	name := C.CString(id)
	defer C.free(unsafe.Pointer(name))
	return unsafe.Pointer(C.hn_shim_host_extension(c.host, name))
}

// Handle is the hn_call that such functions take.
func (c *Call) Handle() unsafe.Pointer { return unsafe.Pointer(c.call) }

// Log writes a line for -v (level 1) or -vv (level 2).
func (c *Call) Log(level uint32, line string) {
	if table := (*C.hn_log)(c.Service(IDLog)); table != nil {
		p, n := borrowed(line)
		C.bridge_log(table, c.call, C.uint32_t(level), p, n)
	}
}
