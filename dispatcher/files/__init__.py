"""Tables of work orders in files: read row by row, and mapped by a MAP.yaml to the names of the intake message."""

from dispatcher.files.map_file import Mapping, load_map, map_schema
from dispatcher.files.rows import ClosureRow, RowMapper
from dispatcher.files.table import Row, RowError, Table
from dispatcher.files.tables import open_table

__all__ = ["ClosureRow", "Mapping", "Row", "RowError", "RowMapper", "Table", "load_map", "map_schema", "open_table"]
