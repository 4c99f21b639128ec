// SPDX-License-Identifier: Apache-2.0
#include "journal/journal.h"

#include <string>

namespace weir {

std::string_view to_string(RecordState state) {
  switch (state) {
    case RecordState::waiting:
      return "waiting";
    case RecordState::delivered:
      return "delivered";
    case RecordState::filtered:
      return "filtered";
    case RecordState::failed:
      return "failed";
    case RecordState::in_doubt:
      return "in_doubt";
  }
  return "waiting";
}

Result<RecordState> parse_record_state(std::string_view text) {
  for (const RecordState state :
       {RecordState::waiting, RecordState::delivered, RecordState::filtered, RecordState::failed,
        RecordState::in_doubt}) {
    if (text == to_string(state)) {
      return state;
    }
  }
  return fail(ErrorKind::invalid_config,
              "`" + std::string(text) +
                  "` is no state of a record; it is one of waiting, delivered, filtered, failed, "
                  "in_doubt");
}

}  // namespace weir
