// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/page_parser.h"

#include "core/business_time.h"
#include "core/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>

namespace weir {
namespace {

constexpr std::size_t id_field = 0;  // of page_names()
constexpr std::size_t number_field = 1;
constexpr std::size_t first_time_field = 2;

class Builder {
 public:
  explicit Builder(const PageShape& shape) : shape_(shape) {
    for (const std::string& name : page_names(shape)) {
      is_wall_.push_back(is_wall_time(shape.record, name));
    }
  }

  Page page;

  // The digest may be missing.
  Result<void> add(std::size_t offset, std::size_t length, const RecordDigest* digest);
  // Leaves each record with an id that no other of the page has. Once, at the end.
  void settle_ids();

 private:
  Result<void> read(std::string_view raw, PageRecord& made);
  Result<RecordDigest> digest(std::string_view raw);
  void read_fields(const RecordDigest& digest, PageRecord& made);
  void take_members(std::span<const MemberPlace> members, PageRecord& made);
  std::optional<Timestamp> moment_in(std::span<const FoundField> fields, std::size_t from,
                                     std::size_t count) const;
  bool has_distinct_ids() const;
  void settle_id(PageRecord& record, std::unordered_set<std::string>& ids) const;

  const PageShape& shape_;
  std::vector<bool> is_wall_;               // of each name, whether its digits are wall time
  std::optional<RecordDigester> digester_;  // made when the first record comes without a digest
};

std::string made_id(std::string_view raw) {
  const Hash128 hash = hash128(raw);
  return fmt::format("without-id-{:016x}{:016x}", hash.high, hash.low);
}

// Empty: the field cannot be an id.
std::string key_text(const Value& value) {
  return value.list() != nullptr || value.object() != nullptr ? std::string() : to_text(value);
}

std::string key_text(const FoundField& field) {
  return field.text.data() != nullptr ? std::string(field.text) : key_text(field.value);
}

// The first of the fields that says a time.
std::optional<Timestamp> Builder::moment_in(std::span<const FoundField> fields, std::size_t from,
                                            std::size_t count) const {
  std::optional<Timestamp> moment;
  for (std::size_t i = from; i < from + count && !moment; ++i) {
    const auto& [in_place, value] = fields[i];
    if (in_place.data() != nullptr) {
      moment = parse_moment(in_place, shape_.zone, is_wall_[i]);
    } else if (value.text() != nullptr || value.number() != nullptr) {
      moment = parse_moment(to_text(value), shape_.zone, is_wall_[i]);
    }
  }
  return moment;
}

void Builder::read_fields(const RecordDigest& digest, PageRecord& made) {
  const std::size_t changed = shape_.changed.size();
  made.content = digest.content;
  made.changed_at = moment_in(digest.fields, first_time_field, changed);
  made.created_at = moment_in(digest.fields, first_time_field + changed, shape_.created.size());
  if (!shape_.number.empty() && shape_.number != shape_.id) {
    made.number = key_text(digest.fields[number_field]);
  }
  made.id = key_text(digest.fields[id_field]);
  if (shape_.number == shape_.id) {
    made.number = made.id;
  }
  if (made.id.empty()) {
    made.fault =
        fmt::format("the record has no id: its field `{}` is missing, empty or no text", shape_.id);
  } else if (shape_.seen) {
    shape_.seen(page.records.size(), digest.lists);
  }
}

void Builder::take_members(std::span<const MemberPlace> members, PageRecord& made) {
  made.first_member = page.members.size();
  made.member_count = members.size();
  page.members.insert(page.members.end(), members.begin(), members.end());
}

Result<void> Builder::read(std::string_view raw, PageRecord& made) {
  if (shape_.bare_ids) {
    WEIR_TRY(Value value, parse_json(raw));
    made.content = hash64(raw);
    made.id = key_text(value);
    if (made.id.empty()) {
      made.fault = "the list of ids holds something that is no id";
    }
    return {};
  }
  auto digest = this->digest(raw);
  if (digest) {
    read_fields(*digest, made);
    return {};
  }
  if (digest.error().kind != ErrorKind::rejected) {
    return tl::unexpected(digest.error().within(fmt::format("record {}", page.records.size() + 1)));
  }
  made.fault = digest.error().message;
  made.content = hash64(raw);
  return {};
}

Result<RecordDigest> Builder::digest(std::string_view raw) {
  if (!digester_) {
    digester_.emplace(shape_.record, page_names(shape_), shape_.counted_lists);
  }
  return digester_->digest(raw);
}

bool Builder::has_distinct_ids() const {
  std::vector<std::string_view> ids;
  ids.reserve(page.records.size());
  for (const PageRecord& record : page.records) {
    ids.push_back(record.id);
  }
  std::sort(ids.begin(), ids.end());
  return (ids.empty() || !ids.front().empty()) &&
         std::adjacent_find(ids.begin(), ids.end()) == ids.end();
}

void Builder::settle_id(PageRecord& record, std::unordered_set<std::string>& ids) const {
  if (!record.id.empty() && ids.insert(record.id).second) {
    return;
  }
  if (!record.id.empty()) {
    record.fault = fmt::format(
        "the page holds two records with the id `{}`; if `{}` does not identify a record, choose "
        "another field as `id`",
        record.id, shape_.id);
  }
  const std::string made = made_id(page.raw(record));
  record.id = made;
  for (int copy = 2; !ids.insert(record.id).second; ++copy) {
    record.id = fmt::format("{}-{}", made, copy);
  }
}

void Builder::settle_ids() {
  if (has_distinct_ids()) {
    return;
  }
  std::unordered_set<std::string> ids;
  for (PageRecord& record : page.records) {
    settle_id(record, ids);
  }
}

Result<void> Builder::add(std::size_t offset, std::size_t length, const RecordDigest* digest) {
  PageRecord made;
  made.offset = offset;
  made.length = length;
  if (digest != nullptr) {
    read_fields(*digest, made);
    take_members(digest->members, made);
  } else {
    WEIR_CHECK(read(page.raw(made), made));
  }
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

std::vector<std::string> page_names(const PageShape& shape) {
  std::vector<std::string> names = {shape.id, shape.number};
  names.insert(names.end(), shape.changed.begin(), shape.changed.end());
  names.insert(names.end(), shape.created.begin(), shape.created.end());
  return names;
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
    record.first_member = 0;
    record.member_count = 0;  // they have moved
    const std::size_t end = moved(record.offset + record.length);
    record.offset = moved(record.offset);
    record.length = end - record.offset;
  }
  page.bytes = std::move(bytes);
  page.selection = nullptr;
  page.members.clear();
}

Result<Page> make_page(std::string body, BodyOutline outline, const PageShape& shape) {
  Builder builder(shape);
  builder.page.records.reserve(outline.items.size());
  if (shape.columns.empty()) {
    builder.page.bytes = std::move(body);
  } else {
    for (auto& [offset, length] : outline.items) {
      const std::string_view row = std::string_view(body).substr(offset, length);
      offset = builder.page.bytes.size();
      WEIR_CHECK(append_row(row, shape.columns, builder.page.bytes));
      length = builder.page.bytes.size() - offset;
    }
  }
  if (!outline.digests.empty() && outline.digests[0].located) {
    builder.page.selection = shape.selection;
  }
  for (std::size_t i = 0; i < outline.items.size(); ++i) {
    const auto& [offset, length] = outline.items[i];
    if (outline.digests.empty()) {
      WEIR_CHECK(builder.add(offset, length, nullptr));
    } else {
      const RecordDigest digest = outline.digests[i];
      WEIR_CHECK(builder.add(offset, length, &digest));
    }
  }
  builder.settle_ids();
  return std::move(builder.page);
}

}  // namespace weir
