// SPDX-License-Identifier: Apache-2.0
#include "source/source_cursor.h"

#include "core/value.h"

#include <algorithm>
#include <string>

namespace weir {
namespace {

constexpr std::chrono::days a_day(1);
constexpr std::int64_t version = 2;

Value day_value(const std::optional<Day>& day) { return day ? Value(format_day(*day)) : Value(); }

Result<std::optional<Day>> day_member(const Value& value, std::string_view name) {
  const Value* member = value.member(name);
  if (member == nullptr || member->is_null()) {
    return std::optional<Day>();
  }
  if (member->text() == nullptr) {
    return fail(ErrorKind::corrupt, "the cursor's `" + std::string(name) + "` is no day");
  }
  auto day = parse_day(*member->text());
  if (!day) {
    return fail(ErrorKind::corrupt,
                "the cursor's `" + std::string(name) + "`: " + day.error().message);
  }
  return std::optional<Day>(*day);
}

// What is left of an open window when `closed` is taken out.
std::vector<Window> without(const Window& open, const Window& closed) {
  if ((closed.to && open.from && *closed.to < *open.from) ||
      (closed.from && open.to && *closed.from > *open.to)) {
    return {open};
  }
  std::vector<Window> rest;
  if (closed.from && (!open.from || *open.from < *closed.from)) {
    rest.push_back({open.kind, open.from, *closed.from - a_day});
  }
  if (closed.to && (!open.to || *closed.to < *open.to)) {
    rest.push_back({open.kind, *closed.to + a_day, open.to});
  }
  return rest;
}

}  // namespace

void SourceCursor::close(const Window& window) {
  std::vector<Window> left;
  for (const auto& each : open) {
    const auto rest = without(each, window);
    left.insert(left.end(), rest.begin(), rest.end());
  }
  open = std::move(left);
  if (window.to && (!to || *to < *window.to)) {
    to = window.to;
  }
}

void SourceCursor::leave_open(const Window& window) {
  close(window);
  open.push_back(window);
}

Cursor write_cursor(const SourceCursor& cursor) {
  Value value{Object{}};
  value.set("version", Value(version));
  value.set("by", Value(cursor.kind == WindowKind::created ? "created" : "modified"));
  value.set("from", day_value(cursor.from));
  value.set("to", day_value(cursor.to));
  List open;
  for (const auto& window : cursor.open) {
    Value entry{Object{}};
    entry.set("from", day_value(window.from));
    entry.set("to", day_value(window.to));
    open.push_back(std::move(entry));
  }
  value.set("open", Value(std::move(open)));
  value.set("overlap_read_on", day_value(cursor.overlap_read_on));
  value.set("last_reading_at",
            cursor.last_reading_at ? Value(format_utc(*cursor.last_reading_at)) : Value());
  value.set("newest_first", Value(cursor.newest_first));
  return {to_json(value)};
}

Result<SourceCursor> read_cursor(const Cursor& text) {
  WEIR_TRY(const Value value, parse_json(text.text));
  const Value* written_as = value.member("version");
  const std::string its_version = written_as == nullptr ? "" : to_text(*written_as);
  if (its_version != "1" && its_version != std::to_string(version)) {
    return fail(ErrorKind::rejected,
                "the journal's cursor was written by another version of weir: " + text.text);
  }
  SourceCursor cursor;
  const Value* by = value.member("by");
  cursor.kind =
      by != nullptr && to_text(*by) == "created" ? WindowKind::created : WindowKind::modified;
  WEIR_TRY(cursor.from, day_member(value, "from"));
  WEIR_TRY(cursor.to, day_member(value, "to"));
  const Value* open = value.member("open");
  if (open != nullptr && open->list() != nullptr) {
    for (const auto& entry : *open->list()) {
      Window window{cursor.kind, {}, {}};
      WEIR_TRY(window.from, day_member(entry, "from"));
      WEIR_TRY(window.to, day_member(entry, "to"));
      cursor.open.push_back(window);
    }
  }
  WEIR_TRY(cursor.overlap_read_on, day_member(value, "overlap_read_on"));
  const Value* last = value.member("last_reading_at");
  if (last != nullptr && !last->is_null()) {
    WEIR_TRY(cursor.last_reading_at, parse_utc(to_text(*last)));
  }
  const Value* proven = value.member("newest_first");
  cursor.newest_first = proven != nullptr && proven->boolean() != nullptr && *proven->boolean();
  return cursor;
}

}  // namespace weir
