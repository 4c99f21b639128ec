// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/field_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace weir {
namespace {

bool is_number_text(const std::string& text) {
  const auto parsed = parse_json(text);
  return parsed && parsed->number() != nullptr;
}

Value typed(const Value& value, const std::string& type) {
  const std::string* text = value.text();
  if ((type == "int" || type == "integer" || type == "float" || type == "number") &&
      text != nullptr && is_number_text(*text)) {
    return Value(Number{*text});
  }
  if (type == "string" && value.number() != nullptr) {
    return Value(value.number()->digits);
  }
  return value;
}

bool same_place(const std::optional<FieldPlace>& owner, const FieldPlace& place) {
  return owner && owner->into == place.into && owner->path == place.path;
}

class Placer {
 public:
  Placer(const Stream& stream, Faults& faults) : stream_(stream), faults_(faults) {
    fields_.page_size = stream.paginator.page_size;
  }

  void add(const Field& field);
  void check_required(const Strategy& strategy);
  StreamFields take() { return std::move(fields_); }

 private:
  FieldPlace place_of(const Field& field);
  void read_page_size(const Field& field, const Value& value);
  void check_json_string(const Field& field, const FieldPlace& place, const Value& value);
  void warn_if_window(const Field& field, const FieldPlace& place);

  const Stream& stream_;
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
              fmt::format("`{}` is no request field of `{}`{}", field.field, stream_.names.front(),
                          suggestion(field.field, known)));
  }
  FieldPlace place = stream_.parameters.others;
  place.path.push_back(field.field);
  return place;
}

void Placer::read_page_size(const Field& field, const Value& value) {
  const std::string text = to_text(value);
  const std::int64_t limit = stream_.paginator.page_size_max;
  std::int64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size() || size < 1) {
    add_error(faults_, field.at,
              fmt::format("`{}: {}` is no page size; give a whole number from 1{}", field.field,
                          text, limit > 0 ? fmt::format(" to {}", limit) : ""));
  } else if (limit > 0 && size > limit) {
    add_error(faults_, field.at,
              fmt::format("`{}: {}` is more than `{}` gives in one page; the most is {}",
                          field.field, text, stream_.names.front(), limit));
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
              fmt::format("`{}` must hold JSON: {}", field.field, parsed.error().message));
  }
}

void Placer::warn_if_window(const Field& field, const FieldPlace& place) {
  for (const auto& window : stream_.windows) {
    for (const auto& injection : window.injections) {
      if (injection.place.into == place.into && injection.place.path == place.path) {
        add_warning(
            faults_, field.at,
            fmt::format("`{}` is set by the run itself when `sync.by` is `{}`; leave it "
                        "out and use `sync`",
                        field.field, window.kind == WindowKind::created ? "created" : "modified"));
      }
    }
  }
}

void Placer::add(const Field& field) {
  Value value = field_value(field);
  fields_.parameters.set(field.field, value);
  const auto& omitted = stream_.parameters.omitted;
  if (std::find(omitted.begin(), omitted.end(), field.field) != omitted.end()) {
    return;
  }
  const FieldPlace place = place_of(field);
  if (value.is_null()) {
    return;
  }
  if (same_place(stream_.paginator.size_place, place)) {
    read_page_size(field, value);
    return;
  }
  if (same_place(stream_.paginator.token_place, place)) {
    return;
  }
  check_json_string(field, place, value);
  warn_if_window(field, place);
  fields_.placed.push_back({place, std::move(value)});
}

void Placer::check_required(const Strategy& strategy) {
  for (const auto& known : stream_.parameters.fields) {
    const Value* value = fields_.parameters.member(known.name);
    if (known.required && (value == nullptr || to_text(*value).empty())) {
      add_error(
          faults_, strategy.at,
          fmt::format("`{}` needs the request field `{}`", stream_.names.front(), known.name));
    }
  }
}

}  // namespace

Value field_value(const Field& field) {
  if (!field.children.empty()) {
    Object object;
    for (const auto& child : field.children) {
      Value value = field_value(child);
      if (!value.is_null()) {
        object.emplace_back(child.field, std::move(value));
      }
    }
    if (object.empty()) {
      return {};
    }
    Value made(std::move(object));
    return field.type == "array" ? Value(List{std::move(made)}) : made;
  }
  return field.value ? typed(field.value->value, field.type) : Value();
}

StreamFields place_fields(const Stream& stream, const Strategy& strategy, Faults& faults) {
  Placer placer(stream, faults);
  for (const auto& field : strategy.request) {
    placer.add(field);
  }
  for (const auto& field : strategy.other_request) {
    placer.add(field);
  }
  placer.check_required(strategy);
  return placer.take();
}

}  // namespace weir
