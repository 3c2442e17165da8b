package serve

import (
	"context"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql/schema_ref"
)

// refersTo tells whether a client means a table.
func refersTo(ref flightsql.TableRef, t listed) bool {
	return ours(ref.Catalog) && (ref.DBSchema == nil || strings.EqualFold(*ref.DBSchema, t.schema)) && strings.EqualFold(ref.Table, t.name)
}

// GetFlightInfoPrimaryKeys tells of a table's key.
func (d *door) GetFlightInfoPrimaryKeys(_ context.Context, _ flightsql.TableRef, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.PrimaryKeys, of)
}

// DoGetPrimaryKeys names the columns of a table's key.
func (d *door) DoGetPrimaryKeys(ctx context.Context, ref flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	all, _, err := d.all(ctx)
	if err != nil {
		return nil, nil, fault(err)
	}
	var cells [][]any
	for _, t := range all {
		if t.described == nil || !refersTo(ref, t) {
			continue
		}
		for i, column := range t.described.Key {
			cells = append(cells, []any{catalogName, t.schema, t.name, column, int32(i + 1), nil})
		}
	}
	return rows(schema_ref.PrimaryKeys, cells)
}

// noAction is Flight SQL's word for a rule that nothing follows from.
const noAction = uint8(3)

// references lists the foreign keys from one table to another, each column a row.
func (d *door) references(ctx context.Context, from, to func(listed) bool) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	all, _, err := d.all(ctx)
	if err != nil {
		return nil, nil, fault(err)
	}
	var cells [][]any
	for _, t := range all {
		if t.described == nil || !from(t) {
			continue
		}
		for _, r := range t.described.References {
			if !to(listed{schema: t.schema, name: r.Table}) {
				continue
			}
			for i, column := range r.Columns {
				cells = append(cells, []any{
					catalogName, t.schema, r.Table, r.To[i], catalogName, t.schema, t.name, column,
					int32(i + 1), strings.Join(append([]string{t.name}, r.Columns...), "_"), nil, noAction, noAction,
				})
			}
		}
	}
	return rows(schema_ref.ImportedExportedKeysAndCrossReference, cells)
}

func anyTable(listed) bool { return true }

func meant(ref flightsql.TableRef) func(listed) bool {
	return func(t listed) bool { return refersTo(ref, t) }
}

// GetFlightInfoImportedKeys tells of the keys that a table refers to.
func (d *door) GetFlightInfoImportedKeys(_ context.Context, _ flightsql.TableRef, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.ImportedKeys, of)
}

// DoGetImportedKeys lists the foreign keys of a table.
func (d *door) DoGetImportedKeys(ctx context.Context, ref flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return d.references(ctx, meant(ref), anyTable)
}

// GetFlightInfoExportedKeys tells of the keys that refer to a table.
func (d *door) GetFlightInfoExportedKeys(_ context.Context, _ flightsql.TableRef, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.ExportedKeys, of)
}

// DoGetExportedKeys lists the foreign keys that refer to a table.
func (d *door) DoGetExportedKeys(ctx context.Context, ref flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return d.references(ctx, anyTable, meant(ref))
}

// GetFlightInfoCrossReference tells of the keys between two tables.
func (d *door) GetFlightInfoCrossReference(_ context.Context, _ flightsql.CrossTableRef, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.CrossReference, of)
}

// DoGetCrossReference lists the foreign keys of one table to another.
func (d *door) DoGetCrossReference(ctx context.Context, ref flightsql.CrossTableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return d.references(ctx, meant(ref.FKRef), meant(ref.PKRef))
}
