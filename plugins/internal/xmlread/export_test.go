package xmlread

import "io"

// NewSmall returns a reader whose window is so small that its edge falls
// everywhere. Config.Limits.Name must not exceed 80.
func NewSmall(r io.Reader, cfg Config) *Reader {
	return newReader(r, cfg, sizes{raw: 16, window: 128})
}
