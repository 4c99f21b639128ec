# Everything comes from Debian 12's own packages; `./dev setup` installs them.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(CURL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(date REQUIRED)
find_package(spdlog REQUIRED)

# Packages without a CMake file of their own: one interface target each.
function(weir_pkg_config target module)
  pkg_check_modules(${target}_pkg REQUIRED IMPORTED_TARGET ${module})
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE PkgConfig::${target}_pkg)
endfunction()
weir_pkg_config(mariadb libmariadb)
weir_pkg_config(re2 re2)
weir_pkg_config(zstd libzstd)
weir_pkg_config(xxhash libxxhash)
weir_pkg_config(sodium libsodium)
weir_pkg_config(lua lua5.4-c++)  # whose errors are exceptions, so that they run destructors
weir_pkg_config(libarchive libarchive)

add_library(expected INTERFACE)  # libexpected-dev: header only, in the default include path
