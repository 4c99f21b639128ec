// SPDX-License-Identifier: Apache-2.0
#include "transform/record_names.h"

#include "core/record.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace weir {
namespace {

constexpr const char* name_parts[] = {"a", "b", "extend", "a.b", "0", "list", "c.0", "x"};

std::string some_name(std::mt19937& random) {
  std::string name = name_parts[random() % std::size(name_parts)];
  while (random() % 3 == 0) {
    name += "." + std::string(name_parts[random() % std::size(name_parts)]);
  }
  return name;
}

Value some_value(std::mt19937& random, int depth) {
  if (depth == 0 || random() % 2 == 0) {
    return std::to_string(random() % 100);
  }
  if (random() % 3 == 0) {
    return List{some_value(random, depth - 1), some_value(random, depth - 1)};
  }
  Value object{Object()};
  for (auto i = random() % 5; i > 0; --i) {
    object.set(some_name(random), some_value(random, depth - 1));
  }
  return object;
}

Value some_record(std::mt19937& random) {
  Value record{Object()};
  for (int i = 0; i < 12; ++i) {
    record.set(some_name(random), some_value(random, 3));
  }
  const std::size_t more = random() % 60;
  for (std::size_t i = 0; i < more; ++i) {
    record.set("filler" + std::to_string(i), Value(std::to_string(i)));
  }
  return record;
}

TEST(RecordNames, FindWhatALookThroughFinds) {
  int found = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const Value record = some_record(random);
    const RecordNames names(record, "extend");
    for (int i = 0; i < 100; ++i) {
      const std::string name = some_name(random);
      const Value* expected = find_in_record(record, name, "extend");
      ASSERT_EQ(names.find(name), expected) << "seed " << seed << ": " << name;
      found += expected != nullptr ? 1 : 0;
    }
  }
  EXPECT_GT(found, 1000);
}

TEST(RecordNames, AnEditorSetsWhatTheRecordWouldSet) {
  constexpr int additions = 50;
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    Value edited = some_record(random);
    Value plain = edited;
    RecordEditor editor(edited, "extend", additions);
    for (int i = 0; i < additions; ++i) {
      const std::string name = random() % 2 == 0 ? some_name(random) : "new" + std::to_string(i);
      const Value value = some_value(random, 1);
      const Value* seen = find_in_record(plain, name, "extend");
      const Value* own = editor.find(name);
      ASSERT_EQ(own == nullptr, seen == nullptr) << "seed " << seed << ": " << name;
      ASSERT_TRUE(own == nullptr || *own == *seen) << "seed " << seed << ": " << name;
      editor.set(name, value);
      plain.set(name, value);
    }
    EXPECT_EQ(edited, plain) << "seed " << seed;
  }
}

}  // namespace
}  // namespace weir
