// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/statement_session.h"

#include "connectors/mysql/server_warnings.h"

#include <fmt/format.h>

#include <utility>

namespace weir {

StatementSession::StatementSession(MysqlConnection& connection, const BoundStatement& bound,
                                   MysqlStatement statement)
    : connection_(connection),
      bound_(bound),
      statement_(std::move(statement)),
      table_(statement_.parameters, bound.insert_ids) {}

Result<std::unique_ptr<StatementSession>> StatementSession::prepare(MysqlConnection& connection,
                                                                    const BoundStatement& bound,
                                                                    MysqlStatement statement,
                                                                    BulkMode mode) {
  std::unique_ptr<StatementSession> session(
      new StatementSession(connection, bound, std::move(statement)));
  auto writer = make_row_writer(connection, session->statement_, mode);
  if (!writer) {
    return tl::unexpected(session->placed(std::move(writer).error(), 0, false));
  }
  session->writer_ = std::move(*writer);
  session->writes_singly_ = mode == BulkMode::single;
  return session;
}

// Finds what the statement binds in a layout, once for all rows that have it.
Result<void> StatementSession::heed(const std::shared_ptr<const RowLayout>& layout) {
  if (layout == layout_) {
    return {};
  }
  layout_ = layout;
  values_ = bound_.values.empty() ? nullptr : RowLayout::find(layout->members(), bound_.values);
  if (values_ == nullptr && !bound_.values.empty()) {
    layout_ = nullptr;
    return bound_.without_values();
  }
  members_ = values_ == nullptr ? &layout->members() : &values_->children;
  if (values_ != nullptr && values_->is_cell()) {
    members_ = nullptr;
    return {};
  }
  auto bound = bound_.each ? bound_.without_values() : table_.heed(*members_);
  if (!bound) {
    layout_ = nullptr;
  }
  return bound;
}

Result<void> StatementSession::add(const RowOrigin& origin, const MappedRows& rows,
                                   std::string_view insert_id) {
  WEIR_CHECK(heed(rows.layout()));
  if (members_ != nullptr) {
    table_.add(origin, rows, insert_id);
    return {};
  }
  const Value* nested = rows.cell(origin.request, values_->first_cell).nested;
  WEIR_TRY(const std::vector<const Object*> objects, bound_.objects_of(nested));
  RowOrigin of_row = origin;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (bound_.each) {
      of_row.element = i;
    }
    WEIR_CHECK(table_.add(of_row, *objects[i], insert_id));
  }
  return {};
}

Result<RowWriter*> StatementSession::writer_for(Pace pace) {
  if (pace == Pace::in_bulk || writes_singly_) {
    return writer_.get();
  }
  if (single_ == nullptr) {
    WEIR_TRY(single_, make_row_writer(connection_, statement_, BulkMode::single));
  }
  return single_.get();
}

Result<bool> StatementSession::execute(Pace pace, WriteReport& report) {
  WEIR_TRY(RowWriter* const writer, writer_for(pace));
  insert_ids_.clear();
  for (std::size_t row = 0; row < table_.rows();) {
    const bool alone = pace == Pace::singly || writes_singly_ || table_.rows() == 1;
    auto call = writer->write(table_, row, table_.rows() - row);
    if (!call) {
      return tl::unexpected(placed(std::move(call).error(), row, alone));
    }
    insert_ids_.push_back(call->insert_id);
    report.rows += statement_.batching == Batching::none ? call->affected : call->rows;
    WEIR_TRY(const bool laid, remark(*call, row, report));
    if (!laid) {
      return false;
    }
    row += call->rows;
  }
  return true;
}

Result<bool> StatementSession::remark(const CallReport& call, std::size_t row,
                                      WriteReport& report) {
  const auto add = [&](std::size_t at, const std::string& text) {
    const RowOrigin& origin = table_.origin(at);
    report.warnings.push_back({origin.record, label(origin) + text});
  };
  if (call.warnings > 0) {
    WEIR_TRY(const auto warnings, read_warnings(connection_, call.rows));
    for (const ServerWarning& warning : warnings) {
      if (!warning.row) {
        return false;
      }
      add(row + *warning.row, warning.text);
    }
  }
  if (statement_.verb == StatementVerb::update && call.affected == 0) {
    add(row, "the statement found no row to update");
  }
  return true;
}

// "row 2 of 3, element 4 of `extend_params_1`: ", or nothing where a record is one row. People
// count from 1.
std::string StatementSession::label(const RowOrigin& origin) const {
  std::string text;
  if (origin.requests > 1) {
    text = fmt::format("row {} of {}", origin.request + 1, origin.requests);
  }
  if (origin.element) {
    text += fmt::format("{}element {} of `{}`", text.empty() ? "" : ", ", *origin.element + 1,
                        bound_.values);
  } else if (bound_.key != "main_sql") {
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", bound_.key);
  }
  return text.empty() ? text : text + ": ";
}

Error StatementSession::placed(Error error, std::size_t row, bool alone) const {
  if (error.kind == ErrorKind::rejected && alone) {
    error.message = label(table_.origin(row)) + error.message;
  }
  // The server names a column that is not there, but not the table.
  if (error.kind == ErrorKind::invalid_config && !statement_.table.empty()) {
    error = error.within(fmt::format("table `{}`", statement_.table));
  }
  if (error.kind == ErrorKind::invalid_config && bound_.key != "main_sql") {
    return error.within(fmt::format("`{}`", bound_.key));
  }
  return error;
}

}  // namespace weir
