package duck

/*
#include <stdint.h>
#include <stdlib.h>

void trackqlBind(void *);
void trackqlInit(void *);
void trackqlFill(void *, void *);
void trackqlRelease(void *);
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// releaser is what DuckDB holds of ours and gives back when it is done.
type releaser interface{ release() }

// hold keeps v alive for DuckDB, in memory that C may hold, until DuckDB calls
// trackqlRelease with it.
func hold(v releaser) unsafe.Pointer {
	p := C.malloc(C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	*(*cgo.Handle)(p) = cgo.NewHandle(v)
	return p
}

func held[T releaser](p unsafe.Pointer) T { return (*(*cgo.Handle)(p)).Value().(T) }

//export trackqlRelease
func trackqlRelease(p unsafe.Pointer) {
	handle := *(*cgo.Handle)(p)
	handle.Value().(releaser).release()
	handle.Delete()
	C.free(p)
}

// function is what the registered table function holds.
type function struct{ db *DB }

func (function) release() {}

// registerScan makes the table function known to every catalog.
func (db *DB) registerScan() error {
	varchar := mapping.CreateLogicalType(mapping.TypeVarchar)
	defer mapping.DestroyLogicalType(&varchar)
	return db.registerFunction(ScanFunction, C.trackqlBind, varchar)
}

// registerFunction makes a table function of ours known to every catalog: one
// that gives what its bind says.
func (db *DB) registerFunction(name string, bind unsafe.Pointer, parameters ...mapping.LogicalType) error {
	conn, err := db.Connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	f := mapping.CreateTableFunction()
	defer mapping.DestroyTableFunction(&f)
	mapping.TableFunctionSetName(f, name)
	for _, parameter := range parameters {
		mapping.TableFunctionAddParameter(f, parameter)
	}
	mapping.TableFunctionSetExtraInfo(f, hold(function{db}), C.trackqlRelease)
	mapping.TableFunctionSupportsProjectionPushdown(f, true)
	mapping.TableFunctionSetBind(f, bind)
	mapping.TableFunctionSetInit(f, C.trackqlInit)
	mapping.TableFunctionSetFunction(f, C.trackqlFill)
	if mapping.RegisterTableFunction(conn.conn, f) != mapping.StateSuccess {
		return fmt.Errorf("register %s: DuckDB refused it", name)
	}
	return nil
}

// guard turns a panic in a callback into the statement's error: through C it
// would end the process.
func guard(report func(fault string)) {
	if fault := recover(); fault != nil {
		report(fmt.Sprintf("internal error: %v", fault))
	}
}

// defaultRows is the cardinality of a relation whose size nobody knows: high
// enough that DuckDB builds its hash tables on the other side of a join.
const defaultRows = 1_000_000

// binding is a bound call of the table function.
type binding struct{ scan *registered }

func (*binding) release() {}

//export trackqlBind
func trackqlBind(p unsafe.Pointer) {
	info := mapping.BindInfo{Ptr: p}
	defer guard(func(fault string) { mapping.BindSetError(info, fault) })
	db := held[function](mapping.BindGetExtraInfo(info)).db
	scan, ok := db.scans.get(ScanID(textParameter(info, 0)))
	if !ok {
		mapping.BindSetError(info, ScanFunction+" is not for queries")
		return
	}
	scan.bind(info)
}

// textParameter returns a parameter that is a text, or an empty one for NULL:
// DuckDB would end the process.
func textParameter(info mapping.BindInfo, i mapping.IdxT) string {
	parameter := mapping.BindGetParameter(info, i)
	defer mapping.DestroyValue(&parameter)
	if mapping.IsNullValue(parameter) {
		return ""
	}
	return mapping.GetVarchar(parameter)
}

// bind tells DuckDB the columns of a relation, and about how many rows it has.
func (s *registered) bind(info mapping.BindInfo) {
	for i, field := range s.Schema.Fields() {
		mapping.BindAddResultColumn(info, field.Name, s.types.logical[i])
	}
	rows := s.Rows
	if rows <= 0 {
		rows = defaultRows
	}
	mapping.BindSetCardinality(info, mapping.IdxT(rows), false)
	mapping.BindSetBindData(info, hold(&binding{s}), C.trackqlRelease)
}

//export trackqlInit
func trackqlInit(p unsafe.Pointer) {
	info := mapping.InitInfo{Ptr: p}
	defer guard(func(fault string) { mapping.InitSetError(info, fault) })
	scan := held[*binding](mapping.InitGetBindData(info)).scan
	wanted := make([]mapping.IdxT, mapping.InitGetColumnCount(info))
	for i := range wanted {
		wanted[i] = mapping.InitGetColumnIndex(info, mapping.IdxT(i))
	}
	r, err := scan.open(wanted)
	if err != nil {
		mapping.InitSetError(info, err.Error())
		return
	}
	mapping.InitSetMaxThreads(info, 1)
	mapping.InitSetInitData(info, hold(r), C.trackqlRelease)
}

//export trackqlFill
func trackqlFill(p, output unsafe.Pointer) {
	info := mapping.FunctionInfo{Ptr: p}
	defer guard(func(fault string) { mapping.FunctionSetError(info, fault) })
	r := held[*reading](mapping.FunctionGetInitData(info))
	if err := r.fill(mapping.DataChunk{Ptr: output}); err != nil {
		mapping.FunctionSetError(info, err.Error())
	}
}
