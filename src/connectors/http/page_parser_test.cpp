// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/page_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace weir {
namespace {

Result<Page> parse(std::string body, const PageShape& shape, const JsonPath& path,
                   RecordDigester* digester) {
  auto outline = outline_body(body, path, digester);
  if (!outline) {
    return tl::unexpected(outline.error());
  }
  if (!outline->found) {
    return fail(ErrorKind::corrupt, "no list");
  }
  return make_page(std::move(body), *std::move(outline), shape);
}

bool is_alike(const PageRecord& a, const PageRecord& b) {
  return a.id == b.id && a.number == b.number && a.content == b.content && a.offset == b.offset &&
         a.length == b.length && a.changed_at == b.changed_at && a.created_at == b.created_at &&
         a.fault == b.fault;
}

// Whether its records are digested on the way or afterwards, a page is the same.
Result<Page> parse(const std::string& body, const PageShape& shape,
                   const JsonPath& path = {"data"}) {
  auto page = parse(body, shape, path, nullptr);
  RecordDigester digester(shape.record, page_names(shape), shape.counted_lists);
  PageShape without_seen = shape;
  without_seen.seen = nullptr;
  for (int time = 0; time < 2; ++time) {  // the second time, the names are known
    const bool digests = shape.columns.empty() && !shape.bare_ids;
    const auto again = parse(body, without_seen, path, digests ? &digester : nullptr);
    EXPECT_EQ(again.has_value(), page.has_value());
    if (again && page) {
      EXPECT_EQ(again->bytes, page->bytes);
      EXPECT_TRUE(std::equal(again->records.begin(), again->records.end(), page->records.begin(),
                             page->records.end(), is_alike));
    } else if (!again && !page) {
      EXPECT_EQ(again.error().message, page.error().message);
    }
  }
  return page;
}

PageShape shape() {
  PageShape made;
  made.record.values = "data";
  made.id = "processInstanceId";
  made.number = "serial";
  return made;
}

TEST(PageParser, records_stand_in_the_body) {
  const auto page = parse(
      R"({"totalCount":2, "data" : [ {"processInstanceId":"a","data":{"serial":"S1"}} ,
        {"data":{"serial":"S2","x":"]}\"{"},"processInstanceId":"b"}
      ], "pageNumber":1})",
      shape());
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->records.size(), 2U);
  EXPECT_EQ(page->raw(page->records[0]), R"({"processInstanceId":"a","data":{"serial":"S1"}})");
  EXPECT_EQ(page->records[1].id, "b");
  EXPECT_EQ(page->records[1].number, "S2");
  EXPECT_EQ(page->raw(page->records[1]).back(), '}');
}

TEST(PageParser, the_envelope_holds_what_stands_around) {
  std::string body = R"({"data":[{"a":1},{"a":2}],"total":2,"deep":{"more":true}})";
  const auto outline = outline_body(body, {"data"});
  ASSERT_TRUE(outline);
  EXPECT_EQ(to_json(outline->envelope), R"({"data":[{"a":1}],"total":2,"deep":{"more":true}})");
}

TEST(PageParser, lists_are_found_at_any_path) {
  std::string body = R"([[{"x":[1,2,3]}]])";
  EXPECT_EQ(outline_body(body, {"0", "0", "x"})->items.size(), 3U);
  EXPECT_EQ(outline_body(body, {})->items.size(), 1U);
  EXPECT_FALSE(outline_body(body, {"1"})->found);
  EXPECT_FALSE(outline_body(body, {"x"})->found);
  EXPECT_FALSE(outline_body(body, {"0", "0", "x", "0"})->found);
}

TEST(PageParser, what_is_no_json_is_corrupt) {
  for (const std::string body :
       {"", " ", "{", "[", R"({"data":[)", R"({"data":[{"a":1})", R"({"data":[{"a":1}])",
        R"({"data":[{"a":1}]}x)", R"({"data":[{"a":1}]}{})", R"({"data":[{"a":}]})",
        R"({"data":[{"a":1},]})", R"({"data":[{"a":1 "b":2}]})", R"({"data":[],"x":nul})",
        "{\"data\":[{\"a\":\"\xff\"}]}", "<html></html>", R"({"data":[{"a":[}])}]})",
        R"({"data":[{"a":01}]})"}) {
    const auto page = parse(body, shape());
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().kind, ErrorKind::corrupt) << body;
  }
}

TEST(PageParser, a_record_without_an_id_is_kept_with_its_fault) {
  const auto page = parse(
      R"({"data":[{"data":{"serial":"S"}},{"processInstanceId":""},{"processInstanceId":{}},)"
      R"(7,null,"text",{"processInstanceId":"b","data":[]},{"processInstanceId":5,"data":{}}]})",
      shape());
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->records.size(), 8U);
  std::set<std::string> ids;
  for (const auto& record : page->records) {
    EXPECT_FALSE(record.id.empty());
    ids.insert(record.id);
  }
  EXPECT_EQ(ids.size(), 8U);
  EXPECT_THAT(page->records[0].fault, testing::HasSubstr("processInstanceId"));
  EXPECT_FALSE(page->records[3].fault.empty());
  EXPECT_FALSE(page->records[6].fault.empty());
  EXPECT_TRUE(page->records[7].fault.empty());
  EXPECT_EQ(page->records[7].id, "5");
}

TEST(PageParser, the_second_of_two_records_with_one_id_fails_alone) {
  const auto page = parse(R"({"data":[{"processInstanceId":"a","data":{"serial":"1"}},)"
                          R"({"processInstanceId":"a","data":{"serial":"2"}},)"
                          R"({"processInstanceId":"a","data":{"serial":"2"}},)"
                          R"({"processInstanceId":"b","data":{}},null,null]})",
                          shape());
  ASSERT_TRUE(page) << page.error().message;
  std::set<std::string> ids;
  for (const auto& record : page->records) {
    ids.insert(record.id);
  }
  EXPECT_EQ(ids.size(), 6U);
  EXPECT_EQ(page->records[0].id, "a");
  EXPECT_TRUE(page->records[0].fault.empty());
  EXPECT_THAT(page->records[1].fault,
              testing::HasSubstr("two records with the id `a`; if `processInstanceId` does not"));
  EXPECT_EQ(page->records[1].number, "2");
  EXPECT_FALSE(page->records[2].fault.empty());
  EXPECT_TRUE(page->records[3].fault.empty());
}

TEST(PageParser, tells_where_the_members_that_are_asked_for_stand) {
  auto selection = std::make_shared<RecordSelection>("extend");
  for (const char* name : {"serial", "rows", "extend.title", "missing"}) {
    selection->add(name);
  }
  PageShape located = shape();
  located.selection = selection;
  RecordDigester digester(located.record, page_names(located), located.counted_lists,
                          selection.get());
  const std::string body =
      R"({"data":[{"processInstanceId":"a","title":"t","data":{"serial" : "S\u0031" ,"x":1}},
        {"title":null,"data":{"rows":[ {"serial":"no"} ] ,"serial":-1.50},"processInstanceId":"b"},
        {"processInstanceId":"c","data":{}}]})";
  auto page = parse(body, located, {"data"}, &digester);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->selection, selection);
  for (const PageRecord& record : page->records) {
    const std::string_view raw = page->raw(record);
    const auto known = assemble_record({raw, 0, page->located(record)}, located.record, *selection);
    const auto found = assemble_record(raw, located.record, *selection);
    ASSERT_TRUE(known && found);
    for (const char* name : {"serial", "rows", "extend.title", "missing"}) {
      const Value* one = find_in_record(*known, name);
      const Value* other = find_in_record(*found, name);
      ASSERT_EQ(one == nullptr, other == nullptr) << name;
      EXPECT_EQ(one == nullptr ? Value() : *one, other == nullptr ? Value() : *other) << name;
    }
  }
  EXPECT_EQ(page->located(page->records[0]).places.size(), 2U);
  EXPECT_EQ(page->located(page->records[2]).places.size(), 0U);
  replace_in_page(*page, {{page->bytes.find("[ {"), 18, "[]"}});
  EXPECT_EQ(page->located(page->records[0]).selection, nullptr);
}

TEST(PageParser, parts_are_replaced_and_records_move_along) {
  auto page = parse(R"({"data":[{"processInstanceId":"a","data":{"t":[1],"u":[2]}},)"
                    R"({"processInstanceId":"b","data":{"t":[3]}}], "x":1})",
                    shape());
  ASSERT_TRUE(page);
  const auto place = [&](std::size_t record, const char* list) {
    const auto found = locate_list(page->raw(page->records[record]), {"data", list});
    return std::pair(page->records[record].offset + found->first, found->second);
  };
  const auto [t, t_length] = place(0, "t");
  const auto [u, u_length] = place(0, "u");
  const auto [v, v_length] = place(1, "t");
  replace_in_page(*page,
                  {{v, v_length, "[]"}, {t, t_length, "[1,10]"}, {u, u_length, "[2,20,200]"}});
  EXPECT_EQ(page->raw(page->records[0]),
            R"({"processInstanceId":"a","data":{"t":[1,10],"u":[2,20,200]}})");
  EXPECT_EQ(page->raw(page->records[1]), R"({"processInstanceId":"b","data":{"t":[]}})");
  EXPECT_THAT(page->bytes, testing::EndsWith(R"(], "x":1})"));
  EXPECT_EQ(locate_list("{}", {"t"}).error().kind, ErrorKind::rejected);
  EXPECT_EQ(locate_list(R"({"t":1})", {"t"}).error().kind, ErrorKind::rejected);
  EXPECT_EQ(locate_list(R"({"t":[1)", {"t"}).error().kind, ErrorKind::corrupt);
}

TEST(PageParser, rows_get_the_names_of_their_columns) {
  PageShape made;
  made.id = "FID";
  made.columns = {"FID", "FName"};
  const auto page = parse(R"([[1,"a\"b"],[2,null]])", made, {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->raw(page->records[0]), R"({"FID":1,"FName":"a\"b"})");
  EXPECT_EQ(page->raw(page->records[1]), R"({"FID":2,"FName":null})");
  EXPECT_FALSE(parse(R"([[1]])", made, {}));
  EXPECT_FALSE(parse(R"([{"FID":1}])", made, {}));
}

}  // namespace
}  // namespace weir
