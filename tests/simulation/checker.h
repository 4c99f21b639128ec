// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "simulation/truth.h"

namespace weir::simulation {

// Holds world and journal against the promises, once everything has come to rest: the last run
// read what there was with nothing going wrong. Each complaint is one line; none: all is well.
//   nothing lost      every row that the pipeline asks for is in the table, in a version that is
//                     new enough
//   nothing doubled   no id twice; nothing that the source never gave
//   every record      the journal says `delivered` of what is in the table, and of nothing else
//   the budget        no second in which more calls left than the source allows
std::vector<std::string> check_world(const World& world, const std::filesystem::path& journal);

}  // namespace weir::simulation
