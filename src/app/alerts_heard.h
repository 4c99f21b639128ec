// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alert_kind.h"
#include "alert/trouble_book.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace weir {

// For tests: what a person would hear, as "KIND SUBJECT: TEXT", its end with "well: " before.
class AlertsHeard final : public Alerts {
 public:
  void raise(Alert alert) override {
    if (const auto notice = book_.raise(alert, now)) {
      keep(*notice);
    }
  }
  void well_again(AlertKind kind, std::string_view subject, std::string text) override {
    if (const auto notice = book_.well_again(kind, subject, std::move(text), now)) {
      keep(*notice);
    }
  }
  std::vector<std::string> take() { return std::exchange(heard_, {}); }

  Timestamp now{};

 private:
  void keep(const Notice& notice) {
    heard_.push_back(fmt::format("{}{} {}: {}", notice.well ? "well: " : "", to_string(notice.kind),
                                 notice.subject, notice.text));
  }

  TroubleBook book_{std::chrono::hours(1)};
  std::vector<std::string> heard_;
};

}  // namespace weir
