// SPDX-License-Identifier: Apache-2.0
#include "pipeline/functions_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace files = std::filesystem;

class FunctionsFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = files::path(::testing::TempDir()) / (std::string("functions_") + test->name());
    files::remove_all(folder_);
    write("outside.lua", "secret = 1");
    write("workspace/weir.yaml", "");
    write("workspace/connections/c.yaml", "connector: mysql\n");
  }
  void TearDown() override { files::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    files::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  Workspace read(const std::string& functions) {
    write("workspace/pipelines/p.yaml",
          "source: {connection: c, api: a}\ntarget: {connection: c, api: execute}\n"
          "functions: " +
              functions + "\n");
    Faults faults;
    Workspace workspace = read_workspace(folder_ / "workspace", faults);
    faults_.clear();
    for (const Fault& fault : faults) {
      faults_.push_back(to_string(fault));
    }
    return workspace;
  }

  files::path folder_;
  std::vector<std::string> faults_;
};

TEST_F(FunctionsFiles, AreReadWithThePipeline) {
  write("workspace/lua/p.lua", "function record(r) return r end");
  const Workspace workspace = read("./lua/p.lua");
  EXPECT_TRUE(faults_.empty());
  ASSERT_TRUE(workspace.pipelines.front().functions);
  EXPECT_EQ(workspace.pipelines.front().functions->file, "lua/p.lua");
  EXPECT_EQ(workspace.pipelines.front().functions->text, "function record(r) return r end");
}

TEST_F(FunctionsFiles, ComeFromTheWorkspaceAlone) {
  EXPECT_FALSE(read("../outside.lua").pipelines.front().well);
  EXPECT_THAT(faults_, ElementsAre(HasSubstr("p.yaml:3: error: `functions` names "
                                             "`../outside.lua`, which is outside")));
  EXPECT_FALSE(read("/etc/passwd").pipelines.front().well);
  EXPECT_THAT(faults_, ElementsAre(HasSubstr("is outside of the workspace")));
  files::create_symlink(folder_ / "outside.lua", folder_ / "workspace" / "link.lua");
  EXPECT_FALSE(read("link.lua").pipelines.front().well);
  EXPECT_THAT(faults_, ElementsAre(HasSubstr("leads out of the workspace")));
  EXPECT_FALSE(read("pipelines").pipelines.front().well);
  EXPECT_THAT(faults_, ElementsAre(HasSubstr("there is no such file in the workspace")));
  EXPECT_FALSE(read("[a]").pipelines.front().well);
  EXPECT_THAT(faults_, ElementsAre(HasSubstr("must be the name of a Lua file")));
}

TEST_F(FunctionsFiles, AreKeptBehindTheDefinition) {
  const std::string definition = "source: {}\n";
  EXPECT_EQ(keep_functions(definition, std::nullopt), definition);
  EXPECT_EQ(split_kept(definition).text, definition);
  EXPECT_EQ(split_kept(definition).functions, "");
  const std::string text = "-- one\n--- # functions\nx = 1";
  const std::string kept = keep_functions(definition, FunctionsFile{"p.lua", text, {}});
  EXPECT_EQ(split_kept(kept).text, definition);
  EXPECT_EQ(split_kept(kept).functions, text);
}

}  // namespace
}  // namespace weir
