# SPDX-License-Identifier: Apache-2.0
"""Wide records and records of many rows: cost grows with the fields and the rows, no faster."""

from report import Goal, Table, middle

# A row of 500 of them is short enough for a page of InnoDB.
COLUMN = "VARCHAR(12) CHARACTER SET latin1"
INTO_FIELDS = """
target:
  connection: mysql
  api: execute
  method: POST
  request:
    - field: main_params
      type: object
      children:
{children}
  otherRequest:
    - field: main_sql
      value: INSERT INTO bench_shape ({columns}) VALUES ({values})
"""


def shape(arena, rounds):
    """50 and 500 fields a record; 10, 100 and 1,000 sub-rows a record."""
    # Of each shape about as many cells, so that the smallest is no shorter than the clock's grain.
    most = arena.records // 10
    try:
        return [wide(arena, rounds, {50: most, 500: most // 10}),
                long(arena, rounds, {10: most, 100: most // 10, 1000: most // 100})]
    finally:
        arena.other_pages(arena.first_records)
        arena.change_pipeline()


def wide(arena, rounds, records):
    costs = {}
    for fields, count in records.items():
        names = [f"textField_{i}" for i in range(fields)]
        columns = ["id VARCHAR(64) PRIMARY KEY", *(f"{name} {COLUMN}" for name in names)]
        use_target(arena, {"id": "{{extend.processInstanceId}}",
                           **{name: f"{{{name}}}" for name in names}})
        costs[fields] = runs(arena, rounds, max(1, count), (1, fields, 0), columns, max(1, count))
    return table_of("More fields a record", "field", costs)


def long(arena, rounds, records):
    costs = {}
    columns = ["id VARCHAR(64) PRIMARY KEY", "line INT", "quantity DECIMAL(18, 2)"]
    use_target(arena, {"id": "{{bfn_id}}", "line": "{{tableField_bench_line}}",
                       "quantity": "{{tableField_bench_quantity}}"},
               "  beatFlat: [tableField_bench]\n")
    for rows, count in records.items():
        costs[rows] = runs(arena, rounds, max(1, count), (1, 0, rows), columns,
                           max(1, count) * rows)
    return table_of("More sub-rows a record", "sub-row", costs)


def use_target(arena, mapping, of_source=""):
    """Everything of the receipts' pipeline up to its target, and another target."""
    source = arena.original.split("\ntarget:")[0] + "\n" + of_source
    children = "\n".join(f'        - {{field: {name}, value: "{value}"}}'
                         for name, value in mapping.items())
    arena.pipeline.write_text(source + INTO_FIELDS.format(
        children=children, columns=", ".join(mapping),
        values=", ".join(f":{name}" for name in mapping)))


def runs(arena, rounds, records, shape_of_page, columns, rows):
    """Of each round, into a table of these columns that then has so many rows: the cost, and how
    many records it was for."""
    arena.other_pages(records, shape_of_page)
    costs = []
    for _ in range(rounds):
        arena.database.sql("CREATE OR REPLACE TABLE bench_shape ("
                           f"{', '.join(columns)}) ENGINE = InnoDB")
        costs.append((arena.weir_new(), records))
        (count,), = arena.database.sql("SELECT COUNT(*) FROM bench_shape")
        if int(count) != rows:
            raise RuntimeError(f"{count} of {rows} rows of {shape_of_page} have arrived")
    return costs


def table_of(title, part, costs):
    """`part`: what a record has more of; its cost is meant not to grow with their number."""
    each = {size: middle(cost.cpu / records / size * 1e6 for cost, records in of_size)
            for size, of_size in costs.items()}
    rows = [(f"{size:,} {part}s", f"{of_size[0][1]:,}", f"{each[size] * size:.1f} µs",
             f"{each[size]:.3f} µs", f"{max(cost.megabytes for cost, _ in of_size):.0f} MiB")
            for size, of_size in costs.items()]
    table = Table.of_rows(
        title, ("", "records", "own CPU a record", f"own CPU a {part}", "peak memory"), rows)
    sizes = list(each)
    for few, many in zip(sizes, sizes[1:]):
        table.note(f"own CPU a {part} at {many:,}, of that at {few:,}",
                   Goal(each[many] / each[few], most=1.25))
    return table
