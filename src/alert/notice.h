// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alerts.h"
#include "core/clock.h"
#include "core/value.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir {

// One thing to be told: a trouble, or its end.
struct Notice {
  AlertKind kind = AlertKind::run_failed;
  std::string subject;
  std::string text;
  bool well = false;         // the trouble is over
  std::int64_t repeats = 0;  // how often it came again without being told
  Timestamp since;           // when the trouble began
  Timestamp at;              // when this happened

  bool operator==(const Notice&) const = default;
  bool same_trouble(const Notice& other) const {
    return kind == other.kind && subject == other.subject;
  }
};

// As webhooks and the store have it: {"kind":…,"subject":…,"state":"trouble"|"well",…}; and back.
// Nothing: it is none.
Value to_value(const Notice& notice);
std::optional<Notice> read_notice(const Value& value);

}  // namespace weir
