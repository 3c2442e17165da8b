package duck

/*
void trackqlBindCall(void *);
*/
import "C"

import (
	"strings"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/trackql/trackql/connector"
)

// CallFunction is the name of the table function that calls a registered
// procedure. No text of a user's may call it.
const CallFunction = "trackql_call"

// Procedure is an action that DuckDB can call through the table function
// trackql_call(ID, [argument, …]).
type Procedure struct {
	// Schema has the columns of what it returns, at least one.
	Schema *arrow.Schema
	// Bind is called when a call is bound, with texts and NULLs as arguments. That
	// may be more than once for a call, and for statements that are never run: it
	// must not act. The function that it returns is as [Scan.Open]; it is called
	// where a statement that holds the call begins to read its rows.
	Bind func(arguments []connector.Value) (func(columns []int) (Feed, error), error)
}

// ProcedureID names a registered procedure; it cannot be guessed.
type ProcedureID string

// SQL returns a call as it stands in a FROM, of arguments that are expressions
// of type VARCHAR.
func (id ProcedureID) SQL(arguments []string) string {
	return CallFunction + "('" + string(id) + "', [" + strings.Join(arguments, ", ") + "]::VARCHAR[])"
}

type procedure struct {
	Procedure
	types *columnTypes
}

// RegisterProcedure makes a procedure callable. The caller drops it, after the
// last macro over it.
func (db *DB) RegisterProcedure(p Procedure) (ProcedureID, error) {
	types, err := db.columnTypes(p.Schema)
	if err != nil {
		return "", err
	}
	return db.procedures.add(&procedure{p, types})
}

// DropProcedure forgets a procedure.
func (db *DB) DropProcedure(id ProcedureID) {
	if p, ok := db.procedures.take(id); ok {
		p.types.destroy()
	}
}

// registerCall makes the table function known to every catalog.
func (db *DB) registerCall() error {
	varchar := mapping.CreateLogicalType(mapping.TypeVarchar)
	defer mapping.DestroyLogicalType(&varchar)
	list := mapping.CreateListType(varchar)
	defer mapping.DestroyLogicalType(&list)
	return db.registerFunction(CallFunction, C.trackqlBindCall, varchar, list)
}

//export trackqlBindCall
func trackqlBindCall(p unsafe.Pointer) {
	info := mapping.BindInfo{Ptr: p}
	defer guard(func(fault string) { mapping.BindSetError(info, fault) })
	db := held[function](mapping.BindGetExtraInfo(info)).db
	called, ok := db.procedures.get(ProcedureID(textParameter(info, 0)))
	if !ok {
		mapping.BindSetError(info, CallFunction+" is not for queries")
		return
	}
	list := mapping.BindGetParameter(info, 1)
	defer mapping.DestroyValue(&list)
	open, err := called.Bind(texts(list))
	if err != nil {
		mapping.BindSetError(info, err.Error())
		return
	}
	bound := &registered{Scan: Scan{Schema: called.Schema, Rows: 1, Open: open}, types: called.types, connect: db.Connect}
	bound.bind(info)
}

// texts returns the elements of a list of texts, none of NULL: DuckDB would end
// the process.
func texts(list mapping.Value) []connector.Value {
	if mapping.IsNullValue(list) {
		return nil
	}
	elements := make([]connector.Value, mapping.GetListSize(list))
	for i := range elements {
		element := mapping.GetListChild(list, mapping.IdxT(i))
		if !mapping.IsNullValue(element) {
			elements[i] = connector.TextOf(mapping.GetVarchar(element))
		}
		mapping.DestroyValue(&element)
	}
	return elements
}
