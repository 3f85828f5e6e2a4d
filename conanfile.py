# SPDX-License-Identifier: MIT
"""contrastive for Conan 2. An option brings a component's dependency; the headers of all of them are always installed."""
import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir
from conan.tools.scm import Version

required_conan_version = ">=2.1"
OLDEST = {"gcc": "12", "clang": "16", "apple-clang": "16"}


class ContrastiveRecipe(ConanFile):
    name = "contrastive"
    description = "Contrastive representation learning, header-only C++20"
    license = "MIT"
    topics = ("contrastive-learning", "self-supervised-learning", "representation-learning", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"cpu": [True, False], "opencl": [True, False], "thrust": [True, False], "xtensor": [True, False]}
    default_options = {"cpu": True, "opencl": False, "thrust": False, "xtensor": False}
    exports_sources = "CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "packaging/cps/*"
    test_package_folder = "packaging/conan/test_package"
    no_copy_source = True

    def set_version(self):
        lists = load(self, os.path.join(self.recipe_folder, "CMakeLists.txt"))
        self.version = re.search(r"project\(contrastive VERSION ([\d.]+)", lists).group(1)

    def layout(self):
        cmake_layout(self)

    # Thrust comes with CUDA or with a Python wheel: no Conan package has version 3.
    def requirements(self):
        self.requires("zlib/[>=1.2.11 <2]", transitive_headers=True, transitive_libs=True)
        if self.options.cpu:
            self.requires("eigen/[>=3.4 <6]", transitive_headers=True)
        if self.options.opencl:
            self.requires("opencl-icd-loader/[>=2022]", transitive_headers=True, transitive_libs=True)
            self.requires("boost/[>=1.74]", transitive_headers=True, options={"header_only": True})
        if self.options.xtensor:
            self.requires("xtensor/[>=0.24]", transitive_headers=True)

    def validate(self):
        compiler, version = str(self.settings.compiler), self.settings.get_safe("compiler.version")
        if compiler == "msvc":
            raise ConanInvalidConfiguration("contrastive needs GCC 12 or Clang 16 or newer: "
                                            "MSVC does not compile its vector types")
        if compiler in OLDEST and Version(version) < OLDEST[compiler]:
            raise ConanInvalidConfiguration(f"contrastive needs GCC 12 or Clang 16 or newer, not {compiler} {version}")
        if not self.settings.get_safe("compiler.cppstd"):
            raise ConanInvalidConfiguration("contrastive needs C++20: -s compiler.cppstd=20")
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["BUILD_TESTING"] = False
        toolchain.generate()

    def package(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        rmdir(self, os.path.join(self.package_folder, "share", "licenses"))

    # The installed contrastiveConfig.cmake serves, so that find_package takes COMPONENTS and refuses as it does elsewhere.
    def package_info(self):
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "contrastive")]
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
