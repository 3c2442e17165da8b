package print

import "slices"

const (
	// gap is the width of what separates two columns.
	gap = len(" | ")
	// leastText is the width below which cut text says nothing any more.
	leastText = 8
)

// need is the width that a column needs.
type need struct {
	full  int // of its widest cell, or its name
	least int // below which the table is not readable
}

// fit returns the widths of columns that together take at most so much, the
// widest made narrower first; nil where that cannot be read.
func fit(needs []need, width int) []int {
	width -= gap * (len(needs) - 1)
	within := func(limit int) []int {
		fitted := make([]int, len(needs))
		for i, n := range needs {
			fitted[i] = max(n.least, min(n.full, limit))
		}
		return fitted
	}
	limit := 0
	for _, n := range needs {
		limit = max(limit, min(n.full, width))
	}
	for ; limit > 0; limit-- {
		if fitted := within(limit); sum(fitted) <= width {
			return fitted
		}
	}
	return nil
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}

// natural returns the widths that the columns need for everything.
func natural(needs []need) []int {
	full := make([]int, len(needs))
	for i, n := range needs {
		full[i] = n.full
	}
	return slices.Clip(full)
}
