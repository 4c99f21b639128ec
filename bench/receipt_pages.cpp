// SPDX-License-Identifier: Apache-2.0
#include "bench/receipt_pages.h"

#include "sandbox/dingtalk/dice.h"
#include "sandbox/dingtalk/instance_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace weir::bench {
namespace {

namespace yida = yida_sandbox;

constexpr std::uint32_t different_forms = 4000;
constexpr std::string_view serial_mark = "\"serialNumberField_lgorr6rv\":\"SKD";
constexpr std::string_view amount_mark = "\"numberField_lgkgut81_value\":\"";

std::size_t value_after(const std::string& json, std::string_view mark) {
  const std::size_t found = json.find(mark);
  if (found == std::string::npos) {
    throw std::logic_error(fmt::format("the stand-in's receipts have no {}", mark));
  }
  return found + mark.size();
}

// As chance would have them: ids do not come in the order of creation.
std::string id_of(std::uint64_t number) {
  const std::uint64_t high = yida::mix(number);
  const std::uint64_t low = yida::mix(~number);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, high >> 16U & 0xffffU,
                     high & 0xffffU, low >> 48U, low & 0xffffffffffffU);
}

std::string more_of(const ReceiptShape& shape) {
  std::string more;
  for (int i = 0; i < shape.fields; ++i) {
    more += fmt::format(R"("textField_{}":"value {}",)", i, i);
  }
  for (int i = 0; i < shape.sub_rows; ++i) {
    more += fmt::format(R"({}{{"line":{},"quantity":"{}.5"}})",
                        i == 0 ? R"("tableField_bench":[)" : ",", i, i);
  }
  return more + (shape.sub_rows > 0 ? "]," : "");
}

}  // namespace

ReceiptPages::ReceiptPages(std::uint64_t records, yida::Minute from, yida::Minute to,
                           const ReceiptShape& shape)
    : records_(records),
      from_(from),
      to_(to),
      revision_(static_cast<char>('0' + shape.revision % 10)) {
  yida::GeneratorOptions options;
  options.records = different_forms;
  options.from = from;
  options.to = to;
  options.running = 0;
  options.edges = false;
  const yida::ReceiptGenerator generator(options);
  yida::Rendering rendering;
  rendering.form_uuid = "FORM-SKD";
  for (std::uint32_t i = 0; i < different_forms; ++i) {
    yida::Row row = generator.initial_row(i);
    row.status = yida::Status::completed;
    Form form;
    yida::append_process_instance(generator, {i, i % 500, row, nullptr}, rendering, form.json);
    form.json.insert(value_after(form.json, "\"data\":{"), more_of(shape));
    form.places = {{value_after(form.json, "\"processInstanceId\":\""), Part::id},
                   {value_after(form.json, serial_mark), Part::serial},
                   {value_after(form.json, "\"createTimeGMT\":\""), Part::time},
                   {value_after(form.json, "\"modifiedTimeGMT\":\""), Part::time},
                   {value_after(form.json, "\"numberField_lgkgut81\":"), Part::revision},
                   {value_after(form.json, amount_mark), Part::revision}};
    forms_.push_back(std::move(form));
  }
}

yida::Minute ReceiptPages::created(std::uint64_t number) const {
  const auto span = static_cast<std::uint64_t>(to_ - from_);
  return from_ + static_cast<yida::Minute>(span * number / records_);
}

std::uint64_t ReceiptPages::first_from(yida::Minute moment) const {
  std::uint64_t low = 0;
  std::uint64_t high = records_;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    (created(middle) < moment ? low : high) = created(middle) < moment ? middle + 1 : middle;
  }
  return low;
}

std::pair<std::uint64_t, std::uint64_t> ReceiptPages::created_on(std::int64_t first_day,
                                                                 std::int64_t last_day) const {
  return {first_from(yida::day_start(first_day)), first_from(yida::day_start(last_day + 1))};
}

void ReceiptPages::append(std::uint64_t number, std::string& out) const {
  const Form& form = forms_[number % forms_.size()];
  const std::size_t start = out.size();
  out += form.json;
  const std::string id = id_of(number);
  const std::string serial = fmt::format("{:012}", number);  // as long as a day and a count
  const std::string stamp = yida::stamp(created(number), yida::StampClock::local);
  for (const Place& place : form.places) {
    char* at = out.data() + start + place.offset;
    if (place.part == Part::revision) {
      *at = *at == '-' ? '-' : static_cast<char>(std::max('1', revision_));
    } else {
      const std::string& text = place.part == Part::id       ? id
                                : place.part == Part::serial ? serial
                                                             : stamp;
      std::copy(text.begin(), text.end(), at);
    }
  }
}

}  // namespace weir::bench
