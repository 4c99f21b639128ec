// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/page_codec.h"

#include "journal/sqlite/byte_codec.h"

#include <zstd.h>

#include <cstring>
#include <utility>

namespace weir {
namespace {

constexpr std::uint64_t entries_seed = 0x45'4e'54'52;
constexpr std::uint64_t raw_seed = 0x52'41'57'30;
constexpr std::uint64_t dropped_seed = 0x47'4f'4e'45;

std::uint64_t seed_of(std::uint64_t kind, PageId page) {
  return kind ^ static_cast<std::uint64_t>(page) << 8U;
}

// What stands between two records when all of it takes so many bytes. Nothing: it cannot.
std::optional<std::uint64_t> gap_of(const PageEntries& page, std::uint64_t size) {
  if (size == page.raw_size) {
    return 0;
  }
  if (page.entries.size() < 2 || size < page.raw_size) {
    return std::nullopt;
  }
  const std::uint64_t gaps = page.entries.size() - 1;
  const std::uint64_t between = size - page.raw_size;
  return between % gaps == 0 && between / gaps <= raw_gap_max ? std::optional(between / gaps)
                                                              : std::nullopt;
}

}  // namespace

std::string encode_entries(PageId page, const PageHeader& header,
                           std::span<const PageEntry> entries) {
  ByteWriter writer;
  writer.reserve(entries.size() * 96 + 128);
  writer.fixed(static_cast<std::int64_t>(header.pipeline));
  writer.fixed(static_cast<std::int64_t>(header.run));
  writer.fixed(static_cast<std::int64_t>(header.received_at.time_since_epoch().count()));
  writer.text(header.origin);
  writer.varint(entries.size());
  for (const PageEntry& entry : entries) {
    writer.fixed(entry.content);
    writer.varint(entry.raw_length);
    writer.varint(entry.previous);
    writer.text(entry.id);
    writer.text(entry.number);
    writer.text(entry.fault);
  }
  return std::move(writer).sealed(seed_of(entries_seed, page));
}

std::optional<PageEntries> decode_entries(PageId page, std::string_view bytes) {
  PageEntries decoded;
  decoded.page = page;
  decoded.bytes = std::make_unique<const std::string>(bytes);
  ByteReader reader(*decoded.bytes, seed_of(entries_seed, page));
  decoded.header.pipeline = static_cast<PipelineId>(reader.fixed<std::int64_t>());
  decoded.header.run = static_cast<RunId>(reader.fixed<std::int64_t>());
  decoded.header.received_at = Timestamp(std::chrono::milliseconds(reader.fixed<std::int64_t>()));
  decoded.header.origin = reader.text();
  constexpr std::size_t entry_bytes_min = 13;
  decoded.entries.resize(reader.count(entry_bytes_min));
  for (PageEntry& entry : decoded.entries) {
    entry.content = reader.fixed<std::uint64_t>();
    entry.raw_offset = decoded.raw_size;
    entry.raw_length = reader.varint();
    entry.previous = reader.varint();
    entry.id = reader.text();
    entry.number = reader.text();
    entry.fault = reader.text();
    decoded.raw_size += entry.raw_length;
  }
  return reader.good() ? std::optional(std::move(decoded)) : std::nullopt;
}

std::string encode_dropped_raw(PageId page) {
  return ByteWriter().sealed(seed_of(dropped_seed, page));
}

bool is_dropped_raw(PageId page, std::string_view bytes) {
  return bytes.size() == dropped_raw_size && ByteReader(bytes, seed_of(dropped_seed, page)).good();
}

struct RawCodec::Contexts {
  ZSTD_CCtx* compress = nullptr;
  ZSTD_DCtx* decompress = nullptr;
};

RawCodec::RawCodec() : contexts_(std::make_unique<Contexts>()) {}

RawCodec::~RawCodec() {
  ZSTD_freeCCtx(contexts_->compress);
  ZSTD_freeDCtx(contexts_->decompress);
}

std::optional<std::string_view> RawCodec::compress(PageId page, std::string_view raw) {
  ZSTD_CCtx*& context = contexts_->compress;
  if (context == nullptr) {
    // A fifth cheaper than level 1, for a quarter more bytes: docs/adr/0014.
    context = ZSTD_createCCtx();
    if (context == nullptr) {
      return std::nullopt;
    }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, -3);
    ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, 13);
    ZSTD_CCtx_setParameter(context, ZSTD_c_minMatch, 7);
  }
  constexpr std::size_t kept_max = 2U << 20U;  // the buffer of a longer page is not kept
  const std::size_t size_max = ZSTD_compressBound(raw.size());
  const std::size_t needed = size_max + sizeof(std::uint64_t);
  if (packed_.size() < needed || packed_.size() > kept_max) {
    packed_ = std::vector<char>(needed);
  }
  const std::size_t size =
      ZSTD_compress2(context, packed_.data(), size_max, raw.data(), raw.size());
  if (ZSTD_isError(size) != 0) {
    return std::nullopt;
  }
  const std::uint64_t seal = hash64({packed_.data(), size}, seed_of(raw_seed, page));
  std::memcpy(packed_.data() + size, &seal, sizeof(seal));
  return std::string_view(packed_.data(), size + sizeof(seal));
}

std::optional<PageRaw> RawCodec::decompress(const PageEntries& page, std::string_view bytes) {
  ByteReader reader(bytes, seed_of(raw_seed, page.page));
  if (!reader.good()) {
    return std::nullopt;
  }
  const std::string_view packed = reader.raw(reader.left());
  const std::uint64_t size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  const auto gap = gap_of(page, size);
  if (!gap) {
    return std::nullopt;
  }
  ZSTD_DCtx*& context = contexts_->decompress;
  if (context == nullptr) {
    context = ZSTD_createDCtx();
    if (context == nullptr) {
      return std::nullopt;
    }
  }
  constexpr std::size_t readable = 64;  // behind it, for a parser that reads in large steps
  PageRaw raw;
  raw.gap = *gap;
  raw.bytes.reserve(size + readable);
  raw.bytes.resize(size);
  const std::size_t got =
      ZSTD_decompressDCtx(context, raw.bytes.data(), size, packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    return std::nullopt;
  }
  return raw;
}

}  // namespace weir
