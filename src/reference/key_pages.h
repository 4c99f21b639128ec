// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/reference_page.h"

// Pages of the metadata vocabulary: a table of the keys of a place, then each with its example.

namespace weir {

ReferencePage source_page();
ReferencePage target_page();
ReferencePage fields_page();      // a field object, its types and parsers
ReferencePage formats_page();     // an entry of formatResponse, and the formats
ReferencePage conditions_page();  // an entry of condition, and the logics

}  // namespace weir
