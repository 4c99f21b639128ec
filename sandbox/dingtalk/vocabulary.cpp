// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/vocabulary.h"

#include <fmt/format.h>

#include <array>

namespace weir::yida_sandbox {
namespace {

constexpr std::array<Person, 16> kPeople{{
    {"王小明", "Wang Xiaoming", "0112233445566778", "财务部", "451230981"},
    {"李会计", "Li Kuaiji", "0998877665544332", "财务部", "451230981"},
    {"张三", "Zhang San", "011223344556600145", "华东销售部", "451230987"},
    {"李四", "Li Si", "193007455224805338", "华南销售部", "451230988"},
    {"欧阳静", "Ouyang Jing", "284736451029384756", "华北销售部", "451230989"},
    {"赵敏", "Zhao Min", "301928374655647382", "华东销售部", "451230987"},
    {"陈建国", "Chen Jianguo", "900719925474099301", "西南销售部", "451230990"},
    {"刘洋", "Liu Yang", "900719925474099303", "大客户部", "451230991"},
    {"司马相", "Sima Xiang", "0123456789012345", "大客户部", "451230991"},
    {"阿依古丽·买买提", "Ayigul Memet", "550192837465019283", "西北销售部", "451230992"},
    {"何䶮", "He Yan", "410293847561029384", "电商部", "451230993"},
    {"𠮷野健", "Yoshino Ken", "120987654321098765", "海外部", "451230994"},
    {"O'Brien 欧布莱恩", "Sean O'Brien", "771029384756102938", "海外部", "451230994"},
    {"孙丽", "Sun Li", "660918273645546372", "财务部", "451230981"},
    {"周涛", "Zhou Tao", "0192837465564738", "仓储部", "451230995"},
    {"吴昊", "Wu Hao", "880192837465564738", "总经办", "451230996"},
}};

constexpr std::array<Place, 8> kPlaces{{
    {"上海", "上海市", "浦东新区", "shang+hai", "shang+hai+shi", "pu+dong", 310115},
    {"北京", "北京市", "东城区", "bei+jing", "bei+jing+shi", "dong+cheng", 110101},
    {"广东省", "深圳市", "南山区", "guang+dong", "shen+zhen", "nan+shan", 440305},
    {"浙江省", "杭州市", "余杭区", "zhe+jiang", "hang+zhou", "yu+hang", 330110},
    {"江苏省", "苏州市", "吴中区", "jiang+su", "su+zhou", "wu+zhong", 320506},
    {"四川省", "成都市", "武侯区", "si+chuan", "cheng+du", "wu+hou", 510107},
    {"湖北省", "武汉市", "洪山区", "hu+bei", "wu+han", "hong+shan", 420111},
    {"海南省", "儋州市", "那大镇", "hai+nan", "dan+zhou", "na+da", 460400},
}};

constexpr std::array<std::string_view, 20> kBrands{
    "示例", "鸿图", "远帆", "德盛", "恒信", "金桥", "瑞丰", "永泰", "华瑞", "天成",
    "合纵", "连横", "锦绣", "长青", "海川", "星辰", "融汇", "百川", "广源", "新维"};
constexpr std::array<std::string_view, 10> kTrades{
    "贸易", "科技", "电子商务", "机械", "食品", "医疗器械", "供应链", "建材", "服饰", "新能源"};
constexpr std::array<std::string_view, 3> kForms{"有限公司", "股份有限公司", "（集团）有限公司"};

constexpr std::array<std::string_view, 4> kSql{"'); DROP TABLE hc_dd_skd; --", "' OR '1'='1",
                                               "\"; DELETE FROM x WHERE 1=1; #",
                                               "${jndi:x} {{name}} :order_no_new ? %s"};
constexpr std::array<std::string_view, 4> kEmoji{"🚀", "👩🏽‍💻", "🀄𠮷", "🇨🇳❤️"};
constexpr std::array<std::string_view, 4> kQuotes{"\"双\"'单'`反`", "“中文”'引号\"", "''",
                                                  "\"\"\""};
constexpr std::array<std::string_view, 4> kSlashes{"C:\\temp\\n\\", "\\\\", "\\'", "\\0\\Z\\%\\_"};
constexpr std::array<std::string_view, 4> kBreaks{"\n", "\r\n", "\t\n\n", "\n--\n"};

}  // namespace

const Person& person(const Dice& dice, std::uint64_t purpose) {
  return kPeople[dice.below(kPeople.size(), purpose)];
}

std::string company(const Dice& dice) {
  return fmt::format(
      "{}{}{}{}", place(dice).province.substr(0, 6), kBrands[dice.below(kBrands.size(), 101)],
      kTrades[dice.below(kTrades.size(), 102)], kForms[dice.below(kForms.size(), 103)]);
}

std::string hostile_company(const Dice& dice) {
  const std::array<std::string_view, 5> parts{
      kSql[dice.below(4, 111)], kEmoji[dice.below(4, 112)], kQuotes[dice.below(4, 113)],
      kSlashes[dice.below(4, 114)], kBreaks[dice.below(4, 115)]};
  std::string name = company(dice);
  const std::uint64_t first = dice.below(parts.size(), 116);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    name += parts[(first + i) % parts.size()];
  }
  return name;
}

std::string edge_company(const Dice& dice, int which) {
  switch (which) {
    case 0:
      return company(dice) + std::string(kEmoji[dice.below(4, 112)]);
    case 1:
      return fmt::format("{}{}", kQuotes[dice.below(4, 113)], company(dice));
    case 2:
      return company(dice) + std::string(kSlashes[dice.below(4, 114)]);
    case 3:
      return company(dice) + std::string(kSql[dice.below(4, 111)]);
    default: {
      std::string name;
      while (name.size() < 600) {
        name += company(dice);
      }
      return name;
    }
  }
}

const Place& place(const Dice& dice) { return kPlaces[dice.below(kPlaces.size(), 104)]; }

std::string_view other_kind(const Dice& dice) {
  static constexpr std::array<std::string_view, 4> kKinds{"预收款", "退款", "往来款", "其他收款"};
  return kKinds[dice.below(kKinds.size(), 105)];
}

std::string_view product(const Dice& dice, int level) {
  static constexpr std::array<std::array<std::string_view, 2>, 4> kProducts{
      {{"硬件", "传感器"}, {"硬件", "网关"}, {"软件", "订阅"}, {"服务", "实施"}}};
  return kProducts[dice.below(kProducts.size(), 106)][static_cast<std::size_t>(level)];
}

}  // namespace weir::yida_sandbox
