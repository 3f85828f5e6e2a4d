# The repository that this port lies in is its source; a registry's copy has vcpkg_from_github here (docs/packages.md).
set(SOURCE_PATH "${CURRENT_PORT_DIR}/../../..")
cmake_path(NORMAL_PATH SOURCE_PATH)

set(VCPKG_BUILD_TYPE release) # headers alone are the same in debug
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}" OPTIONS -DBUILD_TESTING=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/contrastive)
vcpkg_fixup_pkgconfig()

# What vcpkg keeps elsewhere, and the CPS files, which it does not relocate.
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/cmake" "${CURRENT_PACKAGES_DIR}/share/licenses"
                    "${CURRENT_PACKAGES_DIR}/share/contrastive/cps")
file(INSTALL "${CURRENT_PORT_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
