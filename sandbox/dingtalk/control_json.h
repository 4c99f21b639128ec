// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/faults.h"
#include "sandbox/dingtalk/json_text.h"
#include "sandbox/dingtalk/live_changes.h"
#include "sandbox/dingtalk/settings.h"

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include <string>
#include <vector>

// How the control address words settings, faults and form values. Pure functions; an error is a
// sentence for the person who wrote the JSON.
namespace weir::yida_sandbox {

template <typename T>
using Read = tl::expected<T, std::string>;

nlohmann::ordered_json settings_json(const Settings& settings);
// `settings` with what `change` names; nothing is changed when a part of it is wrong.
Read<Settings> patched(Settings settings, const nlohmann::ordered_json& change);

nlohmann::ordered_json fault_json(const Fault& fault);
// {"next":3,"skip":0,"rate":0.1,"api":"…","ms":5000}, or a number as short for the rate.
Read<Fault> read_fault(const std::string& kind, const nlohmann::ordered_json& value);

nlohmann::ordered_json live_json(const LivePlan& plan);
Read<LivePlan> read_live(const nlohmann::ordered_json& value);

// Form values for the data: a number component given as text ("128000.50") keeps its digits, and
// the companions _value and _id are added where they are not given.
Read<std::vector<Member>> read_fields(const nlohmann::ordered_json& fields);

}  // namespace weir::yida_sandbox
