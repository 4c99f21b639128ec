// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "pipeline/given_collections.h"
#include "spec/document.h"
#include "spec/fault.h"
#include "transform/transform.h"

#include <cstddef>
#include <string>
#include <vector>

namespace weir {

// One of a pipeline's own `tests:`: records in, rows out. Every record becomes rows, or is
// filtered, or fails; the lists say which, in the records' order.
struct DeclaredTest {
  std::string name;
  std::vector<std::string> records;  // raw JSON, as the source gives an item of its list
  // What the target's statement is given; a row is compared by the members that it names here.
  std::vector<Value> rows;
  std::vector<std::string> filtered;  // a part of each reason
  std::vector<std::string> failed;    // likewise
  GivenRecords collections;           // what `_findCollection` looks in, cleaned
  Location at;
};

// `tests:` of a pipeline's file. Appends every fault: no records, unknown members, wrong types.
std::vector<DeclaredTest> read_declared_tests(const Node& node, Faults& faults);

// What came out otherwise than declared, a sentence each; empty: the test passes. Calls no one; the
// caller has the transform's surroundings answer from the test's collections.
std::vector<std::string> run_declared_test(const DeclaredTest& test, const Transform& transform);

}  // namespace weir
