// SPDX-License-Identifier: Apache-2.0
#include "journal/journal.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(RecordState, ReadsBackWhatItPrints) {
  for (const RecordState state :
       {RecordState::waiting, RecordState::delivered, RecordState::filtered, RecordState::failed,
        RecordState::in_doubt}) {
    const auto parsed = parse_record_state(to_string(state));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(*parsed, state);
  }
}

TEST(RecordState, NamesTheKnownStatesWhenAWordIsNone) {
  const auto parsed = parse_record_state("faild");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_config);
  EXPECT_NE(parsed.error().message.find("`faild`"), std::string::npos);
  EXPECT_NE(parsed.error().message.find("in_doubt"), std::string::npos);
}

}  // namespace
}  // namespace weir
