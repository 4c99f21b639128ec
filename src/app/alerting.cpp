// SPDX-License-Identifier: Apache-2.0
#include "app/alerting.h"

#include "core/time_zone.h"

#include <utility>

namespace weir {

AlertWriter make_alert_writer(const Workspace& workspace) {
  const auto zone = TimeZone::find(workspace.timezone);
  return {workspace.language == "zh" ? Language::zh : Language::en, zone ? *zone : TimeZone::utc()};
}

std::unique_ptr<AlertDispatcher> start_alerts(const Workspace& workspace, AlertOutlets outlets,
                                              AlertDispatcher::OnTrouble on_trouble,
                                              Faults& faults) {
  const AlertSettings settings = read_alert_settings(workspace.alerts, faults);
  AlertDispatcher::Options options{.repeat_after = settings.repeat_after,
                                   .writer = make_alert_writer(workspace),
                                   .store = workspace.state / "alerts.json",
                                   .on_trouble = std::move(on_trouble)};
  return std::make_unique<AlertDispatcher>(std::move(options),
                                           make_alert_channels(settings, outlets), outlets.clock);
}

}  // namespace weir
