package connector

import (
	"context"
	"log/slog"
	"time"
)

// Connector is a kind of system that TrackQL can read: a file format, a
// tracker's API, a database. The program builds one value of each kind when it
// starts, and opens sources from it.
type Connector interface {
	// Info describes the connector and its options. It is called often, also
	// concurrently, makes no request, and always returns the same.
	Info() Info

	// Open returns a source for cfg, whose options have passed [Info.Resolve].
	// The caller closes the source. Open fails with Kind [Invalid] where the
	// options contradict each other, NotFound where what they name is not
	// there, and Unauthorized where the system refuses the credentials.
	Open(ctx context.Context, cfg Config) (Source, error)
}

// Authenticator is implemented by a connector whose systems a person signs in
// to. Its methods take the configuration that Open would be given.
type Authenticator interface {
	// Login has a person sign in, and keeps what the system then gives. What the
	// person must see or do goes to guide. Kind Invalid tells of options that
	// leave nothing to sign in to.
	Login(ctx context.Context, cfg Config, guide Guide) error
	// Status says in a line who is signed in, and until when. Kind NotFound says
	// that nobody is.
	Status(ctx context.Context, cfg Config) (string, error)
	// Logout forgets what Login kept. Where there is nothing, that is no error.
	Logout(ctx context.Context, cfg Config) error
}

// Guide leads a person through a login.
type Guide interface {
	// Elsewhere tells whether the person's browser is at another machine: then
	// the person copies what it got, and nothing is waited for here.
	Elsewhere() bool
	// Visit shows the address of a page where the person signs in, and opens it
	// where it can.
	Visit(address string) error
	// Ask returns the line with which the person answers a question.
	Ask(ctx context.Context, question string) (string, error)
}

// Info describes a connector to people and to the parser of its options.
type Info struct {
	// Name is the word before the colon of a connection string: lower case
	// ASCII letters and digits, beginning with a letter.
	Name string
	// Summary says in one sentence what the connector reads.
	Summary string
	// Options are the keys it takes, in the order in which to list them.
	Options []Option
}

// Option declares one key of a connector's connection string, which is also
// the key of its sources in YAML.
type Option struct {
	// Name is the key's spelling in messages. Keys are compared without
	// regard to case, spaces and underscores.
	Name string
	// Type tells which texts are taken.
	Type OptionType
	// Default is the value of an absent key, in the notation of Type.
	Default string
	// Choices are the texts that a Choice takes.
	Choices []string
	// Required makes an absent or empty key an error.
	Required bool
	// Secret marks a value that must never be printed.
	Secret bool
	// Doc says what the key is for, in one or two sentences.
	Doc string
}

// OptionType tells how the text of an option is read.
type OptionType uint8

// The types of options.
const (
	Text     OptionType = iota // any text
	Choice                     // one of Option.Choices, without regard to case
	Bool                       // true, false, yes, no, on, off, 1, 0
	Int                        // a decimal integer
	Duration                   // Go's notation: 10m, 1h30m
	Zone                       // an IANA time zone name, "local", or an offset such as +09:00
	Path                       // a file, folder or URL; relative ones in a configuration are from its folder
)

func (t OptionType) String() string {
	return nameOf(uint8(t), "option type", "text", "choice", "bool", "int", "duration", "time zone", "path")
}

// Config is what one source is opened with.
type Config struct {
	// Name is the source's name: its schema in SQL.
	Name string
	// Options are the checked options, complete with their defaults.
	Options Options
	// Timezone is the session's time zone, never nil: for times that carry
	// none, where no option of the source says otherwise.
	Timezone *time.Location
	// Log takes what is worth telling beside errors and warnings. It is never
	// nil, and nothing secret goes into it.
	Log *slog.Logger
}
