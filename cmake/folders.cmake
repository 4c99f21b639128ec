# weir_folder(PATH [ROOT DIR] [EMBED FILE…] LINKS …): one folder of src/ (or of ROOT) becomes
#   the library          weir_<path with _>     from its *.cpp
#   the test program     …_test                 from its *_test.cpp  (one ctest each)
#   the benchmark        …_bench                from its *_bench.cpp (run by `./dev bench`)
#   the fuzz targets     <file>                 from each *_fuzz.cpp (WEIR_FUZZ only)
# An EMBEDded file x.yaml is compiled in as `extern const std::string_view x_yaml` of the folder, the
# YAML files of an EMBED_FOLDER x as `std::span<const std::pair<std::string_view, std::string_view>>
# x_files()`: name and text of each, by name.
function(weir_folder path)
  cmake_parse_arguments(arg "" "ROOT;EMBED_FOLDER" "LINKS;EMBED" ${ARGN})
  if(NOT arg_ROOT)
    set(arg_ROOT ${CMAKE_SOURCE_DIR}/src)
  endif()
  set(dir ${arg_ROOT}/${path})
  string(REPLACE "/" "_" id ${path})
  set(library weir_${id})

  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  set(tests ${sources})
  set(benches ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|_fuzz|/main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")

  foreach(file IN LISTS arg_EMBED)
    weir_embed(${dir}/${file} embedded)
    list(APPEND sources ${embedded})
  endforeach()

  if(arg_EMBED_FOLDER)
    weir_embed_folder(${dir}/${arg_EMBED_FOLDER} embedded)
    list(APPEND sources ${embedded})
  endif()

  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${library} ${scope} ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  target_link_libraries(${library} ${scope} ${arg_LINKS} Threads::Threads)

  if(tests AND NOT WEIR_FUZZ)
    add_executable(${library}_test ${tests})
    target_link_libraries(${library}_test ${library} GTest::gmock GTest::gtest_main)
    add_test(NAME unit.${id} COMMAND ${library}_test)
    set_tests_properties(unit.${id} PROPERTIES LABELS unit TIMEOUT 600)
  endif()
  if(benches AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT WEIR_FUZZ)
    add_executable(${library}_bench ${benches})
    target_link_libraries(${library}_bench ${library} benchmark::benchmark_main)
  endif()
  if(WEIR_FUZZ)
    foreach(fuzzer IN LISTS fuzzers)
      get_filename_component(name ${fuzzer} NAME_WE)
      add_executable(${name} ${fuzzer})
      target_link_libraries(${name} ${library})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY WEIR_FUZZERS ${name})
    endforeach()
  endif()
endfunction()

function(weir_embed_folder folder out)
  get_filename_component(name ${folder} NAME)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.yaml)
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(file_name ${file} NAME)
    file(READ ${file} text)
    string(APPEND entries "    {\"${file_name}\", R\"__weir__(${text})__weir__\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/embedded/${name}_files.cpp)
  file(CONFIGURE OUTPUT ${generated} CONTENT
"#include <span>
#include <string_view>
#include <utility>
namespace weir {
std::span<const std::pair<std::string_view, std::string_view>> @name@_files();
std::span<const std::pair<std::string_view, std::string_view>> @name@_files() {
  static constexpr std::pair<std::string_view, std::string_view> files[] = {
@entries@  };
  return files;
}
}
" @ONLY)
  set(${out} ${generated} PARENT_SCOPE)
endfunction()

function(weir_embed file out)
  get_filename_component(name ${file} NAME)
  string(MAKE_C_IDENTIFIER ${name} symbol)
  set(generated ${CMAKE_BINARY_DIR}/embedded/${symbol}.cpp)
  file(READ ${file} text)
  file(CONFIGURE OUTPUT ${generated} CONTENT
"#include <string_view>
namespace weir { extern const std::string_view ${symbol}; const std::string_view ${symbol} = R\"__weir__(@text@)__weir__\"; }
" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  set(${out} ${generated} PARENT_SCOPE)
endfunction()
