// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alerts.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The names of kinds as files, JSON and the store of open troubles have them: "run_failed" …
std::string_view to_string(AlertKind kind);
std::optional<AlertKind> parse_alert_kind(std::string_view name);
const std::vector<std::string>& alert_kind_names();

}  // namespace weir
