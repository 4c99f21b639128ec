# The Debian package: `cpack -G DEB`, by `./dev package`.
include(GNUInstallDirs)
install(FILES packaging/weir.service DESTINATION lib/systemd/system)
install(FILES README.md README.zh-CN.md SECURITY.md DESTINATION share/doc/weir)
install(FILES LICENSE DESTINATION share/doc/weir RENAME copyright)
install(DIRECTORY examples/ DESTINATION share/doc/weir/examples)

# Debian keeps these compressed, without a time inside, so that the same tree gives the same bytes.
function(weir_install_compressed file name folder)
  set(compressed ${CMAKE_BINARY_DIR}/packaging/${name}.gz)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/packaging)
  execute_process(COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/${file} OUTPUT_FILE ${compressed}
                  COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${file})
  install(FILES ${compressed} DESTINATION ${folder})
endfunction()
weir_install_compressed(packaging/weir.1 weir.1 share/man/man1)
weir_install_compressed(CHANGELOG.md changelog share/doc/weir)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "Weir maintainers <weir@localhost>")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "data integration between business systems and databases
Weir moves business records between SaaS systems and databases on schedule,
within their rate limits: every record once, none missing, and each one
explained. One program and one SQLite file are the whole installation.")
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What no library of it names: time zones, authorities, and the service's user.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, init-system-helpers, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/postinst
    ${CMAKE_SOURCE_DIR}/packaging/prerm ${CMAKE_SOURCE_DIR}/packaging/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
