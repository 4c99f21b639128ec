// SPDX-License-Identifier: Apache-2.0
#include "core/record_selection.h"

#include "core/json_walk.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

using simdjson::error_code;

// Gives an object its members one by one, over those that it had before.
class MemberWriter {
 public:
  explicit MemberWriter(Object& object) : object_(object) {}
  MemberWriter(const MemberWriter&) = delete;
  MemberWriter& operator=(const MemberWriter&) = delete;

  Value& next(std::string_view name) {
    if (written_ == object_.size()) {
      object_.emplace_back();
    }
    auto& [held, value] = object_[written_++];
    if (held != name) {
      held.assign(name);
    }
    return value;
  }
  void begin_anew() { written_ = 0; }
  void end() { object_.resize(written_); }
  void drop_repeated_names() {
    end();
    json_walk::drop_repeated_names(object_);
    written_ = object_.size();
  }

 private:
  Object& object_;
  std::size_t written_ = 0;
};

Object& as_object(Value& value) {
  if (value.object() == nullptr) {
    value = Value(Object());
  }
  return *value.object();
}

// Writes a record over the one that is there: its own members, and apart from them those around it.
class RecordWriter {
 public:
  RecordWriter(const RecordShape& shape, Value& record)
      : members(as_object(record)), around(around_), shape_(shape) {
    for (auto& [name, value] : *record.object()) {
      if (!shape.values.empty() && name == shape.around && value.object() != nullptr) {
        around_ = std::move(*value.object());
      }
    }
  }
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  void end() {
    around.end();
    if (!shape_.values.empty()) {
      members.next(shape_.around) = Value(std::move(around_));
    }
    members.end();
  }

  MemberWriter members;
  MemberWriter around;

 private:
  const RecordShape& shape_;
  Object around_;
};

// The members that `wanted` says yes to. `except`: a member that is left to `lift`.
template <typename Wanted, typename Lift>
error_code select_members(JsonCursor& json, int depth, const Wanted& wanted,
                          std::string_view except, const Lift& lift, MemberWriter& out) {
  const auto error = json.each_member([&] {
    std::string_view name;
    if (const auto wrong = json.read_name(name)) {
      return wrong;
    }
    if (!except.empty() && name == except) {
      return lift();
    }
    return wanted(name) ? json_walk::read_value(json, depth, out.next(name)) : json.pass_value();
  });
  out.drop_repeated_names();
  return error;
}

error_code select(JsonCursor& json, const RecordShape& shape, const RecordSelection& selection,
                  RecordWriter& out) {
  const auto no_lift = [&] { return json.pass_value(); };
  const auto of_record = [&](std::string_view name) { return selection.has(name); };
  if (shape.values.empty()) {
    return select_members(json, 1, of_record, {}, no_lift, out.members);
  }
  const auto around_it = [&](std::string_view name) { return selection.has_around(name); };
  const auto lift = [&] {
    out.members.begin_anew();
    return select_members(json, 2, of_record, shape.around, no_lift, out.members);
  };
  return select_members(json, 1, around_it, shape.values, lift, out.around);
}

// Another core has just received them: all are asked of its cache at once, not one after the other.
void prefetch(const RawRecord& raw) {
  for (const MemberPlace& place : raw.members.places) {
    __builtin_prefetch(raw.json.data() + place.offset);
  }
}

// Where the members are known, nobody has to look for them.
Result<void> assemble_located(const RawRecord& raw, RecordWriter& out) {
  prefetch(raw);
  for (const MemberPlace& place : raw.members.places) {
    const std::string_view json = raw.json.substr(place.offset, place.length);
    Value& value =
        (place.around ? out.around : out.members).next(raw.members.selection->name(place.name));
    if (!json_walk::read_plain(json, value)) {
      WEIR_TRY(value, parse_json(json));
    }
  }
  out.end();
  return {};
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
  Value record;
  WEIR_CHECK(assemble_record(raw, shape, selection, record));
  return record;
}

Result<void> assemble_record(const RawRecord& raw, const RecordShape& shape,
                             const RecordSelection& selection, Value& record) {
  if (raw.members.selection == &selection) {
    RecordWriter writer(shape, record);
    return assemble_located(raw, writer);
  }
  thread_local JsonCursor json;
  thread_local json_walk::PaddedText text;
  if (!selection.has_everything()) {
    const bool readable = raw.readable >= simdjson::SIMDJSON_PADDING;
    RecordWriter writer(shape, record);
    if (!json.begin(readable ? raw.json : text.copy(raw.json)) &&
        !select(json, shape, selection, writer)) {
      writer.end();
      return {};
    }
  }
  WEIR_TRY(record, assemble_record(raw.json, shape));
  return {};
}

}  // namespace weir
