// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/instance_json.h"

#include "sandbox/dingtalk/receipt_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::yida_sandbox {
namespace {

constexpr std::string_view kProcessCode = "TPROC--7D966A91QXE2SKD0A1B2C3D4E5F61JPZMKL";

std::string names_of(const Person& who) {
  return fmt::format(R"({{"nameInChinese":{},"nameInEnglish":{},"type":"i18n"}})",
                     json_quoted(who.name), json_quoted(who.english));
}

// `department` is the key of the department's name; empty: it is left out.
std::string person_of(const Person& who, std::string_view department) {
  std::string out =
      fmt::format(R"({{"userId":{},"name":{})", json_quoted(who.user_id), names_of(who));
  if (!department.empty()) {
    out += fmt::format(R"(,"{}":{})", department, json_quoted(who.department));
  }
  return out + "}";
}

std::string form_person_of(const Person& who) {
  return fmt::format(
      R"({{"userId":{},"userName":{{"nameInChinese":{},"nameInEnglish":{},"type":"i18n"}}}})",
      json_quoted(who.user_id), json_quoted(who.name), json_quoted(who.english));
}

std::vector<Member> members_of(const ReceiptGenerator& generator, const Receipt& receipt,
                               const Rendering& rendering) {
  std::vector<Member> members = generator.data(receipt, rendering.inline_rows);
  std::erase_if(members, [&](const Member& member) {
    const bool wanted = rendering.fields.empty() ||
                        std::find(rendering.fields.begin(), rendering.fields.end(), member.key) !=
                            rendering.fields.end();
    return !wanted || (!rendering.sub_tables && member.key == field::kInvoices);
  });
  if (rendering.use_alias) {
    for (Member& member : members) {
      const FormField* known = find_field(member.key);
      if (known != nullptr && !known->alias.empty()) {
        member.key = known->alias;
      }
    }
  }
  return members;
}

void append_object(const std::vector<Member>& members, std::string& out) {
  out += '{';
  bool first = true;
  for (const Member& member : members) {
    if (!std::exchange(first, false)) {
      out += ',';
    }
    append_quoted(member.key, out);
    out += ':';
    out += member.json;
  }
  out += '}';
}

const Member* find_member(const std::vector<Member>& members, const std::string& key) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == members.end() ? nullptr : &*found;
}

// The typed twin of the data: one entry a component that has a value.
std::string instance_value(const std::vector<Member>& members) {
  std::string out = "[";
  for (const FormField& known : form_fields()) {
    const std::string id(known.id);
    const Member* base = find_member(members, id);
    if (base == nullptr || !known.parent.empty()) {
      continue;
    }
    const Member* typed = find_member(members, id + "_value");
    const std::string& value = typed == nullptr ? base->json : typed->json;
    out +=
        fmt::format(R"({}{{"componentName":"{}","fieldId":"{}","label":{},"fieldData":{{"value":)",
                    out.size() > 1 ? "," : "", known.component, known.id, json_quoted(known.label));
    out += value;
    out += "}}";
  }
  return out + "]";
}

std::string title_of(const ReceiptGenerator& generator, const Rendering& rendering,
                     std::uint32_t index) {
  return fmt::format("{}发起的{}", generator.originator(index).name, rendering.form_name);
}

int version_of(const ReceiptGenerator& generator, const Rendering& rendering, std::uint32_t index) {
  return rendering.form_version > 0 ? rendering.form_version : generator.schema_version(index);
}

void append_process_head(const ReceiptGenerator& generator, const Receipt& receipt,
                         const Rendering& rendering, std::string_view department,
                         std::string& out) {
  const std::uint32_t index = receipt.index;
  const bool with_department = Dice(generator.options().seed, index).percent(70, 401);
  fmt::format_to(std::back_inserter(out),
                 R"({{"processInstanceId":"{}","formUuid":{},"processCode":"{}","title":{},)"
                 R"("instanceStatus":"{}","originator":{},"actionExecutor":[{}],)",
                 generator.id(index), json_quoted(rendering.form_uuid), kProcessCode,
                 json_quoted(title_of(generator, rendering, index)), to_string(receipt.row.status),
                 person_of(generator.originator(index), with_department ? department : ""),
                 person_of(generator.approver(index), ""));
  if (receipt.row.verdict != Verdict::none) {
    fmt::format_to(std::back_inserter(out), R"("approvedResult":"{}",)",
                   to_string(receipt.row.verdict));
  }
}

}  // namespace

void append_process_instance(const ReceiptGenerator& generator, const Receipt& receipt,
                             const Rendering& rendering, std::string& out) {
  append_process_head(generator, receipt, rendering, "deptName", out);
  fmt::format_to(std::back_inserter(out),
                 R"("createTimeGMT":"{}","modifiedTimeGMT":"{}","version":{},"data":)",
                 stamp(receipt.row.created, rendering.clock),
                 stamp(receipt.row.modified, rendering.clock),
                 version_of(generator, rendering, receipt.index));
  append_object(members_of(generator, receipt, rendering), out);
  out += '}';
}

void append_batch_instance(const ReceiptGenerator& generator, const Receipt& receipt,
                           const Rendering& rendering, std::string& out) {
  append_process_head(generator, receipt, rendering, "departmentName", out);
  out += R"("data":)";
  append_object(members_of(generator, receipt, rendering), out);
  out += '}';
}

void append_search_row(const ReceiptGenerator& generator, const Receipt& receipt,
                       const Rendering& rendering, std::string& out) {
  const auto members = members_of(generator, receipt, rendering);
  const Person& creator = generator.originator(receipt.index);
  const Person& modifier = generator.approver(receipt.index);
  fmt::format_to(
      std::back_inserter(out),
      R"({{"formInstanceId":"{}","formUuid":{},"dataId":{},"title":{},"version":{},)"
      R"("createdTimeGMT":"{}","modifiedTimeGMT":"{}","creatorUserId":"{}","modifierUserId":"{}",)"
      R"("originator":{},"modifyUser":{},"sequence":"","serialNo":{},"modelUuid":{},)"
      R"("instanceValue":{},"formData":)",
      generator.id(receipt.index), json_quoted(rendering.form_uuid),
      1'000'000'000ULL + receipt.index, json_quoted(title_of(generator, rendering, receipt.index)),
      version_of(generator, rendering, receipt.index), stamp(receipt.row.created, rendering.clock),
      stamp(receipt.row.modified, rendering.clock), creator.user_id, modifier.user_id,
      form_person_of(creator), form_person_of(modifier),
      json_quoted(generator.serial_number(receipt)), json_quoted(rendering.form_uuid),
      json_quoted(instance_value(members)));
  append_object(members, out);
  out += '}';
}

void append_advanced_row(const ReceiptGenerator& generator, const Receipt& receipt,
                         const Rendering& rendering, std::string& out) {
  const auto members = members_of(generator, receipt, rendering);
  const Person& creator = generator.originator(receipt.index);
  const Person& modifier = generator.approver(receipt.index);
  fmt::format_to(
      std::back_inserter(out),
      R"({{"formInstanceId":"{}","formUuid":{},"id":{},"title":{},"version":{},)"
      R"("createTimeGMT":"{}","modifiedTimeGMT":"{}","creatorUserId":"{}","modifier":"{}",)"
      R"("originator":{},"modifyUser":{},"sequence":"","serialNumber":{},)"
      R"("instanceValue":{},"formData":)",
      generator.id(receipt.index), json_quoted(rendering.form_uuid),
      1'000'000'000ULL + receipt.index, json_quoted(title_of(generator, rendering, receipt.index)),
      version_of(generator, rendering, receipt.index), stamp(receipt.row.created, rendering.clock),
      stamp(receipt.row.modified, rendering.clock), creator.user_id, modifier.user_id,
      person_of(creator, ""), person_of(modifier, ""),
      json_quoted(generator.serial_number(receipt)), json_quoted(instance_value(members)));
  append_object(members, out);
  out += '}';
}

std::string form_instance(const ReceiptGenerator& generator, const Receipt& receipt,
                          const Rendering& rendering) {
  std::string out =
      fmt::format(R"({{"formInstId":"{}","modifiedTimeGMT":"{}","originator":{},"formData":)",
                  generator.id(receipt.index), stamp(receipt.row.modified, rendering.clock),
                  person_of(generator.originator(receipt.index), "departmentName"));
  append_object(members_of(generator, receipt, rendering), out);
  return out + "}";
}

}  // namespace weir::yida_sandbox
