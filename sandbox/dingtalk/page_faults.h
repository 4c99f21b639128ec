// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/faults.h"

#include <string>

namespace weir::yida_sandbox {

// Turns the text of a right page into what the fault makes of it. A fault of a record strikes the
// one in the middle, `broken_record` the last one. Kinds that are no fault of a page, and pages
// without the rows that a fault needs (a list of ids has none), leave it as it is. Pure.
void spoil_page(FaultKind kind, std::string& body);

}  // namespace weir::yida_sandbox
