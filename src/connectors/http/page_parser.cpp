// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/page_parser.h"

#include "core/business_time.h"
#include "core/hash.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace weir {
namespace {

namespace json = simdjson::ondemand;

tl::unexpected<Error> no_json(simdjson::error_code code) {
  return fail(ErrorKind::corrupt,
              fmt::format("the answer is no JSON ({})", simdjson::error_message(code)));
}

// The raw text of a value, whatever it is.
simdjson::simdjson_result<std::string_view> raw_text(json::value value) {
  json::json_type type{};
  if (const auto code = value.type().get(type)) {
    return code;
  }
  if (type == json::json_type::object) {
    json::object object;
    if (const auto code = value.get_object().get(object)) {
      return code;
    }
    return object.raw_json();
  }
  if (type == json::json_type::array) {
    json::array array;
    if (const auto code = value.get_array().get(array)) {
      return code;
    }
    return array.raw_json();
  }
  return value.raw_json_token();
}

std::string_view without_trailing_space(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

// Two members of one name on the way to the records: nobody knows which of them counts.
simdjson::error_code check_named_once(json::object& object, std::string_view wanted) {
  int seen = 0;
  for (auto result : object) {
    json::field field;
    std::string_view name;
    if (const auto code = std::move(result).get(field)) {
      return code;
    }
    if (const auto code = field.unescaped_key().get(name)) {
      return code;
    }
    seen += name == wanted ? 1 : 0;
  }
  if (seen > 1) {
    return simdjson::INCORRECT_TYPE;
  }
  bool any = false;
  return object.reset().get(any);
}

// The list at the path; NO_SUCH_FIELD when there is none.
template <typename V>
simdjson::error_code find_list(V&& value, const JsonPath& path, std::size_t step,
                               json::array& list) {
  json::json_type type{};
  if (const auto code = value.type().get(type)) {
    return code;
  }
  if (step == path.size()) {
    return type == json::json_type::array ? value.get_array().get(list) : simdjson::NO_SUCH_FIELD;
  }
  json::value next;
  if (type == json::json_type::object) {
    json::object object;
    if (const auto code = value.get_object().get(object)) {
      return code;
    }
    if (const auto code = check_named_once(object, path[step])) {
      return code;
    }
    if (const auto code = object.find_field_unordered(path[step]).get(next)) {
      return code;
    }
  } else if (type == json::json_type::array) {
    const std::string& digits = path[step];
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    json::array array;
    if (error != std::errc() || end != digits.data() + digits.size() ||
        value.get_array().get(array)) {
      return simdjson::NO_SUCH_FIELD;
    }
    if (array.at(index).get(next)) {
      return simdjson::NO_SUCH_FIELD;
    }
  } else {
    return simdjson::NO_SUCH_FIELD;
  }
  return find_list(next, path, step + 1, list);
}

simdjson::error_code collect_items(json::array& list, const std::string& body,
                                   BodyOutline& outline) {
  for (auto element : list) {
    json::value value;
    if (const auto code = element.get(value)) {
      return code;
    }
    std::string_view text;
    if (const auto code = raw_text(value).get(text)) {
      return code;
    }
    text = without_trailing_space(text);
    outline.items.emplace_back(static_cast<std::size_t>(text.data() - body.data()), text.size());
  }
  return simdjson::SUCCESS;
}

Result<void> parse_envelope(const std::string& body, std::string_view list, BodyOutline& outline) {
  std::string text;
  if (!outline.found) {
    text = body;
  } else {
    const auto begin = static_cast<std::size_t>(list.data() - body.data());
    std::string first = "[";
    if (!outline.items.empty()) {
      first.append(body, outline.items.front().first, outline.items.front().second);
    }
    text = body.substr(0, begin) + first + "]" + body.substr(begin + list.size());
  }
  auto envelope = parse_json(text);
  if (!envelope && envelope.error().kind == ErrorKind::rejected && outline.found) {
    // The first item is nested too deep, and fails alone later.
    const auto begin = static_cast<std::size_t>(list.data() - body.data());
    envelope = parse_json(body.substr(0, begin) + "[]" + body.substr(begin + list.size()));
  }
  WEIR_TRY(outline.envelope, std::move(envelope));
  return {};
}

RecordSelection selection_of(const PageShape& shape) {
  RecordSelection selection(shape.record.around);
  selection.add(shape.id);
  selection.add(shape.number);
  for (const auto* names : {&shape.changed, &shape.created}) {
    std::for_each(names->begin(), names->end(), [&](const auto& name) { selection.add(name); });
  }
  return selection;
}

// A field that says when, and whether its digits are wall time.
struct TimeField {
  std::string name;
  bool wall = false;
};

std::vector<TimeField> time_fields(const std::vector<std::string>& names,
                                   const RecordShape& shape) {
  std::vector<TimeField> fields;
  fields.reserve(names.size());
  for (const auto& name : names) {
    fields.push_back({name, is_wall_time(shape, name)});
  }
  return fields;
}

class Builder {
 public:
  explicit Builder(const PageShape& shape)
      : shape_(shape),
        selection_(selection_of(shape)),
        changed_(time_fields(shape.changed, shape.record)),
        created_(time_fields(shape.created, shape.record)),
        digester_(shape.record, selection_, shape.counted_lists) {}

  Page page;

  Result<void> add(std::size_t offset, std::size_t length);

 private:
  Result<void> read(std::string_view raw, PageRecord& made);
  void read_members(const RecordDigest& digest, PageRecord& made);
  std::optional<Timestamp> moment_at(const Value& record,
                                     const std::vector<TimeField>& fields) const;
  void settle_id(std::string_view raw, PageRecord& made);

  const PageShape& shape_;
  const RecordSelection selection_;
  const std::vector<TimeField> changed_;
  const std::vector<TimeField> created_;
  RecordDigester digester_;
  std::unordered_set<std::string> ids_;
};

std::string made_id(std::string_view raw) {
  const Hash128 hash = hash128(raw);
  return fmt::format("without-id-{:016x}{:016x}", hash.high, hash.low);
}

// Nothing: the field cannot be an id.
std::optional<std::string> key_text(const Value* value) {
  if (value == nullptr || value->list() != nullptr || value->object() != nullptr) {
    return std::nullopt;
  }
  return to_text(*value);
}

std::optional<Timestamp> Builder::moment_at(const Value& record,
                                            const std::vector<TimeField>& fields) const {
  for (const TimeField& field : fields) {
    const Value* value = find_in_record(record, field.name, shape_.record.around);
    if (value != nullptr && (value->text() != nullptr || value->number() != nullptr)) {
      if (const auto moment = parse_moment(to_text(*value), shape_.zone, field.wall)) {
        return moment;
      }
    }
  }
  return std::nullopt;
}

void Builder::read_members(const RecordDigest& digest, PageRecord& made) {
  const std::string& around = shape_.record.around;
  made.content = digest.content;
  made.id = key_text(find_in_record(digest.record, shape_.id, around)).value_or("");
  if (!shape_.number.empty()) {
    made.number = key_text(find_in_record(digest.record, shape_.number, around)).value_or("");
  }
  made.changed_at = moment_at(digest.record, changed_);
  made.created_at = moment_at(digest.record, created_);
  if (made.id.empty()) {
    made.fault =
        fmt::format("the record has no id: its field `{}` is missing, empty or no text", shape_.id);
  } else if (shape_.seen) {
    shape_.seen(page.records.size(), digest.lists);
  }
}

Result<void> Builder::read(std::string_view raw, PageRecord& made) {
  if (shape_.bare_ids) {
    WEIR_TRY(const Value value, parse_json(raw));
    made.content = hash64(raw);
    made.id = key_text(&value).value_or("");
    if (made.id.empty()) {
      made.fault = "the list of ids holds something that is no id";
    }
    return {};
  }
  const auto digest = digester_.digest(raw);
  if (digest) {
    read_members(*digest, made);
    return {};
  }
  if (digest.error().kind != ErrorKind::rejected) {
    return tl::unexpected(digest.error().within(fmt::format("record {}", page.records.size() + 1)));
  }
  made.fault = digest.error().message;
  made.content = hash64(raw);
  return {};
}

// Leaves a record with an id that no other of the page has.
void Builder::settle_id(std::string_view raw, PageRecord& made) {
  if (!made.id.empty() && ids_.insert(made.id).second) {
    return;
  }
  if (!made.id.empty()) {
    made.fault = fmt::format(
        "the page holds two records with the id `{}`; if `{}` does not identify a record, choose "
        "another field as `id`",
        made.id, shape_.id);
  }
  made.id = made_id(raw);
  for (int copy = 2; !ids_.insert(made.id).second; ++copy) {
    made.id = fmt::format("{}-{}", made_id(raw), copy);
  }
}

Result<void> Builder::add(std::size_t offset, std::size_t length) {
  PageRecord made;
  made.offset = offset;
  made.length = length;
  const std::string_view raw = std::string_view(page.bytes).substr(offset, length);
  WEIR_CHECK(read(raw, made));
  settle_id(raw, made);
  page.records.push_back(std::move(made));
  return {};
}

// One row that is a list, as an object with the columns' names.
Result<void> append_row(std::string_view row, const std::vector<std::string>& columns,
                        std::string& out) {
  WEIR_TRY(const Value parsed, parse_json(row));
  const List* values = parsed.list();
  if (values == nullptr || values->size() != columns.size()) {
    return fail(ErrorKind::corrupt,
                fmt::format("a row holds {} values, but {} columns were asked for",
                            values == nullptr ? 0 : values->size(), columns.size()));
  }
  Object object;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    object.emplace_back(columns[i], (*values)[i]);
  }
  append_json(Value(std::move(object)), out);
  return {};
}

}  // namespace

Result<BodyOutline> outline_body(std::string& body, const JsonPath& path) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  json::parser parser;
  json::document document;
  if (const auto code =
          parser.iterate(body.data(), body.size(), body.size() + simdjson::SIMDJSON_PADDING)
              .get(document)) {
    return no_json(code);
  }
  BodyOutline outline;
  json::array list;
  std::string_view list_text;
  const auto sought = find_list(document, path, 0, list);
  if (sought == simdjson::INCORRECT_TYPE) {
    return fail(ErrorKind::corrupt,
                fmt::format("the answer names a part of `{}` twice", fmt::join(path, ".")));
  }
  outline.found = sought == simdjson::SUCCESS;
  if (outline.found) {
    bool empty = false;
    if (const auto code = list.raw_json().get(list_text)) {
      return no_json(code);
    }
    list_text = without_trailing_space(list_text);
    if (const auto code = list.reset().get(empty)) {
      return no_json(code);
    }
    if (const auto code = collect_items(list, body, outline)) {
      return no_json(code);
    }
  }
  WEIR_CHECK(parse_envelope(body, list_text, outline));
  return outline;
}

Result<std::pair<std::size_t, std::size_t>> locate_list(std::string_view text,
                                                        const JsonPath& path) {
  std::string padded(text);
  padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  json::parser parser;
  json::document document;
  json::array list;
  std::string_view found;
  auto code = parser.iterate(padded.data(), padded.size(), padded.capacity()).get(document);
  if (!code) {
    code = find_list(document, path, 0, list);
  }
  if (code == simdjson::NO_SUCH_FIELD || code == simdjson::INCORRECT_TYPE) {
    return fail(ErrorKind::rejected,
                fmt::format("there is no one list `{}`", fmt::join(path, ".")));
  }
  if (code || list.raw_json().get(found)) {
    return no_json(code);
  }
  found = without_trailing_space(found);
  return std::pair(static_cast<std::size_t>(found.data() - padded.data()), found.size());
}

void replace_in_page(Page& page, std::vector<Replacement> replacements) {
  std::sort(replacements.begin(), replacements.end(),
            [](const Replacement& a, const Replacement& b) { return a.offset < b.offset; });
  std::string bytes;
  std::size_t from = 0;
  for (const auto& each : replacements) {
    bytes.append(page.bytes, from, each.offset - from);
    bytes += each.text;
    from = each.offset + each.length;
  }
  bytes.append(page.bytes, from);
  // Where a place of the old bytes is in the new ones; none lies inside a replaced part.
  const auto moved = [&](std::size_t at) {
    std::size_t to = at;
    for (const auto& each : replacements) {
      to += each.offset < at ? each.text.size() - each.length : 0;
    }
    return to;
  };
  for (PageRecord& record : page.records) {
    const std::size_t end = moved(record.offset + record.length);
    record.offset = moved(record.offset);
    record.length = end - record.offset;
  }
  page.bytes = std::move(bytes);
}

Result<Page> make_page(std::string body, const BodyOutline& outline, const PageShape& shape) {
  Builder builder(shape);
  builder.page.records.reserve(outline.items.size());
  if (shape.columns.empty()) {
    builder.page.bytes = std::move(body);
    for (const auto& [offset, length] : outline.items) {
      WEIR_CHECK(builder.add(offset, length));
    }
    return std::move(builder.page);
  }
  std::vector<std::pair<std::size_t, std::size_t>> rows;
  for (const auto& [offset, length] : outline.items) {
    const std::size_t begin = builder.page.bytes.size();
    WEIR_CHECK(append_row(std::string_view(body).substr(offset, length), shape.columns,
                          builder.page.bytes));
    rows.emplace_back(begin, builder.page.bytes.size() - begin);
  }
  for (const auto& [offset, length] : rows) {
    WEIR_CHECK(builder.add(offset, length));
  }
  return std::move(builder.page);
}

}  // namespace weir
