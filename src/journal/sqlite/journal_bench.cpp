// SPDX-License-Identifier: Apache-2.0
#include "core/hash.h"
#include "journal/sqlite/schema_steps.h"
#include "journal/sqlite/sqlite_journal.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <limits>
#include <random>

// What the journal costs, on a real disk (WEIR_BENCH_FOLDER, else the temporary folder), with
// WEIR_BENCH_RECORDS (200,000) records of about 2.3 KB of JSON. An iteration is a thousand records:
// the CPU column in microseconds is nanoseconds a record. Wall time is the disk's.

namespace weir {
namespace {

constexpr std::int64_t page_records = 100;
constexpr std::int64_t group_pages = 10;

std::int64_t records_wanted() {
  const char* number = std::getenv("WEIR_BENCH_RECORDS");  // NOLINT(concurrency-mt-unsafe)
  return number != nullptr ? std::strtoll(number, nullptr, 10) : 200'000;
}

std::string letters(std::uint64_t seed, std::size_t length) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string text(length, ' ');
  for (std::size_t i = 0; i < length; ++i) {
    seed = seed * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    text[i] = alphabet[(seed >> 33U) % alphabet.size()];
  }
  return text;
}

std::string id_of(std::int64_t record) {
  return "FINST-" + letters(static_cast<std::uint64_t>(record) * 2 + 1, 38);
}

std::string number_of(std::int64_t record) { return fmt::format("SK{:010}", record); }

void append_record(std::int64_t number, std::string& json) {
  const auto seed = static_cast<std::uint64_t>(number);
  json += fmt::format("{{\"processInstanceId\":\"{}\",\"title\":\"收款单 {}\",\"data\":{{",
                      id_of(number), number);
  for (std::uint64_t field = 0; field < 24; ++field) {
    json += fmt::format(
        "\"selectField_lg{:06}\":{{\"value\":\"{}\",\"componentName\":\"TextField\","
        "\"label\":\"销售收款\"}},",
        field * 7919, field % 3 == 0 ? letters(seed * 31 + field, 24) : "销售收款");
  }
  json += fmt::format("\"numberField_lgkgut81\":{}.50}}}}", number % 1'000'000);
}

IncomingPage page_at(std::int64_t first) {
  auto page = std::make_shared<Page>();
  for (std::int64_t record = first; record < first + page_records; ++record) {
    const std::size_t offset = page->bytes.size();
    append_record(record, page->bytes);
    const std::size_t length = page->bytes.size() - offset;
    const std::uint64_t content = hash64(std::string_view(page->bytes).substr(offset));
    PageRecord entry;
    entry.id = id_of(record);
    entry.number = number_of(record);
    entry.content = content;
    entry.offset = offset;
    entry.length = length;
    page->records.push_back(std::move(entry));
    page->bytes += ',';
  }
  return {std::move(page), Timestamp{}, "bench"};
}

std::vector<IncomingPage> group_at(std::int64_t first) {
  std::vector<IncomingPage> pages;
  for (std::int64_t page = 0; page < group_pages; ++page) {
    pages.push_back(page_at(first + page * page_records));
  }
  return pages;
}

// One journal for all, filled by the first that asks.
class BenchJournal {
 public:
  // With as many records as wanted, whichever benchmark asks first.
  static BenchJournal& get() {
    static BenchJournal journal;
    journal.fill(records_wanted());
    return journal;
  }

  Journal& journal() { return *journal_; }
  PipelineId pipeline() const { return pipeline_; }
  std::int64_t stored() const { return stored_; }
  std::filesystem::path file() const { return folder_ / "journal.db"; }

  std::vector<Intake> store(std::vector<IncomingPage> pages) {
    return journal_->store(pipeline_, run_, Redelivery::never, std::move(pages), {}).get().value();
  }
  void deliver(const std::vector<Intake>& intakes) {
    std::vector<Candidate> candidates;
    for (const Intake& intake : intakes) {
      for (const DueRecord& due : intake.due) {
        candidates.push_back({due.place, 1});
      }
    }
    const auto batch = journal_->open_batch(pipeline_, 0, 1, Redelivery::never, candidates).value();
    if (!journal_->settle_batch(batch.key, run_, Timestamp{}, {}).get()) {
      std::abort();
    }
  }
  void note_stored(std::int64_t records) { stored_ += records; }

  BenchJournal(const BenchJournal&) = delete;
  BenchJournal& operator=(const BenchJournal&) = delete;

 private:
  void fill(std::int64_t records) {
    while (stored_ < records) {
      deliver(store(group_at(stored_)));
      stored_ += group_pages * page_records;
    }
  }

  BenchJournal() {
    const char* chosen = std::getenv("WEIR_BENCH_FOLDER");  // NOLINT(concurrency-mt-unsafe)
    const auto root =
        chosen != nullptr ? std::filesystem::path(chosen) : std::filesystem::temp_directory_path();
    folder_ = root / fmt::format("weir-bench-{}", ::getpid());
    JournalOptions options;
    options.folder = folder_;
    journal_ = open_sqlite_journal(options).value();
    pipeline_ = journal_->pipeline("bench").value();
    run_ = journal_->begin_run(pipeline_, {}).value();
  }
  ~BenchJournal() {
    journal_.reset();
    const auto size = std::filesystem::file_size(folder_ / "journal.db");
    fmt::print(stderr, "{} records in {} MB\n", stored_, size / 1'000'000);
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Journal> journal_;
  PipelineId pipeline_{};
  RunId run_{};
  std::int64_t stored_ = 0;
};

void count_records(benchmark::State& state) {
  constexpr auto each = static_cast<double>(group_pages * page_records);
  state.counters["records"] = benchmark::Counter(each * static_cast<double>(state.iterations()),
                                                 benchmark::Counter::kIsRate);
}

void store_new_records(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  for (auto _ : state) {
    state.PauseTiming();
    auto pages = group_at(bench.stored());
    state.ResumeTiming();
    benchmark::DoNotOptimize(bench.store(std::move(pages)));
    bench.note_stored(group_pages * page_records);
  }
  count_records(state);
}
BENCHMARK(store_new_records)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(100);

void deliver_in_batches(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  for (auto _ : state) {
    state.PauseTiming();
    const auto intakes = bench.store(group_at(bench.stored()));
    bench.note_stored(group_pages * page_records);
    state.ResumeTiming();
    bench.deliver(intakes);
  }
  count_records(state);
}
BENCHMARK(deliver_in_batches)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(100);

void read_known_records_again(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  std::int64_t first = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto pages = group_at(first);
    first = (first + group_pages * page_records) % records_wanted();
    state.ResumeTiming();
    benchmark::DoNotOptimize(bench.store(std::move(pages)));
  }
  count_records(state);
}
BENCHMARK(read_known_records_again)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(200);

void trace_by_id(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  std::mt19937_64 random(1);
  for (auto _ : state) {
    const auto record =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bench.stored()));
    if (bench.journal().trace(bench.pipeline(), id_of(record)).value().size() != 1) {
      state.SkipWithError("a record is missing");
    }
  }
}
BENCHMARK(trace_by_id)->Unit(benchmark::kMicrosecond);

void trace_by_number(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  std::mt19937_64 random(2);
  for (auto _ : state) {
    const auto record =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bench.stored()));
    if (bench.journal().trace(bench.pipeline(), number_of(record)).value().size() != 1) {
      state.SkipWithError("a record is missing");
    }
  }
}
BENCHMARK(trace_by_number)->Unit(benchmark::kMicrosecond);

void read_waiting_records(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.journal().waiting(bench.pipeline(), {}, 2'000'000).value());
  }
}
BENCHMARK(read_waiting_records)->Unit(benchmark::kMicrosecond);

// What a journal of version 2 waits for once, when it is opened.
void migrate_to_version_3(benchmark::State& state) {
  const auto database = Database::open(BenchJournal::get().file(), DatabaseAccess::write).value();
  const auto must = [](const Result<void>& done) {
    if (!done) {
      std::abort();
    }
  };
  for (auto _ : state) {
    state.PauseTiming();
    must(database->execute("BEGIN IMMEDIATE"));
    must(database->execute("DROP TABLE page_kept"));
    state.ResumeTiming();
    must(schema_steps()[2](*database));
    state.PauseTiming();
    must(database->execute("ROLLBACK"));
    state.ResumeTiming();
  }
}
BENCHMARK(migrate_to_version_3)->Unit(benchmark::kMillisecond);

void find_no_raw_to_give_up(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  RawLimits limits;
  limits.received_before = Timestamp{};
  limits.bytes_max = std::numeric_limits<std::int64_t>::max();
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.journal().drop_raw(limits).value());
  }
}
BENCHMARK(find_no_raw_to_give_up)->Unit(benchmark::kMicrosecond);

// The last one: nothing is left to be read.
void give_up_a_step_of_raw(benchmark::State& state) {
  BenchJournal& bench = BenchJournal::get();
  RawLimits limits;
  limits.bytes_max = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    bytes += bench.journal().drop_raw(limits).value().bytes;
  }
  state.counters["bytes"] = benchmark::Counter(static_cast<double>(bytes));
}
BENCHMARK(give_up_a_step_of_raw)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace weir
