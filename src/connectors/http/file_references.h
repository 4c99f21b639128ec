// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"

namespace weir {

// Replaces every mapping that holds `$ref: "#/definitions/name"` by what stands there, as Airbyte's
// manifests do; members beside `$ref` are laid over it, mappings into mappings, member by member.
// Faults: a place that is not there, a reference into itself, a tree that grows beyond all measure.
void resolve_file_references(Node& root, Faults& faults);

}  // namespace weir
