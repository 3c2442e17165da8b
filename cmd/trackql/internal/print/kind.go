package print

import (
	"encoding/json"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// kind is what a column of a storage type means, where its type alone does not
// say: DuckDB marks its own types as Arrow extensions.
type kind uint8

const (
	plainKind    kind = iota // what the type says
	boolKind                 // int8
	hugeKind                 // fixed_size_binary[16], HUGEINT
	unsignedKind             // fixed_size_binary[16], UHUGEINT
	uuidKind                 // fixed_size_binary[16]
	bitKind                  // binary
	bignumKind               // binary
	timeTZKind               // fixed_size_binary[8]
	jsonKind                 // text
)

// The keys under which an extension that is not registered keeps its name and
// parameters in a field's metadata.
const (
	extensionName     = "ARROW:extension:name"
	extensionMetadata = "ARROW:extension:metadata"
)

// kindOf returns the kind of a field, and the type of what its columns hold.
func kindOf(field arrow.Field) (kind, arrow.DataType) {
	if extension, ok := field.Type.(arrow.ExtensionType); ok {
		return extensionKind(extension.ExtensionName(), extension.Serialize()), extension.StorageType()
	}
	name, _ := field.Metadata.GetValue(extensionName)
	parameters, _ := field.Metadata.GetValue(extensionMetadata)
	return extensionKind(name, parameters), field.Type
}

func extensionKind(name, parameters string) kind {
	switch name {
	case "arrow.bool8":
		return boolKind
	case "arrow.uuid":
		return uuidKind
	case "arrow.json":
		return jsonKind
	case "arrow.opaque":
		return opaqueKind(parameters)
	}
	return plainKind
}

func opaqueKind(parameters string) kind {
	var opaque struct {
		Type   string `json:"type_name"`
		Vendor string `json:"vendor_name"`
	}
	if json.Unmarshal([]byte(parameters), &opaque) != nil || opaque.Vendor != "DuckDB" {
		return plainKind // an extension of somebody else: its storage is all we know
	}
	switch opaque.Type {
	case "hugeint":
		return hugeKind
	case "uhugeint":
		return unsignedKind
	case "bit":
		return bitKind
	case "bignum":
		return bignumKind
	case "time_tz":
		return timeTZKind
	}
	return plainKind
}

// storage returns what an array of an extension type holds.
func storage(values arrow.Array) arrow.Array {
	if extension, ok := values.(array.ExtensionArray); ok {
		return extension.Storage()
	}
	return values
}

// numeric tells whether people compare the column's values by their last
// digits: such columns are aligned right.
func numeric(field arrow.Field) bool {
	k, t := kindOf(field)
	switch k {
	case hugeKind, unsignedKind, bignumKind:
		return true
	case plainKind:
		return arrow.IsInteger(t.ID()) || arrow.IsFloating(t.ID()) || arrow.IsDecimal(t.ID())
	}
	return false
}

// textual tells whether the column's text may be cut and broken into lines;
// half a number or half a date misleads.
func textual(field arrow.Field) bool {
	k, t := kindOf(field)
	if k != plainKind {
		return k == jsonKind || k == bitKind
	}
	switch t.ID() {
	case arrow.BOOL, arrow.DATE32, arrow.DATE64, arrow.TIME32, arrow.TIME64, arrow.TIMESTAMP,
		arrow.INTERVAL_MONTH_DAY_NANO:
		return false
	}
	return !numeric(field)
}
