// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retention.h"

namespace weir {

Result<RawGivenUp> give_up_raw(Journal& journal, const Retention& retention,
                               const LookedInto& looked_into, Timestamp now, std::int64_t steps_max,
                               const std::stop_token& stop) {
  RawLimits limits;
  if (retention.age) {
    limits.received_before = now - *retention.age;
  }
  limits.bytes_max = retention.bytes;
  limits.looked_into = looked_into.pipelines;
  limits.all_looked_into = looked_into.all;
  RawGivenUp given_up;
  for (std::int64_t step = 0; step < steps_max && !given_up.finished && !stop.stop_requested();
       ++step) {
    WEIR_TRY(const RawDropped dropped, journal.drop_raw(limits));
    given_up.pages += dropped.pages;
    given_up.bytes += dropped.bytes;
    given_up.bytes_kept = dropped.bytes_kept;
    given_up.finished = !dropped.more;
  }
  return given_up;
}

}  // namespace weir
