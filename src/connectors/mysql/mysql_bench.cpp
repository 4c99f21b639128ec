// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_test_target.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <mysql.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// What a lane writes, one transaction with its mark a batch, beside statements written by hand for
// the same rows: of many rows as text, and prepared with array binding. Each adds new rows, or
// updates rows that all exist.

namespace weir::testing {
namespace {

constexpr std::size_t fields_of_receipt = 7;
constexpr std::size_t standing_rows = 20'000;

std::string column(std::size_t index) { return "c" + std::to_string(index); }

std::vector<std::string> columns(std::size_t count) {
  std::vector<std::string> names = {"id"};
  while (names.size() < count) {
    names.push_back(column(names.size()));
  }
  return names;
}

std::string cell(std::size_t field, std::size_t row) {
  return field == 0       ? fmt::format("FINST-{:010}", row)
         : field % 3 == 0 ? fmt::format("{}.50", row % 100'000)
                          : fmt::format("收款单 {}", row % 1'000);
}

std::string create(std::size_t fields) {
  std::string sql = "CREATE OR REPLACE TABLE t (id VARCHAR(64) PRIMARY KEY";
  for (std::size_t i = 1; i < fields; ++i) {
    sql += ", " + column(i) + (fields == fields_of_receipt ? " VARCHAR(60)" : " TEXT");
  }
  return sql + ") ENGINE=InnoDB";
}

enum class Kind : std::uint8_t { add, update };

std::string head(std::size_t fields) {
  return fmt::format("INSERT INTO t ({}) VALUES ", fmt::join(columns(fields), ", "));
}

std::string tail(Kind kind, std::size_t fields) {
  std::string sql;
  for (std::size_t i = 1; kind == Kind::update && i < fields; ++i) {
    sql +=
        fmt::format("{0} {1} = VALUES({1})", i == 1 ? " ON DUPLICATE KEY UPDATE" : ",", column(i));
  }
  return sql;
}

// Rows of a benchmark, from one batch to the next.
class Rows {
 public:
  Rows(Kind kind, std::size_t fields) : kind_(kind), fields_(fields) {}

  // Changed each time they come round; those that are added are no others'.
  std::vector<std::vector<std::string>> next(std::size_t count) {
    std::vector<std::vector<std::string>> rows(count);
    for (auto& row : rows) {
      const std::size_t key = kind_ == Kind::update ? number_ % standing_rows : number_;
      row.push_back(cell(0, key));
      for (std::size_t field = 1; field < fields_; ++field) {
        row.push_back(cell(field, number_ * 7 + 1));
      }
      ++number_;
    }
    return rows;
  }

 private:
  Kind kind_;
  std::size_t fields_;
  std::size_t number_ = 0;
};

void fill(MysqlTestTarget& target, Kind kind, std::size_t fields) {
  target.execute(create(fields));
  if (kind == Kind::add) {
    return;
  }
  Rows rows(kind, fields);
  for (std::size_t from = 0; from < standing_rows; from += 1000) {
    std::string sql = head(fields);
    for (const auto& row : rows.next(1000)) {
      sql += fmt::format("{}('{}')", sql.back() == ')' ? "," : "", fmt::join(row, "','"));
    }
    target.execute(sql);
  }
}

std::vector<OutgoingRecord> batch_of(Rows& rows, std::size_t count,
                                     const std::shared_ptr<const RowLayout>& layout) {
  std::vector<OutgoingRecord> batch;
  for (const auto& row : rows.next(count)) {
    MappedRows mapped(layout);
    for (const std::string& text : row) {
      mapped.append(Value(text));
    }
    mapped.end_row();
    batch.push_back({{}, row[0], std::move(mapped), 1});
  }
  return batch;
}

std::shared_ptr<const RowLayout> layout_of_columns(std::size_t fields) {
  RowLayout::Node parameters{"main_params", {}};
  for (const std::string& name : columns(fields)) {
    parameters.children.push_back({name, {}});
  }
  return std::make_shared<const RowLayout>(std::vector{parameters});
}

void by_lane(benchmark::State& state, Kind kind, const std::string& bulk) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto fields = static_cast<std::size_t>(state.range(1));
  MysqlTestTarget target;
  fill(target, kind, fields);
  const auto sink =
      target.sink({fmt::format("{}(:{}){}", head(fields), fmt::join(columns(fields), ", :"),
                               tail(kind, fields)),
                   target.by_socket() + "bulk: " + bulk + "\n", columns(fields), false});
  auto lane = sink->open_lane(0, {});
  if (!lane || !(*lane)->claim(1)) {
    state.SkipWithError("the lane cannot be opened");
    return;
  }
  const auto layout = layout_of_columns(fields);
  Rows rows(kind, fields);
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto batch = batch_of(rows, count, layout);
    state.ResumeTiming();
    const bool written = (*lane)->begin() && (*lane)->write(batch) &&
                         (*lane)->write_mark(++sequence) && (*lane)->commit();
    if (!written) {
      state.SkipWithError("a batch was not written");
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// libmariadb and nothing else, before a filled table.
class Hand {
 public:
  Hand(Kind kind, std::size_t fields) {
    fill(target_, kind, fields);
    mysql_options(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_real_connect(handle_, nullptr, "root", nullptr, target_.database().c_str(), 0,
                       target_.server().socket().c_str(), 0);
  }
  ~Hand() { mysql_close(handle_); }
  Hand(const Hand&) = delete;
  Hand& operator=(const Hand&) = delete;

  MYSQL* handle() { return handle_; }
  bool execute(std::string_view sql) {
    return mysql_real_query(handle_, sql.data(), sql.size()) == 0;
  }

 private:
  MysqlTestTarget target_;
  MYSQL* handle_ = mysql_init(nullptr);
};

void by_text(benchmark::State& state, Kind kind) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto fields = static_cast<std::size_t>(state.range(1));
  Hand hand(kind, fields);
  Rows rows(kind, fields);
  const std::string begin = head(fields);
  const std::string end = tail(kind, fields);
  std::string sql;
  for (auto _ : state) {
    state.PauseTiming();
    const auto batch = rows.next(count);
    state.ResumeTiming();
    sql = begin;
    for (const auto& row : batch) {
      sql += &row == &batch.front() ? "(" : ",(";
      for (const std::string& text : row) {
        sql += &text == &row.front() ? "'" : ",'";
        const std::size_t at = sql.size();
        sql.resize(at + text.size() * 2 + 1);
        sql.resize(at + mysql_real_escape_string(hand.handle(), sql.data() + at, text.data(),
                                                 text.size()));
        sql += '\'';
      }
      sql += ')';
    }
    sql += end;
    if (!hand.execute("START TRANSACTION") || !hand.execute(sql) || !hand.execute("COMMIT")) {
      state.SkipWithError(mysql_error(hand.handle()));
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void by_array(benchmark::State& state, Kind kind) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto fields = static_cast<std::size_t>(state.range(1));
  Hand hand(kind, fields);
  Rows rows(kind, fields);
  std::string sql = head(fields) + "(?";
  for (std::size_t i = 1; i < fields; ++i) {
    sql += ",?";
  }
  sql += ")" + tail(kind, fields);
  MYSQL_STMT* statement = mysql_stmt_init(hand.handle());
  bool sound = mysql_stmt_prepare(statement, sql.data(), sql.size()) == 0;
  std::vector<std::vector<const char*>> texts(fields, std::vector<const char*>(count));
  std::vector<std::vector<unsigned long>> lengths(fields, std::vector<unsigned long>(count));
  std::vector<std::vector<char>> nulls(fields, std::vector<char>(count, STMT_INDICATOR_NONE));
  std::vector<MYSQL_BIND> binds(fields, MYSQL_BIND{});
  for (auto _ : state) {
    state.PauseTiming();
    const auto batch = rows.next(count);
    state.ResumeTiming();
    for (std::size_t field = 0; field < fields; ++field) {
      for (std::size_t row = 0; row < count; ++row) {
        texts[field][row] = batch[row][field].data();
        lengths[field][row] = batch[row][field].size();
      }
      binds[field].buffer_type = MYSQL_TYPE_STRING;
      binds[field].buffer = static_cast<void*>(texts[field].data());
      binds[field].length = lengths[field].data();
      binds[field].u.indicator = nulls[field].data();
    }
    const auto size = static_cast<unsigned>(count);
    sound = sound && hand.execute("START TRANSACTION") &&
            mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &size) == 0 &&
            mysql_stmt_bind_param(statement, binds.data()) == 0 &&
            mysql_stmt_execute(statement) == 0 && hand.execute("COMMIT");
    if (!sound) {
      state.SkipWithError("a batch was not written");
      break;
    }
  }
  mysql_stmt_close(statement);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// Rows a batch, fields a row. The server's threads work beside, so wall time is what counts.
void with_shapes(benchmark::internal::Benchmark* bench) {
  bench->Args({100, fields_of_receipt})->Args({1000, fields_of_receipt});
  bench->Args({4000, fields_of_receipt})->UseRealTime();
}
void with_many_fields(benchmark::internal::Benchmark* bench) {
  bench->Args({100, 50})->Args({100, 150})->UseRealTime();
}

BENCHMARK_CAPTURE(by_lane, add_array, Kind::add, "array")->Apply(with_shapes);
BENCHMARK_CAPTURE(by_array, add, Kind::add)->Apply(with_shapes);
BENCHMARK_CAPTURE(by_lane, add_multi_row, Kind::add, "multi_row")->Apply(with_shapes);
BENCHMARK_CAPTURE(by_text, add, Kind::add)->Apply(with_shapes);
BENCHMARK_CAPTURE(by_lane, update_array, Kind::update, "array")->Apply(with_shapes);
BENCHMARK_CAPTURE(by_array, update, Kind::update)->Apply(with_shapes);
BENCHMARK_CAPTURE(by_lane, update_multi_row, Kind::update, "multi_row")->Apply(with_shapes);
BENCHMARK_CAPTURE(by_text, update, Kind::update)->Apply(with_shapes);
BENCHMARK_CAPTURE(by_lane, add_single, Kind::add, "single")
    ->Args({100, fields_of_receipt})
    ->UseRealTime();
BENCHMARK_CAPTURE(by_lane, wide_array, Kind::add, "array")->Apply(with_many_fields);
BENCHMARK_CAPTURE(by_lane, wide_multi_row, Kind::add, "multi_row")->Apply(with_many_fields);

}  // namespace
}  // namespace weir::testing
