// SPDX-License-Identifier: Apache-2.0
#include "core/error.h"

namespace weir {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_config:
      return "invalid_config";
    case ErrorKind::unauthorized:
      return "unauthorized";
    case ErrorKind::rejected:
      return "rejected";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::timed_out:
      return "timed_out";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

bool is_transient(ErrorKind kind) {
  return kind == ErrorKind::throttled || kind == ErrorKind::unavailable ||
         kind == ErrorKind::timed_out || kind == ErrorKind::corrupt;
}

Error Error::within(std::string_view place) const {
  Error placed = *this;
  placed.message = std::string(place) + ": " + message;
  return placed;
}

}  // namespace weir
