// Package backlogtest is an emulated Backlog: a server with a seeded space that
// answers API v2 as the real one does, in this process or on a port, and keeps a
// record of what it was asked. It owns everything that a client can see of
// Backlog over HTTP. It shares no code with the connector, so that a mistake of
// one is not a mistake of both; and it keeps nothing: a space lives as long as
// its Server.
//
// # What it is faithful to
//
// Nulab's documentation and its official clients, as far as they say:
//
//   - paths, parameters, shapes of answers with their odd names (category and
//     milestone are arrays, resolution 0 is a value), null where Backlog has null;
//   - what makes a request be refused, and the shape and the codes of errors;
//   - paging by offset and count, and by minId, maxId and count; the defaults and
//     the bounds of count;
//   - days as filters: whole days, both ends included, of the space's zone for
//     created and updated;
//   - the rate limit: four categories for each user, one minute, headers on every
//     answer, 429 with code 13;
//   - API keys in the header or the query, OAuth with codes, access tokens of an
//     hour, refresh tokens that are good for one use;
//   - permissions: who is in a project sees it, and for others it is not there;
//   - parameters that nobody knows are ignored, also the filter of a custom field
//     that there is not.
//
// # What nobody documents
//
// Where no source says what Backlog does, the emulator takes the reading that is
// harder on a client, or has a switch: whether minId and maxId include themselves
// (Options.ExclusiveIDs), whether issues can be listed without projectId[]
// (Options.BareIssues), how old servers give days (Options.OldDates). Issues that
// a sort finds equal come in an order that is always the same but not that of
// their ids, and some issues are older than issues with lower ids. Null sorts
// first in ascending order. A window of the rate limit begins with its first
// request. A keyword is cut at spaces, and each part must be found, in any case.
// parentChild=7 is every issue without a parent, 9 every other one.
// Activities have ids that ascend with time. A document that is deleted goes to the
// trash with all below it, and cannot be read any more. Wiki pages are counted
// without regard to a keyword. A star may be given twice.
//
// # What it is not faithful to
//
// The texts of most errors, colours, and pages for people are made up. Roles are
// reduced to three: administrators, people who may write, people who may look.
// Nothing is sent to anybody: webhooks are kept and not called, and of what is
// written only comments make notifications. Changes of terms and of people leave
// no activities, but for statuses and teams. There is nothing in the repositories.
//
// # The inside
//
// A request goes through an endpoint, which records it, finds who asks, takes it
// from the budget, lets a fault befall it, and calls the route's function under
// the server's lock. A group of endpoints is a file with a list of routes; the
// list of all of them is in routes. The space is compact structs: an issue is
// rendered when it is asked for, a list is a loop over all issues, remembered
// until something changes, and seeded comments are made when they are read, as is
// the history of before the seed's end. A space of 100,000 issues takes about 70 MB
// and half a second.
package backlogtest
