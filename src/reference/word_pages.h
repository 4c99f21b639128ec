// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/word_meaning.h"

#include <string>
#include <vector>

#include "reference/reference_page.h"

// Pages of words: formats, logics, types and parsers, pipes, variables, functions.

namespace weir {

// A row a word, in the order of WordMeaning's members.
std::string words_table(const std::vector<std::string>& headings,
                        const std::vector<WordMeaning>& words);

std::string formats_section();
std::string logics_section();
std::string types_section();
std::string parsers_section();

ReferencePage pipes_page();
ReferencePage variables_page();
ReferencePage functions_page();

}  // namespace weir
