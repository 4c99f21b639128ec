// SPDX-License-Identifier: Apache-2.0
#include "alert/trouble_book.h"

#include <charconv>

namespace weir {

std::optional<Notice> TroubleBook::raise(const Alert& alert, Timestamp now) {
  const auto [entry, is_new] = open_.try_emplace({alert.kind, alert.subject});
  Trouble& trouble = entry->second;
  if (is_new) {
    trouble.told.since = now;
  } else if (now < trouble.told.at) {
    trouble.told.at = now;  // the clock was set back: do not be silent for so much longer
    trouble.untold += alert.told_again_before ? 0 : 1;
    return std::nullopt;
  } else if (alert.told_again_before && trouble.told.at >= *alert.told_again_before) {
    return std::nullopt;
  } else if (now - trouble.told.at < repeat_after_) {
    trouble.untold += alert.told_again_before ? 0 : 1;
    return std::nullopt;
  }
  trouble.told.kind = alert.kind;
  trouble.told.subject = alert.subject;
  trouble.told.text = alert.text;
  trouble.told.repeats = trouble.untold;
  trouble.told.at = now;
  trouble.untold = 0;
  return trouble.told;
}

std::optional<Notice> TroubleBook::well_again(AlertKind kind, std::string_view subject,
                                              std::string text, Timestamp now) {
  const auto found = open_.find({kind, std::string(subject)});
  if (found == open_.end()) {
    return std::nullopt;
  }
  Notice notice = std::move(found->second.told);
  notice.repeats = found->second.untold;
  notice.text = std::move(text);
  notice.well = true;
  notice.at = now;
  open_.erase(found);
  return notice;
}

Value TroubleBook::to_value() const {
  List troubles;
  for (const auto& [key, trouble] : open_) {
    Value value = weir::to_value(trouble.told);
    value.set("untold", trouble.untold);
    troubles.push_back(std::move(value));
  }
  return troubles;
}

void TroubleBook::restore(const Value& troubles) {
  if (troubles.list() == nullptr) {
    return;
  }
  for (const Value& value : *troubles.list()) {
    const auto told = read_notice(value);
    if (!told) {
      continue;
    }
    Trouble trouble{*told, 0};
    if (const Value* untold = value.member("untold"); untold && untold->number()) {
      const std::string& digits = untold->number()->digits;
      std::from_chars(digits.data(), digits.data() + digits.size(), trouble.untold);
    }
    open_[{told->kind, told->subject}] = std::move(trouble);
  }
}

}  // namespace weir
