// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

// The form 收款单 of the stand-in: which fields it has. Ids are what a YiDa form gives its
// components; a field with companions has its own id once here.
namespace weir::yida_sandbox {

enum class Component : std::uint8_t {
  text,
  number,
  date,
  date_range,
  choice,   // radio, select
  choices,  // checkbox, multi-select
  employee,
  department,
  cascade,   // city, country, cascade select
  document,  // attachment, image, address, association, signature, …: JSON inside a string
  table,
};

struct FormField {
  std::string_view id;
  std::string_view component;  // YiDa's componentName
  std::string_view label;
  Component kind;
  std::string_view parent;  // of a field inside a sub-table; empty otherwise
  std::string_view alias;   // what useAlias puts in place of the id; empty: none
};

namespace field {
inline constexpr std::string_view kSerial = "serialNumberField_lgorr6rv";
inline constexpr std::string_view kKind = "selectField_lgkgut7x";
inline constexpr std::string_view kDate = "dateField_lgkgut9r";
inline constexpr std::string_view kAmount = "numberField_lgkgut81";
inline constexpr std::string_view kCustomer = "textField_lgkgut82";
inline constexpr std::string_view kRemark = "textareaField_lgkgut83";
inline constexpr std::string_view kFee = "numberField_lgkgut84";
inline constexpr std::string_view kBankFlow = "numberField_lgkgut85";
inline constexpr std::string_view kRating = "rateField_lgkgut86";
inline constexpr std::string_view kCurrency = "radioField_lgkgut87";
inline constexpr std::string_view kMethod = "selectField_lgkgut88";
inline constexpr std::string_view kFlags = "checkboxField_lgkgut89";
inline constexpr std::string_view kProjects = "multiSelectField_lgkgut8a";
inline constexpr std::string_view kSalesman = "employeeField_lgkgut8b";
inline constexpr std::string_view kDepartment = "departmentSelectField_lgkgut8c";
inline constexpr std::string_view kPeriod = "cascadeDateField_lgkgut8d";
inline constexpr std::string_view kCity = "citySelectField_lgkgut8e";
inline constexpr std::string_view kCountry = "countrySelectField_lgkgut8f";
inline constexpr std::string_view kProduct = "cascadeSelectField_lgkgut8g";
inline constexpr std::string_view kAddress = "addressField_lgkgut8h";
inline constexpr std::string_view kContract = "associationFormField_lgkgut8i";
inline constexpr std::string_view kSlip = "attachmentField_lgkgut8j";
inline constexpr std::string_view kPhoto = "imageField_lgkgut8k";
inline constexpr std::string_view kNote = "editorField_lgkgut8l";
inline constexpr std::string_view kSignature = "digitalSignatureField_lgkgut8r";
inline constexpr std::string_view kInvoices = "tableField_lgkgut8m";
inline constexpr std::string_view kInvoiceNumber = "textField_lgkgut8n";
inline constexpr std::string_view kInvoiceAmount = "numberField_lgkgut8o";
inline constexpr std::string_view kInvoiceDate = "dateField_lgkgut8p";
inline constexpr std::string_view kInvoiceRate = "selectField_lgkgut8q";
inline constexpr std::string_view kInvoiceRemark = "textareaField_lgkgut8s";
}  // namespace field

inline constexpr std::string_view kSalesReceipt = "销售收款";

const std::vector<FormField>& form_fields();
// The field with this id, or nullptr.
const FormField* find_field(std::string_view id);

}  // namespace weir::yida_sandbox
