// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

// JSON Schemas (draft 2020-12) of a workspace's files, made from the declarations that the files
// are read by. They are for editors: what they refuse, `weir check` refuses or warns about too.
// Wherever a number or a boolean is asked for, a reference (${env:NAME} and its kin) will do.

namespace weir {

Value workspace_schema();   // weir.yaml
Value connection_schema();  // connections/*.yaml, by the connector that the file names
Value pipeline_schema();    // pipelines/*.yaml

}  // namespace weir
