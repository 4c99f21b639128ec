// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/page_codec.h"

#include "journal/sqlite/byte_codec.h"
#include "journal/sqlite/record_status.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <limits>

namespace weir {
namespace {

const PageEntry sample_entries[] = {{"a", "NO-1", "", 7, 0, 10, 0},
                                    {"收款", "", "no id", std::numeric_limits<std::uint64_t>::max(),
                                     10, 300, pack({PageId{5}, 9})}};
const PageHeader sample_header{PipelineId{3}, RunId{4}, Timestamp(std::chrono::milliseconds(-5)),
                               "origin"};

TEST(PageCodec, EntriesComeBackAsTheyWere) {
  const std::string bytes = encode_entries(PageId{8}, sample_header, sample_entries);
  const auto page = decode_entries(PageId{8}, bytes);
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->header.pipeline, sample_header.pipeline);
  EXPECT_EQ(page->header.run, sample_header.run);
  EXPECT_EQ(page->header.received_at, sample_header.received_at);
  EXPECT_EQ(page->header.origin, "origin");
  EXPECT_EQ(page->raw_size, 310U);
  ASSERT_EQ(page->entries.size(), 2U);
  EXPECT_EQ(page->entries[1].id, "收款");
  EXPECT_EQ(page->entries[1].fault, "no id");
  EXPECT_EQ(page->entries[1].content, sample_entries[1].content);
  EXPECT_EQ(page->entries[1].raw_offset, 10U);
  EXPECT_EQ(page->entries[1].previous, sample_entries[1].previous);
}

TEST(PageCodec, NoFlippedBitNoCutAndNoOtherPagePasses) {
  const std::string bytes = encode_entries(PageId{8}, sample_header, sample_entries);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(decode_entries(PageId{8}, flipped).has_value()) << i;
    EXPECT_FALSE(decode_entries(PageId{8}, bytes.substr(0, i)).has_value()) << i;
  }
  EXPECT_FALSE(decode_entries(PageId{9}, bytes).has_value());
}

// A page whose records are so long.
PageEntries page_with(std::int64_t page, const std::vector<std::uint64_t>& lengths) {
  PageEntries made;
  made.page = PageId{page};
  for (const std::uint64_t length : lengths) {
    PageEntry& entry = made.entries.emplace_back();
    entry.raw_offset = made.raw_size;
    entry.raw_length = length;
    made.raw_size += length;
  }
  return made;
}

std::optional<std::string> unpacked(RawCodec& codec, const PageEntries& page,
                                    std::string_view packed) {
  auto raw = codec.decompress(page, packed);
  return raw ? std::optional(std::move(raw->bytes)) : std::nullopt;
}

TEST(PageCodec, RawBytesComeBackOrNotAtAll) {
  RawCodec codec;
  std::string raw;
  for (int i = 0; i < 2000; ++i) {
    raw += "{\"name\":\"O'Brien\",\"n\":" + std::to_string(i) + "}";
  }
  const PageEntries page = page_with(2, {raw.size()});
  const std::string packed(codec.compress(page.page, raw).value());
  EXPECT_LT(packed.size(), raw.size() / 3);
  EXPECT_EQ(unpacked(codec, page, packed), raw);
  EXPECT_FALSE(codec.decompress(page_with(2, {raw.size() - 1}), packed).has_value());
  EXPECT_FALSE(codec.decompress(page_with(2, {raw.size() + 1}), packed).has_value());
  EXPECT_FALSE(codec.decompress(page_with(3, {raw.size()}), packed).has_value());
  for (std::size_t i = 0; i < packed.size(); i += 7) {
    std::string flipped = packed;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    EXPECT_FALSE(codec.decompress(page, flipped).has_value()) << i;
  }
  EXPECT_EQ(unpacked(codec, page_with(2, {}), codec.compress(PageId{2}, "").value()), "");
  EXPECT_FALSE(codec.decompress(page_with(2, {}), packed).has_value());
}

TEST(PageCodec, EachRecordIsFoundWhateverStandsBetweenThem) {
  RawCodec codec;
  const PageEntries page = page_with(2, {3, 1, 4});
  for (const std::string_view between : {"", ",", ",\n  ", "0123456789abcdef"}) {
    const std::string raw = fmt::format("{{1}}{0}2{0}{{34}}", between);
    const auto read = codec.decompress(page, codec.compress(page.page, raw).value());
    ASSERT_TRUE(read.has_value()) << between;
    EXPECT_EQ(read->of(page, 0), "{1}");
    EXPECT_EQ(read->of(page, 1), "2");
    EXPECT_EQ(read->of(page, 2), "{34}");
  }
  for (const char* odd : {"{1}2{34}+", "{1}2{34", "{1}0123456789abcdef-20123456789abcdef-{34}"}) {
    EXPECT_FALSE(codec.decompress(page, codec.compress(page.page, odd).value()).has_value()) << odd;
  }
}

TEST(PageCodec, AShortPageAfterALongOneLeavesNoBytesOfIt) {
  RawCodec codec;
  const std::string longer(3U << 20U, 'x');
  const std::string packed(codec.compress(PageId{1}, longer).value());
  EXPECT_EQ(unpacked(codec, page_with(1, {longer.size()}), packed), longer);
  const std::string shorter = "{\"n\":1}";
  const std::string packed_shorter(codec.compress(PageId{2}, shorter).value());
  EXPECT_LT(packed_shorter.size(), 64U);
  EXPECT_EQ(unpacked(codec, page_with(2, {shorter.size()}), packed_shorter), shorter);
}

TEST(PageCodec, PagesOfEveryEarlierLevelAreRead) {
  const std::string raw(1000, 'y');
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 1));
  constexpr std::uint64_t raw_seed = 0x52'41'57'30;
  ByteWriter writer;
  writer.raw(packed);
  RawCodec codec;
  const std::string sealed = std::move(writer).sealed(raw_seed ^ std::uint64_t{7} << 8U);
  EXPECT_EQ(unpacked(codec, page_with(7, {raw.size()}), sealed), raw);
}

TEST(RecordStatus, StatesComeBackOrNotAtAll) {
  std::vector<RecordStatus> statuses(3);
  statuses[1].state = RecordState::in_doubt;
  statuses[1].set(RecordStatus::has_attempts);
  statuses[2].sent = 77;
  const std::string bytes = encode_statuses(PageId{1}, PipelineId{2}, statuses);
  const auto read = decode_statuses(PageId{1}, PipelineId{2}, bytes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)[1].state, RecordState::in_doubt);
  EXPECT_TRUE((*read)[1].has(RecordStatus::has_attempts));
  EXPECT_EQ((*read)[2].sent, 77U);
  EXPECT_FALSE(decode_statuses(PageId{2}, PipelineId{2}, bytes).has_value());
  EXPECT_FALSE(decode_statuses(PageId{1}, PipelineId{1}, bytes).has_value());
  EXPECT_FALSE(decode_statuses(PageId{1}, PipelineId{2}, bytes.substr(1)).has_value());
}

// So they were written until version 2 of the schema.
TEST(RecordStatus, StatesWrittenOneByOneCanStillBeRead) {
  std::vector<RecordStatus> statuses(2);
  statuses[1].state = RecordState::failed;
  statuses[1].reason = 5;
  statuses[1].sent = 77;
  ByteWriter writer;
  writer.raw({reinterpret_cast<const char*>(statuses.data()), 2 * sizeof(RecordStatus)});
  constexpr std::uint64_t plain_seed = 0x53'54'41'54;
  const std::string bytes =
      std::move(writer).sealed(plain_seed ^ std::uint64_t{7} << 8U ^ std::uint64_t{3} << 52U);
  const auto read = decode_statuses(PageId{7}, PipelineId{3}, bytes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)[0].state, RecordState::waiting);
  EXPECT_EQ((*read)[1].state, RecordState::failed);
  EXPECT_EQ((*read)[1].reason, 5U);
  EXPECT_EQ((*read)[1].sent, 77U);
}

TEST(RecordStatus, WhatRecordsHaveInCommonStandsOnce) {
  constexpr std::size_t records = 100;
  std::vector<RecordStatus> statuses(records);
  for (std::size_t i = 0; i < records; ++i) {
    statuses[i].state = RecordState::delivered;
    statuses[i].updated_at = i % 2 == 0 ? 1 : 2;  // of two lanes
    statuses[i].sent = i + 1;
  }
  const std::string alike = encode_statuses(PageId{1}, PipelineId{1}, statuses);
  EXPECT_LT(alike.size(), records * 10);
  for (std::size_t i = 0; i < records; ++i) {
    statuses[i].reason = static_cast<std::uint32_t>(i);
  }
  const std::string different = encode_statuses(PageId{1}, PipelineId{1}, statuses);
  const auto read = decode_statuses(PageId{1}, PipelineId{1}, different);
  ASSERT_TRUE(read.has_value());
  for (std::size_t i = 0; i < records; ++i) {
    EXPECT_EQ((*read)[i].reason, i);
    EXPECT_EQ((*read)[i].updated_at, i % 2 == 0 ? 1 : 2);
    EXPECT_EQ((*read)[i].sent, i + 1);
  }
}

// The row of its lane says so.
TEST(RecordStatus, WhetherARecordIsInABatchIsNotWritten) {
  std::vector<RecordStatus> statuses(1);
  statuses[0].set(RecordStatus::in_batch);
  statuses[0].set(RecordStatus::replaced);
  const auto read = decode_statuses(PageId{1}, PipelineId{1},
                                    encode_statuses(PageId{1}, PipelineId{1}, statuses));
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE((*read)[0].has(RecordStatus::in_batch));
  EXPECT_TRUE((*read)[0].has(RecordStatus::replaced));
}

TEST(ByteCodec, ReadingPastTheEndFailsAndGoesNowhere) {
  ByteWriter writer;
  writer.varint(std::numeric_limits<std::uint64_t>::max());
  const std::string bytes = std::move(writer).sealed(1);
  ByteReader reader(bytes, 1);
  EXPECT_EQ(reader.varint(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(reader.good());
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.good());
  ByteReader greedy(bytes, 1);
  EXPECT_EQ(greedy.count(8), 0U);
  EXPECT_FALSE(greedy.good());
}

}  // namespace
}  // namespace weir
