// SPDX-License-Identifier: Apache-2.0

// Golden pipelines: each file of tests/golden/ holds a pipeline as text and, either the faults that
// reading and compiling it must give, or raw records with what must become of each:
//   shape:    as the connector would declare it: {values: data, around: extend, wall_times: […]}
//   zone:     the workspace's (Asia/Shanghai)
//   now:      what the clock says (2026-01-05T09:31:00.000Z)
//   answers:  what look-ups and functions give: {"customers.FNumber name=Li": C1}
//   collections: records that look-ups find, by pipeline; instead of answers to them
//   pipeline: the file's text, YAML or JSON
//   functions: the text of the file that the pipeline's `functions` names
//   faults:   all of them, as printed
//   records:  [{name, raw, cleaned: some members, mapped | filtered | rejected, remark}]
//             mapped: the one row, or a list of rows; remark: what is said on it all the same
// An environment variable called `missing` is not set; every other holds its own name.

#include "lua/lua_functions.h"
#include "pipeline/definition.h"
#include "pipeline/functions_file.h"
#include "pipeline/given_collections.h"
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

class WrittenReferences final : public References {  // leaves the pipeline's own for later
 public:
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    return "${" + std::string(scheme) + ":" + std::string(name) + "}";
  }
};

class FixedReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    if (name == "missing") {
      return fail(ErrorKind::rejected, "the environment variable `missing` is not set");
    }
    return std::string(name);
  }
};

std::vector<fs::path> golden_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(WEIR_SOURCE_DIR) / "tests/golden")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_of(const Node& node, const char* name, const char* otherwise = "") {
  const Node* member = node.member(name);
  return member != nullptr ? to_text(member->to_value()) : otherwise;
}

// What a golden file says that others answer: "customers.FNumber name=Li" is a look-up,
// "f(1,\"b\")" a call.
class FixedSurroundings final : public Surroundings {
 public:
  FixedSurroundings(Value answers, GivenRecords records)
      : answers_(std::move(answers)), collections_(std::move(records)) {}

  Result<Value> find(const CollectionQuery& query) const override {
    if (answers_.object()->empty()) {
      return collections_.find(query);
    }
    std::string asked = query.pipeline + "." + query.field;
    for (const auto& [name, value] : query.where) {
      asked += " " + name + "=" + to_text(value);
    }
    return answer(asked);
  }
  Result<Value> call(std::string_view function, std::span<const Value> arguments) const override {
    const std::string list = to_json(List(arguments.begin(), arguments.end()));
    return answer(std::string(function) + "(" + list.substr(1, list.size() - 2) + ")");
  }

 private:
  Result<Value> answer(const std::string& asked) const {
    const Value* found = answers_.member(asked);
    return found != nullptr ? *found : Value();
  }

  Value answers_;
  GivenCollections collections_;
};

class GoldenPipeline : public ::testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    std::ifstream stream(GetParam());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    Faults faults;
    golden_ = read_document(text, GetParam().filename().string(), WrittenReferences(), faults);
    ASSERT_TRUE(faults.empty()) << to_string(faults.front());
    compile();
  }

  void compile() {
    const std::string name = GetParam().stem().string();
    RecordShape shape;
    if (const Node* declared = golden_.member("shape")) {
      shape.values = text_of(*declared, "values");
      shape.around = text_of(*declared, "around", "extend");
      if (const Node* times = declared->member("wall_times")) {
        for (const Node& each : times->items) {
          shape.wall_times.push_back(to_text(each.to_value()));
        }
      }
    }
    const auto now = parse_utc(text_of(golden_, "now", "2026-01-05T09:31:00.000Z"));
    ASSERT_TRUE(now);
    clock_ = std::make_unique<ManualClock>(*now);
    const Node* answers = golden_.member("answers");
    GivenRecords given;
    if (const Node* collections = golden_.member("collections")) {
      for (const auto& [pipeline, records] : collections->members) {
        given[pipeline] = *records.to_value().list();
      }
    }
    surroundings_ = std::make_unique<FixedSurroundings>(
        answers != nullptr ? answers->to_value() : Value(Object{}), std::move(given));
    const auto zone = TimeZone::find(text_of(golden_, "zone", "Asia/Shanghai"));
    ASSERT_TRUE(zone);
    const std::string functions = text_of(golden_, "functions");
    const std::string text =
        functions.empty() ? text_of(golden_, "pipeline")
                          : keep_functions(text_of(golden_, "pipeline"), {{"", functions, {}}});
    const auto definition = read_definition(name, text, FixedReferences(), faults_);
    if (definition && definition->functions) {
      functions_ =
          LuaFunctions::load(definition->functions->file, definition->functions->text, faults_);
    }
    if (definition) {
      const bool converts = functions_ && functions_->has_record();
      transform_ = Transform::compile(
          definition->source, definition->target, shape, *zone, faults_,
          {clock_.get(), surroundings_.get(), converts ? functions_.get() : nullptr});
    }
  }

  void check(const Node& record) {
    const std::string raw = text_of(record, "raw");
    if (const Node* expected = record.member("cleaned")) {
      const auto cleaned = transform_->clean(*transform_->assemble(raw));
      ASSERT_TRUE(cleaned) << cleaned.error().message;
      for (const auto& [name, value] : expected->members) {
        const Value* found = cleaned->member(name);
        ASSERT_NE(found, nullptr) << name;
        EXPECT_EQ(to_json(*found), to_json(value.to_value())) << name;
      }
    }
    const auto outcome = transform_->apply(raw);
    if (const Node* expected = record.member("mapped")) {
      ASSERT_TRUE(outcome) << outcome.error().message;
      ASSERT_TRUE(std::holds_alternative<Mapped>(*outcome)) << std::get<Filtered>(*outcome).reason;
      const Mapped& mapped = std::get<Mapped>(*outcome);
      const Value rows = expected->to_value();
      EXPECT_EQ(to_json(Value(mapped.rows.trees())),
                to_json(rows.list() != nullptr ? rows : Value(List{rows})));
      EXPECT_EQ(mapped.remark, text_of(record, "remark"));
    } else if (record.member("filtered") != nullptr) {
      ASSERT_TRUE(outcome) << outcome.error().message;
      ASSERT_TRUE(std::holds_alternative<Filtered>(*outcome));
      EXPECT_EQ(std::get<Filtered>(*outcome).reason, text_of(record, "filtered"));
    } else if (record.member("rejected") != nullptr) {
      ASSERT_FALSE(outcome);
      EXPECT_EQ(outcome.error().kind, ErrorKind::rejected);
      EXPECT_EQ(outcome.error().message, text_of(record, "rejected"));
    } else {
      EXPECT_NE(record.member("cleaned"), nullptr) << "the record expects nothing";
    }
  }

  Node golden_;
  Faults faults_;
  std::unique_ptr<ManualClock> clock_;
  std::unique_ptr<FixedSurroundings> surroundings_;
  std::unique_ptr<const LuaFunctions> functions_;
  std::unique_ptr<const Transform> transform_;
};

TEST_P(GoldenPipeline, GivesWhatItsFileSays) {
  std::vector<std::string> faults;
  for (const Fault& fault : faults_) {
    faults.push_back(to_string(fault));
  }
  std::vector<std::string> expected;
  if (const Node* listed = golden_.member("faults")) {
    for (const Node& fault : listed->items) {
      expected.push_back(to_text(fault.to_value()));
    }
  }
  EXPECT_THAT(faults, ::testing::ElementsAreArray(expected));
  const Node* records = golden_.member("records");
  ASSERT_TRUE(records != nullptr || !expected.empty()) << "the file expects nothing";
  if (records == nullptr) {
    return;
  }
  ASSERT_NE(transform_, nullptr);
  for (const Node& record : records->items) {
    SCOPED_TRACE(text_of(record, "name"));
    check(record);
  }
}

std::string file_name(const ::testing::TestParamInfo<fs::path>& file) {
  return file.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenPipeline, ::testing::ValuesIn(golden_files()), file_name);

}  // namespace
}  // namespace weir
