// SPDX-License-Identifier: MIT

// example: a provider in Go that computes by itself: it says the words of the last message in reverse order.
//
// To begin with: copy this file and go.mod, and let the replacement in go.mod lead to the folder of the package.
// Build it with: go build -buildmode=c-shared -o example.so
package main

import (
	"strings"
	"time"

	"hobnob"
)

type example struct{ delay time.Duration }

func create(options *hobnob.Options) (*example, error) {
	delay := options.Int("delay", 0)
	if delay < 0 {
		return nil, hobnob.Fail(hobnob.ErrConfig, "delay: expected 0 or more milliseconds")
	}
	return &example{time.Duration(delay) * time.Millisecond}, nil
}

// Chat is one attempt at one reply.
func (e *example) Chat(call *hobnob.Call, request *hobnob.Request) error {
	if request.Dry {
		return nil
	}
	words := strings.Fields(request.Last().Text)
	for i := len(words) - 1; i >= 0; i-- {
		if err := e.say(call, words[i], i == len(words)-1); err != nil {
			return err
		}
	}
	if len(words) == 0 {
		if err := call.Say("Say a word."); err != nil {
			return err
		}
	}
	if err := call.Report(hobnob.Usage{Prompt: hobnob.N(len(words)), Completion: hobnob.N(len(words))}); err != nil {
		return err
	}
	return call.Finish(hobnob.FinishStop)
}

// say waits, unless the user stops it, and says a word.
func (e *example) say(call *hobnob.Call, word string, first bool) error {
	if first {
		return call.Say(word)
	}
	select {
	case <-call.Context().Done():
		return call.Context().Err()
	case <-time.After(e.delay):
		return call.Say(" " + word)
	}
}

func init() {
	hobnob.Serve(hobnob.Plugin{
		Name: "example", Version: "0.1", Summary: "says the words of a message in reverse order", License: "MIT",
		Options: []hobnob.Option{
			{Type: hobnob.OptInt, Key: "delay", Initial: "0", Help: "milliseconds between two words"},
			{Type: hobnob.OptString, Key: "model", Initial: "reverse", Help: "there is only one"},
		},
	}, create)
}

func main() {}
