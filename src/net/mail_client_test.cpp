// SPDX-License-Identifier: Apache-2.0
#include "net/mail_client.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(MailHeader, LeavesPlainTextAlone) {
  EXPECT_EQ(encode_mail_header("Weir: run failed, receipts"), "Weir: run failed, receipts");
}

TEST(MailHeader, EncodesChineseByWholeCharactersInFoldedWords) {
  EXPECT_EQ(encode_mail_header("收款"), "=?UTF-8?Q?=E6=94=B6=E6=AC=BE?=");
  // Six characters of three bytes fill a word.
  EXPECT_EQ(encode_mail_header("一二三四五六七"),
            "=?UTF-8?Q?=E4=B8=80=E4=BA=8C=E4=B8=89=E5=9B=9B=E4=BA=94=E5=85=AD?=\r\n"
            " =?UTF-8?Q?=E4=B8=83?=");
}

TEST(MailHeader, LineBreaksCannotMakeAHeaderOfTheirOwn) {
  EXPECT_EQ(encode_mail_header("a\r\nBcc: x"), "=?UTF-8?Q?=61=20=20=42=63=63=3A=20=78?=");
}

TEST(MailAddress, IsOneAtWithSomethingAround) {
  EXPECT_TRUE(is_mail_address("ops@hongchao.example"));
  for (const char* wrong :
       {"", "ops", "@x", "x@", "a@b@c", "a b@c", "<a@b>", "a@b\r\nX: y", "a@b,c"}) {
    EXPECT_FALSE(is_mail_address(wrong)) << wrong;
  }
}

TEST(MailClient, SaysWhichServerCannotBeReached) {
  MailServer nobody;
  nobody.host = "127.0.0.1";
  nobody.port = 1;
  nobody.security = MailSecurity::none;
  const Mail mail{.from = "a@b.c", .to = {"d@e.f"}, .subject = "s", .text = "t", .at = {}};
  const auto sent = CurlMailClient().send(nobody, mail, {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::unavailable);
  EXPECT_NE(sent.error().message.find("127.0.0.1:1"), std::string::npos) << sent.error().message;
}

}  // namespace
}  // namespace weir
