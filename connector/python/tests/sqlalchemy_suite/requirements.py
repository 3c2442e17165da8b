"""What SQLAlchemy's tests of dialects may ask of trackql, and what not, and why."""

from sqlalchemy.testing import exclusions
from sqlalchemy.testing.requirements import SuiteRequirements

# What the tests leave out unless a dialect says that it is there.
OFFERED = """
aggregate_order_by boolean_col_expressions cast_precision_numerics_many_significant_digits comment_reflection
comment_reflection_full_unicode computed_columns computed_columns_default_persisted computed_columns_virtual
create_or_replace_view create_table_as create_temp_table_as ctes_on_dml ctes_with_update_delete ctes_with_values
date_historic datetime_historic datetime_literals datetime_timezone datetime_timezone_historic delete_from except_
expression_server_defaults fetch_expression fetch_first fetch_no_order_by fetch_offset_with_options
float_or_double_precision_behaves_generically has_temp_table implicit_default_schema index_ddl_if_exists
indexes_check_column_order indexes_with_expressions infinity_floats intersect json_type
legacy_unconditional_json_extract mod_operator_as_percent_sign nullsordering order_by_collation
order_by_label_with_expression percent_schema_names precision_numerics_enotation_small
precision_numerics_many_significant_digits precision_numerics_retains_significant_digits regexp_match regexp_replace
sane_rowcount_w_returning schema_create_delete sequences_optional server_defaults supports_bitwise_and
supports_bitwise_not supports_bitwise_or supports_bitwise_shift supports_bitwise_xor supports_distinct_on
table_ddl_if_exists table_value_constructor temp_table_comment_reflection temp_table_names temporary_views
timestamp_microseconds tuple_in unicode_ddl update_from uuid_data_type views window_functions window_range
window_range_numeric
""".split()

_COMPUTED = "DuckDB tells a computed column as one with a default"
_KEYS = "DuckDB's foreign keys stay in one schema, name no column twice, and have no options"
_LENGTHS = "DuckDB keeps no lengths of texts"
_LIMITS = "DuckDB limits rows by number: not by share, not with ties"
_NAMES = "DuckDB forgets the names of constraints, and makes names of its own"
_NUMBERS = "DuckDB numbers rows by sequences, and knows no identity"
_ORDER = "the test wants rows in an order that it does not ask for"
_OWN = "each connection has tables of its own: what one writes, another does not see"
_SELF = "the test empties a table that refers to itself, which DuckDB refuses"
_TRANSACTIONS = "there are no transactions: each statement stands for itself"

# Requirements that are not met, and why. docs/python.md has the same list.
EXCLUDED = {
    "array_type": "a list is read, and cannot be a parameter",
    "autocommit": _TRANSACTIONS,
    "check_constraint_reflection": _NAMES,
    "column_collation_reflection": "DuckDB keeps no collation of a column",
    "cross_schema_fk_reflection": _KEYS,
    "ctes": _SELF,
    "datetime_interval": "DuckDB's intervals are months, days and nanoseconds, and Python's are not",
    "dbapi_lastrowid": "a key is returned by RETURNING, and not by the cursor",
    "default_schema_name_switch": "the default schema is that of the source",
    "denormalized_names": "names keep their case",
    "fetch_percent": _LIMITS,
    "fetch_ties": _LIMITS,
    "fk_constraint_option_reflection_ondelete_noaction": _KEYS,
    "fk_constraint_option_reflection_ondelete_restrict": _KEYS,
    "fk_constraint_option_reflection_onupdate_restrict": _KEYS,
    "foreign_key_constraint_option_reflection_ondelete": _KEYS,
    "foreign_key_constraint_option_reflection_onupdate": _KEYS,
    "identity_columns": _NUMBERS,
    "implicitly_named_constraints": _NAMES,
    "independent_connections": _OWN,
    "independent_readonly_connections": _OWN,
    "index_reflects_included_columns": "DuckDB's indexes include no further columns",
    "inline_check_constraint_reflection": _NAMES,
    "isolation_level": _TRANSACTIONS,
    "materialized_views": "DuckDB has no materialized views",
    "named_constraints": _NAMES,
    "nvarchar_types": "DuckDB has one type of text",
    "reflect_table_options": "tables have no options",
    "reflect_tables_no_columns": "DuckDB has no tables without columns",
    "reflects_pk_names": _NAMES,
    "repeated_column_foreign_keys": _KEYS,
    "savepoints": _TRANSACTIONS,
    "self_referential_foreign_keys": _SELF,
    "server_side_cursors": "every answer streams: there is nothing to choose",
    "time_timezone": "Arrow's times of day have no zone",
    "two_phase_transactions": _TRANSACTIONS,
    "window_range_non_numeric": "DuckDB's intervals are months, days and nanoseconds, and Python's are not",
}

# Single tests that are left out, as regular expressions, and why. docs/python.md has the same list.
EXCLUDED_TESTS = {
    r"ComponentReflectionTest::test_get_multi_unique_constraints\[False-ObjectKind\.(ANY|TABLE[|A-Z_]*)"
    r"-ObjectScope\.((ANY|DEFAULT)-.*|TEMPORARY-None.*)": _NAMES,
    r"ComponentReflectionTest::test_get_temp_table_unique_constraints": _NAMES,
    r"ComponentReflectionTest::test_get_unique_constraints\[.*": _NAMES,
    r"ComponentReflectionTest::test_get_unique_constraints_quoted_name\[.*": _NAMES,
    r"ComponentReflectionTest::test_reflect_table_temp_table": _LENGTHS,
    r"ComponentReflectionTestExtra::test_string_length_reflection\[.*": _LENGTHS,
    r"ComputedReflectionTest::test_computed_col_default_not_set": _COMPUTED,
    r"ComputedReflectionTest::test_get_column_returns_computed": _COMPUTED,
    r"ComputedReflectionTest::test_get_column_returns_persisted(_with_schema)?": _COMPUTED,
    r"JSONTest::test_index_typed_(access|comparison)\[_decimal1\]": "DuckDB reads a number in JSON as a float",
    r"JSONTest::test_path_typed_comparison\[_decimal1\]": "DuckDB reads a number in JSON as a float",
    r"LongNameBlowoutTest::test_long_convention_name\[(pk|uq)-.*": _NAMES,
    r"TrueDivTest::test_truediv_divisor\[numeric_many_decimals-.*": "DuckDB divides exact numbers as floats",
    r"WindowFunctionTest::test_window_range(_numeric)?": _ORDER,
}


class Requirements(SuiteRequirements):
    """The requirements of the tests, with what is above."""

    def get_order_by_collation(self, config):
        """A collation that there is."""
        return "NOCASE"


for _name in OFFERED:
    setattr(Requirements, _name, property(lambda self: exclusions.open()))
for _name, _why in EXCLUDED.items():
    setattr(Requirements, _name, property(lambda self, why=_why: exclusions.skip_if(lambda: True, why)))
