// SPDX-License-Identifier: Apache-2.0
#include "spec/schedule_reader.h"

#include "spec/field_reader.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace weir {
namespace {

struct ScheduleSettings {
  std::string cron;
};

const Spec<ScheduleSettings>& schedule_spec() {
  static const auto spec =
      Spec<ScheduleSettings>("When `weir serve` runs the pipeline, or this side of it.")
          .field(&ScheduleSettings::cron, "cron",
                 "Five fields of cron, or six with seconds in front; or @daily and its kin.")
          .required()
          .example("\"*/10 * * * *\"");
  return spec;
}

}  // namespace

SpecTable schedule_table() { return schedule_spec().table(); }

std::optional<CronText> read_schedule(const Node& schedule, Faults& faults) {
  const std::size_t before = faults.size();
  ScheduleSettings settings = schedule_spec().read(schedule, {}, faults);
  if (faults.size() != before) {
    return std::nullopt;
  }
  const Node* cron = schedule.member("cron");
  return CronText{std::move(settings.cron), cron != nullptr ? cron->at : schedule.at};
}

std::optional<CronText> read_crontab(const Node& crontab, Faults& faults) {
  if (crontab.kind == Node::Kind::null) {
    return std::nullopt;
  }
  auto text = scalar_text(crontab);
  if (!text) {
    add_error(faults, crontab.at, "`crontab` must be a line of cron, as in `\"3 2 * * *\"`");
    return std::nullopt;
  }
  return text->empty() ? std::nullopt
                       : std::optional(CronText{std::move(*text), crontab.at, "crontab"});
}

std::optional<CronText> read_side_schedule(const Node& strategy, std::string_view side,
                                           Faults& faults) {
  const Node* schedule = strategy.member("schedule");
  const Node* crontab = strategy.member("crontab");
  if (schedule != nullptr && schedule->kind == Node::Kind::null) {
    schedule = nullptr;
  }
  auto exported = crontab != nullptr ? read_crontab(*crontab, faults) : std::nullopt;
  if (schedule == nullptr) {
    return exported;
  }
  if (exported) {
    add_error(
        faults, crontab->at,
        fmt::format("`schedule` and `crontab` of `{}` mean the same; keep one of them", side));
  }
  return read_schedule(*schedule, faults);
}

}  // namespace weir
