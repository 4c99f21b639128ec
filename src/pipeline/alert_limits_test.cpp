// SPDX-License-Identifier: Apache-2.0
#include "pipeline/alert_limits.h"

#include "spec/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AlertLimitsFile : public ::testing::Test {
 protected:
  AlertLimits read(const std::string& text) {
    faults_.clear();
    const SystemReferences references("/");
    const Node node = read_document(text, "weir.yaml", references, faults_);
    const AlertLimits limits = read_alert_limits(node, {"channels"}, faults_);
    texts_.clear();
    for (const Fault& fault : faults_) {
      texts_.push_back(to_string(fault));
    }
    return limits;
  }

  Faults faults_;
  std::vector<std::string> texts_;
};

TEST_F(AlertLimitsFile, WhatAPipelineSaysStandsOverWhatIsSaidForAll) {
  const AlertLimits all = read("nothing_for: 2d\nwarned_percent: 2.5\nchannels: {}");
  EXPECT_EQ(all.nothing_for, std::chrono::hours(48));
  EXPECT_EQ(all.warned_percent, 2.5);
  const AlertLimits one = read("nothing_for: never");
  EXPECT_THAT(texts_, IsEmpty());
  EXPECT_EQ(one.over(all), (AlertLimits{std::chrono::milliseconds(0), 2.5}));
  EXPECT_EQ(read("").over(all), all);
}

TEST_F(AlertLimitsFile, TellsEveryFaultWithItsLine) {
  EXPECT_EQ(read("nothing_for: 2 days\nwarned_percent: 101\nnothing_fr: 1d"), AlertLimits());
  EXPECT_THAT(texts_, ElementsAre(HasSubstr("weir.yaml:3: error: `nothing_fr` is no setting here"),
                                  HasSubstr("weir.yaml:2: error: `warned_percent` must be"),
                                  HasSubstr("weir.yaml:1: error: `nothing_for` must be a length of "
                                            "time, as in `2d` or `12h`, or `never`, and is `2 "
                                            "days`")));
  read("nothing_for: 0s");
  EXPECT_THAT(texts_, ElementsAre(HasSubstr("and is `0s`")));
}

}  // namespace
}  // namespace weir
