// SPDX-License-Identifier: Apache-2.0
#include "alert/notice.h"

#include "alert/alert_kind.h"
#include "core/time_zone.h"

#include <charconv>

namespace weir {
namespace {

constexpr std::string_view word_of_trouble = "trouble";
constexpr std::string_view word_of_well = "well";

std::string text_of(const Value& value, std::string_view name) {
  const Value* member = value.member(name);
  return member != nullptr ? to_text(*member) : "";
}

}  // namespace

Value to_value(const Notice& notice) {
  Value value;
  value.set("kind", to_string(notice.kind));
  value.set("subject", notice.subject);
  value.set("state", notice.well ? word_of_well : word_of_trouble);
  value.set("text", notice.text);
  value.set("repeats", notice.repeats);
  value.set("since", format_utc(notice.since));
  value.set("at", format_utc(notice.at));
  return value;
}

std::optional<Notice> read_notice(const Value& value) {
  const auto kind = parse_alert_kind(text_of(value, "kind"));
  const auto since = parse_utc(text_of(value, "since"));
  const auto at = parse_utc(text_of(value, "at"));
  if (!kind || !since || !at) {
    return std::nullopt;
  }
  Notice notice;
  notice.kind = *kind;
  notice.subject = text_of(value, "subject");
  notice.text = text_of(value, "text");
  notice.well = text_of(value, "state") == word_of_well;
  const std::string repeats = text_of(value, "repeats");
  std::from_chars(repeats.data(), repeats.data() + repeats.size(), notice.repeats);
  notice.since = *since;
  notice.at = *at;
  return notice;
}

}  // namespace weir
