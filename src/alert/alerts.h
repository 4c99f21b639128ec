// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
  quality_broken,     // quality rules were broken
};

// What is wrong with whom. The same kind and subject again is the same trouble.
struct Alert {
  AlertKind kind = AlertKind::run_failed;
  std::string subject;  // a pipeline's name; of budget_forecast the connection's
  std::string text;     // for people: what happened, the figures, what to do
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
