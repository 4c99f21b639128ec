// SPDX-License-Identifier: Apache-2.0
#include "transform/transform.h"

#include "core/hash.h"
#include "transform/filter.h"
#include "transform/format_rules.h"
#include "transform/request_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

struct FormatStep {
  std::string old_name;
  std::string new_name;
  std::string written;  // the format as the file has it
  Format format;
};

class RecordScope final : public Scope {
 public:
  RecordScope(const Value& record, std::string_view around) : record_(record), around_(around) {}
  const Value* find(std::string_view name) const override {
    return find_in_record(record_, name, around_);
  }

 private:
  const Value& record_;
  std::string_view around_;
};

std::string first_step(std::string_view name) {
  return std::string(name.substr(0, name.find('.')));
}

// Only where `response` says what a record holds can a name be recognised as a slip.
void warn_of_unknown_names(const Strategy& source, const RequestMap& map, const RecordShape& shape,
                           Faults& faults) {
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
    if (std::find(known.begin(), known.end(), first_step(name)) == known.end()) {
      add_warning(faults, at,
                  fmt::format("`{}` is neither in `response` nor made by `formatResponse`{}; it "
                              "is empty unless the source gives it",
                              name, suggestion(name, known)));
    }
  });
}

}  // namespace

struct Transform::Compiled {
  RecordShape shape;
  TimeZone zone;
  std::vector<FormatStep> formats;
  Filter filter;
  RequestMap request;
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
  std::vector<FormatStep> formats;
  for (const FormatRule& rule : source.format_response) {
    if (auto format = compile_format(rule, found)) {
      format->wall_time = is_wall_time(shape, rule.old_name);
      formats.push_back({rule.old_name, rule.new_name, rule.format, std::move(*format)});
    }
  }
  Filter filter = Filter::compile(source.conditions, shape, zone, found);
  RequestMap request = RequestMap::compile(target.request, found);
  if (context.record_function == nullptr) {  // which may make any name
    warn_of_unknown_names(source, request, shape, found);
  }
  faults.insert(faults.end(), found.begin(), found.end());
  if (has_errors(found)) {
    return nullptr;
  }
  return std::unique_ptr<const Transform>(new Transform(std::make_unique<const Compiled>(
      Compiled{shape, zone, std::move(formats), std::move(filter), std::move(request),
               context.clock != nullptr ? context.clock : &system_clock, context.surroundings,
               context.record_function})));
}

Transform::Transform(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Transform::~Transform() = default;

Result<Value> Transform::assemble(std::string_view raw) const {
  return assemble_record(raw, compiled_->shape);
}

Result<Value> Transform::clean(Value record) const {
  if (record.object() == nullptr) {
    return fail(ErrorKind::rejected, "the record is no object");
  }
  for (const FormatStep& step : compiled_->formats) {
    const Value* old = find_in_record(record, step.old_name, compiled_->shape.around);
    if (old == nullptr) {
      record.set(step.new_name, nullptr);
      continue;
    }
    auto formatted = apply_format(step.format, *old, compiled_->zone);
    if (!formatted) {
      return tl::unexpected(formatted.error().within(fmt::format(
          "formatResponse `{}` to `{}` ({})", step.old_name, step.new_name, step.written)));
    }
    record.set(step.new_name, std::move(*formatted));
  }
  return record;
}

std::string Transform::filter_reason(const Value& cleaned) const {
  return compiled_->filter.reason(cleaned);
}

Result<Value> Transform::map(const Value& cleaned) const {
  const RecordScope scope(cleaned, compiled_->shape.around);
  return compiled_->request.map(
      {scope, compiled_->zone, compiled_->clock->now(), compiled_->surroundings});
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

Result<Outcome> Transform::apply(std::string_view raw) const {
  WEIR_TRY(Value record, assemble(raw));
  WEIR_TRY(Value cleaned, clean(std::move(record)));
  WEIR_TRY(const std::vector<Value> records, convert(std::move(cleaned)));
  if (records.empty()) {
    return Filtered{drop_reason()};
  }
  Mapped mapped;
  std::string json;
  std::string first_reason;
  for (const Value& each : records) {
    std::string reason = filter_reason(each);
    if (reason.empty()) {
      WEIR_TRY(Value request, map(each));
      append_json(request, json);
      mapped.requests.push_back(std::move(request));
    } else if (first_reason.empty()) {
      first_reason = std::move(reason);
    }
  }
  if (mapped.requests.empty()) {
    return Filtered{std::move(first_reason)};
  }
  mapped.sent = hash64(json);
  return mapped;
}

}  // namespace weir
