// Package serve is the front door for other programs: Arrow Flight SQL over an
// engine. It owns the conversations of clients (their sessions, statements under
// way, prepared statements), who may ask, and how answers stream.
//
// It does not read configuration, opens no source, and knows nothing of SQL but
// where a statement ends.
package serve
