package connector

// Secret is text that prints as "***", or as a pointer where fmt cannot call
// its methods.
type Secret struct{ text *string }

// SecretOf returns a secret that holds text.
func SecretOf(text string) Secret { return Secret{text: &text} }

// Reveal returns the text. Call it only to build a request.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// UnmarshalText takes the text, for decoders.
func (s *Secret) UnmarshalText(b []byte) error {
	*s = SecretOf(string(b))
	return nil
}

// String returns "***".
func (Secret) String() string { return "***" }

// GoString returns "***".
func (Secret) GoString() string { return "***" }

// MarshalText returns "***".
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }
