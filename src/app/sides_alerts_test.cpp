// SPDX-License-Identifier: Apache-2.0
#include "app/run_alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

namespace weir {
namespace {

class OpenTroubles final : public Alerts {
 public:
  void raise(Alert alert) override { open.emplace(alert.kind, alert.subject); }
  void well_again(AlertKind kind, std::string_view subject, std::string) override {
    open.erase({kind, std::string(subject)});
  }
  std::set<std::pair<AlertKind, std::string>> open;
};

RunResult ended(JobKind job, RunStatus status) {
  RunResult result;
  result.pipeline = "p";
  result.job = job;
  result.status = status;
  return result;
}

TEST(SidesAlerts, ASideThatWentWellEndsNoTroubleOfTheOther) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  using testing::Pair;
  OpenTroubles alerts;
  tell_of_run(alerts, ended(JobKind::deliver, RunStatus::refused), {});
  tell_of_run(alerts, ended(JobKind::read, RunStatus::succeeded), {});
  EXPECT_THAT(alerts.open, ElementsAre(Pair(AlertKind::run_refused, "p (target)")));
  tell_of_run(alerts, ended(JobKind::remedy, RunStatus::refused), {});
  tell_of_run(alerts, ended(JobKind::retry, RunStatus::succeeded), {});
  EXPECT_THAT(alerts.open, ElementsAre(Pair(AlertKind::run_refused, "p (source)")));
  tell_of_run(alerts, ended(JobKind::deliver, RunStatus::refused), {});
  tell_of_run(alerts, ended(JobKind::run, RunStatus::succeeded), {});
  EXPECT_THAT(alerts.open, IsEmpty()) << "the whole went well";
  tell_of_run(alerts, ended(JobKind::run, RunStatus::parked), {});
  tell_of_run(alerts, ended(JobKind::retry, RunStatus::succeeded), {});
  EXPECT_THAT(alerts.open, ElementsAre(Pair(AlertKind::run_parked, "p")));
  tell_of_run(alerts, ended(JobKind::deliver, RunStatus::succeeded), {});
  EXPECT_THAT(alerts.open, IsEmpty()) << "the sides have their own schedules now";
}

}  // namespace
}  // namespace weir
