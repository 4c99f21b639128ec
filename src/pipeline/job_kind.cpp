// SPDX-License-Identifier: Apache-2.0
#include "pipeline/job_kind.h"

namespace weir {

std::string_view to_string(JobKind kind) {
  switch (kind) {
    case JobKind::run:
      return "run";
    case JobKind::read:
      return "read";
    case JobKind::deliver:
      return "deliver";
    case JobKind::remedy:
      return "remedy";
    case JobKind::retry:
      return "retry";
  }
  return "run";
}

}  // namespace weir
