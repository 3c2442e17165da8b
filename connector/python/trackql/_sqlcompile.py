"""SQL of SQLAlchemy's expressions, tables and types, as DuckDB reads it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exc
from sqlalchemy import types as sqltypes
from sqlalchemy.sql import compiler


class TrackQLCompiler(compiler.SQLCompiler):
    """Statements as DuckDB reads them."""

    def limit_clause(self, select: Any, **kw: Any) -> str:
        """LIMIT and OFFSET, each of which may stand alone."""
        text = ""
        if select._limit_clause is not None:
            text += "\n LIMIT " + self.process(select._limit_clause, **kw)
        if select._offset_clause is not None:
            text += "\n OFFSET " + self.process(select._offset_clause, **kw)
        return text

    def fetch_clause(
        self,
        select: Any,
        fetch_clause: Any = None,
        require_offset: bool = False,
        use_literal_execute_for_simple_int: bool = False,
        **kw: Any,
    ) -> str:
        """FETCH FIRST, which is LIMIT here.

        :raises sqlalchemy.exc.CompileError: a share of the rows is wanted, or ties are.
        """
        if any((select._fetch_clause_options or {}).values()):
            raise exc.CompileError("FETCH FIRST takes a number of rows here: neither PERCENT nor WITH TIES")
        wanted = select._fetch_clause if fetch_clause is None else fetch_clause
        text = ""
        for word, count in ((" LIMIT ", wanted), (" OFFSET ", select._offset_clause)):
            if count is not None:
                text += f"\n{word}{self.process(count, **kw)}"
        return text

    def get_select_precolumns(self, select: Any, **kw: Any) -> str:
        """DISTINCT, and DISTINCT ON."""
        if not select._distinct_on:
            return super().get_select_precolumns(select, **kw)
        return "DISTINCT ON (" + ", ".join(self.process(c, **kw) for c in select._distinct_on) + ") "

    def for_update_clause(self, select: Any, **kw: Any) -> str:
        """Nobody else sees a connection's tables, so there is nothing to lock."""
        return ""

    def visit_sequence(self, sequence: Any, **kw: Any) -> str:
        """The next value of a sequence."""
        return self.preparer.nextval(self.preparer.format_sequence(sequence))

    def visit_empty_set_expr(self, element_types: Any, **kw: Any) -> str:
        """No rows, of the right number of columns."""
        return "SELECT " + ", ".join("NULL" for _ in element_types or [None]) + " WHERE 1 != 1"

    def visit_ilike_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """LIKE without regard to case."""
        return self._like(binary, "ILIKE", **kw)

    def visit_not_ilike_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """The opposite of ILIKE."""
        return self._like(binary, "NOT ILIKE", **kw)

    def _like(self, binary: Any, word: str, **kw: Any) -> str:
        escape = binary.modifiers.get("escape")
        text = f"{self.process(binary.left, **kw)} {word} {self.process(binary.right, **kw)}"
        return text + (
            " ESCAPE " + self.render_literal_value(escape, sqltypes.STRINGTYPE) if escape is not None else ""
        )

    def visit_regexp_match_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """A regular expression that is found."""
        return self._regexp("regexp_matches", binary, **kw)

    def visit_not_regexp_match_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """A regular expression that is not found."""
        return "NOT " + self._regexp("regexp_matches", binary, **kw)

    def visit_regexp_replace_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """A text in which what a regular expression finds is another."""
        return self._regexp("regexp_replace", binary, **kw)

    def _regexp(self, function: str, binary: Any, **kw: Any) -> str:
        parts = [self.process(binary.left, **kw), self.process(binary.right, **kw)]
        if flags := binary.modifiers["flags"]:
            parts.append(self.render_literal_value(flags, sqltypes.STRINGTYPE))
        return f"{function}({', '.join(parts)})"

    def visit_json_getitem_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """What is at a key or a position of JSON, as JSON, a text, or a value."""
        left, right = self.process(binary.left, **kw), self.process(binary.right, **kw)
        if binary.type._type_affinity is sqltypes.JSON:
            return f"({left} -> {right})"
        text = f"({left} ->> {right})"
        if binary.type._type_affinity in (sqltypes.String, sqltypes.NullType):
            return text
        return f"CAST({text} AS {self.dialect.type_compiler_instance.process(binary.type)})"

    def visit_frame_clause(self, frameclause: Any, **kw: Any) -> str:
        """How far a window reaches: DuckDB wants to know before it knows the parameters."""
        return super().visit_frame_clause(frameclause, **{**kw, "literal_execute": True})

    visit_json_path_getitem_op_binary = visit_json_getitem_op_binary

    def visit_getitem_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """What is at a position of a list; the first has number 1."""
        return f"{self.process(binary.left, **kw)}[{self.process(binary.right, **kw)}]"

    def visit_bitwise_xor_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """Exclusive or: DuckDB takes ``^`` for a power."""
        return f"xor({self.process(binary.left, **kw)}, {self.process(binary.right, **kw)})"

    def delete_extra_from_clause(
        self, update_stmt: Any, from_table: Any, extra_froms: Any, from_hints: Any, **kw: Any
    ) -> str:
        """The other tables of a DELETE."""
        kw["asfrom"] = True
        return "USING " + ", ".join(t._compiler_dispatch(self, fromhints=from_hints, **kw) for t in extra_froms)

    def update_from_clause(
        self, update_stmt: Any, from_table: Any, extra_froms: Any, from_hints: Any, **kw: Any
    ) -> str:
        """The other tables of an UPDATE."""
        kw["asfrom"] = True
        return "FROM " + ", ".join(t._compiler_dispatch(self, fromhints=from_hints, **kw) for t in extra_froms)


class TrackQLDDLCompiler(compiler.DDLCompiler):
    """Tables of a connection's own as DuckDB reads them.

    DuckDB numbers rows by sequences alone: an integer key and an identity have one
    each, which is made and dropped with the table.
    """

    def visit_create_table(self, create: Any, **kw: Any) -> str:
        """A table, after its sequences."""
        table, texts = create.element, []
        kind = "TEMPORARY " if {"TEMP", "TEMPORARY"} & {prefix.upper() for prefix in table._prefixes} else ""
        for column in filter(numbered, table.columns):
            options = self.get_identity_options(column.identity) if column.identity is not None else ""
            name = self.preparer.format_numbers(column)
            texts.append(f"CREATE {kind}SEQUENCE IF NOT EXISTS {name} {options}".rstrip())
        return ";\n".join([*texts, super().visit_create_table(create, **kw)])

    def visit_drop_table(self, drop: Any, **kw: Any) -> str:
        """A table, before its sequences."""
        names = map(self.preparer.format_numbers, filter(numbered, drop.element.columns))
        texts = (f"DROP SEQUENCE IF EXISTS {name}" for name in names)
        return ";\n".join([super().visit_drop_table(drop, **kw), *texts])

    def get_column_default_string(self, column: Any) -> str | None:
        """What a column is where it is not given."""
        if numbered(column):
            return self.preparer.nextval(self.preparer.format_numbers(column))
        return super().get_column_default_string(column)


def numbered(column: Any) -> bool:
    """Tell whether rows are numbered in a column, by nothing that was named."""
    if column.identity is not None:
        return True
    return column is column.table._autoincrement_column and column.default is None and column.server_default is None


class TrackQLTypeCompiler(compiler.GenericTypeCompiler):
    """Names of types as DuckDB reads them."""

    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:
        """A moment, with or without its zone."""
        return self.visit_TIMESTAMP(type_, **kw)

    def visit_TIMESTAMP(self, type_: Any, **kw: Any) -> str:
        """A moment, with or without its zone."""
        return "TIMESTAMP WITH TIME ZONE" if type_.timezone else "TIMESTAMP"

    def visit_CLOB(self, type_: Any, **kw: Any) -> str:
        """A text."""
        return "VARCHAR"

    visit_TEXT = visit_NCLOB = visit_NVARCHAR = visit_NCHAR = visit_CLOB

    def visit_FLOAT(self, type_: Any, **kw: Any) -> str:
        """A Python float has 64 bits, and DuckDB's FLOAT 32."""
        return "DOUBLE"

    visit_DOUBLE = visit_DOUBLE_PRECISION = visit_FLOAT

    def visit_BINARY(self, type_: Any, **kw: Any) -> str:
        """Bytes."""
        return "BLOB"

    visit_VARBINARY = visit_BINARY

    def visit_JSON(self, type_: Any, **kw: Any) -> str:
        """JSON."""
        return "JSON"

    def visit_ARRAY(self, type_: Any, **kw: Any) -> str:
        """A list."""
        return self.process(type_.item_type, **kw) + "[]" * (type_.dimensions or 1)


class TrackQLPreparer(compiler.IdentifierPreparer):
    """Names as DuckDB reads them."""

    def format_numbers(self, column: Any) -> str:
        """The sequence that numbers rows in a column, where nobody has named one."""
        name, schema = self.quote(f"{column.table.name}_{column.name}_seq"), self.schema_for_object(column.table)
        return f"{self.quote_schema(schema)}.{name}" if schema else name

    def nextval(self, sequence: str) -> str:
        """The next number of a sequence, given as SQL has it."""
        quoted = sequence.replace("'", "''")
        return f"nextval('{quoted}')"

    reserved_words = set(
        "anti asof at authorization binary collation concurrently cross freeze full generated glob ilike inner is isnull "
        "join left like map natural notnull outer overlaps positional right semi similar struct tablesample try_cast "
        "unpack verbose all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create "
        "default deferrable desc describe distinct do else end except false fetch for foreign from group having in "
        "initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer "
        "pivot_wider placing primary qualify references returning select show some summarize symmetric table then to "
        "trailing true union unique unpivot using variadic when where window with".split()
    )
