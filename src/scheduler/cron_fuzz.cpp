// SPDX-License-Identifier: Apache-2.0
#include "scheduler/cron.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any text is a schedule or is refused; a schedule comes, and always later than before.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cron = weir::Cron::parse({reinterpret_cast<const char*>(data), size});
  if (!cron) {
    return cron.error().kind == weir::ErrorKind::invalid_config ? 0 : (std::abort(), 0);
  }
  static const weir::TimeZone zone = weir::TimeZone::find("Europe/Berlin").value();
  weir::Timestamp moment{std::chrono::sys_days(std::chrono::year(2026) / 3 / 28)};
  for (int i = 0; i < 3; ++i) {
    const weir::Timestamp next = cron->next(moment, zone);
    if (next <= moment) {
      std::abort();
    }
    moment = next;
  }
  return 0;
}
