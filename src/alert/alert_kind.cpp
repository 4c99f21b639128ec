// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_kind.h"

#include <algorithm>

namespace weir {

const std::vector<std::string>& alert_kind_names() {
  // In the order of AlertKind.
  static const std::vector<std::string> names{
      "run_failed",        "run_refused",     "run_parked",     "records_failed",
      "nothing_delivered", "budget_forecast", "quality_broken", "journal_too_large"};
  return names;
}

std::string_view to_string(AlertKind kind) {
  return alert_kind_names()[static_cast<std::size_t>(kind)];
}

std::optional<AlertKind> parse_alert_kind(std::string_view name) {
  const auto& names = alert_kind_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<AlertKind>(found - names.begin());
}

}  // namespace weir
