// Package xmlread reads XML as a stream of element events: one pass, bounded
// memory, no allocation per element or text, with every fault told by its line
// and column. It knows encodings, well-formedness, internal entities and, given
// a [Model], validity.
//
// It refuses what a reader of data files must not do: it fetches nothing and
// opens nothing (no external DTD, schema or entity, whatever the document
// says), builds no tree, and knows no namespaces: a name is the text between
// "<" and the next space, colon included. Attributes are checked and dropped,
// with a warning; no model declares one, so that under a model they are not
// valid.
//
// # Use
//
//	r := xmlread.New(file, xmlread.Config{Name: "a.xml", Names: names})
//	for {
//		event, err := r.Next()
//		if errors.Is(err, io.EOF) {
//			break // the document was read to its end, and is well-formed
//		}
//		if err != nil {
//			return err // a *connector.Error with its place
//		}
//		switch {
//		case event == xmlread.End && r.Name() == summary:
//			row.summary = append(row.summary[:0], r.Text()...)
//		case event == xmlread.Start && r.Name() == 0:
//			if err := r.Skip(); err != nil {
//				return err
//			}
//		}
//	}
//
// # Files
//
// source.go turns the input into UTF-8 with "\n" as line ends, by the decoders
// of decode.go, which charset.go finds and detect.go and guess.go choose;
// position.go knows the place of every byte. reader.go, text.go, tag.go and
// markup.go scan the document, prolog.go, doctype.go and declare.go what stands
// before it, reference.go and entity.go what "&" begins. modeltext.go and
// automaton.go compile content models for model.go, which validate.go runs.
package xmlread
