// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/spec.h"

// The declarations that a workspace's files are read by, for schemas and pages made from them.

namespace weir {

SpecTable workspace_table();  // weir.yaml
SpecTable pipeline_table();   // pipelines/*.yaml, without `source` and `target`

}  // namespace weir
