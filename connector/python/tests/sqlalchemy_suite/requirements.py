"""What SQLAlchemy's tests of dialects may ask of trackql, and what not, and why."""

from sqlalchemy.testing import exclusions
from sqlalchemy.testing.requirements import SuiteRequirements

# What the tests leave out unless a dialect says that it is there.
OFFERED = """
boolean_col_expressions create_or_replace_view create_table_as create_temp_table_as cross_schema_fk_reflection
ctes_on_dml ctes_with_values date_historic datetime_historic datetime_literals delete_from except_ expression_server_defaults
fetch_expression has_temp_table implicit_default_schema index_ddl_if_exists infinity_floats intersect json_type
mod_operator_as_percent_sign nullsordering order_by_label_with_expression precision_numerics_enotation_small
precision_numerics_retains_significant_digits regexp_match regexp_replace schema_create_delete server_defaults
supports_bitwise_and supports_bitwise_not supports_bitwise_or supports_bitwise_shift supports_bitwise_xor
supports_distinct_on table_ddl_if_exists table_value_constructor temp_table_names temporary_views
timestamp_microseconds tuple_in unicode_ddl update_from uuid_data_type views window_functions window_range
""".split()

# What is left out, and why; docs/python.md has each reason.
EXCLUDED = {
    "array_type": "a list is read, and cannot be a parameter",
    "autocommit": "there are no transactions",
    "autoincrement_insert": "DuckDB numbers rows by a sequence that one names",
    "check_constraint_reflection": "DuckDB forgets the names of constraints",
    "ctes": "the test empties a table that refers to itself, which DuckDB refuses",
    "duplicate_key_raises_integrity_error": "a value that is there already is told as a ProgrammingError",
    "foreign_key_constraint_name_reflection": "DuckDB forgets the names of constraints",
    "independent_connections": "each connection has tables of its own",
    "independent_readonly_connections": "each connection has tables of its own",
    "inline_check_constraint_reflection": "DuckDB forgets the names of constraints",
    "isolation_level": "there are no transactions",
    "reflects_pk_names": "DuckDB forgets the names of constraints",
    "savepoints": "there are no transactions",
    "self_referential_foreign_keys": "the test empties a table that refers to itself, which DuckDB refuses",
    "two_phase_transactions": "there are no transactions",
}


class Requirements(SuiteRequirements):
    """The requirements of the tests, with what is above."""


for _name in OFFERED:
    setattr(Requirements, _name, property(lambda self: exclusions.open()))
for _name, _why in EXCLUDED.items():
    setattr(Requirements, _name, property(lambda self, why=_why: exclusions.skip_if(lambda: True, why)))
