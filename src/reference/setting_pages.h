// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/spec.h"

#include <string>
#include <vector>

#include "reference/reference_page.h"

// Pages of settings: weir.yaml, the frame of a pipeline, quality rules, alerts; and the tables that
// the pages of connectors share.

namespace weir {

// A table of the settings, those of sections by their dotted names.
std::string settings_table(const std::vector<SettingSpec>& settings);

// A file that holds each setting with its example, its default or its first choice.
std::string settings_example(const std::vector<SettingSpec>& settings);

ReferencePage workspace_page();
ReferencePage pipeline_page();
ReferencePage quality_page();
ReferencePage alerts_page();

}  // namespace weir
