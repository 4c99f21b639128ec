// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/vocabulary.h"

#include <string>
#include <vector>

#include "reference/reference_page.h"

// Pages of the metadata vocabulary: a table of the keys of a place, then each with its example.

namespace weir {

std::vector<ReferencePage> key_pages();

// The file of a place's page; empty: it has none, which a test does not allow.
std::string key_page_of(KeyPlace place);

}  // namespace weir
