// SPDX-License-Identifier: Apache-2.0
#include "core/record_selection.h"

#include "core/json_walk.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

namespace json = simdjson::ondemand;

// The members that `wanted` says yes to. `except`: a member that is left out, and handed to `lift`.
template <typename Wanted, typename Lift>
simdjson::error_code select_members(json::object from, int depth, const Wanted& wanted,
                                    std::string_view except, const Lift& lift, Object& out) {
  constexpr std::size_t usual_members = 12;
  out.reserve(usual_members);
  const auto error = json_walk::visit_members(from, [&](std::string_view name, json::value& value) {
    if (!except.empty() && name == except) {
      return lift(value);
    }
    return wanted(name) ? json_walk::read_value(value, depth,
                                                out.emplace_back(std::string(name), Value()).second)
                        : simdjson::SUCCESS;
  });
  json_walk::drop_repeated_names(out);
  return error;
}

simdjson::error_code select(json::object raw, const RecordShape& shape,
                            const RecordSelection& selection, Value& out) {
  const auto no_lift = [](json::value&) { return simdjson::SUCCESS; };
  const auto of_record = [&](std::string_view name) { return selection.has(name); };
  Object record;
  if (shape.values.empty()) {
    const auto error = select_members(raw, 1, of_record, {}, no_lift, record);
    out = Value(std::move(record));
    return error;
  }
  const auto lift = [&](json::value& value) {
    json::object values;
    if (const auto error = value.get_object().get(values)) {
      return error;
    }
    record.clear();
    return select_members(values, 2, of_record, shape.around, no_lift, record);
  };
  Object around;
  const auto error = select_members(
      raw, 1, [&](std::string_view name) { return selection.has_around(name); }, shape.values, lift,
      around);
  record.emplace_back(shape.around, Value(std::move(around)));
  out = Value(std::move(record));
  return error;
}

// Where the members are known, nobody has to look for them.
Result<Value> assemble_located(const RawRecord& raw, const RecordShape& shape) {
  constexpr std::size_t additions = 4;  // as many as formatResponse usually makes
  Object record;
  Object around;
  record.reserve(raw.members.places.size() + additions);
  around.reserve(shape.values.empty() ? 0 : raw.members.places.size());
  for (const MemberPlace& place : raw.members.places) {
    const std::string_view json = raw.json.substr(place.offset, place.length);
    Value& value = (place.around ? around : record)
                       .emplace_back(raw.members.selection->name(place.name), Value())
                       .second;
    if (!json_walk::read_plain(json, value)) {
      WEIR_TRY(value, parse_json(json));
    }
  }
  if (!shape.values.empty()) {
    record.emplace_back(shape.around, Value(std::move(around)));
  }
  return Value(std::move(record));
}

}  // namespace

std::uint64_t RecordSelection::mark(std::string_view name) {
  const auto last = name.empty() ? 0U : static_cast<unsigned char>(name.back());
  return std::uint64_t{1} << ((name.size() * 7 + last) % 64);
}

void RecordSelection::add_member(std::string_view name) {
  const auto at = std::lower_bound(names_.begin(), names_.end(), name);
  if (at == names_.end() || *at != name) {
    names_.emplace(at, name);
    marks_ |= mark(name);
  }
}

bool RecordSelection::is_named(std::string_view member) const {
  constexpr std::size_t few_names = 16;  // are looked through faster than searched
  if (names_.size() <= few_names) {
    return std::find(names_.begin(), names_.end(), member) != names_.end();
  }
  return std::binary_search(names_.begin(), names_.end(), member);
}

void RecordSelection::add(std::string_view name) {
  const std::string_view first = name.substr(0, name.find('.'));
  add_member(name);
  add_member(first);
  if (first == around_) {
    if (first == name) {
      whole_around_ = true;
    } else {
      add(name.substr(first.size() + 1));
    }
  }
}

std::optional<std::uint32_t> RecordSelection::find(std::string_view member) const {
  const auto at = std::lower_bound(names_.begin(), names_.end(), member);
  return at != names_.end() && *at == member
             ? std::optional(static_cast<std::uint32_t>(at - names_.begin()))
             : std::nullopt;
}

bool RecordSelection::has(std::string_view member) const {
  return everything_ || ((marks_ & mark(member)) != 0 && is_named(member));
}

Result<Value> assemble_record(const RawRecord& raw, const RecordShape& shape,
                              const RecordSelection& selection) {
  if (raw.members.selection == &selection) {
    return assemble_located(raw, shape);
  }
  thread_local json::parser parser;
  thread_local json_walk::PaddedText text;
  if (selection.has_everything()) {
    return assemble_record(raw.json, shape);
  }
  const auto padded = raw.readable >= simdjson::SIMDJSON_PADDING
                          ? simdjson::padded_string_view(raw.json, raw.json.size() + raw.readable)
                          : text.copy(raw.json);
  json::document document;
  json::object object;
  Value record;
  const bool selected = !parser.iterate(padded).get(document) &&
                        !document.get_object().get(object) &&
                        !select(object, shape, selection, record);
  return selected ? Result<Value>(std::move(record)) : assemble_record(raw.json, shape);
}

}  // namespace weir
