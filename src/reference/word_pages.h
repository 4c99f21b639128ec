// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/word_meaning.h"
#include "spec/vocabulary.h"

#include <string>
#include <vector>

#include "reference/reference_page.h"

// Pages of words: formats, logics, types and parsers, pipes, variables, functions.

namespace weir {

// A row a word, in the order of WordMeaning's members.
std::string words_table(const std::vector<std::string>& headings,
                        const std::vector<WordMeaning>& words);

// The sections "What `key` may be" of the keys of a place; none: they may be anything.
std::vector<std::string> word_sections(KeyPlace place);

ReferencePage pipes_page();
ReferencePage variables_page();
ReferencePage functions_page();

}  // namespace weir
