// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alert_dispatcher.h"
#include "pipeline/definition.h"
#include "spec/fault.h"

#include <memory>

namespace weir {

// The writer in the workspace's language and zone.
AlertWriter make_alert_writer(const Workspace& workspace);

// Starts telling troubles on the channels of the workspace's `alerts:`, going on from what
// `.weir/alerts.json` holds. Faults of the settings are appended, and the channels without faults
// started all the same. One dispatcher at a time may run on a workspace. `outlets` outlive it.
std::unique_ptr<AlertDispatcher> start_alerts(const Workspace& workspace, AlertOutlets outlets,
                                              AlertDispatcher::OnTrouble on_trouble,
                                              Faults& faults);

}  // namespace weir
