"""Cursors of PEP 249, over ADBC."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import adbc_driver_manager.dbapi as adbc
import pyarrow

from trackql import _types
from trackql._errors import Notice, interface_error, programming_error, told

if TYPE_CHECKING:
    import pandas
    import polars

log = logging.getLogger("trackql")

_NOTICES = "adbc.flight.sql.session.option.trackql.notices"


class Cursor(adbc.Cursor):
    """A cursor, for one thread. As a context manager it closes itself.

    What there is to say of an answer that is no error (a name that the tracker does
    not know, rows that may be missing) is in :attr:`messages` when the last row was
    fetched, and logged as a warning of the logger ``trackql``, each text once for a
    connection.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        #: Pairs of the class and the notice, of the last statement (PEP 249, optional).
        self.messages: list[tuple[type[Notice], Notice]] = []
        self._first: pyarrow.RecordBatch | None = None  # which nobody has fetched from
        self._batch: pyarrow.RecordBatch | None = None  # whose rows are being fetched one by one
        self._rows: list[tuple] = []
        self._at = 0  # of the rows: the next one
        self._fetched = 0
        self._asked = True  # for notices
        with told():
            super().__init__(*args, **kwargs)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # what is thrown away need not be closed
            self.close()

    def _begin(self) -> None:
        if self._closed:
            raise interface_error("the cursor is closed, or its connection is")
        self._clear()
        self._last_query = None
        self._first, self._batch, self._rows, self._at, self._fetched = None, None, [], 0, 0
        self._asked = False
        self.messages.clear()

    def execute(self, operation: str, parameters: Any = None) -> Cursor:
        """Run a statement.

        :param operation: SQL, with ``?`` for parameters.
        :param parameters: a sequence of values.
        :returns: this cursor.
        :raises ProgrammingError: the statement cannot be, or names what there is not.
        :raises NotSupportedError: it would write to a source.
        :raises OperationalError: a source does not answer.
        :raises InterfaceError: the cursor is closed.
        """
        self._begin()
        with told():
            if parameters is None or (not hasattr(parameters, "__arrow_c_array__") and len(parameters) == 0):
                self._stmt.set_sql_query(operation)
            else:
                self._prepare(operation)
                self._prepare_execute(operation, parameters)
            handle, self._rowcount = self._blocking(self._stmt.execute_query)
            self._results = adbc._RowIterator(self._stmt, handle, self._backend)
        # The first rows are there by now. An answer that nobody comes for would keep
        # its session busy: the driver asks for rows in the background, and where the
        # next statement comes sooner, not at all, and says so to nobody.
        self._first = self._read()
        return self

    def executemany(self, operation: str, seq_of_parameters: Iterable[Sequence[Any]] | Any) -> None:
        """Run a statement once for each row of parameters; of none, not at all.

        :param seq_of_parameters: sequences of values, or a table of Arrow.
        :raises Error: those of :meth:`execute`.
        """
        self._begin()
        if not adbc._is_arrow_data(seq_of_parameters):
            seq_of_parameters = [tuple(row) for row in seq_of_parameters]
            if not seq_of_parameters:
                self._rowcount, self._results = 0, None
                return
            if not any(seq_of_parameters):  # rows of no columns: Arrow does not count them
                for _ in seq_of_parameters:
                    self.execute(operation)
                return
        with told():
            self._prepare(operation)
            super().executemany(operation, seq_of_parameters)
        self._heed()

    def _blocking(self, work: Callable[[], Any]) -> Any:
        """Do work that waits for the program, and that Ctrl-C ends.

        While it waits, a signal of Ctrl-C goes to the driver, which ends with an error
        of its own instead of Python's.

        :raises KeyboardInterrupt: the work was ended by it.
        """
        interrupted = False

        def cancel() -> None:
            nonlocal interrupted
            interrupted = True
            self._stmt.cancel()

        try:
            done = adbc._blocking_call(work, (), {}, cancel)
        except adbc.Error:
            if not interrupted:
                raise
        if interrupted:
            raise KeyboardInterrupt
        return done

    def _prepare(self, operation: str) -> None:
        """Have the program check a statement, and keep it for values.

        ADBC's own cursor takes a refusal for a driver that cannot prepare, and goes
        on to an error that says nothing of the statement.
        """
        self._stmt.set_sql_query(operation)
        self._blocking(self._stmt.prepare)
        self._last_query = operation  # so it is not prepared once more

    @property
    def description(self) -> list[tuple] | None:
        """The columns of the rows, seven values each; None where there are no rows.

        The second is the type, of Arrow: it equals one of STRING, NUMBER, DATETIME and BINARY.
        """
        return super().description or None

    @property
    def rownumber(self) -> int | None:
        """How many rows were fetched one by one; None where there are none to fetch."""
        return None if self._results is None else self._fetched

    def _answer(self) -> adbc._RowIterator:
        """Return the rows of the last statement."""
        if self._closed:
            raise interface_error("the cursor is closed, or its connection is")
        if self._results is None:
            raise programming_error("there are no rows to fetch: run a statement first")
        if self.description is None:
            raise programming_error("there are no rows to fetch: the last statement answers with none")
        return self._results

    def _read(self) -> pyarrow.RecordBatch | None:
        """Return the next batch; None at the end."""
        if self._first is not None:
            batch, self._first = self._first, None
            return batch
        try:
            with told():
                return self._blocking(self._results.reader.read_next_batch)
        except StopIteration:
            self._heed()
            return None

    def _advance(self) -> bool:
        """Make the next batch's rows those that are fetched; False at the end."""
        self._answer()
        self._batch, self._rows, self._at = None, [], 0
        while not self._rows:
            self._batch = self._read()
            if self._batch is None:
                return False
            self._rows = _types.rows(self._batch)
        return True

    def fetchone(self) -> tuple | None:
        """Fetch the next row; None at the end.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple]:
        """Fetch the next rows, at most ``size``, or :attr:`arraysize`.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        self._answer()
        wanted, rows = self.arraysize if size is None else size, []
        while len(rows) < wanted and (self._at < len(self._rows) or self._advance()):
            taken = self._rows[self._at : self._at + wanted - len(rows)]
            self._at += len(taken)
            rows = rows + taken if rows else taken
        self._fetched += len(rows)
        return rows

    def fetchall(self) -> list[tuple]:
        """Fetch all rows that are left.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        self._answer()
        rows = self._rows[self._at :]
        while self._advance():
            rows += self._rows
        self._fetched += len(rows)
        return rows

    def _batches(self) -> Iterator[pyarrow.RecordBatch]:
        """Yield the batches that are left."""
        self._answer()
        if self._at < len(self._rows):
            yield self._batch.slice(self._at)
        self._batch, self._rows, self._at = None, [], 0
        while (batch := self._read()) is not None:
            yield batch

    def fetch_arrow_table(self) -> pyarrow.Table:
        """Fetch all rows that are left, as a table of Arrow.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        answer = self._answer()
        return pyarrow.Table.from_batches(self._batches(), answer.reader.schema)

    def fetch_df(self) -> pandas.DataFrame:
        """Fetch all rows that are left, as a frame of pandas.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        return _types.for_frames(self.fetch_arrow_table()).to_pandas()

    def fetch_polars(self) -> polars.DataFrame:
        """Fetch all rows that are left, as a frame of polars.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        import polars

        return polars.DataFrame(self.fetch_arrow_table())

    def fetch_record_batch(self) -> pyarrow.RecordBatchReader:
        """Return a reader of the rows, batch by batch, as they come.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        answer = self._answer()
        return pyarrow.RecordBatchReader.from_batches(answer.reader.schema, self._batches())

    def fetch_arrow(self) -> pyarrow.RecordBatchReader:
        """Return what has the rows as a stream of Arrow, for whoever takes one: a reader of batches.

        :raises ProgrammingError: there was no statement, or it has no rows.
        """
        return self.fetch_record_batch()

    def nextset(self) -> None:
        """Skip the rows that are left. There is no next set: None says so.

        :raises ProgrammingError: there was no statement.
        """
        if self._results is None:
            raise programming_error("there are no rows to skip: run a statement first")
        self._clear()

    def callproc(self, procname: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """Call a procedure of a source, as ``backlog.AddStar``; its rows can be fetched then.

        :param parameters: values by position, or a dict of values by name.
        :returns: the parameters, unchanged.
        :raises Error: those of :meth:`execute`.
        """
        if isinstance(parameters, dict):
            named = ", ".join(f"{name} := ?" for name in parameters)
            self.execute(f"CALL {procname}({named})", list(parameters.values()))
        else:
            self.execute(f"CALL {procname}({', '.join('?' * len(parameters))})", list(parameters))
        return parameters

    def _heed(self) -> None:
        """Pass on what there is to say of the answer, once."""
        if self._asked:
            return
        self._asked = True
        with told():
            texts = json.loads(self._conn._conn.get_option(_NOTICES))
        self.messages += [(Notice, Notice(text)) for text in texts]
        for text in texts:
            if text not in self._conn._said:
                self._conn._said.add(text)
                log.warning("%s", text)
