// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt_data.h"

#include "sandbox/dingtalk/edges.h"
#include "sandbox/dingtalk/receipt_form.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>

namespace weir::yida_sandbox {
namespace {

constexpr std::int64_t kMillisecondsAMinute = 60'000;

std::string array_of(std::initializer_list<std::string_view> texts) {
  std::string out = "[";
  for (const std::string_view text : texts) {
    out += out.size() > 1 ? "," : "";
    append_quoted(text, out);
  }
  return out + "]";
}

// A decimal: `units` of 10^-scale. The base value as a JSON number has no trailing zeros, the
// companion has every digit that was typed.
struct Decimal {
  std::int64_t units = 0;
  int scale = 0;

  std::string typed() const {
    const std::string digits = fmt::format("{:0{}}", units < 0 ? -units : units, scale + 1);
    const std::size_t point = digits.size() - static_cast<std::size_t>(scale);
    return (units < 0 ? "-" : "") + digits.substr(0, point) +
           (scale == 0 ? "" : "." + digits.substr(point));
  }
  std::string number() const {
    std::string text = typed();
    if (scale > 0) {
      text.erase(text.find_last_not_of('0') + 1);
      if (text.back() == '.') {
        text.pop_back();
      }
    }
    return text;
  }
};

class Writer {
 public:
  explicit Writer(const DataSource& source) : source_(source) {}

  void raw(std::string_view key, std::string json) {
    members_.push_back({std::string(key), std::move(json)});
  }
  void text(std::string_view key, std::string_view value) { raw(key, json_quoted(value)); }
  void number(std::string_view key, const Decimal& value) {
    raw(key, value.number());
    raw(fmt::format("{}_value", key), json_quoted(value.typed()));
  }
  void no_number(std::string_view key) { raw(fmt::format("{}_value", key), "\"\""); }
  void with_id(std::string_view key, std::string json, std::string id_json) {
    raw(key, std::move(json));
    raw(fmt::format("{}_id", key), std::move(id_json));
  }

  bool edge(Edge which) const {
    return source_.options.edges && is_edge(source_.receipt.index, which);
  }
  // Whether an optional component is filled.
  bool filled(double percent, std::uint64_t purpose) const {
    return source_.options.profile == Profile::wide || source_.dice.percent(percent, purpose);
  }
  std::vector<Member> take() { return std::move(members_); }

 private:
  const DataSource& source_;
  std::vector<Member> members_;
};

Decimal amount_of(const DataSource& source, const Writer& out) {
  const Dice& dice = source.dice;
  const std::uint64_t purpose = 200 + 7919 * std::uint64_t{source.receipt.row.revision};
  const auto cents = static_cast<std::int64_t>(1 + dice.below(20'000'000, purpose));
  if (out.edge(Edge::negative)) {
    return {-cents, 2};
  }
  if (out.edge(Edge::zero)) {
    return {0, 2};
  }
  if (out.edge(Edge::four_decimals)) {
    return {cents, 4};
  }
  return dice.percent(30, 201) ? Decimal{cents / 100 + 1, 0} : Decimal{cents, 2};
}

std::string customer_of(const DataSource& source, const Writer& out) {
  if (source.options.hostile_names) {
    return hostile_company(source.dice);
  }
  if (out.edge(Edge::no_customer)) {
    return "";
  }
  if (out.edge(Edge::edge_name)) {
    const std::uint32_t round = source.receipt.index / edge_place(Edge::edge_name).every;
    return edge_company(source.dice, static_cast<int>(round % kEdgeCompanies));
  }
  return company(source.dice);
}

std::string remark_of(const DataSource& source, const Writer& out) {
  std::string remark;
  if (out.edge(Edge::broken_lines)) {
    remark = "首期款\n含运费\r\n\t\"已核对\" \\ 'ok'\n";
  } else if (out.edge(Edge::long_text)) {
    while (remark.size() < 15'000) {
      remark += "收到客户汇款，";
    }
  } else if (source.dice.percent(50, 210)) {
    remark = fmt::format("{} {} 月货款", product(source.dice, 1), 1 + source.dice.below(12, 211));
  }
  if (source.receipt.row.revision > 0) {
    remark += fmt::format("（第 {} 次更正）", source.receipt.row.revision);
  }
  return remark;
}

void write_core(const DataSource& source, Writer& out) {
  out.text(field::kSerial, source.serial);
  out.with_id(field::kKind, json_quoted(source.kind), json_quoted(source.kind));
  if (!out.edge(Edge::no_date)) {
    const std::int64_t back =
        source.dice.percent(70, 202) ? 0 : static_cast<std::int64_t>(source.dice.below(6, 203));
    const std::int64_t day = shanghai_day(source.receipt.row.created) - back;
    out.raw(field::kDate, fmt::format("{}", day_start(day) * kMillisecondsAMinute));
  }
  if (out.edge(Edge::empty_amount)) {
    out.no_number(field::kAmount);
  } else {
    out.number(field::kAmount, amount_of(source, out));
  }
  out.text(field::kCustomer, customer_of(source, out));
}

void write_choices(const DataSource& source, Writer& out) {
  const Dice& dice = source.dice;
  static constexpr std::array<std::array<std::string_view, 2>, 3> kCurrencies{
      {{"人民币", "CNY"}, {"美元", "USD"}, {"港币", "HKD"}}};
  const auto& currency = kCurrencies[dice.percent(90, 220) ? 0 : 1 + dice.below(2, 221)];
  out.with_id(field::kCurrency, json_quoted(currency[0]), json_quoted(currency[1]));
  // The option's label was renamed with version 20 of the form; its value stayed.
  const bool bank = dice.percent(70, 222);
  const std::string_view label =
      bank ? (source.version < 20 ? "银行转帐" : "银行转账") : "承兑汇票";
  out.with_id(field::kMethod, json_quoted(label), json_quoted(bank ? "BANK" : "DRAFT"));
  if (out.filled(40, 223)) {
    const std::string flags =
        dice.percent(50, 224) ? array_of({"已开票", "已对账"}) : array_of({"已对账", "已开票"});
    out.with_id(field::kFlags, flags, flags);
  } else {
    out.with_id(field::kFlags, "[]", "[]");
  }
  if (out.filled(25, 225)) {
    const std::string projects = array_of({"项目A", "项目B"});
    out.with_id(field::kProjects, projects, projects);
  }
}

void write_people(const DataSource& source, Writer& out) {
  const Person& salesman = person(source.dice, 230);
  out.with_id(field::kSalesman, array_of({salesman.name}), array_of({salesman.user_id}));
  if (out.filled(60, 231)) {
    out.with_id(field::kDepartment, array_of({salesman.department}),
                array_of({salesman.department_id}));
  }
}

void write_places(const DataSource& source, Writer& out) {
  const Place& where = place(source.dice);
  if (out.filled(35, 240)) {
    out.raw(field::kCity, array_of({where.province, where.city, where.district}));
  }
  if (out.filled(10, 241)) {
    out.with_id(field::kCountry, "[]", array_of({"CN"}));
  }
  if (out.filled(20, 242)) {
    const std::string levels = array_of({product(source.dice, 0), product(source.dice, 1)});
    out.raw(field::kProduct, levels);
  }
  if (!out.filled(12, 243)) {
    return;
  }
  const std::string address = fmt::format(
      R"({{"address":"世纪大道{}号","regionIds":[{},{},{}],"regionText":[)"
      R"({{"en_US":"{}","zh_CN":"{}"}},{{"en_US":"{}","zh_CN":"{}"}},{{"en_US":"{}","zh_CN":"{}"}}]}})",
      1 + source.dice.below(999, 244), where.code / 10'000 * 10'000, where.code / 100 * 100,
      where.code, where.province_latin, where.province, where.city_latin, where.city,
      where.district_latin, where.district);
  const std::string line =
      fmt::format("{}/{}/{}/世纪大道{}号", where.province, where.code / 100 * 100, where.district,
                  1 + source.dice.below(999, 244));
  out.with_id(field::kAddress, json_quoted(address), json_quoted(json_quoted(line)));
}

std::string file_json(const DataSource& source, std::string_view name, std::string_view suffix) {
  const std::string address = fmt::format(
      "/ossFileHandle?appType=APP_SYNTHETIC000001&fileName=APP_SYNTH_{:08x}$$.{}"
      "&instId=&type=",
      source.dice.number(250) & 0xffff'ffffU, suffix);
  return fmt::format(
      R"([{{"downloadUrl":"{0}download","name":"{1}.{2}","previewUrl":"{0}open","url":"{0}download","size":{3}}}])",
      address, name, suffix, 10'000 + source.dice.below(4'000'000, 251));
}

void write_documents(const DataSource& source, Writer& out) {
  if (out.filled(30, 260)) {
    const std::string contract = fmt::format(
        R"([{{"formType":"receipt","formUuid":"FORM-CONTRACT0001","instanceId":"FINST-ABC66D71SYNTH{:04}",)"
        R"("appType":"APP_SYNTHETIC000001","title":"HT-2026-{:04}","subTitle":"128,000.50"}}])",
        source.dice.below(10'000, 261), source.dice.below(10'000, 261));
    // A JSON string whose content is again a JSON string.
    out.raw(fmt::format("{}_id", field::kContract), json_quoted(json_quoted(contract)));
  }
  if (out.filled(35, 262)) {
    out.text(field::kSlip, file_json(source, "回单", "pdf"));
  }
  if (out.filled(3, 263)) {
    out.text(field::kPhoto, file_json(source, "照片 1", "jpg"));
  }
  if (out.filled(8, 264)) {
    out.text(field::kNote, "<p>客户 <b>已付</b>&nbsp;&lt;100%&gt;</p>\n<p>😀</p>");
  }
  if (out.filled(3, 265)) {
    out.raw(field::kSignature,
            R"({"url":"/signature/1.png","signTime":1767542400000,"valid":true})");
  }
}

void write_numbers(const DataSource& source, Writer& out) {
  if (out.filled(30, 270)) {
    out.number(field::kFee, {static_cast<std::int64_t>(source.dice.below(5'000, 271)), 2});
  } else {
    out.no_number(field::kFee);
  }
  if (out.edge(Edge::big_number)) {
    out.number(field::kBankFlow, {9'007'199'254'740'993 * 100 + source.receipt.index % 100, 0});
  } else if (out.filled(10, 272)) {
    out.number(field::kBankFlow,
               {static_cast<std::int64_t>(source.dice.below(900'000'000'000, 273)), 0});
  }
  if (out.filled(30, 274)) {
    out.number(field::kRating, {static_cast<std::int64_t>(1 + source.dice.below(5, 275)), 0});
  }
  if (out.filled(20, 276)) {
    const std::int64_t day = shanghai_day(source.receipt.row.created);
    out.raw(field::kPeriod, fmt::format(R"(["{}","{}"])", day_start(day) * kMillisecondsAMinute,
                                        day_start(day + 30) * kMillisecondsAMinute));
  }
}

std::string object_of(const std::vector<Member>& members) {
  std::string out = "{";
  for (const Member& member : members) {
    out += out.size() > 1 ? "," : "";
    append_quoted(member.key, out);
    out += ':';
    out += member.json;
  }
  return out + "}";
}

}  // namespace

std::vector<Member> plain_members(const DataSource& source) {
  Writer out(source);
  write_core(source, out);
  if (source.options.profile != Profile::lean) {
    out.text(field::kRemark, remark_of(source, out));
    write_numbers(source, out);
    write_choices(source, out);
    write_people(source, out);
    write_places(source, out);
    write_documents(source, out);
  }
  return out.take();
}

std::vector<std::string> invoice_rows(const DataSource& source) {
  if (source.options.profile == Profile::lean) {
    return {};
  }
  const Dice& dice = source.dice;
  std::uint64_t count = source.options.profile == Profile::wide ? 5 : dice.below(4, 280);
  if (source.options.edges && is_edge(source.receipt.index, Edge::many_invoices)) {
    count = 51 + dice.below(80, 281);
  }
  std::vector<std::string> rows;
  const std::int64_t day = shanghai_day(source.receipt.row.created);
  for (std::uint64_t i = 0; i < count; ++i) {
    Writer out(source);
    out.text(field::kInvoiceNumber, fmt::format("INV-{:04}-{:03}", dice.below(10'000, 282), i + 1));
    out.number(field::kInvoiceAmount,
               {static_cast<std::int64_t>(1 + dice.below(5'000'000, 283 + i * 17)), 2});
    if (i % 7 != 6) {
      out.raw(field::kInvoiceDate,
              fmt::format(
                  "{}", day_start(day - static_cast<std::int64_t>(i % 5)) * kMillisecondsAMinute));
    }
    out.with_id(field::kInvoiceRate, json_quoted(i % 2 == 0 ? "13%" : "6%"),
                json_quoted(i % 2 == 0 ? "13" : "6"));
    if (i % 4 == 3) {
      out.text(field::kInvoiceRemark, "");
    }
    rows.push_back(object_of(out.take()));
  }
  return rows;
}

}  // namespace weir::yida_sandbox
