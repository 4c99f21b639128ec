// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

enum class AlertKind : std::uint8_t {
  run_failed,         // a run ended with an error of its own
  run_refused,        // a system refused us
  run_parked,         // a limit or an outage stopped a run; it goes on by itself
  records_failed,     // records that could not be delivered
  nothing_delivered,  // for longer than the pipeline's setting allows
  budget_forecast,    // the month's calls will not do
  quality_broken,     // records break quality rules, or too many have a warning
  journal_too_large,  // it keeps more raw JSON than it should, and none of it may be given up
};

// What is wrong with whom. The same kind and subject again is the same trouble.
struct Alert {
  AlertKind kind = AlertKind::run_failed;
  std::string subject;  // a pipeline's name; of budget_forecast the connection's; "journal"
  std::string text;     // for people: what happened, the figures, what to do
  // Of a state that is found again whenever somebody looks: finding it is not counted, and it is
  // told again only when it was told last before this moment.
  std::optional<Timestamp> told_again_before = {};
};

// Where trouble is told. Neither call blocks; any thread may call.
class Alerts {
 public:
  virtual ~Alerts() = default;
  virtual void raise(Alert alert) = 0;
  // Nothing happens unless this trouble had been raised.
  virtual void well_again(AlertKind kind, std::string_view subject, std::string text) = 0;
};

}  // namespace weir
