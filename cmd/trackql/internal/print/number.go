package print

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// appendFloat writes the shortest text that reads back as f, in the notation
// of DuckDB: 2.0, 0.1, 1e+16, nan, inf. bits is 32 or 64.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case f != f:
		return append(dst, "nan"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	}
	if size := math.Abs(f); size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, bits)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
	if slices.Contains(dst[start:], '.') {
		return dst
	}
	return append(dst, ".0"...)
}

// appendScaled writes n / 10^scale with all digits.
func appendScaled(dst []byte, n int64, scale int) []byte {
	start := len(dst)
	return insertPoint(strconv.AppendInt(dst, n, 10), start, scale)
}

// appendBigScaled writes n / 10^scale with all digits.
func appendBigScaled(dst []byte, n *big.Int, scale int) []byte {
	start := len(dst)
	return insertPoint(n.Append(dst, 10), start, scale)
}

// appendDecimal128 writes n / 10^scale with all digits.
func appendDecimal128(dst []byte, n decimal128.Num, scale int) []byte {
	low := int64(n.LowBits())
	if high := n.HighBits(); high == 0 && low >= 0 || high == -1 && low < 0 {
		return appendScaled(dst, low, scale)
	}
	return appendBigScaled(dst, n.BigInt(), scale)
}

// insertPoint puts a decimal point before the last scale digits of the integer
// that begins at start. A negative scale appends zeros.
func insertPoint(dst []byte, start, scale int) []byte {
	for ; scale < 0; scale++ {
		dst = append(dst, '0')
	}
	if scale == 0 {
		return dst
	}
	if dst[start] == '-' {
		start++
	}
	for len(dst)-start <= scale {
		dst = slices.Insert(dst, start, '0')
	}
	return slices.Insert(dst, len(dst)-scale, '.')
}

// hugeint reads DuckDB's HUGEINT (or UHUGEINT, unsigned) of 16 bytes, least
// significant first.
func hugeint(b []byte, unsigned bool) *big.Int {
	flipped := slices.Clone(b)
	slices.Reverse(flipped)
	n := new(big.Int).SetBytes(flipped)
	if !unsigned && flipped[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b)*8)))
	}
	return n
}

// bignum reads DuckDB's BIGNUM: three bytes of sign and length, then the
// digits, most significant byte first; all inverted where it is negative.
func bignum(b []byte) *big.Int {
	const header = 3
	if len(b) <= header {
		return new(big.Int)
	}
	digits := slices.Clone(b[header:])
	negative := b[0]&0x80 == 0
	if negative {
		for i := range digits {
			digits[i] = ^digits[i]
		}
	}
	n := new(big.Int).SetBytes(digits)
	if negative {
		n.Neg(n)
	}
	return n
}

// appendBits writes DuckDB's BIT: one byte that tells how many bits of the
// next are padding, then the bits.
func appendBits(dst, b []byte) []byte {
	if len(b) == 0 {
		return dst
	}
	for i := int(b[0]); i < (len(b)-1)*8; i++ {
		bit := b[1+i/8] >> (7 - i%8) & 1
		dst = append(dst, '0'+bit)
	}
	return dst
}
