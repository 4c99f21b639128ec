// SPDX-License-Identifier: Apache-2.0
#include "spec/secret_store.h"

#include "core/atomic_file.h"
#include "spec/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class SecretStoreTest : public ::testing::Test {
 protected:
  SecretStoreTest()
      : folder_(std::filesystem::path(::testing::TempDir()) /
                ("secrets-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    ::unsetenv("WEIR_SECRET_KEY_FILE");
  }
  ~SecretStoreTest() override {
    ::unsetenv("WEIR_SECRET_KEY_FILE");
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  SecretStore store_{folder_};
};

mode_t rights_of(const std::filesystem::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

TEST_F(SecretStoreTest, KeepsWhatWasPutInAndNothingInPlain) {
  ASSERT_TRUE(store_.set("MYSQL_PASSWORD", "p\"w\\ 密码\n"));
  ASSERT_TRUE(store_.set("token", "first"));
  ASSERT_TRUE(store_.set("token", "second"));
  EXPECT_EQ(*store_.find("MYSQL_PASSWORD"), "p\"w\\ 密码\n");
  EXPECT_EQ(*store_.find("token"), "second");
  EXPECT_THAT(*store_.names(), ElementsAre("MYSQL_PASSWORD", "token"));
  const std::string sealed = *read_whole_file(store_.sealed_file());
  EXPECT_THAT(sealed, HasSubstr("weir-secrets-1 "));
  EXPECT_THAT(sealed, Not(HasSubstr("token")));
  EXPECT_THAT(sealed, Not(HasSubstr("second")));
  EXPECT_EQ(rights_of(store_.key_file()), 0600U);
  EXPECT_EQ(rights_of(store_.sealed_file()), 0600U);
  ASSERT_TRUE(store_.remove("token"));
  EXPECT_THAT(*store_.names(), ElementsAre("MYSQL_PASSWORD"));
}

TEST_F(SecretStoreTest, SealsTheSameUnderAnotherNonce) {
  ASSERT_TRUE(store_.set("a", "1"));
  const std::string before = *read_whole_file(store_.sealed_file());
  ASSERT_TRUE(store_.set("a", "1"));
  EXPECT_NE(*read_whole_file(store_.sealed_file()), before);
}

TEST_F(SecretStoreTest, NamesTheNearestForAnUnknownOne) {
  EXPECT_THAT(*store_.names(), IsEmpty());
  EXPECT_THAT(store_.find("token").error().message, HasSubstr("`weir secret set token`"));
  ASSERT_TRUE(store_.set("MYSQL_PASSWORD", "x"));
  for (const auto& error :
       {store_.find("MYSQL_PASWORD").error(), store_.remove("MYSQL_PASWORD").error()}) {
    EXPECT_EQ(error.kind, ErrorKind::rejected);
    EXPECT_THAT(error.message, HasSubstr("did you mean `MYSQL_PASSWORD`?"));
  }
}

TEST_F(SecretStoreTest, RefusesNamesAndValuesThatCannotServe) {
  for (const char* name : {"", "_a", "a b", "a}", "../a", "密"}) {
    EXPECT_FALSE(store_.set(name, "x")) << name;
  }
  EXPECT_FALSE(store_.set(std::string(129, 'a'), "x"));
  EXPECT_TRUE(store_.set(std::string(128, 'a'), "x"));
  for (const std::string& value :
       {std::string(), std::string("a\0b", 3), std::string("\xff"), std::string(65537, 'a')}) {
    EXPECT_FALSE(store_.set("a", value));
  }
}

TEST_F(SecretStoreTest, RefusesAKeyThatOthersMayRead) {
  ASSERT_TRUE(store_.set("a", "1"));
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(::chmod(store_.key_file().c_str(), mode), 0);
    const auto found = store_.find("a");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, HasSubstr("open to others than its owner"));
    EXPECT_FALSE(store_.set("a", "2"));
  }
  ASSERT_EQ(::chmod(store_.key_file().c_str(), 0400), 0);
  EXPECT_EQ(*store_.find("a"), "1");
}

TEST_F(SecretStoreTest, TellsAnotherKeyFromDamage) {
  ASSERT_TRUE(store_.set("a", "1"));
  const std::string sealed = *read_whole_file(store_.sealed_file());
  const std::string key = *read_whole_file(store_.key_file());
  std::filesystem::remove(store_.key_file());
  EXPECT_THAT(store_.set("b", "2").error().message, HasSubstr("WEIR_SECRET_KEY_FILE"));
  EXPECT_FALSE(std::filesystem::exists(store_.key_file())) << "the old key is still needed";
  ASSERT_TRUE(SecretKey::create(store_.key_file()));
  EXPECT_THAT(store_.find("a").error().message, HasSubstr("sealed with another key"));
  EXPECT_THAT(store_.set("b", "2").error().message, HasSubstr("sealed with another key"));
  ASSERT_TRUE(write_atomically(store_.key_file(), key, 0600));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string damaged = sealed;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    ASSERT_TRUE(write_atomically(store_.sealed_file(), damaged, 0600));
    EXPECT_FALSE(store_.find("a")) << at;
  }
  ASSERT_TRUE(write_atomically(store_.sealed_file(), sealed.substr(0, sealed.size() - 1), 0600));
  EXPECT_EQ(store_.find("a").error().kind, ErrorKind::corrupt);
  ASSERT_TRUE(write_atomically(store_.sealed_file(), sealed, 0600));
  EXPECT_EQ(*store_.find("a"), "1");
  ASSERT_TRUE(write_atomically(store_.key_file(), key.substr(0, key.size() - 3), 0600));
  EXPECT_THAT(store_.find("a").error().message, HasSubstr("is damaged"));
}

TEST_F(SecretStoreTest, TakesTheKeyFromWhereTheEnvironmentSays) {
  const std::filesystem::path key = folder_.string() + ".elsewhere";
  std::filesystem::remove(key);
  ::setenv("WEIR_SECRET_KEY_FILE", key.c_str(), 1);
  ASSERT_TRUE(store_.set("a", "1"));
  EXPECT_TRUE(std::filesystem::exists(key));
  EXPECT_FALSE(std::filesystem::exists(folder_ / SecretStore::key_name));
  EXPECT_EQ(*store_.find("a"), "1");
  std::filesystem::remove(key);
}

TEST_F(SecretStoreTest, LosesNoChangeOfSeveralProcesses) {
  constexpr int processes = 4;
  constexpr int secrets = 25;
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int secret = 0; secret < secrets; ++secret) {
        if (!store_.set("p" + std::to_string(process) + "." + std::to_string(secret), "x")) {
          ::_exit(1);
        }
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(store_.names()->size(), static_cast<std::size_t>(processes * secrets));
}

TEST_F(SecretStoreTest, ResolvesReferencesWithFileAndLine) {
  const SystemReferences references(folder_.parent_path(), folder_.filename());
  ASSERT_TRUE(store_.set("MYSQL_PASSWORD", "hidden"));
  Faults faults;
  const Node node = read_document(
      "a: 1\npassword: \"x${secret:MYSQL_PASSWORD}y\"\nother: \"${secret:MYSQL_PASSWROD}\"\n",
      "connections/mysql.yaml", references, faults);
  EXPECT_EQ(*node.member("password")->scalar.value.text(), "xhiddeny");
  EXPECT_TRUE(node.member("password")->holds_secret());
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(to_string(faults[0]),
            "connections/mysql.yaml:3: error: ${secret:MYSQL_PASSWROD}: there is no secret "
            "`MYSQL_PASSWROD`; did you mean `MYSQL_PASSWORD`?");
}

}  // namespace
}  // namespace weir
