// SPDX-License-Identifier: Apache-2.0
#include "transform/transform.h"

#include "transform/beat_flat.h"
#include "transform/filter.h"
#include "transform/quality.h"
#include "transform/record_scope.h"
#include "transform/request_map.h"
#include "transform/response_format.h"
#include "transform/sub_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

std::string first_step(std::string_view name) {
  return std::string(name.substr(0, name.find('.')));
}

// Only where `response` says what a record holds can a name be recognised as a slip.
void warn_of_unknown_names(const Strategy& source, const RequestMap& map, const BeatFlat& beat_flat,
                           const RecordShape& shape, Faults& faults) {
  if (source.response.empty()) {
    return;
  }
  std::vector<std::string> known = {shape.around, first_step(source.id), first_step(source.number)};
  for (const Field& field : source.response) {
    known.push_back(first_step(field.field));
  }
  for (const FormatRule& rule : source.format_response) {
    known.push_back(first_step(rule.old_name));
    known.push_back(first_step(rule.new_name));
  }
  map.visit_names([&](const std::string& name, const Location& at) {
    const std::string step = first_step(name);
    const bool is_known = std::find(known.begin(), known.end(), step) != known.end();
    if (!is_known && !beat_flat.gives(step) && !TimeVariable::parse(name)) {
      add_warning(faults, at,
                  fmt::format("`{}` is neither in `response` nor made by `formatResponse`, and is "
                              "empty unless the source gives it{}",
                              name, suggestion(name, known)));
    }
  });
}

// What all steps together ask a record for; a function may ask for anything.
RecordSelection selection_of(const Strategy& source, const RequestMap& map,
                             const RecordShape& shape, const RecordFunction* function) {
  RecordSelection selection(shape.around);
  if (function != nullptr) {
    selection.add_everything();
  }
  selection.add(source.id);
  for (const FormatRule& rule : source.format_response) {
    selection.add(rule.old_name);
    selection.add(rule.new_name);
  }
  for (const auto& group : source.conditions) {
    for (const Condition& condition : group) {
      selection.add(condition.field);
    }
  }
  for (const QualityRule& rule : source.quality) {
    selection.add(rule.field);
  }
  for (const TableName& table : source.beat_flat) {
    selection.add(table.name);
  }
  map.visit_names([&](const std::string& name, const Location&) { selection.add(name); });
  return selection;
}

// What is no JSON is the record's own fault, and no damage of the journal.
template <typename T>
Result<T> of_the_record(Result<T> record) {
  if (!record) {
    record.error().kind = ErrorKind::rejected;
  }
  return record;
}

}  // namespace

struct Transform::Compiled {
  RecordShape shape;
  TimeZone zone;
  ResponseFormat format;
  Filter filter;
  RequestMap request;
  BeatFlat beat_flat;
  Quality quality;
  std::shared_ptr<const RecordSelection> selection;
  const Clock* clock = nullptr;
  const Surroundings* surroundings = nullptr;
  const RecordFunction* record_function = nullptr;
};

std::unique_ptr<const Transform> Transform::compile(const Strategy& source, const Strategy& target,
                                                    const RecordShape& shape, const TimeZone& zone,
                                                    Faults& faults,
                                                    const TransformContext& context) {
  static const SystemClock system_clock;
  Faults found;
  ResponseFormat format = ResponseFormat::compile(source.format_response, shape, zone, found);
  Filter filter = Filter::compile(source.conditions, shape, zone, found);
  RequestMap request = RequestMap::compile(target.request, shape, found);
  BeatFlat beat_flat = BeatFlat::compile(source, request, shape.around, found);
  Quality quality = Quality::compile(source.quality, shape.around, found);
  if (context.record_function == nullptr) {  // which may make any name
    warn_of_unknown_names(source, request, beat_flat, shape, found);
  }
  faults.insert(faults.end(), found.begin(), found.end());
  if (has_errors(found)) {
    return nullptr;
  }
  auto selection = std::make_shared<const RecordSelection>(
      selection_of(source, request, shape, context.record_function));
  return std::unique_ptr<const Transform>(new Transform(std::make_unique<const Compiled>(
      Compiled{shape, zone, std::move(format), std::move(filter), std::move(request),
               std::move(beat_flat), std::move(quality), std::move(selection),
               context.clock != nullptr ? context.clock : &system_clock, context.surroundings,
               context.record_function})));
}

Transform::Transform(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Transform::~Transform() = default;

Result<Value> Transform::assemble(std::string_view raw) const {
  return of_the_record(assemble_record(raw, compiled_->shape));
}

Result<Value> Transform::clean(Value record) const {
  WEIR_CHECK(clean_up(record));
  return record;
}

Result<void> Transform::clean_up(Value& record) const {
  if (record.object() == nullptr) {
    return fail(ErrorKind::rejected, "the record is no object");
  }
  return compiled_->format.apply(record);
}

template <typename Visit>
Result<void> Transform::each_row(const Value& cleaned, const Visit& visit) const {
  const RecordScope record(cleaned, compiled_->shape.around);
  if (compiled_->beat_flat.is_off()) {
    return visit(record);
  }
  WEIR_TRY(const std::vector<FlatRow> rows, compiled_->beat_flat.split(cleaned));
  for (const FlatRow& row : rows) {
    auto visited = visit(FlatRowScope(record, row));
    if (!visited) {
      return tl::unexpected(
          visited.error().within(fmt::format("row {} of `{}`", row.number, *row.table)));
    }
  }
  return {};
}

// How many they are.
Result<std::size_t> Transform::map_rows(const Value& cleaned, MappedRows& rows) const {
  const Timestamp now = compiled_->clock->now();
  const std::size_t before = rows.size();
  WEIR_CHECK(each_row(cleaned, [&](const Scope& row) {
    return compiled_->request.map({row, compiled_->zone, now, compiled_->surroundings}, rows);
  }));
  return rows.size() - before;
}

Result<std::string> Transform::add_rows(const Value& cleaned, Mapped& mapped) const {
  if (!compiled_->quality.is_off()) {
    QualityVerdict verdict = compiled_->quality.judge(cleaned);
    if (!verdict.rejected.empty()) {
      return fail(ErrorKind::rejected, std::move(verdict.rejected));
    }
    mapped.remark += mapped.remark.empty() || verdict.remark.empty() ? "" : "; ";
    mapped.remark += verdict.remark;
  }
  WEIR_TRY(const std::size_t rows, map_rows(cleaned, mapped.rows));
  return rows == 0 ? compiled_->beat_flat.without_rows() : std::string();
}

Result<Outcome> Transform::judge(std::span<Value> records, std::vector<std::string>* left_out,
                                 const MappedRows& beside) const {
  Mapped mapped;
  mapped.rows = MappedRows(compiled_->request.layout(), beside);
  std::string first_reason;
  for (Value& record : records) {
    std::string reason = compiled_->filter.sift(record, left_out);
    if (reason.empty()) {
      WEIR_TRY(reason, add_rows(record, mapped));
    }
    if (first_reason.empty()) {
      first_reason = std::move(reason);
    }
  }
  if (mapped.rows.empty()) {
    return Filtered{std::move(first_reason)};
  }
  mapped.sent = mapped.rows.hash();
  return mapped;
}

Result<std::vector<Value>> Transform::convert(Value cleaned) const {
  if (compiled_->record_function != nullptr) {
    return compiled_->record_function->convert(cleaned);
  }
  std::vector<Value> records;
  records.push_back(std::move(cleaned));
  return records;
}

std::string Transform::drop_reason() const {
  return "dropped by " + compiled_->record_function->name();
}

bool Transform::finds(const Value& record, std::string_view name) const {
  const std::string& around = compiled_->shape.around;
  if (find_in_record(record, name, around) != nullptr) {
    return true;
  }
  if (const auto table = find_sub_table(record, name, around)) {
    const List& rows = *table->rows->list();
    return std::any_of(rows.begin(), rows.end(),
                       [&](const Value& row) { return !cells_of(row, table->column).empty(); });
  }
  const auto rows = compiled_->beat_flat.split(record);
  const RecordScope scope(record, around);
  return rows && std::any_of(rows->begin(), rows->end(), [&](const FlatRow& row) {
           return FlatRowScope(scope, row).find(name) != nullptr;
         });
}

void Transform::visit_names(
    const std::function<void(const std::string&, const Location&)>& visit) const {
  compiled_->request.visit_names(visit);
}

Result<void> Transform::visit_rows(std::string_view raw,
                                   const std::function<void(const Scope&)>& visit) const {
  WEIR_TRY(Value record, assemble(raw));
  WEIR_TRY(Value cleaned, clean(std::move(record)));
  WEIR_TRY(std::vector<Value> records, convert(std::move(cleaned)));
  for (Value& each : records) {
    if (compiled_->filter.sift(each, nullptr).empty()) {
      WEIR_CHECK(each_row(each, [&](const Scope& row) -> Result<void> {
        visit(row);
        return {};
      }));
    }
  }
  return {};
}

void Transform::visit_templates(
    const std::function<void(const Template&, const Location&)>& visit) const {
  compiled_->request.visit_templates(visit);
}

std::shared_ptr<const RecordSelection> Transform::selection() const {
  return compiled_->selection->is_listed() ? compiled_->selection : nullptr;
}

Result<Outcome> Transform::apply(const RawRecord& raw) const {
  Value record;
  return apply(raw, {}, record);
}

Result<Outcome> Transform::apply(const RawRecord& raw, const MappedRows& beside,
                                 Value& record) const {
  WEIR_CHECK(of_the_record(assemble_record(raw, compiled_->shape, *compiled_->selection, record)));
  WEIR_CHECK(clean_up(record));
  if (compiled_->record_function == nullptr) {
    return judge(std::span(&record, 1), nullptr, beside);
  }
  WEIR_TRY(std::vector<Value> records, convert(std::move(record)));
  if (records.empty()) {
    return Filtered{drop_reason()};
  }
  return judge(records, nullptr, beside);
}

}  // namespace weir
