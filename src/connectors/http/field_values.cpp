// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/field_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace weir {
namespace {

bool same_place(const std::optional<FieldPlace>& owner, const FieldPlace& place) {
  return owner && owner->into == place.into && owner->path == place.path;
}

bool is_secret(const Field& field) { return field.value && field.value->secret; }

class Placer {
 public:
  Placer(const Stream& stream, const Strategy& strategy, Faults& faults)
      : stream_(stream), strategy_(strategy), faults_(faults) {
    fields_.page_size = stream.paginator.page_size;
  }

  void add(const Field& field);
  void check_required();
  StreamFields take() { return std::move(fields_); }

 private:
  FieldPlace place_of(const Field& field);
  void read_page_size(const Field& field, const Value& value);
  void check_fixed(const Field& field, const FieldPlace& place, const Value& value);
  void check_json_string(const Field& field, const FieldPlace& place, const Value& value);
  bool is_window(const FieldPlace& place, WindowKind& kind) const;
  void warn_if_window(const Field& field, const FieldPlace& place);
  void warn_if_added(const Field& field, const FieldPlace& place);

  const Stream& stream_;
  const Strategy& strategy_;
  Faults& faults_;
  StreamFields fields_;
};

FieldPlace Placer::place_of(const Field& field) {
  std::vector<std::string> known;
  for (const auto& each : stream_.parameters.fields) {
    if (each.name == field.field) {
      return each.place;
    }
    known.push_back(each.name);
  }
  // Paging options are known by their own names, so that a pipeline can set the page size.
  for (const auto& option : {stream_.paginator.size_place, stream_.paginator.token_place}) {
    if (option && option->path.back() == field.field) {
      return *option;
    }
  }
  if (stream_.parameters.closed) {
    add_error(faults_, field.at,
              unknown_name(fmt::format("request field of `{}`", stream_.names.front()), field.field,
                           known));
  }
  const std::string hint = suggestion(field.field, known);
  if (!stream_.parameters.closed && !hint.empty()) {
    add_warning(faults_, field.at,
                fmt::format("`{}` is not known to `{}`, and is sent as it stands{}", field.field,
                            stream_.names.front(), hint));
  }
  FieldPlace place = stream_.parameters.others;
  place.path.push_back(field.field);
  return place;
}

void Placer::read_page_size(const Field& field, const Value& value) {
  const std::string text = to_text(value);
  const std::string given = is_secret(field) ? "a secret value" : fmt::format("`{}`", text);
  const std::int64_t limit = stream_.paginator.page_size_max;
  std::int64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size() || size < 1) {
    add_error(faults_, field.at,
              fmt::format("`{}` must be a whole number from 1{}, and is {}", field.field,
                          limit > 0 ? fmt::format(" to {}", limit) : "", given));
  } else if (limit > 0 && size > limit) {
    add_error(faults_, field.at,
              fmt::format("`{}` must be a whole number from 1 to {}, which is the most that `{}` "
                          "gives in one page, and is {}",
                          field.field, limit, stream_.names.front(), given));
  } else {
    fields_.page_size = size;
  }
}

void Placer::check_json_string(const Field& field, const FieldPlace& place, const Value& value) {
  const auto& paths = stream_.requester.json_strings;
  const bool is_json = place.into == RequestPlace::body &&
                       std::find(paths.begin(), paths.end(), place.path) != paths.end();
  if (!is_json || value.text() == nullptr) {
    return;
  }
  if (const auto parsed = parse_json(*value.text()); !parsed) {
    add_error(faults_, field.at,
              fmt::format("`{}` must hold JSON: {}", field.field,
                          is_secret(field) ? "this secret is none" : parsed.error().message));
  }
}

bool Placer::is_window(const FieldPlace& place, WindowKind& kind) const {
  for (const auto& window : stream_.windows) {
    for (const auto& injection : window.injections) {
      if (injection.place.into == place.into && injection.place.path == place.path) {
        kind = window.kind;
        return true;
      }
    }
  }
  return false;
}

void Placer::warn_if_window(const Field& field, const FieldPlace& place) {
  WindowKind kind = WindowKind::modified;
  if (is_window(place, kind)) {
    add_warning(faults_, field.at,
                fmt::format("`{}` is set by the run itself when `sync.by` is `{}`; leave it "
                            "out and use `sync`",
                            field.field, kind == WindowKind::created ? "created" : "modified"));
  }
}

// A remedy asks for a window of its own, whose fields no `request` has; any other may be a slip.
void Placer::warn_if_added(const Field& field, const FieldPlace& place) {
  WindowKind kind = WindowKind::modified;
  const bool declared =
      std::any_of(stream_.parameters.fields.begin(), stream_.parameters.fields.end(),
                  [&](const auto& known) { return known.name == field.field; });
  if (declared || is_window(place, kind)) {
    return;
  }
  std::vector<std::string> known;
  for (const Field& other : strategy_.request) {
    if (other.taken_over != TakenOver::added) {
      known.push_back(other.field);
    }
  }
  for (const auto& window : stream_.windows) {
    for (const auto& injection : window.injections) {
      known.push_back(injection.place.path.back());
    }
  }
  add_warning(faults_, field.at,
              fmt::format("`{}` of `takeOverRequest` replaces nothing, for `request` has no field "
                          "of that name; it is sent besides{}",
                          field.field, suggestion(field.field, known)));
}

// A value that every call works out anew says nothing yet.
void Placer::check_fixed(const Field& field, const FieldPlace& place, const Value& value) {
  if (same_place(stream_.paginator.size_place, place)) {
    read_page_size(field, value);
  } else {
    check_json_string(field, place, value);
  }
}

void Placer::add(const Field& field) {
  FieldTemplate compiled = FieldTemplate::compile(field, faults_);
  const std::optional<Value> fixed = compiled.fixed_value();
  if (fixed) {
    fields_.parameters.set(field.field, *fixed);
  } else {
    fields_.varying.emplace_back(field.field, compiled);
  }
  const auto& omitted = stream_.parameters.omitted;
  if (std::find(omitted.begin(), omitted.end(), field.field) != omitted.end()) {
    return;
  }
  const FieldPlace place = place_of(field);
  if (fixed && fixed->is_null()) {
    return;
  }
  const bool is_size = same_place(stream_.paginator.size_place, place);
  const bool is_token = same_place(stream_.paginator.token_place, place);
  if (fixed && !is_token) {
    check_fixed(field, place, *fixed);
  }
  if (is_size || is_token) {
    return;
  }
  if (field.taken_over == TakenOver::no) {
    warn_if_window(field, place);
  } else if (field.taken_over == TakenOver::added) {
    warn_if_added(field, place);
  }
  fields_.placed.push_back({place, std::move(compiled)});
}

void Placer::check_required() {
  for (const auto& known : stream_.parameters.fields) {
    const Value* value = fields_.parameters.member(known.name);
    const bool varies = std::any_of(fields_.varying.begin(), fields_.varying.end(),
                                    [&](const auto& each) { return each.first == known.name; });
    if (known.required && !varies && (value == nullptr || to_text(*value).empty())) {
      const Field* given = strategy_.find(known.name);
      add_error(
          faults_, given != nullptr ? given->at : strategy_.place("request"),
          fmt::format("`{}` {}: `{}` needs this request field", known.name,
                      given != nullptr ? "has no value" : "is missing", stream_.names.front()));
    }
  }
}

}  // namespace

StreamFields place_fields(const Stream& stream, const Strategy& strategy, Faults& faults) {
  Placer placer(stream, strategy, faults);
  for (const auto& field : strategy.request) {
    placer.add(field);
  }
  for (const auto& field : strategy.other_request) {
    placer.add(field);
  }
  placer.check_required();
  return placer.take();
}

}  // namespace weir
