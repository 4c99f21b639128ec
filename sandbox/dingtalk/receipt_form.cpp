// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt_form.h"

#include <algorithm>

namespace weir::yida_sandbox {

const std::vector<FormField>& form_fields() {
  using enum Component;
  static const std::vector<FormField> fields{
      {field::kSerial, "SerialNumberField", "流水号", text, "", ""},
      {field::kKind, "SelectField", "类型", choice, "", "ReceiptType"},
      {field::kDate, "DateField", "收款日期", date, "", "ReceivedOn"},
      {field::kAmount, "NumberField", "收款金额", number, "", "Amount"},
      {field::kCustomer, "TextField", "客户名称", text, "", "CustomerName"},
      {field::kRemark, "TextareaField", "备注", text, "", ""},
      {field::kFee, "NumberField", "手续费", number, "", ""},
      {field::kBankFlow, "NumberField", "银行流水号", number, "", ""},
      {field::kRating, "RateField", "客户评级", number, "", ""},
      {field::kCurrency, "RadioField", "币种", choice, "", ""},
      {field::kMethod, "SelectField", "收款方式", choice, "", ""},
      {field::kFlags, "CheckboxField", "状态标记", choices, "", ""},
      {field::kProjects, "MultiSelectField", "项目", choices, "", ""},
      {field::kSalesman, "EmployeeField", "业务员", employee, "", ""},
      {field::kDepartment, "DepartmentSelectField", "所属部门", department, "", ""},
      {field::kPeriod, "CascadeDateField", "账期", date_range, "", ""},
      {field::kCity, "CitySelectField", "城市", cascade, "", ""},
      {field::kCountry, "CountrySelectField", "国家", cascade, "", ""},
      {field::kProduct, "CascadeSelectField", "产品类别", cascade, "", ""},
      {field::kAddress, "AddressField", "客户地址", document, "", ""},
      {field::kContract, "AssociationFormField", "关联合同", document, "", ""},
      {field::kSlip, "AttachmentField", "回单", document, "", ""},
      {field::kPhoto, "ImageField", "照片", document, "", ""},
      {field::kNote, "EditorField", "说明", text, "", ""},
      {field::kSignature, "DigitalSignatureField", "签名", document, "", ""},
      {field::kInvoices, "TableField", "发票明细", table, "", ""},
      {field::kInvoiceNumber, "TextField", "发票号", text, field::kInvoices, ""},
      {field::kInvoiceAmount, "NumberField", "发票金额", number, field::kInvoices, ""},
      {field::kInvoiceDate, "DateField", "开票日期", date, field::kInvoices, ""},
      {field::kInvoiceRate, "SelectField", "税率", choice, field::kInvoices, ""},
      {field::kInvoiceRemark, "TextareaField", "发票备注", text, field::kInvoices, ""},
  };
  return fields;
}

const FormField* find_field(std::string_view id) {
  const auto& fields = form_fields();
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const FormField& f) { return f.id == id; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace weir::yida_sandbox
