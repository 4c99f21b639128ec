// SPDX-License-Identifier: Apache-2.0
#include "pipeline/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

constexpr const char* pipeline_text =
    "source: {connection: dingtalk, api: a}\ntarget: {connection: mysql, api: execute}\n";

class WorkspaceFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(::testing::TempDir()) / (std::string("workspace_") + test->name());
    fs::remove_all(root_);
    write("weir.yaml", "");
    write("connections/dingtalk.yaml", "connector: dingtalk\n");
    write("connections/mysql.yaml", "connector: mysql\nhost: h\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }

  Workspace read() {
    faults_.clear();
    return read_workspace(root_, faults_);
  }

  std::vector<std::string> faults() {
    read();
    std::vector<std::string> texts;
    for (const Fault& fault : faults_) {
      texts.push_back(to_string(fault));
    }
    return texts;
  }

  fs::path root_;
  Faults faults_;
};

TEST_F(WorkspaceFiles, TheLanguageIsOneOfTwoAndAlertsAreKeptAsTheyStand) {
  write("weir.yaml", "language: zh\nalerts: {repeat_after: 2h}\n");
  const Workspace workspace = read();
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(workspace.language, "zh");
  ASSERT_NE(workspace.alerts.member("repeat_after"), nullptr);
  EXPECT_EQ(workspace.alerts.member("repeat_after")->at.line, 2);
  write("weir.yaml", "language: zn\n");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("weir.yaml:1: error: `language` must be one of")));
}

TEST_F(WorkspaceFiles, AnEmptySettingsFileWillDo) {
  const Workspace workspace = read();
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(workspace.timezone, "Asia/Shanghai");
  EXPECT_EQ(workspace.listen, "127.0.0.1:8787");
  EXPECT_EQ(workspace.state, root_ / ".weir");
  EXPECT_EQ(workspace.root, root_);
}

TEST_F(WorkspaceFiles, SettingsAreReadAndStateIsRelativeToTheRoot) {
  write("weir.yaml", "timezone: UTC\nlisten: 0.0.0.0:80\nstate: ../elsewhere\n");
  const Workspace workspace = read();
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(workspace.timezone, "UTC");
  EXPECT_EQ(workspace.state, root_.parent_path() / "elsewhere");
  write("weir.yaml", "state: /var/weir\n");
  EXPECT_EQ(read().state, "/var/weir");
}

TEST_F(WorkspaceFiles, ReadsConnectionsAndPipelinesOfEveryEnding) {
  write("pipelines/b.yaml", pipeline_text);
  write("pipelines/a.yml", std::string("name: 收款 --> mysql\n") + pipeline_text);
  write(
      "pipelines/c.json",
      R"({"source":{"connection":"dingtalk","api":"a"},"target":{"connection":"mysql","api":"x"}})");
  write("pipelines/notes.md", "nothing");
  write("pipelines/.hidden.yaml", "[");
  write("pipelines/b.yaml.bak", "[");
  const Workspace workspace = read();
  EXPECT_THAT(faults_, IsEmpty());
  ASSERT_EQ(workspace.pipelines.size(), 3U);
  EXPECT_EQ(workspace.pipelines[0].name, "a");
  EXPECT_EQ(workspace.pipelines[0].title, "收款 --> mysql");
  EXPECT_EQ(workspace.pipelines[1].title, "b");
  EXPECT_EQ(workspace.pipelines[1].text, pipeline_text);
  EXPECT_EQ(workspace.pipeline("c")->target.api, "x");
  EXPECT_EQ(workspace.pipeline("d"), nullptr);
  EXPECT_EQ(workspace.connections.at("mysql").connector, "mysql");
  EXPECT_EQ(workspace.connections.at("mysql").settings.member("host")->to_value(), Value("h"));
}

TEST_F(WorkspaceFiles, TwoFilesOfOneNameAreAFault) {
  write("pipelines/a.yaml", pipeline_text);
  write("pipelines/a.json", "{}");
  EXPECT_THAT(faults(), ::testing::Contains("pipelines/a.yaml: error: has the name of "
                                            "`pipelines/a.json`; rename or delete one of them"));
}

TEST_F(WorkspaceFiles, AllFaultsOfAllFilesComeAtOnceAndTheRestIsReadable) {
  write("weir.yaml", "timezon: UTC\ntimezone: Asia/Shangai\nlisten: 8787\n");
  write("connections/bad.yaml", "host: x\n");
  write("connections/worse.yaml", "connector: mysql\nport: [1\n");
  write("pipelines/good.yaml", pipeline_text);
  write("pipelines/slip.yaml",
        "source:\n  connection: dingtlak\n  api: a\ntarget: {connection: oracle, api: b}\n");
  write("pipelines/empty.yaml", "");
  const std::vector<std::string> found = faults();
  EXPECT_THAT(
      found,
      ElementsAre(
          "weir.yaml:1: error: `timezon` is no setting here; did you mean `timezone`?",
          "weir.yaml:2: error: `timezone`: `Asia/Shangai` is no time zone; did you mean "
          "`Asia/Shanghai`?",
          "weir.yaml:3: error: `listen` must be an address and a port, as in "
          "`127.0.0.1:8787`, and is `8787`",
          HasSubstr("connections/bad.yaml: error: `connector` is missing"),
          HasSubstr("connections/worse.yaml:"),
          "pipelines/empty.yaml: error: a pipeline must be a mapping with `source` and `target`, "
          "and is nothing",
          "pipelines/slip.yaml:2: error: `dingtlak` is no connection of this workspace; did "
          "you mean `dingtalk`?",
          HasSubstr("pipelines/slip.yaml:4: error: `oracle` is no connection of this "
                    "workspace; known are `bad`, ")));
  const Workspace workspace = read();
  ASSERT_EQ(workspace.pipelines.size(), 3U);
  EXPECT_TRUE(workspace.pipeline("good")->well);
  EXPECT_FALSE(workspace.pipeline("empty")->well);
  EXPECT_EQ(workspace.connections.count("bad"), 1U);
}

TEST_F(WorkspaceFiles, SecretsComeFromEnvironmentAndFilesOfTheWorkspace) {
  ::setenv("WEIR_WORKSPACE_TEST", "hunter2", 1);
  write("password", "letmein\n");
  write("connections/mysql.yaml",
        "connector: mysql\npassword: ${file:password}\nuser: ${env:WEIR_WORKSPACE_TEST}\n"
        "other: ${env:WEIR_NOT_SET}\n");
  const Workspace workspace = read();
  const Node& settings = workspace.connections.at("mysql").settings;
  EXPECT_EQ(settings.member("password")->to_value(), Value("letmein"));
  EXPECT_TRUE(settings.member("password")->scalar.secret);
  EXPECT_EQ(settings.member("user")->to_value(), Value("hunter2"));
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_THAT(to_string(faults_[0]),
              HasSubstr("connections/mysql.yaml:4: error: ${env:WEIR_NOT_SET}: the environment "
                        "variable `WEIR_NOT_SET` is not set"));
}

TEST_F(WorkspaceFiles, TheTextOfADefinitionKeepsItsReferencesUnresolved) {
  ::setenv("WEIR_WORKSPACE_TEST", "hunter2", 1);
  const std::string text = std::string("name: ${env:WEIR_WORKSPACE_TEST}\n") + pipeline_text;
  write("pipelines/a.yaml", text);
  EXPECT_EQ(read().pipeline("a")->text, text);
}

TEST_F(WorkspaceFiles, IsFoundFromBelow) {
  fs::create_directories(root_ / "pipelines/deep/er");
  EXPECT_EQ(*find_workspace(root_ / "pipelines/deep/er"), root_);
  EXPECT_EQ(*find_workspace(root_), root_);
  const auto missing = find_workspace("/proc");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::invalid_config);
  EXPECT_THAT(missing.error().message, HasSubstr("weir init"));
}

TEST_F(WorkspaceFiles, AMissingSettingsFileIsAFault) {
  fs::remove(root_ / "weir.yaml");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("weir.yaml: error: cannot be read")));
}

}  // namespace
}  // namespace weir
