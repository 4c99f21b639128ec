// SPDX-License-Identifier: Apache-2.0

// A key of the vocabulary counts as supported only when its example,
// tests/vocabulary/PLACE.KEY.yaml, shows a written row that differs because of it:
//   pipeline: the file's text
//   record:   what the source gives
//   with:     the row; or `filtered`, or `refused` (the file has errors)
//   without:  the same when that key is taken out of the pipeline wherever it may stand
// One that decides what is asked for, delivered or checked has instead of a record:
//   command:  what is run on the pipeline; tests/e2e/key_examples_test.py runs it
//   with:     what it then says; without: what it says when the key is taken out

#include "spec/vocabulary.h"

#include "pipeline/definition.h"
#include "transform/transform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace weir {
namespace {

namespace fs = std::filesystem;

class NoReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

const fs::path& root() {
  static const fs::path folder = WEIR_SOURCE_DIR;
  return folder;
}

std::string example_name(const VocabularyKey& key) {
  return std::string(to_string(key.place)) + "." + key.name;
}

Node read_file(const fs::path& path) {
  std::ifstream stream(path);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  Faults faults;
  Node node = read_document(text, path.filename().string(), NoReferences(), faults);
  EXPECT_THAT(faults, ::testing::IsEmpty()) << path;
  return node;
}

std::string text_of(const Node& node, const char* name) {
  const Node* member = node.member(name);
  return member != nullptr ? to_text(member->to_value()) : "";
}

void erase_member(Value& value, const std::string& name) {
  if (Object* object = value.object()) {
    std::erase_if(*object, [&](const auto& member) { return member.first == name; });
  }
}

void erase_everywhere(Value& value, const std::string& name) {
  erase_member(value, name);
  if (Object* object = value.object()) {
    for (auto& member : *object) {
      erase_everywhere(member.second, name);
    }
  }
  if (List* list = value.list()) {
    for (Value& item : *list) {
      erase_everywhere(item, name);
    }
  }
}

Value& part_of(Value& value, const std::string& name) {
  for (auto& member : *value.object()) {
    if (member.first == name) {
      return member.second;
    }
  }
  ADD_FAILURE() << "the example has no `" << name << "`";
  return value;
}

Value without(Value pipeline, const VocabularyKey& key) {
  switch (key.place) {
    case KeyPlace::source:
    case KeyPlace::target:
      erase_member(part_of(pipeline, std::string(to_string(key.place))), key.name);
      break;
    case KeyPlace::field:
      erase_everywhere(part_of(part_of(pipeline, "target"), "request"), key.name);
      break;
    case KeyPlace::format_rule:
    case KeyPlace::condition:
    case KeyPlace::remedy:
      erase_everywhere(part_of(part_of(pipeline, "source"), std::string(to_string(key.place))),
                       key.name);
      break;
  }
  return pipeline;
}

// What is written of the record: a row as JSON, `filtered` or `refused`.
std::string written(const Value& pipeline, const std::string& record) {
  Faults faults;
  const auto definition = read_definition("example", to_json(pipeline), NoReferences(), faults);
  const auto zone = TimeZone::find("Asia/Shanghai");
  const auto transform = definition ? Transform::compile(definition->source, definition->target,
                                                         RecordShape(), *zone, faults)
                                    : nullptr;
  if (!transform) {
    return "refused";
  }
  const auto outcome = transform->apply(record);
  if (!outcome) {
    return outcome.error().message;
  }
  return std::holds_alternative<Filtered>(*outcome)
             ? "filtered"
             : to_json(std::get<Mapped>(*outcome).rows.tree(0));
}

TEST(Vocabulary, HasAnExampleForEachKeyThatChangesARow) {
  for (const VocabularyKey& key : vocabulary()) {
    if (key.effect != KeyEffect::row) {
      continue;
    }
    SCOPED_TRACE(example_name(key));
    const fs::path file = root() / "tests/vocabulary" / (example_name(key) + ".yaml");
    ASSERT_TRUE(fs::exists(file));
    const Node example = read_file(file);
    ASSERT_NE(example.member("with"), nullptr);
    ASSERT_NE(example.member("without"), nullptr);
    Faults faults;
    const Value pipeline =
        read_document(text_of(example, "pipeline"), "pipeline", NoReferences(), faults).to_value();
    ASSERT_THAT(faults, ::testing::IsEmpty());
    const std::string record = text_of(example, "record");
    const std::string row = written(pipeline, record);
    const std::string other = written(without(pipeline, key), record);
    EXPECT_EQ(row, text_of(example, "with"));
    EXPECT_EQ(other, text_of(example, "without"));
    EXPECT_NE(row, other) << "the key has no effect";
  }
}

TEST(Vocabulary, HasAnExampleForEachKeyThatChangesARunOrACheck) {
  for (const VocabularyKey& key : vocabulary()) {
    if (key.effect != KeyEffect::run && key.effect != KeyEffect::checked) {
      continue;
    }
    SCOPED_TRACE(example_name(key));
    const fs::path file = root() / "tests/vocabulary" / (example_name(key) + ".yaml");
    ASSERT_TRUE(fs::exists(file));
    const Node example = read_file(file);
    EXPECT_TRUE(text_of(example, "command").starts_with("weir "));
    EXPECT_EQ(example.member("record"), nullptr);
    Faults faults;
    const Node pipeline =
        read_document(text_of(example, "pipeline"), "pipeline", NoReferences(), faults);
    const std::string place(to_string(key.place));
    const Node* part = pipeline.member(place);
    part = part == nullptr ? pipeline.member("source")->member(place) : part;
    ASSERT_NE(part, nullptr);
    EXPECT_NE(part->member(key.name), nullptr);
    EXPECT_NE(text_of(example, "with"), text_of(example, "without"));
  }
}

TEST(Vocabulary, HasNoExampleForAnyOther) {
  for (const auto& entry : fs::directory_iterator(root() / "tests/vocabulary")) {
    const std::string name = entry.path().stem().string();
    EXPECT_TRUE(std::any_of(vocabulary().begin(), vocabulary().end(), [&](const auto& key) {
      const bool changes_nothing = key.effect == KeyEffect::inert || key.effect == KeyEffect::kept;
      return !changes_nothing && example_name(key) == name;
    })) << name;
  }
}

TEST(Vocabulary, NamesATestForEachKeyThatChangesARun) {
  for (const VocabularyKey& key : vocabulary()) {
    if (key.effect == KeyEffect::run) {
      std::ifstream stream(root() / key.held_by);
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      EXPECT_NE(text.find(key.name), std::string::npos) << example_name(key) << ": " << key.held_by;
    } else {
      EXPECT_EQ(key.held_by, "") << example_name(key);
    }
  }
}

TEST(Vocabulary, SaysEachSpellingOnceInAPlace) {
  for (const VocabularyKey& key : vocabulary()) {
    EXPECT_EQ(find_key(key.place, key.name), &key) << example_name(key);
    for (const std::string& name : key.also_called) {
      EXPECT_EQ(find_key(key.place, name), &key) << name;
    }
  }
}

}  // namespace
}  // namespace weir
